"""The menu: what a person types, what is made of it, and what it says to nonsense."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

import start
from api.backlog import service as backlog
from api.backlog.schemas import FeatureCreate
from api.backlog.statuses import PERSON
from api.database import open_database
from api.projects import service as projects
from registry import Registry
from start import Left, Menu, Terminal


class ScriptedTerminal(Terminal):
    """Types the given answers one after the other, and closes the input after the last."""

    def __init__(self, *answers: str, exit_code: int = 0, types: str = "") -> None:
        self.answers = list(answers)
        self.said: list[str] = []
        self.lent: list[list[str]] = []
        self.environments: list[dict[str, str]] = []
        self._exit_code = exit_code
        self._types = types

    @property
    def text(self) -> str:
        return "\n".join(self.said)

    def say(self, text: str = "") -> None:
        self.said.append(text)

    def ask(self, question: str, default: str = "") -> str:
        self.said.append(question)
        if not self.answers:
            raise Left
        return self.answers.pop(0) or default

    def lend(self, argv: Sequence[str | Path], more: Mapping[str, str] | None = None) -> int:
        self.environments.append(dict(more or {}))
        self.lent.append([str(part) for part in argv])
        if self._types:
            Path(argv[-1]).write_text(self._types)
        return self._exit_code


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"AUTOCODER_HOME": str(tmp_path / "home"), "HOME": str(tmp_path), "EDITOR": "an-editor --wait"}


@pytest.fixture
def specification(tmp_path: Path) -> Path:
    path = tmp_path / "what to build.txt"
    path.write_text("A shop for hats.")
    return path


def run(environ: dict[str, str], *answers: str, **options: object) -> ScriptedTerminal:
    terminal = ScriptedTerminal(*answers, **options)  # type: ignore[arg-type]  # options of ScriptedTerminal
    assert Menu(terminal, environ).run() == 0
    return terminal


def number_of(source: str) -> str:
    """The number of a way to give the specification: after the samples."""
    samples = len(list((start.TEMPLATES / "web_app" / "specs").glob("*.txt")))
    return str(samples + {"file": 1, "editor": 2}[source])


def add_project(environ: dict[str, str], folder: Path, name: str = "hats") -> None:
    folder.mkdir()
    Registry.from_environment(environ).register(name, folder)


def test_quit_leaves(environ: dict[str, str]) -> None:
    terminal = run(environ, "6")
    assert "Create a project" in terminal.text


def test_closing_the_input_leaves_too(environ: dict[str, str]) -> None:
    assert run(environ).said[-1] == "\nBye."


@pytest.mark.parametrize("nonsense", ["0", "7", "create", "-1", "1.5", ""])
def test_nonsense_is_asked_again(environ: dict[str, str], nonsense: str) -> None:
    assert "Type a number from 1 to 6." in run(environ, nonsense, "6").said


def test_create_from_a_file_and_start(environ: dict[str, str], tmp_path: Path, specification: Path) -> None:
    folder = tmp_path / "new" / "hats"
    terminal = run(environ, "1", "hats", str(folder), number_of("file"), str(specification), "y")
    assert (folder / "prompts" / "app_spec.txt").read_text() == "A shop for hats."
    assert "features" in (folder / "prompts" / "initializer_prompt.md").read_text()
    assert Registry.from_environment(environ).resolve("hats").created_by_us
    assert terminal.lent == [[sys.executable, str(start.AGENT_PROGRAM), "--project-dir", "hats"]]


def test_create_in_the_editor_without_starting(environ: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "hats"
    terminal = run(environ, "1", "hats", str(folder), number_of("editor"), "n", types="Only caps.")
    assert (folder / "prompts" / "app_spec.txt").read_text() == "Only caps."
    assert terminal.lent[0][:2] == ["an-editor", "--wait"]
    assert len(terminal.lent) == 1


def test_an_editor_that_fails_creates_nothing(environ: dict[str, str], tmp_path: Path) -> None:
    terminal = run(environ, "1", "hats", str(tmp_path / "hats"), number_of("editor"), exit_code=1)
    assert "nothing was created" in terminal.text
    assert not (tmp_path / "hats").exists()


def test_an_empty_specification_is_asked_for_again(
    environ: dict[str, str], tmp_path: Path, specification: Path
) -> None:
    specification.write_text("  \n")
    terminal = run(environ, "1", "hats", str(tmp_path / "hats"), number_of("file"), str(specification))
    assert "That is empty: choose again." in terminal.said


def test_a_specification_that_is_there_stays(environ: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "hats"
    (folder / "prompts").mkdir(parents=True)
    (folder / "prompts" / "app_spec.txt").write_text("Mine.")
    terminal = run(environ, "1", "hats", str(folder), "y", "n")
    assert (folder / "prompts" / "app_spec.txt").read_text() == "Mine."
    assert "used as it is" in terminal.text
    assert not Registry.from_environment(environ).resolve("hats").created_by_us


def test_a_folder_with_files_is_used_only_when_agreed(environ: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "hats").mkdir()
    (tmp_path / "hats" / "mine.txt").touch()
    run(environ, "1", "hats", str(tmp_path / "hats"), "maybe", "n")
    assert Registry.from_environment(environ).list() == []


def test_names_and_folders_that_cannot_be_are_asked_again(environ: dict[str, str], tmp_path: Path) -> None:
    add_project(environ, tmp_path / "taken", "taken")
    (tmp_path / "file").touch()
    terminal = run(environ, "1", "taken", "a/b", "hats", str(tmp_path / "file"), str(start.INSTALL_FOLDER))
    assert "There already is a project called 'taken'." in terminal.said
    assert any("cannot name a project" in line for line in terminal.said)
    assert f"{tmp_path / 'file'} is a file: give a folder." in terminal.said
    assert any("folder of its own" in line for line in terminal.said)


def test_a_missing_file_is_asked_again(environ: dict[str, str], tmp_path: Path) -> None:
    terminal = run(environ, "1", "hats", str(tmp_path / "hats"), number_of("file"), "/nowhere/spec.txt")
    assert "/nowhere/spec.txt is not a file that can be read." in terminal.said


def test_samples_are_offered_by_their_title(environ: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "hats"
    terminal = run(environ, "1", "hats", str(folder), "1", "n")
    assert any(line.startswith("  1  Sample: ") for line in terminal.said)
    assert (folder / "prompts" / "app_spec.txt").read_text().strip()


def test_continue_shows_progress_and_runs(environ: dict[str, str], tmp_path: Path) -> None:
    add_project(environ, tmp_path / "hats")
    database = open_database(tmp_path / "hats" / "features.db", "project")
    with database.write() as session:
        new = FeatureCreate(category="shop", name="A hat", description="It is shown.", steps=["look"])
        backlog.create(session, new, PERSON)
    database.close()
    terminal = run(environ, "2", "1", exit_code=4)
    assert any("hats: 0 of 1 features green" in line for line in terminal.said)
    assert terminal.lent[0][-2:] == ["--project-dir", "hats"]
    assert "The run ended with 4; its last lines say why." in terminal.said


def test_continue_without_projects_says_so(environ: dict[str, str]) -> None:
    assert "There is no project yet: create one." in run(environ, "2").said


def test_continue_can_be_left(environ: dict[str, str], tmp_path: Path) -> None:
    add_project(environ, tmp_path / "hats")
    terminal = run(environ, "2", "2")
    assert any("hats: not begun" in line for line in terminal.said)
    assert terminal.lent == []


def test_a_project_whose_folder_is_gone_says_so(environ: dict[str, str], tmp_path: Path) -> None:
    add_project(environ, tmp_path / "hats")
    (tmp_path / "hats").rmdir()
    terminal = run(environ, "2", "1")
    assert any("its folder is gone" in line for line in terminal.said)
    assert terminal.lent == []


def test_a_damaged_backlog_is_a_sentence(environ: dict[str, str], tmp_path: Path) -> None:
    add_project(environ, tmp_path / "hats")
    (tmp_path / "hats" / "features.db").write_bytes(b"no database" * 100)
    assert any("features.db" in line for line in run(environ, "2", "2").said)


def test_settings_are_changed_and_refused(environ: dict[str, str], tmp_path: Path) -> None:
    add_project(environ, tmp_path / "hats")
    answers = ("max_attempts", "7", "nonsense", "verification", "believed", "model", "opus", "")
    terminal = run(environ, "4", "1", *answers)
    database = open_database(tmp_path / "hats" / "features.db", "project")
    with database.read() as session:
        settings = projects.load_settings(session)
    database.close()
    assert (settings.max_attempts, settings.model, settings.verification) == (7, "opus", "proven")
    assert "There is no such setting." in terminal.said
    assert any("verification" in line and "proven" in line for line in terminal.said)


def test_settings_can_be_left_without_a_project(environ: dict[str, str], tmp_path: Path) -> None:
    run(environ, "4")
    add_project(environ, tmp_path / "hats")
    assert run(environ, "4", "2", "6").said[-1] == "Choose"


def test_board_is_the_launcher_of_the_web_app(environ: dict[str, str]) -> None:
    assert run(environ, "3").lent == [[sys.executable, str(start.INSTALL_FOLDER / "start_ui.py")]]


def test_without_an_editor_the_remedy_is_named(
    environ: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    del environ["EDITOR"]
    terminal = run(environ, "1", "hats", str(tmp_path / "hats"), number_of("editor"))
    assert "No editor was found" in terminal.text


def test_a_demo_has_a_folder_and_a_home_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    terminal = ScriptedTerminal()
    assert start.demo(terminal, ["--max-iterations", "1"]) == 0
    *command, folder = terminal.lent[0]
    assert command[2:] == ["--demo", "--max-iterations", "1", "--project-dir"]
    assert Path(folder).parent.parent == tmp_path
    assert Path(terminal.environments[0]["AUTOCODER_HOME"]).parent == Path(folder).parent
    assert folder in terminal.text


def test_a_demo_is_built_where_it_is_asked_for() -> None:
    terminal = ScriptedTerminal(exit_code=130)
    assert start.demo(terminal, ["--project-dir=here"]) == 130
    assert (terminal.lent[0][2:], terminal.environments) == (["--demo", "--project-dir=here"], [{}])
    assert terminal.said == []


def test_what_follows_demo_is_for_the_agent_program(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = ScriptedTerminal()
    monkeypatch.setattr(start, "Terminal", lambda: terminal)
    assert start.main(["--delay", "0", "--demo", "--project-dir", "here"]) == 0
    assert terminal.lent[0][2:] == ["--demo", "--delay", "0", "--project-dir", "here"]


def test_a_lent_terminal_comes_back_with_the_exit_code() -> None:
    assert Terminal().lend([sys.executable, "-c", "raise SystemExit(3)"]) == 3
    assert Terminal().lend(["sh", "-c", "kill -9 $$"]) == 137


def test_a_lent_terminal_leaves_ctrl_c_to_the_program() -> None:
    """The program has the usual handling of Ctrl+C, and the menu outlives it."""
    code = "import signal, sys; sys.exit(signal.getsignal(signal.SIGINT) is not signal.default_int_handler)"
    assert Terminal().lend([sys.executable, "-c", code]) == 0
    assert Terminal().lend(["sh", "-c", "kill -INT $PPID; kill -INT $$"]) == 130


def test_without_a_terminal_there_is_no_menu(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert start.main([]) == 2
    assert "needs a terminal" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["dokter"], ["--nonsense"], ["doctor", "--demo"], ["doctor", "x"]])
def test_unknown_arguments_are_a_usage_error(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        start.main(arguments)
    assert ended.value.code == 2
