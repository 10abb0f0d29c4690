"""`python3 -m folio`: serve the application on 127.0.0.1 and the port in PORT (8000)."""

import os
from pathlib import Path

from folio.server import App, make_server


def main() -> None:
    data = Path(os.environ.get("FOLIO_DATA", "data"))
    server = make_server(App(data), port=int(os.environ.get("PORT", "8000")))
    print(f"Folio is open at http://127.0.0.1:{server.server_address[1]}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()


if __name__ == "__main__":
    main()
