from __future__ import annotations

import base64
import itertools
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.redaction import MARK, Redactor

SECRET = "hunter2/is+my pass%word"
TOKENS = [
    "sk-ant-api03-" + "A1b2_" * 10,
    "ghp_" + "a1B2" * 9,
    "github_pat_" + "11ABC_" * 8,
    "AKIA" + "ABCD1234" * 2,
    "xoxb-1234567890-abcdef",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTYifQ.dozjgNryP4J3jVmNHl0w5N",
]


@pytest.mark.parametrize("token", TOKENS)
def test_tokens_nobody_told_about_are_found(token: str) -> None:
    assert Redactor().redact(f'key="{token}" rest') == f'key="{MARK}" rest'


def test_a_bearer_header_keeps_its_word() -> None:
    assert Redactor().redact("Authorization: Bearer abcdefghijklmnop1234==") == f"Authorization: Bearer {MARK}"


@pytest.mark.parametrize(
    "text",
    ["sk-ant-short", "the ghost_writer", "AKIA is a prefix", "bearer of bad news", "eyJust kidding", "a/b/c.d"],
)
def test_ordinary_text_stays(text: str) -> None:
    assert Redactor(["hunter2/is+my"]).redact(text) == text


@pytest.mark.parametrize("form", [SECRET, quote(SECRET, safe=""), quote(SECRET)])
def test_a_known_value_is_found_raw_and_url_encoded(form: str) -> None:
    assert Redactor([SECRET]).redact(f"x={form}&y") == f"x={MARK}&y"


@pytest.mark.parametrize("before", ["", "u", "us", "user:"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_a_known_value_is_found_in_base64_at_any_place(before: str, encode: object) -> None:
    assert callable(encode)
    encoded = encode(f"{before}{SECRET}:tail".encode()).decode()
    clean = Redactor([SECRET]).redact(encoded)
    assert MARK in clean
    assert len(clean) < 12 + len(MARK) + 12


def test_short_and_empty_values_are_no_secrets() -> None:
    assert Redactor(["", "ab", "abcde"]).redact("abcde ab") == "abcde ab"


def test_the_longest_of_overlapping_secrets_wins() -> None:
    assert Redactor(["secret", "secret-longer"]).redact("secret-longer secret") == f"{MARK} {MARK}"


def stream(redactor: Redactor, chunks: list[str]) -> str:
    held = redactor.stream()
    return "".join(held.feed(chunk) for chunk in chunks) + held.flush()


@pytest.mark.parametrize("secret", [*TOKENS, SECRET, "two\nlines of it"])
def test_a_secret_is_found_across_any_border(secret: str) -> None:
    redactor = Redactor([SECRET, "two\nlines of it"])
    text = f"before {secret} after"
    whole = redactor.redact(text)
    assert MARK in whole
    for cut in range(len(text) + 1):
        assert stream(redactor, [text[:cut], text[cut:]]) == whole
    assert stream(redactor, list(text)) == whole


@given(
    st.lists(st.sampled_from([*TOKENS, SECRET, "word ", "a", "\n", "sk-ant-", "ghp_", "hunter2/", "Bearer "])),
    st.lists(st.integers(0, 400), max_size=6),
)
def test_streaming_shows_what_redacting_the_whole_shows(parts: list[str], cuts: list[int]) -> None:
    redactor = Redactor([SECRET])
    text = "".join(parts)
    places = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    shown = stream(redactor, [text[a:b] for a, b in itertools.pairwise(places)])
    assert shown == redactor.redact(text)
    assert SECRET not in shown
    assert all(token not in shown for token in TOKENS)


def test_certain_text_is_not_held_back() -> None:
    assert Redactor([SECRET]).stream().feed("a whole line of output.\n") == "a whole line of output.\n"


def test_what_is_held_back_is_bounded() -> None:
    held = Redactor().stream()
    shown = sum(len(held.feed("sk-ant-" + "A" * 1000)) for _ in range(50))
    assert shown > 0
    assert len(held.flush()) <= 8_192
