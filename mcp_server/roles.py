"""Which tools a server instance offers, and as whom its callers act."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from api.backlog.statuses import ActorRole

ServerRole = Literal["all", "initializer", "coder", "tester", "assistant"]

_READING: Final = frozenset(
    {"feature_get_stats", "feature_get_by_id", "feature_get_ready", "feature_get_blocked", "feature_get_graph"}
)
_CREATING: Final = frozenset({"feature_create", "feature_create_bulk", "feature_update", "feature_set_dependencies"})
_WORKING: Final = frozenset(
    {
        *("feature_get_next", "feature_get_for_regression", "feature_set_check", "feature_mark_passing"),
        *("feature_mark_failing", "feature_skip", "feature_release", "feature_request_human_input"),
    }
)
_TESTING: Final = frozenset({"feature_get_for_regression", "feature_mark_failing"})
_ASSISTING: Final = frozenset(
    {
        *("feature_delete", "feature_skip", "feature_set_check", "feature_mark_failing"),
        *("feature_get_for_regression", "feature_request_human_input"),
    }
)

TOOLS: Final[Mapping[ServerRole, frozenset[str]]] = {
    "all": _READING | _CREATING | _WORKING | {"feature_delete"},
    "initializer": _READING | _CREATING,
    "coder": _READING | _WORKING,
    "tester": _READING | _TESTING,
    "assistant": _READING | _CREATING | _ASSISTING,
}

# An outside client speaks for a person: it may create and delete, but is green only by a verification, like an agent.
ACTS_AS: Final[Mapping[ServerRole, ActorRole]] = {
    "all": "client",
    "initializer": "initializer",
    "coder": "coder",
    "tester": "tester",
    "assistant": "assistant",
}
