"""The limits of one process: right for one server, gone when it ends."""

import time
from collections.abc import Callable, Sequence

from app.domain.limits import FULL_SECONDS, VISIT_SECONDS, Allowance, Room

_ROUNDING = 1e-6  # seconds
_SWEEP_SECONDS = 60.0


class MemoryRateLimiter:
    """Token buckets by the generic cell rate algorithm (ITU-T I.371): of each, only the time is kept at which it is
    full again. `now` is in seconds and never goes back."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._full_at: dict[str, float] = {}
        self._visits: dict[str, dict[str, float]] = {}  # by room: when each ends by itself
        self._swept_at = now()

    async def take(self, amount: int, allowances: Sequence[Allowance]) -> float:
        now = self._now()
        self._sweep(now)
        full_at = {one.key: max(self._full_at.get(one.key, now), now) + one.refill(amount) for one in allowances}
        waits = [full_at[one.key] - now - one.seconds for one in allowances]
        if max(waits, default=0.0) > _ROUNDING:
            return max(
                self._put_off(one, one.refill(amount), wait, now) for one, wait in zip(allowances, waits, strict=True)
            )
        self._full_at |= full_at
        return 0.0

    async def enter(self, visit: str, rooms: Sequence[Room], allowances: Sequence[Allowance] = ()) -> float:
        now = self._now()
        for room in rooms:
            there = self._there(room.key, now)
            if visit not in there and len(there) >= room.most:
                return FULL_SECONDS
        if wait := await self.take(1, allowances):
            return wait
        for room in rooms:
            self._visits.setdefault(room.key, {})[visit] = now + VISIT_SECONDS
        return 0.0

    async def leave(self, visit: str, rooms: Sequence[Room]) -> None:
        for room in rooms:
            there = self._visits.get(room.key, {})
            there.pop(visit, None)
            if not there:
                self._visits.pop(room.key, None)

    async def close(self) -> None:
        """Nothing is open."""

    def _put_off(self, one: Allowance, refill: float, wait: float, now: float) -> float:
        """Seconds to wait for this one, now that it was refused: what was asked for counts, though it is not given."""
        if wait > _ROUNDING:
            wait = max(wait, min(wait + refill, one.penalty))
            self._full_at[one.key] = now + one.seconds + wait - refill
        return wait

    def _there(self, key: str, now: float) -> dict[str, float]:
        there = self._visits.get(key, {})
        for ended in [visit for visit, until in there.items() if until <= now]:
            del there[ended]
        return there

    def _sweep(self, now: float) -> None:
        """A full bucket is as good as none."""
        if now - self._swept_at > _SWEEP_SECONDS:
            self._full_at = {key: at for key, at in self._full_at.items() if at > now}
            self._swept_at = now
