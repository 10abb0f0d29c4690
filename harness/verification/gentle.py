"""Places whose commands give way to everybody else's on the machine."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from harness.sandboxes.base import Availability, CommandResult, Place, PlaceSpec, Provider, Refusal

# A line of its own before the command, in the same shell. Where the program is missing, nothing changes.
_GIVE_WAY: Final = "renice -n 10 -p $$ >/dev/null 2>&1\n"


class GentleProvider(Provider):
    """Opens the places of another provider; see base.Provider."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider

    @property
    def name(self) -> str:
        """See base.Provider."""
        return self._provider.name

    @property
    def isolated(self) -> bool:
        """See base.Provider."""
        return self._provider.isolated

    @property
    def detached(self) -> bool:
        """See base.Provider."""
        return self._provider.detached

    def availability(self) -> Availability:
        """See base.Provider."""
        return self._provider.availability()

    async def open(self, spec: PlaceSpec) -> Place:
        """See base.Provider."""
        return _GentlePlace(await self._provider.open(spec))


class _GentlePlace(Place):
    def __init__(self, place: Place) -> None:
        self._place = place

    @property
    def workspace(self) -> Path:
        return self._place.workspace

    @property
    def banner(self) -> str:
        return self._place.banner

    async def run(
        self,
        command: str,
        *,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        timeout: float | None = None,
        on_output: Callable[[str], None] | None = None,
    ) -> CommandResult:
        return await self._place.run(_GIVE_WAY + command, cwd=cwd, env=env, timeout=timeout, on_output=on_output)

    async def read_file(self, path: Path | str) -> bytes:
        return await self._place.read_file(path)

    async def write_file(self, path: Path | str, data: bytes) -> None:
        await self._place.write_file(path, data)

    async def forward(self, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await self._place.forward(port)

    def client_command(self, command: str) -> str:
        return self._place.client_command(command)

    async def refused(self) -> Sequence[Refusal]:
        return await self._place.refused()

    async def close(self) -> None:
        await self._place.close()
