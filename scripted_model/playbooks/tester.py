"""The tester of the sample: runs the checks of green cards again and reports what broke."""

from __future__ import annotations

from collections.abc import Mapping

from scripted_model.conversation import Conversation
from scripted_model.jsonvalues import as_object, as_text
from scripted_model.playbooks.acts import (
    bash,
    features_in,
    finish,
    identity,
    last_line,
    text_of,
    use,
    was_refused,
)
from scripted_model.playbooks.backlog import find_card
from scripted_model.replies import say
from scripted_model.scripts import Script


def look_for_breakage(talk: Conversation) -> Script[None]:
    """Take the cards the backlog offers for regression, run their checks, mark the ones that fail."""
    calls = use(talk, "feature_get_for_regression", limit=3)
    if not calls:
        yield from finish("I was not given feature_get_for_regression, so there is nothing I can test.")
        return
    (offered,) = yield say("I look at features that were green once.", *calls)
    checks = {identity(feature): _command(feature) for feature in features_in(offered) if _command(feature)}
    names = {identity(feature): text_of(feature, "name") for feature in features_in(offered)}
    if not checks:
        yield from finish("Nothing is green yet, so nothing can have broken.")
        return
    results = yield say(
        "Their checks, one after the other.", *(bash(command, "Run a check again") for command in checks.values())
    )
    broken = []
    for number, result in zip(checks, results, strict=True):
        if not result.is_error or was_refused(result):
            continue
        broken.append(names[number])
        reason = f"I ran {checks[number]} and expected it to pass; it ended with: {last_line(result.text)}"
        report = use(talk, "feature_mark_failing", feature_id=number, reason=reason)
        if report:
            yield say(f"{names[number]} does not do what it says any more.", *report)
    yield from finish(f"Broken: {', '.join(broken)}." if broken else "Everything I tried still works.")


def _command(feature: Mapping[str, object]) -> str:
    card = find_card(text_of(feature, "name"))
    return as_text(as_object(feature.get("check")).get("command")) or (card.check if card else "")
