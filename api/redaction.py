"""Removes secrets from text, by known value and by pattern. Pure.

A known value is found raw, in base64 (at any of the three alignments, both alphabets) and URL-encoded. Patterns catch
the tokens nobody told us about. `Stream` does the same for text that arrives in chunks.
"""

from __future__ import annotations

import base64
import re
import string
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote, quote_plus

MARK: Final = "[redacted]"
MIN_SECRET: Final = 6  # characters; shorter values would turn ordinary words into marks

_PATTERN: Final = re.compile(
    r"sk-ant-[A-Za-z0-9_\-]{16,}"
    r"|gh[pousr]_[A-Za-z0-9]{20,}"
    r"|github_pat_[A-Za-z0-9_]{20,}"
    r"|(?:AKIA|ASIA)[A-Z0-9]{16}"
    r"|xox[abeoprs]-[A-Za-z0-9\-]{10,}"
    r"|eyJ[A-Za-z0-9_\-]{8,}\.eyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{8,}"
    r"|(?P<bearer>(?:[Bb]earer|BEARER)(?: |%20))[A-Za-z0-9._~+/\-]{16,}=*"
)
# How each pattern begins, cut at every length: the end of a chunk that may still become a secret.
_BEGINNINGS: Final = (
    *("sk-ant-", "github_pat_", "AKIA", "ASIA", "eyJ", "bearer ", "bearer%20"),
    *(f"gh{letter}_" for letter in "pousr"),
    *(f"xox{letter}-" for letter in "abeoprs"),
)
_OPEN: Final = re.compile(
    "|".join(
        [f"(?i:{re.escape(begin)})[A-Za-z0-9._~+/=%-]*\\Z" for begin in _BEGINNINGS]
        + [f"(?i:{re.escape(begin[:end])})\\Z" for begin in _BEGINNINGS for end in range(len(begin) - 1, 0, -1)]
    )
)
# Every match of the pattern contains one of these: most lines need no look at the pattern itself.
_HINTS: Final = (
    "sk-ant-",
    "github_pat_",
    "AKIA",
    "ASIA",
    "eyJ",
    "earer",
    "EARER",
    *(f"gh{x}_" for x in "pousr"),
    "xox",
)
_TOKEN_CHARACTERS: Final = string.ascii_letters + string.digits + "._~+/=%-"
_HELD_AT_MOST: Final = 8_192  # characters; what might be a longer token is passed on in parts


class Redactor:
    """Replaces every secret by `MARK`. `secrets` are the known values; empty and very short ones are ignored."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._forms = {form for secret in secrets if len(secret) >= MIN_SECRET for form in _forms(secret)}
        longest_first = sorted(self._forms, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None
        self._longest = len(longest_first[0]) if longest_first else 0
        self._initials = {form[0] for form in self._forms}

    def redact(self, text: str) -> str:
        """`text` without secrets."""
        if self._known is not None:
            text = self._known.sub(MARK, text)
        return _PATTERN.sub(_mark, text) if _might_match(text) else text

    def stream(self) -> Stream:
        """A redactor for text that arrives in chunks."""
        return Stream(self)

    def certain(self, text: str) -> int:
        """How much of `text` no later text can turn into a secret: a place that cuts through none."""
        end = self._open_known(text)
        run = len(text.rstrip(_TOKEN_CHARACTERS))
        found = _OPEN.search(text, max(0, run - len("bearer "), len(text) - _HELD_AT_MOST))
        end = end if found is None else min(end, found.start())
        spans = [match.span() for match in _PATTERN.finditer(text)] if _might_match(text) else []
        if self._known is not None:
            spans += [match.span() for match in self._known.finditer(text)]
        for start, stop in sorted(spans, reverse=True):
            if start < end < stop:
                end = start
        return max(end, len(text) - max(_HELD_AT_MOST, self._longest))

    def _open_known(self, text: str) -> int:
        for place in range(max(0, len(text) - self._longest + 1), len(text)):
            if text[place] in self._initials:
                tail = text[place:]
                if any(form.startswith(tail) for form in self._forms):
                    return place
        return len(text)


class Stream:
    """Redacts chunk by chunk. What might be the beginning of a secret is held back until the next chunk, or `flush`."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._held = ""

    def feed(self, chunk: str) -> str:
        """The text that is certain by now."""
        text = self._held + chunk
        end = self._redactor.certain(text)
        self._held = text[end:]
        return self._redactor.redact(text[:end])

    def flush(self) -> str:
        """The rest, at the end of the text."""
        rest, self._held = self._redactor.redact(self._held), ""
        return rest


def _might_match(text: str) -> bool:
    return any(hint in text for hint in _HINTS)


def _mark(found: re.Match[str]) -> str:
    return (found["bearer"] or "") + MARK


def _forms(secret: str) -> set[str]:
    raw = secret.encode("utf-8", "surrogatepass")
    forms = {secret, quote(raw, safe=""), quote(raw), quote_plus(raw)}
    for offset in range(3):
        # Inside longer data the same bytes have three base64 forms, whose outer characters mix with the neighbours'.
        padded = base64.b64encode(b"\0" * offset + raw).decode().rstrip("=")
        inner = padded[(0, 2, 3)[offset] : len(padded) - (0 if (offset + len(raw)) % 3 == 0 else 1)]
        if len(inner) >= MIN_SECRET:
            forms |= {inner, inner.replace("+", "-").replace("/", "_")}
    return forms
