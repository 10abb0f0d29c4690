"""The coder of the sample: the test first, then the feature, then the proof."""

from __future__ import annotations

from scripted_model.conversation import Conversation, Feature, ToolResult
from scripted_model.jsonvalues import as_object
from scripted_model.playbooks.acts import (
    NOTES,
    add_notes,
    bash,
    commit,
    decode,
    features_in,
    finish,
    first_line,
    following,
    identity,
    last_line,
    read,
    text_of,
    use,
    was_refused,
    write_files,
)
from scripted_model.playbooks.backlog import Card, find_card
from scripted_model.replies import Call, say
from scripted_model.scripts import Script

_MOST_WAITS = 40  # calls of feature_mark_passing while the verification goes on


def code(talk: Conversation) -> Script[None]:
    """Build every feature the task names, or else the one the backlog hands out."""
    features = talk.features
    if not features:
        calls = use(talk, "feature_get_next")
        if not calls:
            yield from finish("The task names no feature and I cannot ask for one.")
            return
        (handed,) = yield say("I ask the backlog what is next.", *calls)
        features = tuple(Feature(identity(found), text_of(found, "name")) for found in features_in(handed))
        if not features:
            yield from finish("Nothing is ready to be built.")
            return
    todo = list(features)
    while todo:
        feature = todo.pop(0)
        card = find_card(feature.name)
        proof = (yield from _build(talk, feature, card)) if card else (yield from _ask_for_help(talk, feature))
        if proof is None:
            return
        todo += filter(None, [following(proof)])
    yield from finish("Done. The next session finds everything in the notes and the history.")


def _build(talk: Conversation, feature: Feature, card: Card) -> Script[ToolResult | None]:
    notes, *_seen = yield say(card.intro, read(talk, NOTES), *(read(talk, path) for path in card.reads))
    if not (
        yield from write_files(
            talk, {card.test: card.test_text}, f"The check comes first: {card.test} says what {card.name} means."
        )
    ):
        return (yield from _give_up(talk, feature, "I may not write the test file"))
    red, *_set = yield say(
        "It has to fail now, or it would prove nothing. With that seen I hand it in as the check.",
        bash(card.check, "Run the new test"),
        *use(talk, "feature_set_check", feature_id=feature.id, command=card.check, files=[card.test]),
    )
    words = card.plan if red.is_error else f"It passes already: an earlier session came far. {card.plan}"
    if not (yield from write_files(talk, card.first_files(), words)):
        return (yield from _give_up(talk, feature, "I may not write the files it needs"))
    green = yield from _test(talk, card)
    if green.is_error and not was_refused(green):
        return (yield from _give_up(talk, feature, f"its test does not pass ({last_line(green.text)})"))
    seen = "The shell would not run the test, so the check will have to." if green.is_error else "Green."
    paths = [card.test, *card.files()]
    if not (yield from commit(paths, f"{card.commit}\n\n{card.description}", f"{seen} One commit for this feature.")):
        return (yield from _give_up(talk, feature, "the commit did not go through"))
    return (yield from _prove(talk, feature, card, notes))


def _test(talk: Conversation, card: Card) -> Script[ToolResult]:
    (result,) = yield say("Now the same test again.", bash(card.check, "Run the test"))
    if result.is_error and card.slip and not was_refused(result):
        slip = card.slip
        edit = {"file_path": talk.path(slip.file), "old_string": slip.wrong, "new_string": slip.right}
        _edited, result = yield say(slip.words, Call("Edit", edit), bash(card.check, "Run the test again"))
    return result


def _prove(talk: Conversation, feature: Feature, card: Card, notes: ToolResult) -> Script[ToolResult | None]:
    entry = f"#{feature.id} {card.name}: done, with {card.test}. {card.plan}"
    calls = use(talk, "feature_mark_passing", feature_id=feature.id)
    if not calls:
        yield say("A note for the next session.", add_notes(talk, notes, entry))
        yield from finish(f"{card.name} is built and committed, but I was not given the tool to have it verified.")
        return None
    _noted, proof = yield say("A note for the next session, and then the proof.", add_notes(talk, notes, entry), *calls)
    for _ in range(_MOST_WAITS):
        if proof.is_error or as_object(decode(proof)).get("status") != "verifying":
            break
        (proof,) = yield say("", *calls)
    if proof.is_error:
        words = f"Not accepted: {first_line(proof.text)} I look at what is different here and ask once more."
        *_looked, proof = yield say(words, bash("git status --short && git log --oneline -3", "Look around"), *calls)
    if proof.is_error:
        return (yield from _give_up(talk, feature, f"the verification says: {first_line(proof.text)}"))
    return proof


def _give_up(talk: Conversation, feature: Feature, reason: str) -> Script[ToolResult | None]:
    release = use(talk, "feature_release", feature_id=feature.id)
    words = f"I cannot finish {feature.name}: {reason}. I stop here rather than claim it works."
    if release:
        yield say(words, *release)
        yield from finish("The card is back on the backlog for somebody else.")
    else:
        yield from finish(words)
    return None


def _ask_for_help(talk: Conversation, feature: Feature) -> Script[ToolResult | None]:
    if "A person answered:" in talk.task:
        return (yield from _give_up(talk, feature, "an answer does not make me know more than the cards of the sample"))
    words = f"I am a scripted model and know the cards of the sample only; {feature.name} is not one of them."
    question = f"{words} Connect a real model to have it built, or delete the card."
    field = {"name": "decision", "label": "What should happen with it?", "kind": "text"}
    calls = use(talk, "feature_request_human_input", feature_id=feature.id, prompt=question, fields=[field])
    if not calls:
        return (yield from _give_up(talk, feature, "it is no card of the sample, which is all I know"))
    yield say(words, *calls)
    yield from finish("This one needs a person.")
    return None
