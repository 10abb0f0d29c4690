"""What agents in a script do again and again: write files, run commands, read what a tool answered."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping, Sequence

from scripted_model.conversation import Conversation, Feature, ToolResult
from scripted_model.jsonvalues import as_list, as_number, as_object, as_text
from scripted_model.replies import Call, Reply, say
from scripted_model.scripts import Script

NOTES = "claude-progress.txt"
_NUMBERED = re.compile(r"\s*\d+(?:[\t→](.*))?")


def bash(command: str, description: str) -> Call:
    """A shell command with the few words the tool wants."""
    return Call("Bash", {"command": command, "description": description})


def read(talk: Conversation, path: str) -> Call:
    """Read a file of the workspace."""
    return Call("Read", {"file_path": talk.path(path)})


def write(talk: Conversation, path: str, content: str) -> Call:
    """Write a file of the workspace."""
    return Call("Write", {"file_path": talk.path(path), "content": content})


def write_files(talk: Conversation, files: Mapping[str, str], words: str) -> Script[bool]:
    """Write `files`; those that are there already and must be read first are read, then written again."""
    refused = yield from _write(talk, files, words)
    if refused:
        yield say("Some of it is here already, so I look at it first.", *(read(talk, path) for path in refused))
        refused = yield from _write(talk, refused, "Now my version of it.")
    return not refused


def _write(talk: Conversation, files: Mapping[str, str], words: str) -> Script[Mapping[str, str]]:
    results = yield say(words, *(write(talk, path, text) for path, text in files.items()))
    return {path: text for (path, text), result in zip(files.items(), results, strict=True) if result.is_error}


def was_refused(result: ToolResult) -> bool:
    """Whether a command did not run at all (a policy or a hook said no), rather than ran and failed."""
    return result.is_error and "exit code" not in result.text[:200].lower()


def commit(paths: Sequence[str], message: str, words: str) -> Script[bool]:
    """Commit exactly `paths`. That there is nothing to commit is as good as a commit."""
    command = f"git add {shlex.join(paths)} && git commit -q -m {shlex.quote(message)}"
    (result,) = yield say(words, bash(command, "Commit"))
    if "tell me who you are" in result.text.lower():
        named = command.replace("git commit", "git -c user.name=Agent -c user.email=agent@localhost commit")
        (result,) = yield say("Git wants to know who commits.", bash(named, "Commit with a name"))
    return not result.is_error or "nothing to commit" in result.text or "nothing added" in result.text


def add_notes(talk: Conversation, before: ToolResult, entry: str) -> Call:
    """Append `entry` to the progress notes; `before` is what reading them at the start of the session gave."""
    kept = "" if before.is_error else unnumbered(before.text)
    return write(talk, NOTES, f"{kept}\n\n{entry}\n".lstrip())


def unnumbered(text: str) -> str:
    """The file behind the answer of the Read tool, without its line numbers; nothing when it holds none."""
    lines = [_NUMBERED.fullmatch(line) for line in text.splitlines()]
    return "\n".join(line[1] or "" for line in lines if line).strip()


def use(talk: Conversation, tool: str, **values: object) -> tuple[Call, ...]:
    """A call of the feature tool `tool`, or nothing when this session is not offered it."""
    name = talk.tool(tool)
    return (Call(name, values),) if name else ()


def decode(result: ToolResult) -> object:
    """The JSON value in a tool's answer, out of the wrapper some servers put around it; None when there is none."""
    try:
        value = json.loads(result.text)
    except ValueError:
        return None
    inner = as_object(value).get("result")
    if isinstance(inner, str):
        return decode(ToolResult(inner))
    return value if inner is None else inner


def features_in(result: ToolResult) -> list[Mapping[str, object]]:
    """The features in a tool's answer, whether it is one, a list, or an object that holds either."""
    value = decode(result)
    holder = as_object(value)
    found = as_list(value) or as_list(holder.get("features")) or [holder.get("feature") or holder]
    return [as_object(feature) for feature in found if as_object(feature).get("id") is not None]


def following(result: ToolResult) -> Feature | None:
    """The feature that an answer says to go on with."""
    found = as_object(as_object(decode(result)).get("next"))
    return Feature(identity(found), text_of(found, "name")) if found.get("id") is not None else None


def identity(feature: Mapping[str, object]) -> int:
    """The id of a feature in a tool's answer."""
    return int(as_number(feature.get("id")))


def first_line(text: str) -> str:
    """The first line that says something, cut to a sentence's length."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return (lines or ["no reason given"])[0][:200]


def last_line(text: str) -> str:
    """The last line that says something, cut to a sentence's length."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return (lines or ["no output"])[-1][:200]


def finish(words: str) -> Script[None]:
    """End the session with `words`."""
    yield Reply(say(words).blocks)


def text_of(feature: Mapping[str, object], field: str) -> str:
    """A text field of a feature in a tool's answer."""
    return as_text(feature.get(field))
