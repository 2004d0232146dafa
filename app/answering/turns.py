"""Who may be answered now: a few at a time, and nobody's questions keep another customer waiting for all of them."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import anyio


@dataclass(slots=True, eq=False)
class _Waiting:
    customer: str
    called: anyio.Event = field(default_factory=anyio.Event)


class Turns:
    """`most` at a time. A turn that becomes free goes to the customer who holds the fewest, among equals to the one who
    has waited longest; where nobody else waits, one customer may hold them all. Belongs to one event loop."""

    def __init__(self, most: int) -> None:
        self._free = most
        self._held: Counter[str] = Counter()
        self._waiting: list[_Waiting] = []

    @asynccontextmanager
    async def of(self, customer: str) -> AsyncIterator[None]:
        await self._take(customer)
        try:
            yield
        finally:
            self._give_back(customer)

    async def _take(self, customer: str) -> None:
        if self._free:
            self._free -= 1
            self._held[customer] += 1
            return
        me = _Waiting(customer)
        self._waiting.append(me)
        try:
            await me.called.wait()
        except BaseException:  # cancelled: the turn may have been given already
            if me.called.is_set():
                self._give_back(customer)
            else:
                self._waiting.remove(me)
            raise

    def _give_back(self, customer: str) -> None:
        self._held[customer] -= 1
        if not self._held[customer]:
            del self._held[customer]
        if not self._waiting:
            self._free += 1
            return
        following = min(self._waiting, key=lambda one: self._held[one.customer])
        self._waiting.remove(following)
        self._held[following.customer] += 1
        following.called.set()
