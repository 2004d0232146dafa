"""The audit trail in the database. Lines are only ever added; the head says which one is the last."""

from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import Connection, Engine, insert, update
from sqlmodel import Session, col, select

from app.adapters.audit_tables import AuditHeadRow, AuditRow
from app.adapters.transactions import Transactions
from app.domain.audit import BEGINNING, Act, AuditEntry, line_hash
from app.domain.ports import Clock

_BATCH = 1000
_HEAD = select(AuditHeadRow.number, AuditHeadRow.hash).with_for_update()
_ADD, _MOVE_HEAD = insert(AuditRow), update(AuditHeadRow)


class SqlAuditTrail:
    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._transactions = Transactions(engine)
        self._clock = clock

    def add(self, who: str, act: Act, what: str = "", address: str = "") -> AuditEntry:
        with self._transactions.writing() as connection:
            number, before = connection.execute(_HEAD).one()  # locked: writers of all processes take turns
            entry = AuditEntry(number + 1, self._clock.now(), who, act, what[:200], address[:64], "")
            entry = replace(entry, hash=line_hash(before, entry))
            _write(connection, entry)
        return entry

    def entries(
        self, who: str | None = None, act: Act | None = None, before: int | None = None, limit: int = 100
    ) -> list[AuditEntry]:
        wanted = select(AuditRow).order_by(col(AuditRow.number).desc()).limit(limit)
        if who is not None:
            wanted = wanted.where(AuditRow.who == who)
        if act is not None:
            wanted = wanted.where(AuditRow.act == act)
        if before is not None:
            wanted = wanted.where(col(AuditRow.number) < before)
        with self._transactions.reading() as session:
            return [_entry(row) for row in session.exec(wanted)]

    def broken_at(self) -> int | None:
        with self._transactions.reading() as session:
            number, before = 0, BEGINNING
            for entry in _all(session):
                if not entry.follows(number, before):
                    return number + 1
                number, before = entry.number, entry.hash
            head = session.exec(select(AuditHeadRow)).first()
            return None if head and (head.number, head.hash) == (number, before) else number + 1


def _write(connection: Connection, entry: AuditEntry) -> None:
    row = {name: getattr(entry, name) for name in AuditRow.model_fields}
    connection.execute(_ADD, row)
    connection.execute(_MOVE_HEAD, {"number": entry.number, "hash": entry.hash})


def _all(session: Session) -> Iterator[AuditEntry]:
    last = -1
    while rows := session.exec(
        select(AuditRow).where(col(AuditRow.number) > last).order_by(col(AuditRow.number)).limit(_BATCH)
    ).all():
        yield from map(_entry, rows)
        last = rows[-1].number


def _entry(row: AuditRow) -> AuditEntry:
    return AuditEntry(row.number, row.at, row.who, Act(row.act), row.what, row.address, row.hash)
