"""What the tokens of one model message cost by list price: an estimate, until the CLI tells a session's total. Pure.

The prices are those by which the CLI that requirements.txt names computes that total; a newer one may have others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from agent.messages import Spent

CHARACTERS_PER_TOKEN: Final = 4
_MILLION: Final = 1_000_000


@dataclass(frozen=True)
class Price:
    """Dollars for a million tokens of each kind. Kept for an hour, what is written to the cache costs `hour`."""

    input: float
    output: float
    cache_read: float
    cache_write: float
    hour: float


def _price(fresh: float, output: float, cache_read: float) -> Price:
    """Written to the cache costs a quarter more than read afresh, kept for an hour twice as much."""
    return Price(fresh, output, cache_read, cache_write=1.25 * fresh, hour=2 * fresh)


# Of each family the newest model is last: a model of that family that is not listed is taken to cost as much.
PRICES: Final[Mapping[str, Mapping[str, Price]]] = MappingProxyType(
    {
        "haiku": {
            "claude-3-5-haiku": _price(0.8, 4, 0.08),
            "claude-haiku-4-5": _price(1, 5, 0.1),
            "claude-haiku-5-5": _price(0.1, 0.5, 0.01),
        },
        "sonnet": {
            "claude-3-5-sonnet": _price(3, 15, 0.3),
            "claude-3-7-sonnet": _price(3, 15, 0.3),
            "claude-sonnet-4": _price(3, 15, 0.3),
            "claude-sonnet-4-5": _price(3, 15, 0.3),
            "claude-sonnet-4-6": _price(3, 15, 0.3),
            "claude-sonnet-5": _price(2, 10, 0.2),
            "claude-sonnet-5-5": _price(2, 10, 0.1),
        },
        "opus": {
            "claude-opus-4": _price(15, 75, 1.5),
            "claude-opus-4-1": _price(15, 75, 1.5),
            "claude-opus-4-5": _price(5, 25, 0.5),
            "claude-opus-4-6": _price(5, 25, 0.5),
            "claude-opus-4-7": _price(5, 25, 0.5),
            "claude-opus-4-8": _price(5, 25, 0.5),
            "claude-opus-5": _price(5, 25, 0.5),
            "claude-opus-5-5": _price(4, 20, 0.2),
        },
        "fable": {
            "claude-fable-5": _price(10, 50, 1),
            "claude-fable-5-1": _price(10, 50, 0.25),
            "claude-fable-5-2": _price(8, 40, 0.2),
        },
        "mythos": {
            "claude-mythos-5": _price(10, 50, 1),
            "claude-mythos-5-1": _price(10, 50, 0.25),
            "claude-mythos-5-2": _price(8, 40, 0.2),
        },
    }
)
# Prompts of more tokens than this cost a model's second price.
LONG_PROMPTS: Final[Mapping[str, tuple[int, Price]]] = MappingProxyType(
    {"claude-haiku-5-5": (100_000, _price(0.5, 2.5, 0.05))}
)

# Gateways and clouds put words of their own around a name (`us.anthropic.claude-…-v1:0`).
_NAME = re.compile(r"(claude-[a-z0-9-]+?)(?:-0)?(?:-20\d{6})?(?:-v\d+)?(?:-latest)?(?![a-z0-9-])")


def estimate(spent: Spent) -> float | None:
    """What a message costs in dollars; None when the price of its model is not known.

    Nothing is guessed for a model of another maker: what a compatible service takes for it only its bill tells.
    """
    model = _listed(spent.model)
    if model is None:
        return None
    family, name = model
    price = PRICES[family][name]
    threshold, dearer = LONG_PROMPTS.get(name, (0, price))
    if threshold and spent.input_tokens + spent.cache_read_tokens + spent.cache_write_tokens > threshold:
        price = dearer
    hour = min(spent.hour_tokens, spent.cache_write_tokens)
    dollars = (
        price.input * spent.input_tokens
        + price.output * spent.output_tokens
        + price.cache_read * spent.cache_read_tokens
        + price.cache_write * (spent.cache_write_tokens - hour)
        + price.hour * hour
    )
    return dollars / _MILLION


def tokens_in(characters: int) -> int:
    """About how many tokens a text of so many characters is."""
    return -(-characters // CHARACTERS_PER_TOKEN)


def _listed(model: str) -> tuple[str, str] | None:
    """Under which family and name the price of `model` is found."""
    found = _NAME.search(model.lower())
    if found is None:
        return None
    name = found[1]
    for family, prices in PRICES.items():
        if name in prices:
            return family, name
        if family in name.split("-"):
            return family, list(prices)[-1]
    return None
