"""The menu in the terminal: create a project, continue one, open the board, settings, doctor, quit."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from agent.credentials import settings_environment
from agent.doctor import Machine, examine
from api.backlog import service as backlog
from api.database import Database, open_database
from api.errors import AppError, InvalidInput
from api.projects import rules
from api.projects import service as projects
from api.projects.schemas import ProjectSettings, ProjectView
from registry import Registry
from server.services import prompt_files

INSTALL_FOLDER = Path(__file__).resolve().parent
AGENT_PROGRAM = INSTALL_FOLDER / "autonomous_agent_demo.py"
TEMPLATES = INSTALL_FOLDER / "templates"
KINDS = {"web_app": "a web application"}  # what agents can build in this version
EPILOG = """\
./start.sh             the menu
./start.sh doctor      is this machine fit for a run? exit 1 when something needed is missing
./start.sh --demo      build the sample application with the scripted model; no account needed.
                       What else autonomous_agent_demo.py takes can follow, e.g. --project-dir D
"""
NO_TERMINAL = """\
The menu needs a terminal. Without one:
  ./start.sh doctor                                  is this machine fit for a run?
  ./start.sh --demo                                  the sample application, no account needed
  .venv/bin/python autonomous_agent_demo.py --help   run agents on a project"""


class Left(Exception):
    """The person pressed Ctrl+C or closed the input: whatever was being asked for is not done."""


class Terminal:
    """Questions to a person, and programs that borrow the terminal."""

    def say(self, text: str = "") -> None:
        """Show text."""
        print(text, flush=True)

    def ask(self, question: str, default: str = "") -> str:
        """The answer without surrounding space, or `default` when it is empty. Raises Left."""
        try:
            return input(f"{question} [{default}]: " if default else f"{question}: ").strip() or default
        except (EOFError, KeyboardInterrupt) as end:
            raise Left from end

    def ask_until(self, question: str, complain: Callable[[str], str | None], default: str = "") -> str:
        """The first answer about which there is nothing to complain."""
        while True:
            answer = self.ask(question, default)
            complaint = complain(answer)
            if complaint is None:
                return answer
            self.say(complaint)

    def choose(self, options: Sequence[str]) -> int:
        """The index of one of the numbered `options`."""
        for number, option in enumerate(options, 1):
            self.say(f"  {number}  {option}")
        allowed = {str(number) for number in range(1, len(options) + 1)}
        complaint = f"Type a number from 1 to {len(options)}."
        return int(self.ask_until("Choose", lambda answer: None if answer in allowed else complaint)) - 1

    def agree(self, question: str, *, default: bool) -> bool:
        """Yes or no."""
        words = {"y": True, "yes": True, "n": False, "no": False}
        complaint = "Type y or n."
        answer = self.ask_until(
            question, lambda text: None if text.lower() in words else complaint, "y" if default else "n"
        )
        return words[answer.lower()]

    def lend(self, argv: Sequence[str | Path], more: Mapping[str, str] | None = None) -> int:
        """Give the terminal to a program until it ends; Ctrl+C is meanwhile its own. Its exit code.

        `more` is laid over our environment.
        """
        before = signal.signal(signal.SIGINT, lambda *_: None)  # not SIG_IGN: that a program would inherit
        try:
            exit_code = subprocess.run(argv, env={**os.environ, **(more or {})}, check=False).returncode
        finally:
            signal.signal(signal.SIGINT, before)
        return exit_code if exit_code >= 0 else 128 - exit_code


class Menu:
    """What a person can do; every action ends with a sentence, and an expected failure is one."""

    def __init__(self, terminal: Terminal, environ: Mapping[str, str]) -> None:
        self._terminal = terminal
        self._environ = environ
        self._registry = Registry.from_environment(environ)

    def run(self) -> int:
        """Offer the actions until the person leaves."""
        say = self._terminal.say
        actions: list[tuple[str, Callable[[], None]]] = [
            ("Create a project", self.create),
            ("Continue a project", self.resume),
            ("Open the board in the browser", self.open_board),
            ("Settings of a project", self.change_settings),
            ("Doctor: is this machine fit for a run?", self.consult_doctor),
        ]
        try:
            while True:
                say("\nAutoCoder")
                chosen = self._terminal.choose([*(title for title, _ in actions), "Quit"])
                if chosen == len(actions):
                    return 0
                try:
                    actions[chosen][1]()
                except AppError as error:
                    say(error.detail)
        except (Left, KeyboardInterrupt):
            say("\nBye.")
            return 0

    def create(self) -> None:
        """Ask for everything, then make the folder, its prompts and its entry in the registry."""
        terminal = self._terminal
        taken = {project.name for project in self._registry.list()}
        name = terminal.ask_until("Name", lambda answer: _complain_about_name(answer, taken))
        folder = Path(
            terminal.ask_until("Folder", _complain_about_folder, str(INSTALL_FOLDER / "generations" / name))
        ).expanduser()
        if _has_files(folder) and not terminal.agree(f"{folder} has files; build upon them?", default=True):
            return
        kinds = list(KINDS)
        kind = kinds[0]
        if len(kinds) > 1:
            terminal.say("What kind of application?")
            kind = kinds[terminal.choose(list(KINDS.values()))]
        specification = self._ask_for_specification(kind, folder)
        created = not folder.exists()
        folder.mkdir(parents=True, exist_ok=True)
        prompt_files.lay_out(folder, TEMPLATES, kind, specification)
        self._registry.register(name, folder, created_by_us=created, kind=kind)
        terminal.say(f"Created. The specification is {folder / 'prompts' / 'app_spec.txt'}")
        if terminal.agree("Start building now?", default=True):
            self._build(name)

    def resume(self) -> None:
        """Let agents go on with a project."""
        project = self._choose_project()
        if project is not None:
            self._build(project.name)

    def open_board(self) -> None:
        """Serve the web app until Ctrl+C."""
        self._terminal.lend([sys.executable, INSTALL_FOLDER / "start_ui.py"])

    def change_settings(self) -> None:
        """Show the settings of a project and change one after the other."""
        project = self._choose_project()
        if project is None:
            return
        database = open_database(project.path / "features.db", "project")
        try:
            while self._change_one_setting(database):
                pass
        finally:
            database.close()

    def consult_doctor(self) -> None:
        """What this machine has and lacks."""
        doctor(self._terminal, self._environ)

    def _change_one_setting(self, database: Database) -> bool:
        terminal = self._terminal
        with database.read() as session:
            current = projects.load_settings(session).model_dump()
        for name, value in current.items():
            terminal.say(f"  {name} = {json.dumps(value)}")
        name = terminal.ask_until(
            "Setting (nothing to go back)",
            lambda answer: (
                None if not answer or answer in ProjectSettings.model_fields else "There is no such setting."
            ),
        )
        if not name:
            return False
        value = terminal.ask(f"{name} (null for none)", json.dumps(current[name]))
        try:
            with database.write() as session:
                projects.save_settings(session, {name: _read_value(value)})
        except InvalidInput as error:
            terminal.say(error.detail)
        return True

    def _choose_project(self) -> ProjectView | None:
        found = self._registry.list()
        if not found:
            self._terminal.say("There is no project yet: create one.")
            return None
        lines = [f"{project.name}: {_progress(project)} ({project.path})" for project in found]
        chosen = self._terminal.choose([*lines, "Back"])
        if chosen == len(found):
            return None
        if found[chosen].state == "missing":
            self._terminal.say("Its folder is gone: put it back, or create the project again where it is now.")
            return None
        return found[chosen]

    def _ask_for_specification(self, kind: str, folder: Path) -> str:
        """The text of the specification; "" when the folder has one, which is never replaced."""
        terminal = self._terminal
        if (folder / "prompts" / "app_spec.txt").is_file():
            terminal.say("prompts/app_spec.txt is there already and is used as it is.")
            return ""
        samples = sorted((TEMPLATES / kind / "specs").glob("*.txt"))
        terminal.say("What is to be built?")
        while True:
            chosen = terminal.choose([*(f"Sample: {_title(path)}" for path in samples), "From a file", "Write it now"])
            if chosen < len(samples):
                text = samples[chosen].read_text(encoding="utf-8")
            elif chosen == len(samples):
                given = terminal.ask_until("File", _complain_about_file)
                text = Path(given).expanduser().read_text(encoding="utf-8", errors="replace")
            else:
                text = self._edit(samples[0].read_text(encoding="utf-8") if samples else "")
            if text.strip():
                return text
            terminal.say("That is empty: choose again.")

    def _edit(self, beginning: str) -> str:
        """What a person made of `beginning` in the editor of their choice."""
        editor = self._environ.get("VISUAL") or self._environ.get("EDITOR") or _usual_editor()
        if not editor:
            raise InvalidInput("No editor was found: set EDITOR, or give the specification as a file.")
        with tempfile.TemporaryDirectory(prefix="autocoder-") as folder:
            draft = Path(folder) / "app_spec.txt"
            draft.write_text(beginning, encoding="utf-8")
            try:
                ended = self._terminal.lend([*shlex.split(editor), draft])
            except OSError as error:
                raise InvalidInput(f"The editor {editor!r} does not start ({error.strerror}): set EDITOR.") from error
            if ended != 0:
                raise InvalidInput(f"The editor ended with {ended}; nothing was created.")
            return draft.read_text(encoding="utf-8", errors="replace")

    def _build(self, name: str) -> None:
        ended = self._terminal.lend(
            [sys.executable, INSTALL_FOLDER / "autonomous_agent_demo.py", "--project-dir", name]
        )
        if ended:
            self._terminal.say(f"The run ended with {ended}; its last lines say why.")


def doctor(terminal: Terminal, environ: Mapping[str, str]) -> int:
    """Show every check as soon as it is known; 1 when something needed is missing."""
    missing = 0
    for check in examine(Machine(environ, INSTALL_FOLDER)):
        terminal.say(str(check))
        missing += check.state == "missing"
    return 1 if missing else 0


def demo(terminal: Terminal, further: Sequence[str]) -> int:
    """Build the sample application with the scripted model; the exit code of the run.

    Without --project-dir it gets a new folder, and an AutoCoder home of its own beside it.
    """
    argv: list[str | Path] = [sys.executable, AGENT_PROGRAM, "--demo", *further]
    if any(argument.split("=")[0] == "--project-dir" for argument in further):
        return terminal.lend(argv)
    folder = Path(tempfile.mkdtemp(prefix="autocoder-demo-"))
    ended = terminal.lend([*argv, "--project-dir", folder / "sample"], {"AUTOCODER_HOME": str(folder / "home")})
    if ended == 0:
        terminal.say(f"The sample is in {folder / 'sample'}. Delete {folder} when you have seen it.")
    return ended


def _complain_about_name(name: str, taken: set[str]) -> str | None:
    if name in taken:
        return f"There already is a project called {name!r}."
    return rules.complaint_about_name(name)


def _complain_about_folder(text: str) -> str | None:
    folder = Path(text).expanduser()
    if folder.exists() and not folder.is_dir():
        return f"{folder} is a file: give a folder."
    if folder.resolve() in {INSTALL_FOLDER, *INSTALL_FOLDER.parents, Path.home()}:
        return "Give a folder of its own, not one that holds AutoCoder or everything of yours."
    return None


def _complain_about_file(text: str) -> str | None:
    path = Path(text).expanduser()
    return None if path.is_file() and os.access(path, os.R_OK) else f"{path} is not a file that can be read."


def _has_files(folder: Path) -> bool:
    return folder.is_dir() and any(folder.iterdir())


def _title(specification: Path) -> str:
    """The first line that says something, without marks."""
    lines = specification.read_text(encoding="utf-8").splitlines()
    return next((text for line in lines if (text := line.strip("#*<>/ \t"))), specification.stem)


def _usual_editor() -> str:
    return next((name for name in ("nano", "vi", "notepad") if shutil.which(name)), "")


def _progress(project: ProjectView) -> str:
    file = project.path / "features.db"
    if project.state == "missing":
        return "its folder is gone"
    if not file.is_file():
        return "not begun"
    try:
        database = open_database(file, "project")
    except AppError as error:
        return error.detail
    try:
        with database.read() as session:
            stats = backlog.stats(session)
    finally:
        database.close()
    return f"{stats.passing} of {stats.total} features green" if stats.total else "not begun"


def _read_value(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(
        prog="start.sh", description=__doc__, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", nargs="?", choices=["doctor"], help="without it, the menu")
    parser.add_argument("--demo", action="store_true", help="the sample application by the scripted model")
    words = list(sys.argv[1:] if argv is None else argv)
    terminal = Terminal()
    if "--demo" in words and not {"doctor", "-h", "--help"} & set(words):
        return demo(terminal, [word for word in words if word != "--demo"])
    given = parser.parse_args(words)
    if given.demo:
        parser.error("doctor takes no --demo")
    environ = settings_environment(os.environ, INSTALL_FOLDER)
    if given.command == "doctor":
        return doctor(terminal, environ)
    if not sys.stdin.isatty():
        print(NO_TERMINAL, file=sys.stderr)
        return 2
    try:
        return Menu(terminal, environ).run()
    except AppError as error:
        print(error.detail, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
