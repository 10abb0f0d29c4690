"""The feature tools as an MCP server: `build_server` for programs, `python -m mcp_server.feature_mcp` for clients.

In process, the Claude Agent SDK is handed `build_server(context)._lowlevel_server`.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import secrets
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TextIO

from api.backlog import service as backlog
from api.database import Database, open_database
from api.errors import AppError, NotFound
from mcp_server.context import PATIENCE_SECONDS, Land, ReadFiles, ToolContext, Verdict, Verify
from mcp_server.ending import leaving_at_once, leaving_in_order
from mcp_server.http import HOST, listen, serve
from mcp_server.roles import TOOLS, ServerRole
from mcp_server.server import FeatureServer
from mcp_server.tools_editing import add_editing_tools
from mcp_server.tools_reading import add_reading_tools
from mcp_server.tools_working import add_working_tools
from mcp_server.verifying import FolderVerification
from registry import Registry

__all__ = [
    "TOOLS",
    "FeatureServer",
    "Land",
    "ReadFiles",
    "ServerRole",
    "ToolContext",
    "Verdict",
    "Verify",
    "build_server",
    "main",
]

TOKEN_VARIABLE = "AUTOCODER_MCP_TOKEN"  # noqa: S105 - the name of a variable


def build_server(context: ToolContext) -> FeatureServer:
    """A server named `features` with the tools of the context's role."""
    server = FeatureServer(context)
    add_reading_tools(server)
    add_editing_tools(server)
    add_working_tools(server)
    return server


def main(arguments: Sequence[str], environ: Mapping[str, str], out: TextIO, error: TextIO) -> int:
    """Serve a project's tools until the client goes; the exit code."""
    given = _parser().parse_args(arguments)
    try:
        folder = project_folder(given.project_dir, environ)
        database = open_database(folder / "features.db", "project")
    except AppError as failed:
        error.write(f"{failed.detail}\n")
        return 1
    try:
        return _serve(database, folder, given, environ, out)
    except AppError as failed:
        error.write(f"{failed.detail}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        database.close()


def _serve(database: Database, folder: Path, given: argparse.Namespace, environ: Mapping[str, str], out: TextIO) -> int:
    owner = f"mcp:{given.owner or os.getpid()}"
    context = ToolContext(database=database, owner=owner, role=given.role, patience=PATIENCE_SECONDS)
    here = FolderVerification(database, folder, environ, lambda: context.actor)
    context.verify, context.land = here.verify, here.land
    context.read_files, context.base = here.read_files, here.base
    server = build_server(context)

    def tidy() -> None:
        if not given.owner:
            _let_go(database, owner)
        with contextlib.suppress(AppError):
            backlog.FeatureList(database, folder).keep()

    try:
        if given.http is None:
            with leaving_at_once(tidy):
                server.run("stdio")
        else:
            with leaving_in_order():
                _serve_http(server, given.http, environ.get(TOKEN_VARIABLE), out)
    finally:
        tidy()
    return 0


def _serve_http(server: FeatureServer, port: int, token: str | None, out: TextIO) -> None:
    opened = listen(port)
    out.write(f"Feature tools at http://{HOST}:{opened.getsockname()[1]}/mcp\n")
    if not token:
        token = secrets.token_urlsafe(32)
        out.write(f"Bearer token: {token}\n")
    out.flush()
    asyncio.run(serve(server, opened, token))


def _let_go(database: Database, owner: str) -> None:
    """An identity made of a process id ends with the process: nobody else could go on with its features."""
    with database.write() as session:
        mine = {claim.owner for claim in backlog.claimed(session) if claim.owner.split(":")[:2] == owner.split(":")}
        for one in sorted(mine):
            backlog.release_owner(session, one, "the client went away")


def project_folder(named: str, environ: Mapping[str, str]) -> Path:
    """The folder of a project given by path or by name; NotFound when there is neither."""
    folder = Path(named).expanduser()
    if folder.is_dir():
        return folder.resolve()
    try:
        return Registry.from_environment(environ).resolve(named).path
    except NotFound:
        raise NotFound(
            f"There is no folder and no project {named!r}: give the path of a project's folder, or its name."
        ) from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m mcp_server.feature_mcp", description="A project's feature tools.")
    parser.add_argument("--project-dir", required=True, metavar="P", help="the project's folder, or its name")
    parser.add_argument("--role", choices=sorted(TOOLS), default="all", help="which tools to offer (default: all)")
    parser.add_argument(
        "--http", type=_port, metavar="PORT", help="streamable HTTP on loopback with a bearer token, not stdio"
    )
    parser.add_argument(
        "--owner", type=_owner, metavar="NAME", help="an identity that outlives this process and keeps its features"
    )
    return parser


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65_535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: give a number from 0 (any free one) to 65535")
    return int(text)


def _owner(text: str) -> str:
    if not 1 <= len(text) <= 40 or not text.replace("-", "").replace("_", "").isalnum():
        raise argparse.ArgumentTypeError(f"{text!r} is no name: use up to 40 letters, digits, '-' and '_'")
    return text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ, sys.stdout, sys.stderr))
