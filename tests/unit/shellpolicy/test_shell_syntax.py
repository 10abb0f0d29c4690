"""Parsing fails closed: what is no command text, or has no parser, is never allowed."""

from __future__ import annotations

import stat
import sys
import threading
from pathlib import Path

import pytest

from shellpolicy import Allow, Deny, build_policy, decide, syntax
from shellpolicy.syntax import ParserUnavailable, children, find_shfmt, parse
from shellpolicy.verdict import Refused
from tests.ctrlc import output_under_ctrl_c

POLICY = build_policy()


def refused(command: str) -> str:
    decision = decide(command, POLICY)
    assert isinstance(decision, Deny)
    return decision.reason


def fake_shfmt(path: Path, body: str) -> str:
    program = path / "shfmt"
    program.write_text(f"#!{sys.executable}\n{body}\n", "utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return str(program)


@pytest.mark.parametrize("character", ["\x00", "\x01", "\r", "\x0b", "\x0c", "\x1b", "\x7f"])
def test_control_characters_are_refused(character: str) -> None:
    assert f"U+{ord(character):04X}" in refused(f"ls {character} x")


def test_a_carriage_return_cannot_move_the_end_of_a_here_document() -> None:
    assert "U+000D" in refused("cat <<'EOF'\r\ntext\nEOF\r\nsudo ls\n")


def test_private_use_characters_are_refused() -> None:
    assert "U+E000" in refused("ls \ue000")


def test_lone_surrogates_are_refused() -> None:
    assert "Unicode" in refused("ls \ud800")


def test_other_scripts_are_text_like_any_other() -> None:
    assert decide("echo 'žluťoučký 你好 🎉' > ü.txt", POLICY) == Allow()


@pytest.mark.parametrize("command", ["", " ", "\n\n", "# nothing"])
def test_no_command_is_no_danger(command: str) -> None:
    assert decide(command, POLICY) == Allow()


def test_the_longest_text_is_that_of_one_argument() -> None:
    assert decide("echo '" + "x" * 130_000 + "'", POLICY) == Allow()
    assert "longer than 131072" in refused("echo '" + "x" * 131_072 + "'")


@pytest.mark.parametrize("text", ["( " * 500 + "ls" + " )" * 500, "$(" * 300 + "ls" + ")" * 300, "ls|" * 500 + "ls"])
def test_deep_nesting_is_refused(text: str) -> None:
    reason = refused(text)
    assert (
        "nested too deeply" in reason
        or "too large" in reason
        or "cannot be parsed" in reason
        or "did not answer" in reason
    )


def test_a_tree_too_large_to_hold_is_refused() -> None:
    reason = refused("ls " + "a " * 30_000)
    assert "too large" in reason or "did not answer" in reason


def test_too_many_scripts_within_scripts_are_refused() -> None:
    assert "too many scripts" in refused("bash -c ls; " * 30)


def test_endless_scripts_within_scripts_are_refused() -> None:
    text = "ls"
    for _ in range(10):
        text = f"eval {text}"
    assert "too many scripts" in refused(text)


def test_without_a_parser_nothing_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> str:
        raise ParserUnavailable("shfmt is not installed")

    monkeypatch.setattr(syntax, "find_shfmt", missing)
    assert "shfmt is not installed" in refused("echo no parser")
    monkeypatch.undo()
    assert decide("echo no parser", POLICY) == Allow()


def test_a_parser_that_cannot_start_allows_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(syntax, "find_shfmt", lambda: str(tmp_path / "absent"))
    assert "cannot be started" in refused("echo cannot start")


@pytest.mark.parametrize("body", ["while True: pass", "import os; os.kill(os.getpid(), 9)"])
def test_a_stuck_or_dying_parser_allows_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, body: str) -> None:
    program = fake_shfmt(tmp_path, body)
    monkeypatch.setattr(syntax, "SECONDS", 0.3)
    monkeypatch.setattr(syntax, "find_shfmt", lambda: program)
    assert "did not answer" in refused(f"echo {len(body)} stuck")


@pytest.mark.parametrize("answer", ["[]", "{", "null", "hello"])
def test_a_parser_that_answers_nonsense_allows_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, answer: str
) -> None:
    program = fake_shfmt(tmp_path, f"print({answer!r})")
    monkeypatch.setattr(syntax, "find_shfmt", lambda: program)
    assert "no syntax tree" in refused(f"echo nonsense {answer!r}")


def test_a_new_kind_of_syntax_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    tree = '{"Type": "File", "Stmts": [{"Cmd": {"Type": "CallExpr", "Args": [{"Parts": [{"Type": "Novelty"}]}]}}]}'
    program = fake_shfmt(tmp_path, f"print({tree!r})")
    monkeypatch.setattr(syntax, "find_shfmt", lambda: program)
    assert "not supported" in refused("echo novelty")


def test_a_parser_that_closes_its_input_early_is_heard_out(tmp_path: Path) -> None:
    program = fake_shfmt(tmp_path, "import sys, os; os.close(0); sys.stderr.write('no more\\n'); sys.exit(1)")
    with pytest.raises(Refused, match="no more"):
        parse("echo " + "x" * 100_000, program=program)


def test_the_parser_is_found_beside_python_or_on_the_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    find_shfmt.cache_clear()
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ParserUnavailable, match="not installed"):
        find_shfmt()
    expected = fake_shfmt(tmp_path, "")
    assert find_shfmt() == expected
    find_shfmt.cache_clear()


@pytest.mark.skipif(sys.platform == "win32", reason="no process groups")
def test_a_ctrl_c_at_the_terminal_ends_no_parser() -> None:
    code = "print({len(children(parse(f'ls {n}; pwd'), 'Stmts')) for n in range(20)})"
    assert output_under_ctrl_c("from shellpolicy.syntax import children, parse", code) == "{2}"


def test_a_tree_has_the_statements_of_the_text() -> None:
    assert len(children(parse("ls; cd x\npwd"), "Stmts")) == 3


def test_where_no_watchdog_can_start_nothing_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", exhausted)
    assert "cannot be watched" in refused("echo no thread left")
