"""Providers by name; `auto` never is none."""

from __future__ import annotations

import platform

import pytest

from api.errors import InvalidInput, Unavailable
from harness.sandboxes.base import Availability
from harness.sandboxes.bubblewrap import Bubblewrap
from harness.sandboxes.registry import PROVIDERS, provider


@pytest.mark.parametrize("name", PROVIDERS)
def test_every_provider_is_found_by_its_name(name: str) -> None:
    found = provider(name)
    assert found.name == name
    assert found.isolated is (name != "process")


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(InvalidInput, match="choose one of auto, bubblewrap, seatbelt, process"):
        provider("chroot")


def test_auto_is_the_one_with_walls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    monkeypatch.setattr(Bubblewrap, "availability", lambda self: Availability(True))
    assert provider("auto").name == "bubblewrap"


def test_auto_never_is_without_walls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    missing = Availability(False, "it is missing", "install it", "missing")
    monkeypatch.setattr(Bubblewrap, "availability", lambda self: missing)
    with pytest.raises(Unavailable, match=r"it is missing. Remedy: install it\..*`process` yourself"):
        provider("auto")


def test_auto_on_a_system_without_any_names_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Windows")
    with pytest.raises(Unavailable, match="WSL2"):
        provider()


def test_a_chosen_provider_is_taken_at_its_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Plan9")
    assert provider("bubblewrap").availability().obstacle == "unsupported"
