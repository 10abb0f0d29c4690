"""The floor of the web server: a bare FastAPI application with one route.

usage: python -m benchmarks.bare_fastapi PORT
"""

from __future__ import annotations

import sys

import uvicorn
from fastapi import FastAPI


def main(port: int) -> None:
    """Serve it."""
    app = FastAPI()

    @app.get("/health")
    def health() -> dict[str, str]:
        return {"status": "healthy"}

    uvicorn.run(app, port=port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main(int(sys.argv[1]))
