"""An MCPServer whose failures are one sentence each, and which knows who calls."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable
from typing import Any, Final

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import CallToolResult, InputRequiredResult
from pydantic import ValidationError

from api.backlog import service as backlog
from api.errors import AppError, InvalidInput
from mcp_server.answers import failure, sentence_of
from mcp_server.context import CALLER, CallContext, ToolContext
from mcp_server.roles import TOOLS

Json = dict[str, Any]  # Any: the values of JSON

logger = logging.getLogger(__name__)

CLIENT_HEADER: Final = "autocoder-client"
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,40}")
INSTRUCTIONS = (
    "The backlog of a project. Take a feature with feature_get_next, implement it, say how it is checked with "
    "feature_set_check, and turn it green with feature_mark_passing, which runs that check."
)


class FeatureServer(MCPServer[Any]):  # Any: the SDK's type for what a lifespan yields; there is none
    """The feature tools over `context`."""

    def __init__(self, context: ToolContext) -> None:
        super().__init__(name="features", instructions=INSTRUCTIONS, version="1", log_level="WARNING")
        self.tool_context = context

    def offer(self, *tools: Callable[..., object]) -> None:
        """Add those of `tools` that the context's role may use; the name is the function's."""
        for tool in tools:
            if tool.__name__ in TOOLS[self.tool_context.role]:
                self.add_tool(tool, structured_output=False)

    async def call_tool(
        self, name: str, arguments: Json, context: CallContext | None = None
    ) -> CallToolResult | InputRequiredResult:
        """Call a tool; every failure is a result with one sentence, a bug is logged and named as one."""
        owner = CALLER.set(self.tool_context.owner)
        try:
            CALLER.set(_caller(self.tool_context.owner, context))
            if self.tool_context.renewal_due():
                await asyncio.to_thread(self._renew)
            return await super().call_tool(name, arguments, context)
        except AppError as error:
            return failure(error.detail)
        except ToolError as error:
            match error.__cause__:
                case AppError() as cause:
                    return failure(cause.detail)
                case ValidationError() as cause:
                    return failure(sentence_of(cause))
                case None:
                    return failure(f"There is no tool {name!r} here: list the tools for those there are.")
                case cause:
                    logger.error("Tool %s failed", name, exc_info=cause)
                    return failure(f"The tool {name} failed inside AutoCoder; its log says why. Nothing was changed.")
        finally:
            CALLER.reset(owner)

    def _renew(self) -> None:
        given = self.tool_context
        with given.database.write() as session:
            backlog.renew(session, given.caller, given.lease_seconds)


def _caller(owner: str, context: CallContext | None) -> str:
    """Over stdio and in process there is one caller. Over HTTP a client may name itself; else its session does."""
    headers = (context.headers if context is not None else None) or {}
    name, session = headers.get(CLIENT_HEADER, ""), headers.get("mcp-session-id", "")
    if name and not _NAME.fullmatch(name):
        raise InvalidInput(f"The header {CLIENT_HEADER} is no name: use up to 40 letters, digits, '-' and '_'.")
    own = name or session[:8]
    return f"{owner}:{own}" if own else owner
