"""How much one customer may take, so that there is enough for the others."""

from dataclasses import dataclass

VISIT_SECONDS = 120.0  # a visit that is not entered again for so long has ended: its server died


@dataclass(frozen=True, slots=True)
class Allowance:
    """`most` at once, and as much again in `seconds`, refilled steadily."""

    key: str
    most: int
    seconds: float = 60.0

    def refill(self, amount: int) -> float:
        """Seconds until `amount` is there again; more than `most` counts as all of it, or it would never be given."""
        return self.seconds * min(amount, self.most) / self.most


@dataclass(frozen=True, slots=True)
class Room:
    """For `most` visits at a time."""

    key: str
    most: int
