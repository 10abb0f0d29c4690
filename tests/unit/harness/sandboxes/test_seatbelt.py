"""The rules for macOS: what can be said of them without one."""

from __future__ import annotations

import platform
from pathlib import Path

import pytest

from harness.sandboxes import seatbelt
from harness.sandboxes.seatbelt import Seatbelt, profile


def test_everything_is_denied_that_is_not_named(tmp_path: Path) -> None:
    rules = profile(readable=[tmp_path / "r"], writable=[tmp_path / 'w"x'], proxy_port=0).splitlines()
    assert rules[:2] == ["(version 1)", "(deny default)"]
    written = next(rule for rule in rules if "file-write*" in rule)
    assert f'(subpath "{tmp_path}/w\\"x")' in written
    assert f"{tmp_path}/r" not in written
    assert all(rule.count("(") == rule.count(")") for rule in rules)


def test_the_network_is_the_loopback(tmp_path: Path) -> None:
    rules = profile(readable=[], writable=[], proxy_port=3128)
    assert {line for line in rules.splitlines() if "network" in line} == {
        '(allow network-bind network-inbound (local ip "localhost:*"))',
        '(allow network-outbound (remote ip "localhost:*"))',
    }


def test_it_says_where_it_is_of_no_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    assert Seatbelt().availability().obstacle == "unsupported"


def test_it_says_when_it_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    monkeypatch.setattr(seatbelt, "PROGRAM", tmp_path / "sandbox-exec")
    assert Seatbelt().availability().obstacle == "missing"
    (tmp_path / "sandbox-exec").touch()
    assert Seatbelt().availability().ok


def test_its_banner_says_that_it_is_unverified() -> None:
    assert "not verified" in seatbelt.BANNER
