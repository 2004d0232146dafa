"""The time of this machine, and one that stands still for tests."""

from dataclasses import dataclass
from datetime import UTC, datetime


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(slots=True)
class FixedClock:
    """The fake: it stands at `at`, which is aware, until it is set."""

    at: datetime

    def now(self) -> datetime:
        return self.at
