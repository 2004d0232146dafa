"""How much one customer may take, so that there is enough for the others; and the port of who counts it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

VISIT_SECONDS = 120.0  # a visit that is not entered again for so long has ended: its server died
FULL_SECONDS = 1.0  # until it is worth another try where a room is full


@dataclass(frozen=True, slots=True)
class Allowance:
    """`most` at once, and as much again in `seconds`, refilled steadily.

    What is refused counts too, as long as the wait is under `penalty` seconds: whoever goes on asking is given nothing,
    whoever waits as long as told is given it.
    """

    key: str
    most: int
    seconds: float = 60.0
    penalty: float = 0.0

    def refill(self, amount: int) -> float:
        """Seconds until `amount` is there again; more than `most` counts as all of it, or it would never be given."""
        return self.seconds * min(amount, self.most) / self.most


@dataclass(frozen=True, slots=True)
class Room:
    """For `most` visits at a time."""

    key: str
    most: int


class RateLimiter(Protocol):
    """Counts what customers take. Never raises: what cannot be counted is allowed."""

    async def take(self, amount: int, allowances: Sequence[Allowance]) -> float:
        """0.0 once `amount` was taken of each; else nothing was, and it can be after so many seconds."""
        ...

    async def enter(self, visit: str, rooms: Sequence[Room], allowances: Sequence[Allowance] = ()) -> float:
        """0.0 once the visit is in all rooms and took 1 of each allowance; else neither, and it is worth another try
        after so many seconds. Entered again, it stays longer."""
        ...

    async def leave(self, visit: str, rooms: Sequence[Room]) -> None: ...

    async def close(self) -> None: ...
