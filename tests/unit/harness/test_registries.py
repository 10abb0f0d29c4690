import os
from pathlib import Path

import pytest

from harness.registries import package_hosts


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    return folder


def install(tools: Path, name: str, script: str) -> None:
    (tools / name).write_text(f"#!/bin/sh\n{script}\n")
    (tools / name).chmod(0o755)


def environ(tools: Path) -> dict[str, str]:
    return {**os.environ, "PATH": f"{tools}:/usr/bin:/bin"}


def test_the_configured_registries_are_asked_for(tools: Path) -> None:
    install(tools, "python3", "echo https://index.example:8443/simple https://files.example")
    install(tools, "npm", "echo https://npm.example/")
    assert package_hosts(environ(tools)) == ("index.example:8443", "files.example", "npm.example")


def test_a_client_that_fails_or_prints_nonsense_opens_nothing(tools: Path) -> None:
    install(tools, "python3", "echo https://index.example; exit 1")
    install(tools, "npm", "echo undefined")
    assert package_hosts(environ(tools)) == ()


def test_a_missing_client_opens_nothing(tools: Path) -> None:
    assert package_hosts({"PATH": str(tools)}) == ()


def test_pip_names_its_index_and_its_file_host() -> None:
    environment = {"PATH": os.environ["PATH"], "PIP_INDEX_URL": "https://mirror.example/simple", "HOME": "/nonexistent"}
    assert "mirror.example" in package_hosts(environment)
