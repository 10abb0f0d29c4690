"""Properties: hiding a refused command never makes it allowed, honest shell around an allowed one never refuses it."""

from __future__ import annotations

import random
import shlex
import time
from collections.abc import Callable
from typing import TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shellpolicy import Allow, Deny, build_policy, decide, decisions

POLICY = build_policy("backend_api", workspace="/home/me/project")
BRIEFLY = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])

REFUSED = [
    "sudo ls", "nc -l 80", "git push", "git -c alias.x='!ls' x", "rm -rf /", "rm -rf ~", "curl http://example.com",
    "unlisted", "chmod u+s x", "pkill sshd", "find / -delete", "npx evil", "cat ~/.ssh/id_rsa", "docker run x",
    "sed '1e ls' x", "awk 'BEGIN { system(\"ls\") }'", "tar xf a --to-command=sh", "kill -9 -1", "alias x=y",
    "cp x .git/hooks/y",
]  # fmt: skip
ALLOWED = [
    "ls -la", "npm test", "git status", "echo 'a; b && c'", "python3 -c 'print(1)'", "grep -rn x src", "mkdir -p a/b",
    "curl -s http://127.0.0.1:3000/", "rm -f x.log", "find . -name '*.py'", "sed -n 1,5p f", "./init.sh", "test -f x",
]  # fmt: skip
Wrapper: TypeAlias = Callable[[str], str]


def quoted(form: str) -> Wrapper:
    """`form` with the command as one quoted word."""
    return lambda command: form.format(shlex.quote(command))


def bare(form: str) -> Wrapper:
    """`form` with the command as it is."""
    return lambda command: form.replace("@", command)


STARTERS = [
    bare(form)
    for form in (
        "env @", "env X=1 @", "command @", "exec @", "nohup @", "timeout 5 @", "nice -n 5 @", "setsid @", "time @",
        "X=1 @", "xargs @", "xargs -I{} @", "find . -exec @ \\;", "stdbuf -oL @", "/usr/bin/env @",
        "builtin command @", "git bisect run @",
    )
]  # fmt: skip
SCRIPTS = [
    quoted(form)
    for form in (
        "bash -c {}", "sh -c {}", "bash -euc {}", "eval {}", "trap {} EXIT", "bash <<< {}", "env bash -c {}",
        "npx -c {}", "xargs -n1 bash -c {}", "find . -exec sh -c {} \\;", "timeout 9 bash -lc {}",
        "x={}; bash -c \"$x\"",
    )
]  # fmt: skip
PLACES = [
    bare(form)
    for form in (
        "(@)", "{ @; }", "! @", "@ &", "@ | cat", "ls | @", "ls && @", "ls || @", "ls; @", "ls\n@", "echo $(@)",
        'echo "$(@)"', "cat <(@)", "ls > >(@)", "if @; then :; fi", "if :; then @; fi", "while @; do break; done",
        "for i in a b; do @; done", "case x in *) @;; esac", "f() { @; }; f", "echo ${x:-$(@)}", "echo $(( $(@) ))",
        "[[ -n $(@) ]]", "a=($(@))", "x=$(@)", "export X=$(@)", "cat <<EOF\n$(@)\nEOF", "bash <<'EOF'\n@\nEOF",
        "coproc { @; }", "time @", "@ > out 2>&1", ">out @", "until @; do :; done", "for ((;;)); do @; done",
        "select x in a; do @; done", "(cd sub && @)",
    )
]  # fmt: skip
HONEST = [
    bare(form)
    for form in (
        "(@)", "{ @\n}", "@ &\nwait", "@ | cat", "ls && @", "ls; @", "ls\n@", 'echo "$(@)"', "if @\nthen :; fi",
        "time @", "f() { @\n}; f", "for i in a b; do @\ndone", "while @\ndo break; done", "cat <(@)", "x=$(@)",
        "@ > out 2>&1", "(cd sub && @)", "set -e\n@\necho done", "case x in *) @\n;; esac", "[[ -n $(@) ]] && ls",
    )
] + [
    quoted(form) for form in ("bash -c {}", "timeout 60 bash -c {}", "env X=1 bash -euo pipefail -c {}", "eval {}")
]  # fmt: skip


@BRIEFLY
@given(
    command=st.sampled_from(REFUSED),
    starters=st.lists(st.sampled_from(STARTERS), max_size=2),
    layers=st.lists(st.sampled_from(SCRIPTS + PLACES), max_size=3),
)
def test_no_wrapping_makes_a_refused_command_allowed(
    command: str, starters: list[Wrapper], layers: list[Wrapper]
) -> None:
    for wrap in starters + layers:
        command = wrap(command)
    assert isinstance(decide(command, POLICY), Deny), command


@pytest.mark.parametrize("wrap", STARTERS + SCRIPTS + PLACES, ids=lambda wrap: wrap("@"))
def test_each_wrapper_lets_the_refusal_through(wrap: Wrapper) -> None:
    decision = decide(wrap("sudo ls"), POLICY)
    assert isinstance(decision, Deny)
    assert "'sudo' is blocked" in decision.reason


@BRIEFLY
@given(command=st.sampled_from(ALLOWED), layers=st.lists(st.sampled_from(HONEST), max_size=3))
def test_no_honest_wrapping_makes_an_allowed_command_refused(command: str, layers: list[Wrapper]) -> None:
    for wrap in layers:
        command = wrap(command)
    assert decide(command, POLICY) == Allow(), command


TOKENS = [
    "ls", "rm", "sudo", "$(", ")", "`", "'", '"', "\\", "\n", ";", "&&", "|", "&", "{", "}", "((", "))", "[[", "]]",
    "<<EOF\n", "\nEOF\n", "<(", ">", "<", "2>&1", "${", "$x", "x=", "#", "if", "then", "fi", "for", "do", "done",
    "case", "in", "esac", "!", "f()", "eval", "bash -c", "find . -exec", "sed", "awk", "git", "$'", " ", "\t", "*",
    "?", "[", "]", "~", "-", "=", "é", "\ud800",
]  # fmt: skip


@BRIEFLY
@given(st.one_of(st.text(max_size=200), st.lists(st.sampled_from(TOKENS), max_size=25).map(" ".join)))
def test_any_text_gets_an_answer(text: str) -> None:
    decision = decide(text, POLICY)
    assert isinstance(decision, Allow) or (decision.reason and decision.hint)


@BRIEFLY
@given(st.lists(st.sampled_from(TOKENS), max_size=15).map("".join))
def test_the_answer_does_not_depend_on_what_was_asked_before(text: str) -> None:
    first = decide(text, POLICY)
    decisions._remembered.cache_clear()
    assert decide(text, POLICY) == first


SHAPES: dict[str, Callable[[int], str]] = {
    "one long word": lambda size: "echo " + "x" * size,
    "one long text": lambda size: "echo '" + "x [ $( ` ~/ :/ " * (size // 15) + "'",
    "many words": lambda size: "echo " + "word " * (size // 5),
    "many statements": lambda size: "echo something;" * (size // 15),
    "many assignments": lambda size: "x=something; " * (size // 13),
    "many braces": lambda size: "echo " + "{" * size,
    "one pattern": lambda size: "rm -rf ." + "*a" * (size // 2),
    "one here-document": lambda size: "cat <<'EOF'\n" + "a line of text\n" * (size // 15) + "EOF",
    "one sed script": lambda size: "sed '" + "s/aa/bb/;" * (size // 9) + "' f",
    "one awk program": lambda size: "awk '" + "{ print $1 }\n" * (size // 13) + "' f",
    "one trap": lambda size: "trap 'x=" + "a" * size + "' EXIT",
    "a cluster of options": lambda size: "git log -" + "p" * size,
    "arguments of find": lambda size: "find . " + "-name something " * (size // 16),
    "arguments of env": lambda size: "env " + "NAME=value " * (size // 11),
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_time_grows_with_length_and_no_faster(shape: Callable[[int], str]) -> None:
    def seconds(size: int) -> float:
        text = shape(size) + f" # {random.random()}"  # new to the cache
        begun = time.process_time()
        decide(text, POLICY)
        return time.process_time() - begun

    short = min(seconds(1_000) for _ in range(3))
    long = min(seconds(12_000) for _ in range(2))
    assert long < 60 * short + 0.05  # 12 times the length; what grows with its square takes 144 times as long
