"""A trouble is told once."""

from __future__ import annotations

import logging

import pytest

from api.errors import NotFound
from server.services.troubles import Troubles


def test_a_trouble_is_told_once_until_it_changes_or_is_over(caplog: pytest.LogCaptureFixture) -> None:
    troubles = Troubles(logging.getLogger("autocoder.test"))
    gone, full = NotFound("It is gone."), NotFound("It is full.")
    with caplog.at_level(logging.WARNING, "autocoder.test"):
        for error in (gone, gone, full, full):
            troubles.tell("shop", "shop is not looked after", error)
        troubles.tell("other", "other is not looked after", full)
        troubles.over("shop")
        troubles.tell("shop", "shop is not looked after", full)
    assert caplog.messages == [
        "shop is not looked after: It is gone.",
        "shop is not looked after: It is full.",
        "other is not looked after: It is full.",
        "shop is not looked after: It is full.",
    ]
