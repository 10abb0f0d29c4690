"""What goes wrong again and again is told once, until it has gone right or goes wrong otherwise."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Troubles:
    """The troubles of one service, told to its `logger`."""

    logger: logging.Logger
    _told: dict[object, str] = field(default_factory=dict)

    def tell(self, of: object, sentence: str, error: Exception) -> None:
        """Warn that `error` came up `of` something; `sentence` says what that means."""
        if self._told.get(of) != str(error):
            self.logger.warning("%s: %s", sentence, error)
        self._told[of] = str(error)

    def over(self, of: object) -> None:
        """All is well with it again."""
        self._told.pop(of, None)
