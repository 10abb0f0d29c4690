"""The project assistant of the sample: tells how things stand, adds a card, and says honestly what it is."""

from __future__ import annotations

import re

from scripted_model.conversation import Conversation
from scripted_model.jsonvalues import as_number, as_object
from scripted_model.playbooks.acts import decode, features_in, finish, first_line, identity, text_of, use
from scripted_model.replies import say
from scripted_model.scripts import Script

_WISH = re.compile(
    r"\b(?:add|create|make)\s+(?:me\s+)?(?:an?\s+|the\s+)?(?:new\s+)?(?:feature|card)s?\b"
    r"(?:\s+(?:called|named|that|which|for|to))?\s*:?\s*(?P<wish>.+)",
    re.IGNORECASE,
)
_ABOUT = "I am a scripted model: I can tell how the backlog stands and add a card (“add a feature: …”)."


def assist(talk: Conversation) -> Script[None]:
    """Answer the person's latest message."""
    wish = _WISH.search(talk.task)
    name = wish["wish"].strip(" .!\"'“”")[:200] if wish else ""
    if name:
        name = name[0].upper() + name[1:]
    calls = use(
        talk, "feature_create", category="ideas", name=name, description=talk.task.strip(), steps=[f"Try it: {name}"]
    )
    if name and calls:
        (created,) = yield say("I put it on the backlog.", *calls)
        if created.is_error:
            yield from finish(f"The backlog did not take it: {first_line(created.text)}")
            return
        card = next(iter(features_in(created)), {})
        yield from finish(f"**#{identity(card)} {text_of(card, 'name') or name}** is on the backlog.")
        return
    calls = use(talk, "feature_get_stats")
    if not calls:
        yield from finish(_ABOUT)
        return
    (stats,) = yield say("Let me look.", *calls)
    figures = as_object(decode(stats))
    passing, total = int(as_number(figures.get("passing"))), int(as_number(figures.get("total")))
    yield from finish(f"**{passing} of {total}** features are passing. {_ABOUT}")
