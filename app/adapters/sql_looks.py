"""Who looks at what, in the database, so that colleagues on other servers are told too.

No `from __future__ import annotations` here: SQLModel reads the annotations.
"""

from datetime import datetime

from sqlalchemy import Engine, insert, update
from sqlmodel import Field, SQLModel, col, select

from app.adapters.tables import UtcDateTime
from app.adapters.transactions import Transactions
from app.domain.look import Look
from app.domain.ports import Clock


class LookRow(SQLModel, table=True):
    __tablename__ = "look"

    conversation_id: str = Field(foreign_key="conversation.id", primary_key=True, ondelete="CASCADE", max_length=64)
    user_id: str = Field(primary_key=True, index=True, max_length=64)
    at: datetime = Field(sa_type=UtcDateTime)
    is_typing: bool = False


class SqlLooks:
    def __init__(self, engine: Engine, clock: Clock) -> None:
        transactions = Transactions(engine)
        self._reading, self._writing = transactions.reading, transactions.writing
        self._clock = clock

    def look(self, user_id: str, conversation_id: str, is_typing: bool = False) -> None:
        now = {"at": self._clock.now(), "is_typing": is_typing}
        who = {"conversation_id": conversation_id, "user_id": user_id}
        is_theirs = (col(LookRow.conversation_id) == conversation_id) & (col(LookRow.user_id) == user_id)
        with self._writing(conversation_id) as connection:  # locked: nobody else adds the row meanwhile
            if not connection.execute(update(LookRow).where(is_theirs).values(now)).rowcount:
                connection.execute(insert(LookRow), who | now)

    def at(self, conversation_id: str) -> list[Look]:
        found = select(LookRow).where(LookRow.conversation_id == conversation_id).order_by(col(LookRow.user_id))
        with self._reading() as session:
            return [Look(row.user_id, row.conversation_id, row.at, row.is_typing) for row in session.exec(found)]

    def of(self, user_id: str) -> dict[str, datetime]:
        found = select(LookRow.conversation_id, LookRow.at).where(LookRow.user_id == user_id)
        with self._reading() as session:
            return dict(session.exec(found).all())
