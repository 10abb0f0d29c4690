"""Tolerant reading of decoded JSON: a value of the wrong kind reads as an empty one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def as_object(value: object) -> Mapping[str, object]:
    """`value` if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_list(value: object) -> Sequence[object]:
    """`value` if it is a JSON array, else an empty one."""
    return value if isinstance(value, list) else []


def as_text(value: object) -> str:
    """`value` if it is a string, else an empty one."""
    return value if isinstance(value, str) else ""


def as_number(value: object, default: float = 0.0) -> float:
    """`value` as a float if it is a number (booleans are not), else `default`."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else default
