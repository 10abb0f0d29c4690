"""Documents cannot rot: what the code offers is described, and what is described exists."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import get_args

import pytest

from api import events
from api.projects.schemas import ProjectSettings
from server import openapi
from tests.architecture.source import ROOT, Source, load, tracked

PROGRAMS = [
    *("start.py", "start_ui.py", "autonomous_agent_demo.py"),
    *("-m mcp_server.feature_mcp", "-m shellpolicy", "-m scripted_model"),
]
# Read by the code, but set by the system or by a program of ours for another, never by a person in `.env`.
NOT_SETTINGS = re.compile(
    r"^(HOME|PATH|VISUAL|EDITOR|DISPLAY|WAYLAND_DISPLAY|TMPDIR|CLAUDE_CONFIG_DIR|SSL_CERT_\w+|UV_\w+|LANG|TERM|USER|SHELL|COLUMNS)$"
)
NOT_YET = {"PROGRESS_N8N_WEBHOOK_URL"}  # the page of settings shows whether it is set; nothing is sent yet
PROMISES = {"S0-": 45, "S1-": 23, "S2-": 34, "S3-": 22, "S4-": 26, "C": 20, "D": 19, "P-": 15}


@cache
def documents() -> dict[str, str]:
    """The text of each page by its path."""
    pages = [
        path
        for path in tracked()
        if path.endswith(".md") and path.startswith(("docs/", "README", "CONTRIBUTING", "AGENTS"))
    ]
    return {source.path: source.text for source in load(pages)}


@cache
def product() -> list[Source]:
    """The Python files of the product, without the sample that the scripted model writes."""
    paths = [
        path for path in tracked() if path.endswith(".py") and not path.startswith("scripted_model/playbooks/files/")
    ]
    return [source for source in load(paths) if not source.is_test]


def rows(page: str) -> list[list[str]]:
    """The cells of the tables of a page, without heads."""
    lines = [line for line in documents()[page].splitlines() if line.startswith("| ") and not line.startswith("| ---")]
    return [[cell.strip() for cell in line.removeprefix("|").removesuffix("|").split("|")] for line in lines]


def settings_in_example() -> set[str]:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    return set(re.findall(r"^#?\s?([A-Z][A-Z0-9_]+)=", text, re.MULTILINE))


def settings_in_documents() -> set[str]:
    return {name for row in rows("docs/configuration.md") for name in re.findall(r"^`([A-Z][A-Z0-9_]+)`", row[0])}


def settings_read() -> Iterator[str]:
    """The names that the product looks up in an environment."""
    for source in product():
        for node in ast.walk(source.tree):
            match node:
                case ast.Call(func=ast.Attribute(attr="get", value=owner), args=[ast.Constant(value=str(name)), *_]):
                    pass
                case ast.Subscript(value=owner, slice=ast.Constant(value=str(name))):
                    pass
                case _:
                    continue
            if "environ" in ast.unparse(owner) and name.isupper():
                yield name


def test_the_example_and_the_page_of_settings_agree() -> None:
    assert settings_in_example() == settings_in_documents()


def test_every_setting_that_is_read_is_documented() -> None:
    read = {name for name in settings_read() if not NOT_SETTINGS.match(name)}
    assert sorted(read - NOT_YET - settings_in_documents()) == []


def test_every_setting_that_is_documented_is_read() -> None:
    text = "\n".join(source.text for source in product())
    assert sorted(name for name in settings_in_example() if f'"{name}"' not in text) == []


def test_every_setting_of_a_project_is_documented() -> None:
    page = documents()["docs/configuration.md"]
    assert [name for name in ProjectSettings.model_fields if f"| `{name}` |" not in page] == []


def test_every_event_is_documented() -> None:
    union = get_args(get_args(events.Event)[0])
    names = [kind.model_fields["type"].default for kind in union]
    page = documents()["docs/reference/events.md"]
    assert [name for name in names if f"`{name}`" not in page] == []


def test_every_tool_is_documented() -> None:
    tools = {
        name
        for source in product()
        if source.top == "mcp_server"
        for name in re.findall(r"\bfeature_[a-z_]+", source.text)
    }
    tools -= {"feature_id", "feature_ids", "feature_mcp"}
    page = documents()["docs/reference/mcp-tools.md"]
    assert tools
    assert sorted(name for name in tools if f"`{name}" not in page) == []


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_flag_is_documented(program: str) -> None:
    shown = subprocess.run(
        [sys.executable, *program.split(), "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    flags = set(re.findall(r"^\s+(?:-\w, )?(--[a-z][a-z-]+)", shown.stdout, re.MULTILINE)) - {"--help"}
    assert sorted(flag for flag in flags if f"`{flag}" not in documents()["docs/command-line.md"]) == []


def test_every_request_is_documented() -> None:
    described = re.findall(r"^\| `([A-Z]+ /\S*)` \|", documents()["docs/reference/rest.md"], re.MULTILINE)
    paths = json.loads(openapi.document())["paths"]
    offered = [f"{method.upper()} {path}" for path, methods in paths.items() for method in methods]
    assert sorted(described) == sorted(offered)


def test_links_lead_somewhere() -> None:
    broken = [
        f"{page}: {target}"
        for page, text in documents().items()
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", text)
        if not (ROOT / page).parent.joinpath(target).exists()
    ]
    assert broken == []


def test_every_page_is_in_the_index() -> None:
    pages = [path.removeprefix("docs/") for path in documents() if path.startswith("docs/") and path != "docs/index.md"]
    assert [page for page in pages if f"]({page})" not in documents()["docs/index.md"]] == []


def test_every_decision_has_a_number_of_its_own() -> None:
    numbers = [Path(path).name[:4] for path in documents() if path.startswith("docs/adr/")]
    assert all(number.isdecimal() for number in numbers)
    assert len(numbers) == len(set(numbers))


def test_commands_of_the_readme_exist() -> None:
    fenced = "\n".join(re.findall(r"^```\w*\n(.*?)^```", documents()["README.md"], re.MULTILINE | re.DOTALL))
    commands = re.findall(r"^(?:\$ )?(\./[\w./-]+|[\w-]+\.bat)", fenced, re.MULTILINE)
    assert commands
    assert [command for command in commands if not (ROOT / command).is_file()] == []


def test_promises_are_complete_and_held_ones_name_their_tests() -> None:
    found = [row for row in rows("docs/promises.md") if row[0] != "id"]
    assert [row[0] for row in found] == [
        f"{area}{number}" for area, last in PROMISES.items() for number in range(1, last + 1)
    ]
    for name, _, held_in, state in found:
        tests = re.findall(r"`([^`]+)`", held_in)
        assert state in {"held", "partly", "planned"}, name
        assert bool(tests) == (state != "planned"), name
        assert [test for test in tests if not (ROOT / test).exists()] == [], name


def test_the_licence_is_the_one_that_is_named() -> None:
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License")
    assert "MIT licence" in documents()["README.md"]
