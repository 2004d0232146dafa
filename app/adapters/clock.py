"""The time of this machine, and one that stands still for tests."""

from dataclasses import dataclass
from datetime import UTC, datetime


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class FixedClock:
    """The fake: always `at`, which is aware."""

    at: datetime

    def now(self) -> datetime:
        return self.at
