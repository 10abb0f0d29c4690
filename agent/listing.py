"""feature_list.json is kept equal to the backlog while a run goes on, and once more at its end."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from api.backlog.service import FeatureList
from api.errors import AppError

PACE_SECONDS = 5.0


@contextlib.asynccontextmanager
async def listed(features: FeatureList) -> AsyncIterator[None]:
    """Keep the list while the block runs. That it cannot be written is nobody's concern here: the server says so."""
    keeping = asyncio.create_task(_keep_on(features))
    try:
        yield
    finally:
        keeping.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await keeping
        with contextlib.suppress(AppError):
            await asyncio.to_thread(features.keep)


async def _keep_on(features: FeatureList) -> None:
    while True:
        with contextlib.suppress(AppError):
            await asyncio.to_thread(features.keep_gently)
        await asyncio.sleep(PACE_SECONDS)
