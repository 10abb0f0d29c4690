"""The document that the web app's client is generated from is complete."""

from __future__ import annotations

import json
from typing import Any

import pytest

from server import openapi

Document = dict[str, Any]  # Any: JSON


@pytest.fixture(scope="module")
def document() -> Document:
    return dict(json.loads(openapi.document()))


def operations(document: Document) -> list[Document]:
    return [operation for path in document["paths"].values() for operation in path.values()]


def test_it_is_the_same_every_time(document: Document) -> None:
    assert json.loads(openapi.document()) == document


def test_every_operation_has_a_name_of_its_own_and_a_sentence(document: Document) -> None:
    names = [operation["operationId"] for operation in operations(document)]
    assert len(names) == len(set(names))
    assert all(name[0].islower() and name.isalnum() for name in names)
    sentences = [operation["description"] for operation in operations(document)]
    assert all(sentence[0].isupper() and sentence.rstrip(")").endswith(".") for sentence in sentences)


def test_every_answer_has_a_shape(document: Document) -> None:
    for operation in operations(document):
        for status, answer in operation["responses"].items():
            content = answer.get("content", {}).get("application/json", {}).get("schema")
            picture = "image/*" in answer.get("content", {})
            assert content or picture or status == "204", (operation["operationId"], status)
            assert content != {}, (operation["operationId"], status)


def test_every_error_has_the_one_shape(document: Document) -> None:
    for operation in operations(document):
        for status, answer in operation["responses"].items():
            if status >= "400" and operation["operationId"] != "getReadiness":
                assert answer["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Error"}


def test_references_lead_somewhere(document: Document) -> None:
    schemas = document["components"]["schemas"]
    text = json.dumps(document)
    used = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert used <= set(schemas)
    assert not any("HTTPValidationError" in name for name in schemas)


def test_stored_events_carry_their_seq(document: Document) -> None:
    schemas = document["components"]["schemas"]
    members = schemas["EventsPage"]["properties"]["events"]["items"]["oneOf"]
    assert len(members) == 10
    assert all("seq" in schemas[member["$ref"].rsplit("/", 1)[1]]["required"] for member in members)


def test_it_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert openapi.main() == 0
    assert json.loads(capsys.readouterr().out)["openapi"] == "3.1.0"
