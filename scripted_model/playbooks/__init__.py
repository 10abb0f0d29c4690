"""The playbooks by name."""

from __future__ import annotations

from scripted_model.faults import Fault, FaultRule
from scripted_model.playbooks.bad import answer_badly
from scripted_model.playbooks.blindspot import answer_blindspot
from scripted_model.playbooks.inline import answer_inline
from scripted_model.playbooks.parts import answer_parts
from scripted_model.playbooks.playbook import Playbook
from scripted_model.playbooks.sample import answer_sample

__all__ = ["PLAYBOOKS", "Playbook", "find_playbook"]

PLAYBOOKS = {
    playbook.name: playbook
    for playbook in (
        Playbook("sample", "builds Folio, a small reading log, feature by feature", answer_sample),
        Playbook("bad", "the same backlog, but each card's agent misbehaves in its own way", answer_badly),
        Playbook("parts", "builds many small features that have nothing to do with each other", answer_parts),
        Playbook("blindspot", "one feature breaks another where its check does not look", answer_blindspot),
        Playbook("inline", "plays the steps written in the prompt between @@ and @@", answer_inline),
        Playbook(
            "limits",
            "like sample, but the plan is used up at first and resets after some seconds",
            answer_sample,
            (FaultRule(Fault("usage_limit", seconds=5.0)),),
        ),
    )
}


def find_playbook(name: str) -> Playbook:
    """The playbook called `name`; raises ValueError that lists the ones there are."""
    if name not in PLAYBOOKS:
        raise ValueError(f"no playbook is called {name!r}; there are {', '.join(PLAYBOOKS)}")
    return PLAYBOOKS[name]
