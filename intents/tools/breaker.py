"""Spares people the wait for a language model that is down: after some failures it is not asked."""

import logging
import time
from collections.abc import Callable

from intents.tools.failures import LlmError, LlmNeedsOwner, LlmUnreachable

log = logging.getLogger(__name__)


class Breaker:
    """Opens after `most` failures in a row; then one probe every `pause_s` seconds."""

    def __init__(
        self,
        name: str,
        *,
        most: int = 5,
        pause_s: float = 30.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name, self._most, self._pause_s, self._clock = name, most, pause_s, clock
        self._failures, self._until = 0, 0.0
        self._reason: LlmError | None = None

    def check(self) -> None:
        """Raises LlmError while open. The one call that passes after the pause is the probe."""
        if self._reason is None:
            return
        now = self._clock()
        if now < self._until:
            kind = LlmNeedsOwner if isinstance(self._reason, LlmNeedsOwner) else LlmUnreachable
            raise kind(f"{self._name} is not asked for now: {self._reason}")
        self._until = now + self._pause_s  # nobody else passes until the probe has answered

    def good(self) -> None:
        """An answer came."""
        if self._reason is not None:
            log.info("language model %s is back", self._name)
        self._failures, self._reason = 0, None

    def bad(self, error: LlmError) -> None:
        """No answer came; an empty account or a wrong key opens at once."""
        self._failures += 1
        owner = isinstance(error, LlmNeedsOwner)
        if not owner and self._failures < self._most:
            return
        if self._reason is None:
            who = "the owner must act: " if owner else ""
            pause = self._pause_s
            log.warning("language model %s: %s%s; next try in %gs", self._name, who, error, pause)
        self._reason, self._until = error, self._clock() + self._pause_s
