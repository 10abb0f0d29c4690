"""What one session used: booked with each model message, by list price, and set right by its result."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from agent.messages import Ended, Spent
from agent.pricing import estimate, tokens_in
from api.database import Database
from api.events import Usage
from api.runs import service as runs


class SessionAccount:
    """The account of one session. What is booked is committed before the call returns.

    `estimated`: a subscription pays, so that even exact dollars are a yardstick.
    """

    def __init__(self, database: Database, run_id: int, session_id: int, *, estimated: bool) -> None:
        self._database = database
        self._run_id = run_id
        self._session_id = session_id
        self._estimated = estimated
        self._messages: dict[str, Spent] = {}
        self._unpriced: set[str] = set()
        self._costs = [0.0]
        self._turns = 0

    @property
    def turns(self) -> int:
        """Model messages for the present feature."""
        return self._turns

    @property
    def costs(self) -> list[float] | None:
        """What each feature has cost so far, in dollars, the present one last; None when a price is not known."""
        return None if self._unpriced else list(self._costs)

    def turn(self) -> None:
        """What follows is for another feature."""
        self._costs.append(0.0)
        self._turns = 0

    async def charge(self, part: Spent, feature_id: int | None) -> str | None:
        """Book the tokens of one model message, and by the price of its model the dollars, as an estimate.

        A message that came in parts is booked once: each part has its counts anew, but only what it wrote itself. The
        answer is the model whose price is not known, the first time.
        """
        before = self._messages.get(part.message_id)
        whole = self._messages[part.message_id] = _whole(part, before)
        self._turns += before is None
        cost = estimate(whole)
        unknown = whole.model if cost is None and whole.model not in self._unpriced else None
        if cost is None:
            self._unpriced.add(whole.model)
        before = before or Spent(part.message_id, 0, 0, 0, 0)
        counts = [after - old for after, old in zip(_counts(whole), _counts(before), strict=True)]
        more = (cost or 0.0) - (estimate(before) or 0.0)
        self._costs[-1] += more
        if any(counts):
            usage = self._usage(counts, feature_id, more, estimated=self._estimated or cost is not None)
            await asyncio.to_thread(self._store, usage)
        return unknown

    async def settle(self, ended: Ended, feature_id: int | None) -> None:
        """Book the dollars of the CLI's totals in place of what was estimated, and the tokens no message told of."""
        if ended.cost_usd is None:
            return
        booked = [sum(counts) for counts in zip(*map(_counts, self._messages.values()), strict=True)] or [0, 0, 0, 0]
        rest = [total - known for total, known in zip(_counts(ended), booked, strict=True)]
        fresh, _, read, written = rest
        if min(fresh, read, written) < 0:  # a session that was cut off has no totals
            rest = [max(0, count) for count in rest]
        if self._messages or any(rest) or ended.cost_usd:
            usage = self._usage(rest, feature_id, ended.cost_usd, estimated=self._estimated)
            await asyncio.to_thread(self._settle, usage)

    def _usage(self, counts: list[int], feature_id: int | None, cost_usd: float, *, estimated: bool) -> Usage:
        fresh, out, read, written = counts
        return Usage(
            session_id=self._session_id,
            run_id=self._run_id,
            feature_id=feature_id,
            input_tokens=fresh,
            output_tokens=out,
            cache_read_tokens=read,
            cache_write_tokens=written,
            cost_usd=cost_usd,
            estimated=estimated,
        )

    def _store(self, usage: Usage) -> None:
        with self._database.write() as session:
            runs.record_usage(session, usage)

    def _settle(self, usage: Usage) -> None:
        with self._database.write() as session:
            runs.settle_usage(session, usage)


def _whole(part: Spent, before: Spent | None) -> Spent:
    """A message with this part of it. Its own word on its output is that of its beginning: what it wrote tells more."""
    characters = part.characters + (before.characters if before else 0)
    known = [_counts(part), _counts(before)] if before else [_counts(part)]
    fresh, out, read, written = map(max, zip(*known, strict=True))
    return replace(
        part,
        input_tokens=fresh,
        output_tokens=max(out, tokens_in(characters)),
        cache_read_tokens=read,
        cache_write_tokens=written,
        characters=characters,
    )


def _counts(used: Spent | Ended) -> tuple[int, int, int, int]:
    return used.input_tokens, used.output_tokens, used.cache_read_tokens, used.cache_write_tokens
