"""Drafts in the database. They hang on their conversation and go with it."""

from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Engine
from sqlmodel import col, select

from app.adapters.desk_tables import DraftRow
from app.adapters.transactions import Transactions
from app.domain.draft import Draft, DraftEnd, Ended
from app.errors import Conflict, NotFound

_DRAFT, _END = TypeAdapter(Draft), TypeAdapter(DraftEnd)


class SqlDrafts:
    def __init__(self, engine: Engine) -> None:
        self._transactions = Transactions(engine)

    def add(self, draft: Draft) -> None:
        row = DraftRow(
            id=draft.id,
            conversation_id=draft.conversation_id,
            made_at=draft.made_at,
            data=_DRAFT.dump_python(draft, mode="json"),
        )
        with self._transactions.changing(draft.conversation_id) as session:
            session.add(row)

    def get(self, draft_id: str) -> Draft:
        with self._transactions.reading() as session:
            row = session.get(DraftRow, draft_id)
            if row is None:
                raise NotFound("There is no such draft.")
            return _draft(row)

    def end(self, end: DraftEnd) -> None:
        with self._transactions.changing() as session:
            found = session.exec(select(DraftRow).where(DraftRow.id == end.draft_id).with_for_update()).first()
            if found is None:
                raise NotFound("There is no such draft.")
            if found.ended_at is not None:
                raise Conflict("This draft was sent or rejected already; make a new one.")
            found.ended_at, found.outcome = end.at, _END.dump_python(end, mode="json")
            session.add(found)

    def reopen(self, draft_id: str) -> None:
        with self._transactions.changing() as session:
            row = session.get(DraftRow, draft_id)
            if row is None:
                raise NotFound("There is no such draft.")
            row.ended_at, row.outcome = None, None
            session.add(row)

    def of_conversation(self, conversation_id: str) -> list[Draft]:
        return self._newest_first(DraftRow.conversation_id == conversation_id)

    def waiting(self, conversation_id: str) -> list[Draft]:
        return self._newest_first(DraftRow.conversation_id == conversation_id, col(DraftRow.ended_at).is_(None))

    def ended(self, since: datetime | None = None) -> list[Ended]:
        wanted = select(DraftRow).where(col(DraftRow.ended_at).is_not(None))
        if since is not None:
            wanted = wanted.where(col(DraftRow.ended_at) >= since)
        with self._transactions.reading() as session:
            rows = session.exec(wanted.order_by(col(DraftRow.ended_at), col(DraftRow.id)))
            return [Ended(_draft(row), _END.validate_python(row.outcome)) for row in rows]

    def _newest_first(self, *wanted: Any) -> list[Draft]:
        found = select(DraftRow).where(*wanted).order_by(col(DraftRow.made_at).desc(), col(DraftRow.id))
        with self._transactions.reading() as session:
            return [_draft(row) for row in session.exec(found)]


def _draft(row: DraftRow) -> Draft:
    return _DRAFT.validate_python(row.data)
