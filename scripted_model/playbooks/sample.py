"""The sample: agents that build Folio, each by its role."""

from __future__ import annotations

from scripted_model.conversation import Conversation
from scripted_model.playbooks.assistant import assist
from scripted_model.playbooks.coder import code
from scripted_model.playbooks.initializer import initialize
from scripted_model.playbooks.tester import look_for_breakage
from scripted_model.replies import Reply
from scripted_model.scripts import replay

_ROLES = {"initializer": initialize, "coder": code, "tester": look_for_breakage}


def answer_sample(conversation: Conversation) -> Reply:
    """The next message of the agent whose role the task names; without one, of the project assistant."""
    play = _ROLES.get(conversation.role, assist)
    return replay(play(conversation), conversation.calls)
