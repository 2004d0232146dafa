"""What reaches the customer and others beside the page, and what customers say of it, as services hold it."""

from dataclasses import dataclass

from app.desk.dispatch import Dispatch
from app.domain.delivery import Outbox
from app.domain.rating import Ratings


@dataclass(frozen=True, slots=True)
class Messages:
    outbox: Outbox
    dispatch: Dispatch
    ratings: Ratings
