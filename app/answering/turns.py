"""Who may be answered now: a few at a time, and nobody's questions keep another customer waiting for all of them."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import anyio

Names = tuple[str, ...]  # of a customer, the widest first: an address that several may share, a token


@dataclass(slots=True, eq=False)
class _Waiting:
    customer: Names
    called: anyio.Event = field(default_factory=anyio.Event)


class Turns:
    """`most` at a time. A turn that becomes free goes to the address that holds the fewest, there to the token that
    does, among equals to who has waited longest. One token never holds the last turn: beside its questions another
    customer's is answered at once. Who has no names is not limited so.

    Belongs to one event loop.
    """

    def __init__(self, most: int) -> None:
        self._free = most
        self._most_of_one = max(1, most - 1)
        self._held: Counter[Names] = Counter()
        self._waiting: list[_Waiting] = []

    @asynccontextmanager
    async def of(self, customer: Names) -> AsyncIterator["Place"]:
        place = Place(self, customer)
        await place.take()
        try:
            yield place
        finally:
            place.leave()

    async def take(self, customer: Names) -> None:
        me = _Waiting(customer)
        self._waiting.append(me)
        self._call()
        try:
            await me.called.wait()
        except BaseException:  # cancelled: the turn may have been given already
            if me.called.is_set():
                self.give_back(customer)
            else:
                self._waiting.remove(me)
            raise

    def give_back(self, customer: Names) -> None:
        self._free += 1
        self._count(customer, -1)
        self._call()

    def _call(self) -> None:
        """Those whose turn it is."""
        while self._free and (able := [one for one in self._waiting if self._may_have_more(one.customer)]):
            following = min(able, key=lambda one: [self._held[name] for name in _each(one.customer)])
            self._waiting.remove(following)
            self._free -= 1
            self._count(following.customer, 1)
            following.called.set()

    def _may_have_more(self, customer: Names) -> bool:
        return not customer or self._held[customer] < self._most_of_one

    def _count(self, customer: Names, change: int) -> None:
        for name in _each(customer):
            self._held[name] += change
            if not self._held[name]:
                del self._held[name]


class Place:
    """A customer's turn, which may be left while something else is waited for, and taken again."""

    def __init__(self, turns: Turns, customer: Names) -> None:
        self._turns = turns
        self._customer = customer
        self._is_taken = False

    async def take(self) -> None:
        if not self._is_taken:
            await self._turns.take(self._customer)
            self._is_taken = True

    def leave(self) -> None:
        if self._is_taken:
            self._is_taken = False
            self._turns.give_back(self._customer)


def _each(customer: Names) -> list[Names]:
    """("a", "b") is within ("a",)."""
    return [customer[:length] for length in range(1, len(customer) + 1)]
