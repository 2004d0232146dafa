"""Who works at the desk, in the database: presence with the staff, load from the tickets."""

from sqlalchemy import Engine, case, func, update
from sqlmodel import col, select

from app.adapters.people_tables import UserRow
from app.adapters.sql_people import user_of
from app.adapters.tables import HandoffRow
from app.adapters.transactions import Transactions
from app.domain.desk_ports import Colleague
from app.domain.people import StaffRole
from app.domain.ports import Clock


class SqlRoster:
    def __init__(self, engine: Engine, clock: Clock) -> None:
        transactions = Transactions(engine)
        self._reading, self._writing = transactions.reading, transactions.writing
        self._clock = clock

    def see(self, user_id: str) -> None:
        now = self._clock.now()
        with self._writing() as connection:
            connection.execute(update(UserRow).where(col(UserRow.id) == user_id).values(seen_at=now))

    def colleagues(self) -> list[Colleague]:
        is_open = col(HandoffRow.closed_at).is_(None) & col(HandoffRow.resolved_at).is_(None)
        loads = (
            select(HandoffRow.assigned_to, func.sum(case((is_open, 1), else_=0)), func.max(HandoffRow.assigned_at))
            .where(col(HandoffRow.assigned_to).is_not(None))
            .group_by(col(HandoffRow.assigned_to))
        )
        with self._reading() as session:
            given = {user_id: (int(load), at) for user_id, load, at in session.exec(loads)}
            rows = session.exec(select(UserRow).where(col(UserRow.disabled_at).is_(None)).order_by(col(UserRow.id)))
            users = [(user_of(row), row.seen_at) for row in rows]
        return [
            Colleague(user.id, user.name, user.skills, user.languages, seen, *given.get(user.id, (0, None)))
            for user, seen in users
            if StaffRole.AGENT in user.roles
        ]
