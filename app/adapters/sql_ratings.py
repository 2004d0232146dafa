"""Ratings in the database.

No `from __future__ import annotations` here: SQLModel reads the annotations.
"""

from datetime import datetime

from sqlalchemy import Column, Engine, Text
from sqlmodel import Field, SQLModel, col, select

from app.adapters.sql_events import write_event
from app.adapters.tables import UtcDateTime
from app.adapters.transactions import Transactions
from app.domain.events import EventKind
from app.domain.ports import Clock
from app.domain.rating import Rating
from app.errors import Conflict


class RatingRow(SQLModel, table=True):
    __tablename__ = "rating"

    ticket_id: str = Field(primary_key=True, max_length=64)
    conversation_id: str = Field(foreign_key="conversation.id", index=True, ondelete="CASCADE", max_length=64)
    score: int
    comment: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    at: datetime = Field(sa_type=UtcDateTime)


class SqlRatings:
    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._transactions = Transactions(engine)
        self._clock = clock

    def rate(self, conversation_id: str, ticket_id: str, score: int, comment: str | None) -> Rating:
        rating = Rating(ticket_id, conversation_id, score, comment, self._clock.now())
        with self._transactions.changing(conversation_id) as session:  # locked: two presses take turns
            if session.get(RatingRow, ticket_id):
                raise Conflict("This request was rated already.")
            session.add(RatingRow(**{name: getattr(rating, name) for name in RatingRow.model_fields}))
            session.flush()
            about = {"ticket_id": ticket_id}
            write_event(session.connection(), conversation_id, rating.at, EventKind.CSAT_GIVEN, about)
        return rating

    def of_conversation(self, conversation_id: str) -> list[Rating]:
        theirs = select(RatingRow).where(RatingRow.conversation_id == conversation_id).order_by(col(RatingRow.at))
        with self._transactions.reading() as session:
            return [Rating(**row.model_dump()) for row in session.exec(theirs)]
