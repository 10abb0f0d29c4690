"""One session with the model through the Claude Agent SDK. The only module that imports it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from claude_agent_sdk import (
    AssistantMessage,
    ClaudeAgentOptions,
    ClaudeSDKClient,
    ClaudeSDKError,
    ContentBlock,
    HookContext,
    HookMatcher,
    RateLimitEvent,
    ResultMessage,
    SystemMessage,
    TextBlock,
    ThinkingBlock,
    ToolResultBlock,
    ToolUseBlock,
    UserMessage,
)
from claude_agent_sdk.types import (
    HookInput,
    HookJSONOutput,
    McpSdkServerConfig,
    PreToolUseHookSpecificOutput,
    SyncHookJSONOutput,
)
from mcp.server import MCPServer

from agent.hooks import FEATURE_TOOLS, Permit, ToolGate
from agent.messages import Ended, LimitNotice, Retrying, Said, SessionMessage, Spent, ToolCalled, ToolReturned
from api.errors import Unavailable

FILE_AND_SHELL_TOOLS = ["Read", "Write", "Edit", "Glob", "Grep", "Bash"]
# The history belongs to the application's author: no advertisement in commit messages.
_SETTINGS = json.dumps({"includeCoAuthoredBy": False, "attribution": {"commit": "", "pr": ""}})
# The CLI waits this long for the gate; the gate answers in milliseconds.
GATE_TIMEOUT = 30.0
# Until it has a session of its own, a few milliseconds after its start, a Ctrl+C at the terminal ends the CLI as well.
START_ATTEMPTS = 2


@dataclass(frozen=True)
class SessionSettings:
    """What a session is started with. `environment` is added to ours for the CLI; "" hides a variable of ours."""

    workspace: Path
    model: str
    system_prompt: str
    session_id: str
    max_turns: int
    environment: Mapping[str, str]
    cli: Path | None = None
    max_budget_usd: float | None = None
    stderr: Callable[[str], None] = field(default=lambda _line: None)


class ModelSession:
    """A connected CLI with a fresh context. Use as an async context manager; `run` once, then leave."""

    def __init__(self, settings: SessionSettings, server: MCPServer[Any], gate: ToolGate) -> None:  # Any: its lifespan
        self._gate = gate
        self._ending: str | None = None
        self._options = _options(settings, server, self._before_tool)
        self._client = ClaudeSDKClient(self._options)

    async def __aenter__(self) -> Self:
        """Start the CLI. Unavailable when it does not answer."""
        for attempt in range(1, START_ATTEMPTS + 1):
            try:
                await self._client.connect()
                break
            except Exception as error:  # the SDK has no kind of its own for a CLI that is silent for a minute
                await self._close()
                if attempt == START_ATTEMPTS or not isinstance(error, ClaudeSDKError):
                    raise Unavailable(f"The Claude Code CLI did not start: {error}") from error
                self._client = ClaudeSDKClient(self._options)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the CLI, whatever it is doing."""
        await self._close()

    async def run(self, prompt: str) -> AsyncIterator[SessionMessage]:
        """Everything the session says after `prompt`; the last message is `Ended`, always."""
        try:
            await self._client.query(prompt)
            async for message in self._client.receive_response():
                if lacks_feature_tools(message):
                    # The CLI goes on without them, at full price.
                    await self.interrupt()
                    yield Ended(subtype="died", failed=True, text="the feature tools did not reach the model")
                    return
                for said in translate(message):
                    yield said
                    if isinstance(said, Ended):
                        return
        except ClaudeSDKError as error:
            yield Ended(subtype="died", failed=True, text=str(error))
            return
        yield Ended(subtype="died", failed=True, text="the CLI closed its output without a result")

    async def interrupt(self) -> None:
        """Ask the CLI to stop now; the session then ends with `Ended(terminal_reason="aborted_…")`."""
        with suppress(ClaudeSDKError):
            await self._client.interrupt()

    @property
    def ended_by_gate(self) -> str | None:
        """Why the gate ended this session, if it did."""
        return self._ending

    async def _close(self) -> None:
        with suppress(ClaudeSDKError):
            await self._client.disconnect()

    async def _before_tool(self, given: HookInput, _call_id: str | None, _context: HookContext) -> HookJSONOutput:
        if given["hook_event_name"] != "PreToolUse":
            return {}
        verdict = await self._gate.judge(given["tool_name"], given["tool_input"])
        if isinstance(verdict, Permit):
            return _answer("allow", updated=verdict.given)
        if verdict.ends_session:
            self._ending = verdict.reason
            return {**_answer("deny", reason=verdict.reason), "continue_": False, "stopReason": verdict.reason}
        return _answer("deny", reason=verdict.reason)


Hook = Callable[[HookInput, str | None, HookContext], Awaitable[HookJSONOutput]]


def _options(settings: SessionSettings, server: MCPServer[Any], hook: Hook) -> ClaudeAgentOptions:  # Any: its lifespan
    return ClaudeAgentOptions(
        cwd=settings.workspace,
        model=settings.model,
        system_prompt=settings.system_prompt,
        session_id=settings.session_id,
        max_turns=settings.max_turns,
        max_budget_usd=settings.max_budget_usd,
        # A bare tool name is no restriction, hence path rules; nothing on disk may add hooks, settings or servers.
        tools=FILE_AND_SHELL_TOOLS,
        allowed_tools=["Bash", *(f"{tool}(./**)" for tool in FILE_AND_SHELL_TOOLS[:-1]), "mcp__features"],
        permission_mode="dontAsk",
        setting_sources=[],
        strict_mcp_config=True,
        verbatim_prompts=True,
        settings=_SETTINGS,
        # The SDK takes the low-level server only; handed the MCPServer, it goes on without the tools.
        mcp_servers={"features": McpSdkServerConfig(type="sdk", name="features", instance=server._lowlevel_server)},  # noqa: SLF001 - no public name in mcp 2.3
        hooks={"PreToolUse": [HookMatcher(hooks=[hook], on_failure="block", timeout=GATE_TIMEOUT)]},
        env=dict(settings.environment),
        cli_path=settings.cli,
        stderr=settings.stderr,
    )


# Any: the input a tool is called with is whatever JSON the model wrote.
def _answer(
    decision: Literal["allow", "deny"], *, reason: str | None = None, updated: dict[str, Any] | None = None
) -> SyncHookJSONOutput:
    output = PreToolUseHookSpecificOutput(hookEventName="PreToolUse", permissionDecision=decision)
    if reason is not None:
        output["permissionDecisionReason"] = reason
    if updated is not None:
        output["updatedInput"] = updated
    return SyncHookJSONOutput(hookSpecificOutput=output)


def lacks_feature_tools(message: object) -> bool:
    """Whether this is the CLI's opening message, saying that our MCP server is not connected."""
    if not isinstance(message, SystemMessage) or message.subtype != "init":
        return False
    servers = {server["name"]: server["status"] for server in message.data.get("mcp_servers", [])}
    return servers.get("features") != "connected"


def translate(message: object) -> list[SessionMessage]:
    """Our messages for one of the SDK's; the kinds nobody needs become none."""
    match message:
        case AssistantMessage(content=blocks):
            return [*_assistant_blocks(blocks), *_spent(message)]
        case UserMessage(content=list() as blocks):
            return [_returned(block) for block in blocks if isinstance(block, ToolResultBlock)]
        case SystemMessage(subtype="api_retry", data=data):
            status = data.get("error_status")
            return [Retrying(data.get("attempt", 0), data.get("retry_delay_ms", 0) / 1000, status)]
        case RateLimitEvent(rate_limit_info=info):
            until = datetime.fromtimestamp(info.resets_at, UTC) if info.resets_at else None
            return [LimitNotice(info.status == "rejected", until, info.rate_limit_type, info.utilization)]
        case ResultMessage():
            return [_ended(message)]
        case _:
            return []


def _assistant_blocks(blocks: list[Any]) -> list[SessionMessage]:  # Any: the SDK's union of blocks
    said: list[SessionMessage] = []
    for block in blocks:
        if isinstance(block, TextBlock) and block.text.strip():
            said.append(Said(block.text))
        elif isinstance(block, ToolUseBlock):
            said.append(ToolCalled(block.id, block.name.removeprefix(FEATURE_TOOLS), summarise(block.input)))
    return said


def _spent(message: AssistantMessage) -> list[SessionMessage]:
    usage = message.usage
    if not usage or not message.message_id:
        return []
    return [
        Spent(
            message.message_id,
            usage.get("input_tokens") or 0,
            usage.get("output_tokens") or 0,
            usage.get("cache_read_input_tokens") or 0,
            usage.get("cache_creation_input_tokens") or 0,
            hour_tokens=(usage.get("cache_creation") or {}).get("ephemeral_1h_input_tokens") or 0,
            characters=sum(map(_characters, message.content)),
            model=message.model,
        )
    ]


def _characters(block: ContentBlock) -> int:
    match block:
        case TextBlock(text=text) | ThinkingBlock(thinking=text):
            return len(text)
        case ToolUseBlock():
            return len(block.name) + len(json.dumps(block.input, ensure_ascii=False))
        case _:
            return 0


def _returned(block: ToolResultBlock) -> ToolReturned:
    content = block.content
    if isinstance(content, list):
        content = "\n".join(part.get("text", "") for part in content if part.get("type") == "text")
    return ToolReturned(block.tool_use_id, content or "", bool(block.is_error))


def _ended(result: ResultMessage) -> Ended:
    usage = result.usage or {}
    return Ended(
        subtype=result.subtype,
        failed=result.is_error,
        text=result.result or "; ".join(result.errors or []),
        cost_usd=result.total_cost_usd,
        turns=result.num_turns,
        api_status=result.api_error_status,
        terminal_reason=result.terminal_reason,
        input_tokens=usage.get("input_tokens") or 0,
        output_tokens=usage.get("output_tokens") or 0,
        cache_read_tokens=usage.get("cache_read_input_tokens") or 0,
        cache_write_tokens=usage.get("cache_creation_input_tokens") or 0,
    )


# Any: the input a tool is called with is whatever JSON the model wrote.
def summarise(given: Mapping[str, Any], *, width: int = 160) -> str:
    """One line that tells a person what a tool call is about."""
    for key in ("command", "file_path", "pattern", "path", "name"):
        if isinstance(given.get(key), str):
            text = str(given[key])
            break
    else:
        text = ", ".join(f"{key}={value}" for key, value in given.items())
    line = " ".join(text.split())
    return line if len(line) <= width else line[: width - 1] + "…"
