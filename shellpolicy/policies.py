"""The immutable policy a decision is made under, and the two files that may add to it.

A rule file is YAML with two optional lists of command names, `allow:` and `block:`. Blocks win over allows, wherever
each comes from; BLOCKED_COMMANDS of security.py wins over everything, and a file that tries to allow one of them is an
error.
This module reads no files: it is given their text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import yaml

import security

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]*\Z")
_KEYS = ("allow", "block")


class PolicyError(ValueError):
    """A rule file or a profile name cannot be used; the text is one sentence for a person."""


@dataclass(frozen=True, slots=True)
class RuleFile:
    """What one file adds: names it allows and names it blocks."""

    allow: frozenset[str] = frozenset()
    block: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Policy:
    """Which commands may run and where.

    `allowed` already has every block taken out, `withheld` are the blocks of the files, `never` the names nothing can
    permit. `workspace` and `cwd` are absolute POSIX paths as the shell will see them, None when unknown: absolute paths
    then count as outside.
    """

    allowed: frozenset[str]
    never: frozenset[str]
    withheld: frozenset[str] = frozenset()
    profile: str = "base"
    workspace: str | None = None
    cwd: str | None = None


def build_policy(
    profile: str = "base",
    rule_files: Iterable[RuleFile] = (),
    *,
    workspace: str | None = None,
    cwd: str | None = None,
) -> Policy:
    """The base list, the profile's and the files' own, less everything any of them blocks.

    Raises PolicyError for an unknown profile.
    """
    if profile not in security.PROFILES:
        known = ", ".join(security.PROFILES)
        raise PolicyError(f"there is no shell profile {profile!r}: use one of {known}")
    files = tuple(rule_files)
    withheld = frozenset[str]().union(*(file.block for file in files))
    wanted = security.ALLOWED_COMMANDS.union(security.PROFILES[profile], *(file.allow for file in files))
    return Policy(
        allowed=wanted - withheld - security.BLOCKED_COMMANDS,
        never=security.BLOCKED_COMMANDS,
        withheld=withheld,
        profile=profile,
        workspace=workspace,
        cwd=cwd or workspace,
    )


def parse_rule_file(text: str, name: str) -> RuleFile:
    """Read the text of a rule file; `name` is how errors call it.

    Raises PolicyError for bad YAML, an unknown key, something that is no list of command names, or an attempt to allow
    what security.py blocks.
    """
    try:
        data = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1})" if mark is not None else ""
        raise PolicyError(f"{name} is not valid YAML{where}: it should hold the lists allow: and block:") from error
    except RecursionError as error:
        raise PolicyError(f"{name} is nested too deeply: it should hold the lists allow: and block:") from error
    if data is None:
        return RuleFile()
    if not isinstance(data, dict):
        raise PolicyError(f"{name} should be a mapping with the lists allow: and block:, not {_kind(data)}")
    for key in data:
        if key not in _KEYS:
            raise PolicyError(f"{name} has the unknown key {key!r}: it knows allow: and block:")
    rules = RuleFile(allow=_names(data.get("allow"), name, "allow"), block=_names(data.get("block"), name, "block"))
    for command in sorted(rules.allow & security.BLOCKED_COMMANDS):
        raise PolicyError(
            f"{name} allows {command!r}, which is on the blocklist of security.py: nothing overrides that"
        )
    return rules


def _names(value: object, name: str, key: str) -> frozenset[str]:
    if value is None:
        return frozenset()
    if not isinstance(value, list):
        raise PolicyError(f"{key}: in {name} should be a list of command names, not {_kind(value)}")
    for item in value:
        if not isinstance(item, str) or not _NAME.match(item):
            raise PolicyError(f"{key}: in {name} holds {item!r}: each entry is one command name, such as terraform")
    return frozenset(value)


def _kind(value: object) -> str:
    return {"str": "a text", "int": "a number", "list": "a list", "dict": "a mapping"}.get(
        type(value).__name__, f"a {type(value).__name__}"
    )
