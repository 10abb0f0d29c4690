from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from api.conversations import service
from api.conversations.schemas import NewMessage
from api.database import open_database
from api.errors import NotFound


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    database = open_database(tmp_path / "assistant.db", "assistant")
    with database.write() as opened:
        yield opened
    database.close()


def say(session: Session, conversation: int, content: str, role: str = "user") -> int:
    return service.add_message(session, conversation, NewMessage(role=role, content=content))


def test_a_conversation_takes_its_title_from_the_first_words(session: Session) -> None:
    opened = service.create(session)
    say(session, opened.id, "\n  Where are the prices?\nAnd why")
    say(session, opened.id, "Thanks")
    assert service.get(session, opened.id).title == "Where are the prices?"


def test_long_titles_are_cut(session: Session) -> None:
    opened = service.create(session, title="x")
    assert service.rename(session, opened.id, "word " * 50).title == ("word " * 16)[:79].rstrip() + "…"


def test_messages_come_in_order_and_page_back(session: Session) -> None:
    opened = service.create(session)
    ids = [say(session, opened.id, str(number)) for number in range(5)]
    assert [message.content for message in service.messages(session, opened.id, limit=2)] == ["3", "4"]
    earlier = service.messages(session, opened.id, before=ids[3], limit=2)
    assert [message.content for message in earlier] == ["1", "2"]


def test_a_tool_s_message_keeps_its_detail(session: Session) -> None:
    opened = service.create(session)
    message = NewMessage(role="tool", content="feature_create", detail={"arguments": {"name": "n"}, "ok": True})
    service.add_message(session, opened.id, message)
    assert service.messages(session, opened.id)[0].detail == message.detail


def test_the_one_used_last_is_resumed(session: Session) -> None:
    first = service.create(session)
    service.create(session)
    service.create(session, kind="specification")
    say(session, first.id, "again")
    service.set_model_session(session, first.id, "abc")
    latest = service.latest(session)
    assert latest is not None
    assert (latest.id, latest.model_session_id, latest.messages) == (first.id, "abc", 1)
    assert len(service.listing(session)) == 2
    assert service.latest(session, kind="specification") != latest


def test_deleting_takes_the_messages_along(session: Session) -> None:
    opened = service.create(session)
    say(session, opened.id, "x")
    service.delete(session, opened.id)
    with pytest.raises(NotFound, match="no conversation"):
        service.messages(session, opened.id)
    assert service.latest(session) is None
