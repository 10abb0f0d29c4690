"""What a card's work changed, and how that is shown to a person."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from harness.workspaces import integration
from harness.workspaces.bench import SUBMODULE, Bench, Change
from harness.workspaces.landing import Candidate

SHOWN: Final = 2_000  # characters of a diff, all files together
MORE: Final = "\n(and more)"  # the board says it in its own words
MOST_TOLD: Final = 20  # files of a question that are named
_CALLED: Final = 100_000  # characters of the files a command names
_WORD: Final = re.compile(r"[\w./-]+")


def of_card(candidate: Candidate, before: str) -> list[Change]:
    """What the card's own work changed: of a landed one, not what others landed on top."""
    found = candidate.bench.changes(before, candidate.tree)
    return [change for change in found if not candidate.landed or change.name in candidate.files]


def of_client(candidate: Candidate, before: str, feature_id: int) -> list[Change]:
    """What came into the branch since a client set its check, without what landed for other cards meanwhile."""
    bench = candidate.bench
    others = {
        (change.name, change.new_id)
        for source in integration.sources(bench, before, candidate.commit)
        if source.feature != feature_id
        for change in bench.changes(f"{source.commit}^", source.commit)
    }
    return [change for change in bench.changes(before, candidate.tree) if (change.name, change.new_id) not in others]


def called(bench: Bench, tree: str, command: str, files: Sequence[str]) -> str:
    """What the check's `files` say, and others that its command names: they may call what decides."""
    words = {word.removeprefix("./") for word in _WORD.findall(command)}
    names = {*files, *words} | ({"package.json"} if words & {"npm", "pnpm", "yarn", "bun"} else set())
    found = bench.entries(tree)
    texts = [bench.text(found[name][1]) for name in sorted(names & found.keys()) if found[name][0] != SUBMODULE]
    return "\n".join(texts)[:_CALLED]


def diff(bench: Bench, before: str, after: str, names: Sequence[str]) -> str:
    """The changes a person is asked about: each file gets its share of the room, and no character is invisible.

    Ends with `MORE` where that is not all of them.
    """
    flags = ("--text", "--no-color", "--no-ext-diff", "--no-textconv", "--no-renames")
    asked = names[:MOST_TOLD]
    texts = [
        _visible(bench.git("diff", *flags, before, after, "--", name, env={"GIT_LITERAL_PATHSPECS": "1"}))
        for name in asked
    ]
    room = SHOWN // len(asked)
    shown = "\n".join(_shortened(text, room) for text in texts)[: SHOWN + 400]
    return shown if len(asked) == len(names) and all(len(text) <= room for text in texts) else f"{shown}{MORE}"


def _visible(text: str) -> str:
    return "".join(c if c.isprintable() or c in "\n\t" else f"\\u{ord(c):04x}" for c in text)


def _shortened(text: str, room: int) -> str:
    """Beginning and end of a text, so that nothing hides behind a long one."""
    if len(text) <= room:
        return text
    head, tail = text[: room * 2 // 3], text[-(room // 3) :]
    left_out = text.count("\n") - head.count("\n") - tail.count("\n")
    return f"{head}\n(... about {left_out} lines are left out here ...)\n{tail}"
