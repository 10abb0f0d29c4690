"""Questions of agents to a person, and the answers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Final

from pydantic import JsonValue, ValidationError
from sqlalchemy.orm import Session

from api.backlog.repository import cards
from api.backlog.schemas import Claim, FeatureView, HumanField, HumanRequest
from api.backlog.service import claims, journal
from api.backlog.statuses import HARNESS, Actor
from api.errors import Conflict, InvalidInput, NotAllowed

APPROVAL: Final = "approve "  # begins the name of a field that only the harness asks and only a person answers
MAX_ANSWERS: Final = 50_000  # characters of their JSON


def request_approval(session: Session, feature_id: int, prompt: str, key: str, *, actor: Actor) -> FeatureView:
    """Ask a person whether doubtful changes are right; `key` names exactly these changes, for `approvals`."""
    fields = [
        HumanField(name=f"{APPROVAL}{key}", label="Are these changes right?", kind="boolean"),
        HumanField(name="advice", label="What to do instead", required=False),
    ]
    return request_human(session, feature_id, prompt, fields, actor=actor)


def approvals(feature: FeatureView) -> dict[str, bool]:
    """What a person said about doubtful changes of a feature, by the key of the question."""
    request = feature.human_request
    if request is None or request.answers is None or request.asked_by != HARNESS.name:
        return {}
    return {
        name.removeprefix(APPROVAL): answer is True
        for name, answer in request.answers.items()
        if name.startswith(APPROVAL)
    }


def request_human(
    session: Session,
    feature_id: int,
    prompt: str,
    fields: Sequence[HumanField] = (),
    *,
    actor: Actor,
    claim: Claim | None = None,
) -> FeatureView:
    """Park a feature until a person answers; a claim on it is let go."""
    found = journal.card(session, feature_id)
    status = journal.check_move(found, "ask", actor, claim)
    if actor != HARNESS and any(field.name.startswith(APPROVAL) for field in fields):
        raise InvalidInput(f"Names of fields may not begin with {APPROVAL!r}: choose another one.", field="fields")
    try:
        request = HumanRequest(prompt=prompt, fields=list(fields), asked_by=actor.name)
    except ValidationError as error:
        raise InvalidInput(error.errors()[0]["msg"], field="fields") from error
    now = journal.clock(None)
    if found.status == "in_progress":
        claims.let_go(session, found, now)
    cards.update(session, feature_id, {"status": status, "human_request": request.model_dump_json(), "updated_at": now})
    return journal.announce(session, feature_id, "asked", actor, note=prompt)


def resolve_human(session: Session, feature_id: int, answers: Mapping[str, JsonValue], *, actor: Actor) -> FeatureView:
    """Give the answers: the feature goes back to the backlog with them, and its count of attempts starts anew."""
    found = journal.card(session, feature_id)
    status = journal.check_move(found, "answer", actor, None)
    if found.human_request is None:
        raise Conflict(f"Feature {feature_id} asks nothing: there is no question to answer.")
    request = HumanRequest.model_validate_json(found.human_request)
    if actor.role != "person" and any(field.name.startswith(APPROVAL) for field in request.fields):
        raise NotAllowed("Only a person may say whether these changes are right: answer it on the board.")
    _check_answers(request, answers)
    answered = request.model_copy(update={"answers": dict(answers)})
    now = journal.clock(None)
    values = {"status": status, "human_request": answered.model_dump_json(), "attempts": 0, "updated_at": now}
    cards.update(session, feature_id, values)
    return journal.announce(session, feature_id, "answered", actor)


def _check_answers(request: HumanRequest, answers: Mapping[str, JsonValue]) -> None:
    known = {field.name: field for field in request.fields}
    if len(json.dumps(dict(answers))) > MAX_ANSWERS:
        raise InvalidInput(f"The answers are too long: give at most {MAX_ANSWERS} characters.", field="answers")
    for name in answers:
        if known and name not in known:
            raise InvalidInput(f"There is no field {name!r}: answer {', '.join(known)}.", field="answers")
    for field in request.fields:
        answer = answers.get(field.name)
        if field.required and answer in (None, ""):
            raise InvalidInput(f"The field {field.name!r} needs an answer.", field="answers")
        if field.kind == "choice" and answer is not None and field.options and answer not in field.options:
            choices = ", ".join(field.options)
            raise InvalidInput(f"{answer!r} is no choice for {field.name!r}: give one of {choices}.", field="answers")
        if field.kind == "boolean" and answer is not None and not isinstance(answer, bool):
            raise InvalidInput(f"The field {field.name!r} is answered with true or false.", field="answers")
