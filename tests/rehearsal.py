"""Plays a conversation with a playbook, doing for it what the Claude Code CLI does with tool calls."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from pathlib import Path

from harness import processes
from scripted_model.conversation import Conversation, read_conversation
from scripted_model.jsonvalues import as_list, as_object, as_text
from scripted_model.messages import build_message
from scripted_model.replies import Call, Reply

Answer = Callable[[Conversation], Reply]
Tool = Callable[[Mapping[str, object]], str]
MOST_REPLIES = 60


class ToolError(Exception):
    """What a tool answers instead of doing it."""


class Stage:
    """A workspace and the tools that act on it. A file that is there must be read before it is written, as in the CLI.

    features: the feature tools on offer, by their short name. bash: runs a command; the real shell unless given.
    """

    def __init__(self, folder: Path, features: Mapping[str, Tool] | None = None, bash: Tool | None = None) -> None:
        self.folder = folder
        self.features = dict(features or {})
        self.calls: list[Call] = []
        self._bash = bash or self._shell
        self._read: set[Path] = set()

    def perform(self, answer: Answer, task: str) -> list[Reply]:
        """Every reply to `task` until one without a call."""
        return list(self.scenes(answer, task))

    def scenes(self, answer: Answer, task: str) -> Generator[Reply]:
        """The replies one by one; closing the generator is the death of the session."""
        self._read.clear()
        names = ["Read", "Write", "Edit", "Bash", *(f"mcp__features__{name}" for name in self.features)]
        messages: list[object] = [{"role": "user", "content": f"Workspace: {self.folder}\n{task}"}]
        body = {"model": "m", "messages": messages, "tools": [{"name": name} for name in names]}
        for _ in range(MOST_REPLIES):
            reply = answer(read_conversation(body))
            yield reply
            if not reply.calls or reply.fault:
                return
            content = [as_object(block) for block in as_list(build_message(body, reply)["content"])]
            messages.append({"role": "assistant", "content": content})
            results = [self._result(block) for block in content if block["type"] == "tool_use"]
            messages.append({"role": "user", "content": results})
        raise AssertionError(f"the session did not end after {MOST_REPLIES} replies")

    def _result(self, block: Mapping[str, object]) -> dict[str, object]:
        call = Call(as_text(block["name"]), as_object(block["input"]))
        self.calls.append(call)
        result: dict[str, object] = {"type": "tool_result", "tool_use_id": block["id"]}
        try:
            return {**result, "content": [{"type": "text", "text": self._use(call)}]}
        except ToolError as error:
            return {**result, "content": str(error), "is_error": True}

    def _use(self, call: Call) -> str:
        if call.tool.startswith("mcp__features__"):
            return self.features[call.tool.removeprefix("mcp__features__")](call.input)
        tools: dict[str, Tool] = {"Read": self._open, "Write": self._write, "Edit": self._edit, "Bash": self._bash}
        return tools[call.tool](call.input)

    def _open(self, given: Mapping[str, object]) -> str:
        path = Path(as_text(given["file_path"]))
        if not path.is_file():
            raise ToolError("File does not exist.")
        self._read.add(path)
        lines = path.read_text(encoding="utf-8").split("\n")
        return "\n".join(f"{number}\t{line}" for number, line in enumerate(lines, 1))

    def _write(self, given: Mapping[str, object]) -> str:
        path = Path(as_text(given["file_path"]))
        if not path.is_relative_to(self.folder):
            raise ToolError("Permission to use Write has been denied.")
        if path.exists() and path not in self._read:
            raise ToolError("File has not been read yet. Read it first before writing to it.")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(as_text(given["content"]), encoding="utf-8")
        self._read.add(path)
        return "File created successfully"

    def _edit(self, given: Mapping[str, object]) -> str:
        path = Path(as_text(given["file_path"]))
        text, old = path.read_text(encoding="utf-8"), as_text(given["old_string"])
        if text.count(old) != 1:
            raise ToolError("String to replace not found in file.")
        path.write_text(text.replace(old, as_text(given["new_string"])), encoding="utf-8")
        return "The file has been updated successfully."

    def _shell(self, given: Mapping[str, object]) -> str:
        environment = {**processes.clean_environment(), "GIT_CONFIG_GLOBAL": "/dev/null"}
        done = processes.run(["bash", "-c", as_text(given["command"])], cwd=self.folder, env=environment)
        if not done.ok:
            raise ToolError(f"Exit code {done.exit_code}\n{done.stdout}{done.stderr}")
        return done.stdout + done.stderr
