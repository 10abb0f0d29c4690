"""The command line of a run: gathers what it needs, runs it, and turns its end into an exit code."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from agent.assembly import Assignment, outfitter
from agent.budget import Limits
from agent.console import JsonLinesConsole, Tail, TextConsole
from agent.credentials import Credentials, find_credentials, settings_environment
from agent.crew import Crew
from agent.decisions import End
from agent.demo import SPECIFICATION, scripted_provider
from agent.desk import Desk, abandon, begin
from agent.journal import Journal
from agent.listing import listed
from agent.options import RunOptions, parse
from agent.project import INSTALL_FOLDER, OpenProject, open_project
from agent.regression import Regression
from agent.run import Run
from agent.wishes import Wishes, signals_ask
from api.backlog.service import FeatureList
from api.errors import AppError
from api.redaction import Redactor
from api.runs import service as runs
from api.runs.schemas import RunView
from harness.registries import Inquiry

# Threads for calls that wait: for the database, git, files. Each worker has at most a few under way.
THREADS = 6


def main(argv: Sequence[str] | None = None, inquiry: Inquiry | None = None) -> int:
    """Run agents as the arguments say; the exit code is one of docs/command-line.md.

    `inquiry`: where packages come from, if that was asked already.
    """
    options = parse(argv)
    try:
        environ = settings_environment(os.environ, INSTALL_FOLDER)
        return _run(options, environ, inquiry or Inquiry(environ)).exit_code
    except AppError as error:
        sys.stderr.write(f"Error: {error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("Stopped before the run began.\n")
        return 130


def _run(options: RunOptions, environ: Mapping[str, str], inquiry: Inquiry) -> End:
    # Before anything is made: no run starts that must fail.
    found = None if options.demo else find_credentials(environ)
    if options.demo and options.specification is None:
        options = replace(options, specification=SPECIFICATION)
    with contextlib.ExitStack() as stack:
        project = open_project(options.project, environ, specification=options.specification)
        stack.callback(project.database.close)
        project.specification()
        with project.database.read() as session:
            after = runs.log_bounds(session).newest
        options = options.settled(project.settings)
        proof = options.policy or project.settings.verification
        view = begin(project, options, proof)
        folder = _run_folder(project, view)
        journal = Journal(project.database, Redactor(found.secrets if found else ()))
        stack.enter_context(_console(project, options, after))
        stack.callback(journal.close)
        with _written_down(project, view):
            pays = stack.enter_context(_scripted(options, folder)) if found is None else lambda: found
            given = Assignment(project, options, proof, view, folder, pays, environ, journal, inquiry)
            return asyncio.run(_lead(given))


async def _lead(given: Assignment) -> End:
    wishes = Wishes()
    settings = given.project.settings
    limits = Limits(
        session=settings.budget_session_usd,
        run=given.options.budget_usd or settings.budget_run_usd,
        project=settings.budget_project_usd,
        day=settings.budget_day_usd,
    )
    options, desk = given.options, Desk(given.project.database, given.view)
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS + 2 * options.agents))
    with signals_ask(wishes, given.journal, options.agents):
        async with outfitter(given, wishes) as outfit:
            regression = Regression(outfit.rechecks(), wishes, given.journal)
            crew = Crew(desk, options, limits, outfit.hire, wishes, look_back=regression.settle)
            run = Run(desk, crew, wishes, given.journal, regression)
            async with listed(FeatureList(given.project.database, given.project.folder)):
                end = await run.execute()
        run.finish(end)
    return end


@contextlib.contextmanager
def _written_down(project: OpenProject, view: RunView) -> Iterator[None]:
    """A run that fails before or outside its loop is written down as crashed, with the reason."""
    try:
        yield
    except BaseException as error:
        reason = str(error) if isinstance(error, AppError) else f"{type(error).__name__}: {error}"
        with contextlib.suppress(AppError):
            abandon(project.database, view, reason)
        raise


@contextlib.contextmanager
def _console(project: OpenProject, options: RunOptions, after: int) -> Iterator[None]:
    named = options.agents > 1 or options.tests > 0
    show = JsonLinesConsole() if options.output == "jsonl" else TextConsole(named=named)
    tail = Tail(project.database, after, show)
    try:
        yield
    finally:
        tail.close()


@contextlib.contextmanager
def _scripted(options: RunOptions, folder: Path) -> Iterator[Callable[[], Credentials]]:
    with scripted_provider(folder, playbook=options.playbook, pace=options.pace) as variables:
        yield lambda: Credentials(variables(), subscription=False)


def _run_folder(project: OpenProject, view: RunView) -> Path:
    folder = project.home / "runs" / f"{project.view.name}-{view.id}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
