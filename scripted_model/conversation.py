"""What a request says, as a playbook reads it: the task, the tools on offer, what was called and what came back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from scripted_model.jsonvalues import as_list, as_object, as_text

_REMINDER = re.compile(r"<system-reminder>.*?</system-reminder>", re.DOTALL)
_ROLE = re.compile(r"^\W*Role:\s*(\w+)\s*$", re.MULTILINE)
_FEATURE = re.compile(r"^\W*Feature:\s*#(\d+)\s+(.+?)\s*$", re.MULTILINE)
_WORKSPACE = re.compile(r"^\W*Workspace:\s*(\S.*?)\s*$", re.MULTILINE)
_DIRECTORY = re.compile(r"[Ww]orking directory: (\S.*?)\s*$", re.MULTILINE)
_TASK = re.compile(r"^\W*Role:\s*\w+\s*$|@@\s*[\[{]", re.MULTILINE)


@dataclass(frozen=True)
class ToolResult:
    """What a tool answered, as plain text."""

    text: str
    is_error: bool = False


@dataclass(frozen=True)
class ToolCall:
    """One use of a tool by the model, with its answer."""

    name: str
    input: Mapping[str, object]
    result: ToolResult


@dataclass(frozen=True)
class Feature:
    """A card the task names: `Feature: #<id> <name>`."""

    id: int
    name: str


@dataclass(frozen=True)
class Conversation:
    """A request to the model, reduced to what a playbook may decide by.

    `task` is the latest user message that states one (a `Role:` line or an inline script), or else simply the latest;
    `calls` and `turns` (assistant messages) count from there.
    """

    model: str = ""
    system: str = ""
    task: str = ""
    surroundings: str = ""
    tools: tuple[str, ...] = ()
    calls: tuple[ToolCall, ...] = ()
    turns: int = 0
    schema: Mapping[str, object] = field(default_factory=dict)

    @property
    def role(self) -> str:
        """The word after `Role:`, or an empty string."""
        found = _ROLE.search(self.task) or _ROLE.search(self.system)
        return found.group(1).lower() if found else ""

    @property
    def features(self) -> tuple[Feature, ...]:
        """Every `Feature: #<id> <name>` line of the task, in order."""
        return tuple(Feature(int(number), name) for number, name in _FEATURE.findall(self.task))

    @property
    def workspace(self) -> str:
        """The absolute path after `Workspace:`, else the client's working directory, or an empty string."""
        found = _WORKSPACE.search(self.task) or _WORKSPACE.search(self.system) or _DIRECTORY.search(self.surroundings)
        return found.group(1).rstrip("/") if found else ""

    def path(self, relative: str) -> str:
        """`relative` inside the workspace, as the file tools want it."""
        return f"{self.workspace}/{relative}" if self.workspace else relative

    def tool(self, name: str) -> str | None:
        """The offered tool called `name`, whatever MCP server offers it; None when nothing does."""
        return next((tool for tool in self.tools if tool == name or tool.endswith(f"__{name}")), None)


def read_conversation(body: Mapping[str, object]) -> Conversation:
    """The conversation in the body of a Messages API request."""
    messages = [as_object(message) for message in as_list(body.get("messages"))]
    texts = [_prose(message) if message.get("role") == "user" else "" for message in messages]
    start = _task_index(texts)
    since = messages[start:]
    return Conversation(
        model=as_text(body.get("model")),
        system=_plain_text(body.get("system")),
        task=texts[start] if texts else "",
        surroundings="\n".join(_REMINDER.findall(_plain_text(messages[0].get("content")))) if messages else "",
        tools=tuple(as_text(as_object(tool).get("name")) for tool in as_list(body.get("tools"))),
        calls=tuple(_calls(since)),
        turns=sum(message.get("role") == "assistant" for message in since),
        schema=as_object(as_object(as_object(body.get("output_config")).get("format")).get("schema")),
    )


def _task_index(texts: Sequence[str]) -> int:
    stated = [index for index, text in enumerate(texts) if _TASK.search(text)]
    return max(stated or [index for index, text in enumerate(texts) if text], default=0)


def _calls(messages: Sequence[Mapping[str, object]]) -> list[ToolCall]:
    blocks = [as_object(block) for message in messages for block in as_list(message.get("content"))]
    results = {
        as_text(block.get("tool_use_id")): ToolResult(_prose(block), bool(block.get("is_error")))
        for block in blocks
        if block.get("type") == "tool_result"
    }
    unanswered = ToolResult("the call was interrupted", is_error=True)
    return [
        ToolCall(
            as_text(block.get("name")),
            as_object(block.get("input")),
            results.get(as_text(block.get("id")), unanswered),
        )
        for block in blocks
        if block.get("type") == "tool_use"
    ]


def _prose(block: Mapping[str, object]) -> str:
    """The words of a message or of a result, without what the client put in by itself."""
    return _REMINDER.sub("", _plain_text(block.get("content"))).strip()


def _plain_text(content: object) -> str:
    """The text of a string or of a list of blocks; other kinds of block are left out."""
    if isinstance(content, str):
        return content
    blocks = [as_object(block) for block in as_list(content)]
    return "\n".join(as_text(block.get("text")) for block in blocks if block.get("type") == "text")
