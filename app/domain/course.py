"""One conversation as the overview counts it, and the port that they come from."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.domain.desk import Cause
from app.domain.outcome import Language


@dataclass(frozen=True, slots=True)
class Course:
    """Times are aware. `asked`: the customer has asked something; `answered`: the assistant has answered at least once.
    `first_reply_at` and `resolved_at` are of a person, `reopened_at` and `last_at` of the customer's writing. `mood` of
    the first and the last turn that was judged, 0 (calm) to 1 (angry)."""

    id: str
    channel: str
    language: Language
    began_at: datetime
    last_at: datetime
    asked: bool
    answered: bool
    voted_down: bool
    handed_off_at: datetime | None = None
    cause: Cause | None = None
    first_reply_at: datetime | None = None
    resolved_at: datetime | None = None
    reopened_at: datetime | None = None
    csat: int | None = None
    mood: tuple[float, float] | None = None


class Courses(Protocol):
    """Shipped: `MemoryCourses`, the fake, and `SqlCourses`. Methods block."""

    def since(self, at: datetime) -> list[Course]:
        """Of all conversations that began at that moment or later, in the order in which they began."""
        ...
