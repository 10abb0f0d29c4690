"""The one question this package answers."""

from __future__ import annotations

from functools import lru_cache

from shellpolicy.judgement import Judgement
from shellpolicy.policies import Policy
from shellpolicy.syntax import ParserUnavailable
from shellpolicy.verdict import Allow, Decision, Deny, Refused
from shellpolicy.words import Scope

_CACHED_LENGTH = 8_192  # characters: longer commands are rarely repeated and would fill memory
_CACHED_COUNT = 1_024


def decide(command: str, policy: Policy) -> Decision:
    """Whether every command in the shell text may run under `policy`. Never raises, never executes, fails closed."""
    try:
        if len(command) <= _CACHED_LENGTH:
            return _remembered(command, policy)
        return _judge(command, policy)
    except ParserUnavailable as problem:
        return Deny(f"no command can be judged now: {problem}", "Run python start.py doctor, or try again.")


@lru_cache(maxsize=_CACHED_COUNT)
def _remembered(command: str, policy: Policy) -> Decision:
    return _judge(command, policy)


def _judge(command: str, policy: Policy) -> Decision:
    try:
        Judgement(policy).script(command, Scope())
    except Refused as refusal:
        return refusal.deny
    except (RecursionError, MemoryError):
        return Deny("the command is nested too deeply to be judged", "Split it into several commands.")
    return Allow()
