"""Two small features: the second breaks the first where the check of the first does not look, and a tester finds it.

The check of "Greeting" greets Ada only. "Capital letters" then fails for whoever has no name, which no check sees;
a tester follows the steps of the card and does. Who repairs it extends the check, so that it sees it from then on.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from scripted_model.conversation import Conversation, Feature
from scripted_model.jsonvalues import as_object
from scripted_model.playbooks.acts import (
    bash,
    commit,
    decode,
    features_in,
    finish,
    first_line,
    identity,
    last_line,
    text_of,
    use,
    write_files,
)
from scripted_model.replies import Reply, say
from scripted_model.scripts import Script, replay

_MOST_WAITS = 200
_TOLD = "broken now: I greeted an empty name"  # how the header of a repair begins to tell what a tester found
_STRANGER = "Hello, stranger!"

_SKELETON = {".gitignore": "__pycache__/\n", "README.md": "# Hello\n", "tests/__init__.py": ""}


@dataclass(frozen=True)
class _Work:
    """What a session makes of `hello.py`, and the test it proves it with: (file, names and what they are greeted)."""

    greeting: str
    test: str
    greets: tuple[tuple[str, str], ...]

    @property
    def check(self) -> str:
        return f"python3 -m unittest tests.{self.test}"

    @property
    def files(self) -> dict[str, str]:
        """The program and its test."""
        program = f'"""Greetings."""\n\n\ndef greet(name):\n{self.greeting}'
        asserts = "".join(f"        self.assertEqual(greet({name!r}), {said!r})\n" for name, said in self.greets)
        test = (
            "import unittest\n\n\nclass Test(unittest.TestCase):\n    def test_greet(self):\n"
            f"        from hello import greet\n\n{asserts}"
        )
        return {"hello.py": program, f"tests/{self.test}.py": test}


_CAPITAL = "{name[0].upper()}{name[1:]}"
_PLAIN = _Work("    return f\"Hello, {name or 'stranger'}!\"\n", "test_greeting", (("Ada", "Hello, Ada!"),))
_WORKS = {
    "Greeting": _PLAIN,
    "Capital letters": _Work(f'    return f"Hello, {_CAPITAL}!"\n', "test_capitals", (("ada", "Hello, Ada!"),)),
}
_REPAIR = _Work(
    f'    who = f"{_CAPITAL}" if name else "stranger"\n    return f"Hello, {{who}}!"\n',
    "test_greeting",
    (*_PLAIN.greets, ("", _STRANGER)),
)


def answer_blindspot(talk: Conversation) -> Reply:
    """The next message of the agent whose role the task names."""
    plays = {"initializer": _initialize, "coder": _code, "tester": _try_out}
    play = plays.get(talk.role)
    return replay(play(talk), talk.calls) if play else say("I play initializers, coders and testers.")


def _initialize(talk: Conversation) -> Script[None]:
    first = {
        "category": "hello",
        "name": "Greeting",
        "description": "`greet(name)` of `hello.py` greets by name, and strangers too.",
        "steps": ["Greet Ada: see `Hello, Ada!`", f"Greet an empty name: see `{_STRANGER}`"],
    }
    second = {
        "category": "hello",
        "name": "Capital letters",
        "description": "Names are greeted with a capital letter.",
        "steps": ["Greet ada: see `Hello, Ada!`"],
        "depends_on_indices": [0],
    }
    (made,) = yield say("Two features.", *use(talk, "feature_create_bulk", features=[first, second]))
    if made.is_error:
        yield from finish(f"The backlog was not accepted: {first_line(made.text)}")
        return
    if (yield from write_files(talk, _SKELETON, "A place for them.")):
        yield from commit(sorted(_SKELETON), "Lay down the skeleton", "That is all there is.")
    yield from finish("It can be built now.")


def _code(talk: Conversation) -> Script[None]:
    for feature in talk.features:
        work = _REPAIR if _TOLD in talk.task else _WORKS.get(feature.name)
        if work is None:
            yield from finish(f"{feature.name} is nothing I know.")
            return
        yield from _build(talk, feature, work)
    yield from finish("Done.")


def _build(talk: Conversation, feature: Feature, work: _Work) -> Script[None]:
    name = f"tests/{work.test}.py"
    yield from write_files(talk, {name: work.files[name]}, "The check first.")
    yield say(
        "It has to fail now.",
        bash(work.check, "Run the test"),
        *use(talk, "feature_set_check", feature_id=feature.id, command=work.check, files=[name]),
    )
    yield from write_files(talk, {"hello.py": work.files["hello.py"]}, "Now the work.")
    yield say("And it has to pass.", bash(work.check, "Run the test"))
    yield from commit(["hello.py", name], feature.name, "One commit.")
    for _ in range(_MOST_WAITS):
        (proof,) = yield say("", *use(talk, "feature_mark_passing", feature_id=feature.id))
        if proof.is_error or as_object(decode(proof)).get("status") != "verifying":
            break


def _try_out(talk: Conversation) -> Script[None]:
    """Follow the steps of the greeting, also the one that its check leaves out."""
    (offered,) = yield say("What was green once?", *use(talk, "feature_get_for_regression", limit=3))
    found = next((found for found in features_in(offered) if text_of(found, "name") == "Greeting"), None)
    if found is None:
        yield from finish("There is nothing I could greet.")
        return
    command = f"python3 -c {shlex.quote('import hello; print(hello.greet(str()))')}"
    (seen,) = yield say("I follow its steps as a person would.", bash(command, "Greet an empty name"))
    if last_line(seen.text) == _STRANGER:
        yield from finish("It still greets everybody.")
        return
    reason = f"I greeted an empty name and expected {_STRANGER!r}; it ended with: {last_line(seen.text)}"
    yield say(
        "Its check cannot see this.", *use(talk, "feature_mark_failing", feature_id=identity(found), reason=reason)
    )
    yield from finish("Broken: Greeting.")
