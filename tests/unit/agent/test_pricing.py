from dataclasses import replace

import pytest

from agent.messages import Spent
from agent.pricing import LONG_PROMPTS, PRICES, estimate, tokens_in

MILLION = 1_000_000


def message(model: str, **counts: int) -> Spent:
    nothing = Spent("m", 0, 0, 0, 0, model=model)
    return replace(nothing, **counts)  # type: ignore[arg-type]  # counts only


@pytest.mark.parametrize(
    ("count", "dollars"),
    [("input_tokens", 3.0), ("output_tokens", 15.0), ("cache_read_tokens", 0.3), ("cache_write_tokens", 3.75)],
)
def test_each_kind_of_token_has_its_price(count: str, dollars: float) -> None:
    assert estimate(message("claude-sonnet-4-5", **{count: MILLION})) == pytest.approx(dollars)


def test_the_kinds_are_added_up_as_the_cli_does_it() -> None:
    spent = Spent("m", 2000, 1000, 10_000, 400, model="claude-sonnet-4-5")
    assert estimate(spent) == pytest.approx(0.0255)


def test_what_is_kept_for_an_hour_costs_twice_the_input() -> None:
    spent = message("claude-opus-4-5", cache_write_tokens=MILLION, hour_tokens=MILLION // 2)
    assert estimate(spent) == pytest.approx(6.25 / 2 + 10 / 2)


@pytest.mark.parametrize(
    ("model", "input_price"),
    [
        ("claude-sonnet-4-5-20250929", 3),
        ("claude-sonnet-5-5[1m]", 2),
        ("us.anthropic.claude-opus-4-1-20250805-v1:0", 15),
        ("claude-opus-4-5@20251101", 5),
        ("anthropic/claude-haiku-4-5", 1),
        ("claude-opus-4-0", 15),
        ("claude-3-5-haiku-latest", 0.8),
        ("Claude-Opus-5", 5),
    ],
)
def test_a_model_is_known_by_any_of_its_names(model: str, input_price: float) -> None:
    assert estimate(message(model, input_tokens=MILLION)) == pytest.approx(input_price)


@pytest.mark.parametrize("family", PRICES)
def test_a_new_model_of_a_known_family_costs_what_the_newest_one_known_does(family: str) -> None:
    newest = list(PRICES[family].values())[-1]
    assert estimate(message(f"claude-{family}-9-9", output_tokens=MILLION)) == pytest.approx(newest.output)


@pytest.mark.parametrize("model", ["glm-4.6", "", "<synthetic>", "claude", "claude-poem-1", "gpt-opus"])
def test_nothing_is_guessed_for_others(model: str) -> None:
    assert estimate(message(model, input_tokens=MILLION)) is None


def test_a_long_prompt_costs_the_second_price_as_a_whole() -> None:
    [(model, (threshold, dearer))] = LONG_PROMPTS.items()
    short = message(model, input_tokens=threshold - 1, cache_read_tokens=1)
    longer = message(model, input_tokens=threshold, cache_read_tokens=1)
    assert estimate(short) == pytest.approx(PRICES["haiku"][model].input * threshold / MILLION, rel=1e-3)
    assert estimate(longer) == pytest.approx(dearer.input * threshold / MILLION, rel=1e-3)


def test_four_characters_are_a_token() -> None:
    assert [tokens_in(count) for count in (0, 1, 4, 5)] == [0, 1, 1, 2]
