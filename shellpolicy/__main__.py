"""`python -m shellpolicy`: would these commands run? Nothing is executed, ever.

Reads one JSON string a line from standard input, or judges the words given as arguments: one command made of them all,
or, when any of them contains a blank, one command each. Prints one JSON object a line: command, allow, reason, hint.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import security
from shellpolicy import Allow, Policy, PolicyError, RuleFile, build_policy, decide, parse_rule_file


def main(arguments: list[str] | None = None) -> int:
    """Judge and print; 0 when every input was understood, 2 otherwise."""
    options = _options().parse_args(arguments)
    try:
        policy = _policy(options.project_dir, options.profile)
    except PolicyError as error:
        sys.stderr.write(f"shellpolicy: {error}\n")
        return 2
    status = 0
    for text, command in _words(options.words) if options.words else _lines(sys.stdin):
        if command is None:
            status = 2
            answer = _answer(
                text, "this line is not a JSON string", 'Write one command a line in quotes, for example "ls -la".'
            )
        else:
            decision = decide(command, policy)
            refused = None if isinstance(decision, Allow) else decision
            answer = _answer(command, refused.reason if refused else None, refused.hint if refused else None)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    return status


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m shellpolicy", description="Would these commands run? Nothing is executed."
    )
    parser.add_argument("--project-dir", type=Path, help="judge under this project's policy and as if working in it")
    parser.add_argument("--profile", choices=tuple(security.PROFILES), default="base")
    parser.add_argument("words", nargs=argparse.REMAINDER, metavar="command", help="without it, JSON strings are read")
    return parser


def _policy(project: Path | None, profile: str) -> Policy:
    home = Path(os.environ.get("AUTOCODER_HOME") or Path.home() / ".autocoder")
    paths = [home / "config.yaml"]
    if project is not None:
        if not project.is_dir():
            raise PolicyError(f"{project} is not a directory: --project-dir takes the folder of a project")
        paths.append(project / ".autocoder" / "policy.yaml")
    workspace = None if project is None else project.resolve().as_posix()
    return build_policy(profile, [_rule_file(path) for path in paths], workspace=workspace)


def _rule_file(path: Path) -> RuleFile:
    try:
        return parse_rule_file(path.read_text("utf-8"), str(path))
    except FileNotFoundError:
        return RuleFile()
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(f"{path} cannot be read: {error}") from error


def _words(words: list[str]) -> Iterator[tuple[str, str]]:
    words = words[1:] if words[0] == "--" else words
    commands = words if any(" " in word for word in words) else [" ".join(words)]
    yield from ((command, command) for command in commands)


def _lines(lines: Iterable[str]) -> Iterator[tuple[str, str | None]]:
    for line in lines:
        text = line.strip()
        if not text:
            continue
        try:
            command = json.loads(text)
        except (ValueError, RecursionError):
            command = None
        yield text, command if isinstance(command, str) else None


def _answer(command: str, reason: str | None, hint: str | None) -> dict[str, object]:
    return {"command": command, "allow": reason is None, "reason": reason, "hint": hint}


if __name__ == "__main__":
    sys.exit(main())
