"""Who fails again and again is left in peace for a while (circuit breaker: Nygard, Release It!, 2007)."""

import time
from collections.abc import Callable

from app.errors import ChatModelError


class CircuitBreaker:
    """Opens after `limit` failures in a row; then one call in `pause` seconds may try whether it works again."""

    def __init__(self, limit: int = 3, pause: float = 30.0, now: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._pause = pause
        self._now = now
        self._failures = 0
        self._why = ""
        self._next_try = 0.0

    def check(self) -> None:
        """Raises ChatModelError while it is open."""
        if self._failures < self._limit:
            return
        if self._now() < self._next_try:
            raise ChatModelError(f"not asked after {self._failures} failures in a row, the last one: {self._why}")
        self._next_try = self._now() + self._pause

    def succeeded(self) -> None:
        self._failures = 0

    def failed(self, why: str) -> None:
        self._failures += 1
        self._why = why
        self._next_try = self._now() + self._pause
