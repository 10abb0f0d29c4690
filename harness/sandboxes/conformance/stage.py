"""Where a conformance check plays: a provider, folders of its own, and what it may expect."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ParamSpec, TypeVar

from harness.sandboxes.base import Limits, Place, PlaceSpec, Provider

P = ParamSpec("P")
T = TypeVar("T")
PATIENCE = 20.0  # seconds that something expected may take


class NotConforming(AssertionError):
    """A provider does not do what the protocol says; the sentence says which part."""


def expect(condition: object, sentence: str) -> None:
    """NotConforming unless `condition`."""
    if not condition:
        raise NotConforming(sentence)


async def eventually(sentence: str, condition: Callable[P, Awaitable[bool]], *args: P.args, **kwargs: P.kwargs) -> None:
    """Wait until `condition(*args)`; NotConforming with `sentence` when it does not come."""
    deadline = time.monotonic() + PATIENCE
    while not await condition(*args, **kwargs):
        expect(time.monotonic() < deadline, sentence)
        await asyncio.sleep(0.01)


@contextlib.asynccontextmanager
async def meanwhile(work: Coroutine[None, None, T]) -> AsyncIterator[asyncio.Task[T]]:
    """`work` going on beside what follows, and cancelled after it."""
    task = asyncio.create_task(work)
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def there(path: Path) -> bool:
    """Whether `path` exists on the owner's side."""
    return await asyncio.to_thread(path.exists)


@dataclass(frozen=True)
class Stage:
    """`root` is a folder on the owner's side that belongs to this check alone."""

    provider: Provider
    root: Path

    def spec(self) -> PlaceSpec:
        """What `place` opens unless told otherwise."""
        workspace = self.root / "home" / "workspaces" / "agent-1"
        workspace.mkdir(parents=True, exist_ok=True)
        return PlaceSpec(workspace=workspace, run_dir=self.root / f"run-{uuid.uuid4().hex[:8]}")

    @contextlib.asynccontextmanager
    async def place(
        self,
        *,
        environment: Mapping[str, str] | None = None,
        egress: Sequence[str] = (),
        read_only: Sequence[Path] = (),
        limits: Limits | None = None,
    ) -> AsyncIterator[Place]:
        """An open place, closed afterwards."""
        spec = dataclasses.replace(
            self.spec(),
            environment=environment or {},
            egress=tuple(egress),
            read_only=tuple(read_only),
            limits=limits or Limits(),
        )
        place = await self.provider.open(spec)
        try:
            yield place
        finally:
            await place.close()


Check = Callable[[Stage], Awaitable[None]]


async def beats(place: Place, name: str = "beat") -> bool:
    """Whether the process that `beating(name)` started is still alive."""
    counted = f'a=$(stat -c %s {name}); sleep 0.3; [ "$(stat -c %s {name})" != "$a" ]'
    return (await place.run(counted)).ok


async def still(place: Place, name: str = "beat") -> bool:
    """The contrary of `beats`."""
    return not await beats(place, name)


def beating(name: str = "beat") -> str:
    """A command that goes on for ever, shows that it lives in the file `name`, and ignores polite signals."""
    return f"trap '' TERM HUP INT; while :; do printf . >> {name}; sleep 0.02; done"
