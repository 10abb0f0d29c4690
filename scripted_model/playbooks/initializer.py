"""The initializer of the sample: from the specification to a backlog and a skeleton."""

from __future__ import annotations

from scripted_model.conversation import Conversation
from scripted_model.jsonvalues import as_number, as_object
from scripted_model.playbooks.acts import (
    NOTES,
    bash,
    commit,
    decode,
    finish,
    first_line,
    read,
    use,
    was_refused,
    write_files,
)
from scripted_model.playbooks.backlog import cards, features_for_bulk, read_files
from scripted_model.replies import say
from scripted_model.scripts import Script

SPECIFICATION = "prompts/app_spec.txt"
_ENTRY = (
    "Session 1, the initializer. Twelve features are on the backlog and the skeleton stands.\n"
    "Start: python3 -m folio. Test: python3 -m unittest. Features add files and change none; see README.md."
)


def initialize(talk: Conversation, *, linked: bool = True) -> Script[None]:
    """Read the specification, fill an empty backlog, write the skeleton, see it pass, commit.

    linked: whether the features are to know what they depend on.
    """
    specification, *stats = yield say(
        "I begin with the specification, and with what may be here already.",
        read(talk, SPECIFICATION),
        *use(talk, "feature_get_stats"),
    )
    known = "Folio" in (talk.task if specification.is_error else specification.text)
    opening = (
        "Folio is clear to me. "
        if known
        else "I am a scripted model and know one application only, Folio, so I build that. "
    )
    held = int(as_number(as_object(decode(stats[0])).get("total"))) if stats else 0
    if held:
        opening += f"The backlog already holds {held} features from an earlier session; I leave it as it is."
    elif not (yield from _create_backlog(talk, opening, linked=linked)):
        return
    else:
        opening = "The backlog stands."
    yield from _build_skeleton(talk, opening)


def _create_backlog(talk: Conversation, opening: str, *, linked: bool) -> Script[bool]:
    chosen = cards()
    calls = use(talk, "feature_create_bulk", features=features_for_bulk(chosen, linked=linked))
    if not calls:
        yield from finish(
            "I was not given feature_create_bulk, so I cannot write the backlog. Nothing has been changed."
        )
        return False
    words = (
        f"{opening}It falls into {len(chosen)} features; what does not depend on each other can be built side by side."
    )
    (created,) = yield say(words, *calls)
    if created.is_error:
        yield from finish(
            f"The backlog was not accepted: {first_line(created.text)} I stop here; nothing is half done."
        )
        return False
    return True


def _build_skeleton(talk: Conversation, opening: str) -> Script[None]:
    files = read_files("skeleton")
    plan = "Now a skeleton that starts and is tested: a small server that finds routes, styles and scripts by folder."
    if not (yield from write_files(talk, files, f"{opening} {plan}")):
        yield from finish("I may not write some of these files, so I stop here.")
        return
    marked, prepared, tested = yield say(
        "It should start from nothing and pass its own tests.",
        bash("chmod +x init.sh", "Make init.sh executable"),
        bash("./init.sh", "Prepare"),
        bash("python3 -m unittest", "Run the skeleton's tests"),
    )
    paths = sorted(files)
    if was_refused(marked):
        yield say(
            "The shell does not let me change the mode, but git can record it.",
            bash("git add init.sh && git update-index --chmod=+x init.sh", "Mark init.sh executable in git"),
        )
        paths.remove("init.sh")
    if tested.is_error and not was_refused(tested):
        yield from finish(
            f"The skeleton does not pass its own tests: {first_line(tested.text)} I stop before committing it."
        )
        return
    if not (yield from commit(paths, "Lay down the skeleton of Folio", "All green. I commit the skeleton.")):
        yield from finish("The commit did not go through, so I leave the files as they are and say so.")
        return
    if not (yield from write_files(talk, {NOTES: f"{_ENTRY}\n"}, "A note for whoever comes next.")):
        yield from finish("The skeleton is committed; only the notes could not be written.")
        return
    ready = "It is ready to start." if not prepared.is_error else "Its init.sh wants a look."
    yield from finish(f"Twelve features wait on the backlog and the skeleton is committed. {ready}")
