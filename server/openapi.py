"""`python -m server.openapi` prints the OpenAPI document that the web app's client is generated from."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from pathlib import Path

from server.backend import close, install
from server.main import create_app
from server.settings import Settings


def document() -> str:
    """The document as JSON text, the same on every machine."""
    with tempfile.TemporaryDirectory() as home:
        app = create_app(Settings(home=Path(home)))
        install(app)
        text = json.dumps(app.openapi(), indent=2, sort_keys=True)
        asyncio.run(close(app))
    return text


def main() -> int:
    """Print it."""
    sys.stdout.write(f"{document()}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
