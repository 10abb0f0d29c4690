"""Providers by name, imported when asked for: what is not chosen costs nothing and may be missing."""

from __future__ import annotations

import importlib
import platform
from typing import cast

from api.errors import InvalidInput, Unavailable
from harness.sandboxes.base import Provider

AUTO = "auto"
PROVIDERS = {
    "bubblewrap": "harness.sandboxes.bubblewrap.Bubblewrap",
    "seatbelt": "harness.sandboxes.seatbelt.Seatbelt",
    "process": "harness.sandboxes.process.Process",
}
WALLED = {"Linux": "bubblewrap", "Darwin": "seatbelt"}  # what `auto` means on each system


def provider(name: str = AUTO) -> Provider:
    """The provider called `name`.

    `auto` is the one with walls that this system has, found to work; it never is `process`: Unavailable says instead
    what is missing and what to do. Any other name is taken at its word.
    """
    if name == AUTO:
        return _working()
    if name not in PROVIDERS:
        raise InvalidInput(
            f"There is no sandbox {name!r}; choose one of {', '.join([AUTO, *PROVIDERS])}.", field="sandbox"
        )
    module, _, attribute = PROVIDERS[name].rpartition(".")
    return cast("Provider", getattr(importlib.import_module(module), attribute)())


def _working() -> Provider:
    name = WALLED.get(platform.system())
    if name is None:
        raise Unavailable(
            f"There is no sandbox for {platform.system()}. Run AutoCoder inside WSL2, or choose the sandbox `process`, "
            "which is none."
        )
    found = provider(name)
    availability = found.availability()
    if not availability.ok:
        raise Unavailable(
            f"No sandbox can be opened: {availability.reason}. Remedy: {availability.remedy}. Without one, commands "
            "run only if you choose the sandbox `process` yourself."
        )
    return found
