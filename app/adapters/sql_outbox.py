"""The outbox on any database that SQLAlchemy speaks to."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Engine, insert, update
from sqlmodel import col, select

from app.adapters.delivery_tables import DeliveryCursorRow, DeliveryRow
from app.adapters.tables import ConversationRow
from app.adapters.transactions import Transactions
from app.domain.delivery import Delivery, DeliveryState
from app.domain.ports import Clock
from app.errors import Conflict, NotFound

_TABLE: Any = DeliveryRow.__table__  # type: ignore[attr-defined]


class SqlOutbox:
    """SQLite lets one transaction write at a time; elsewhere rows are locked, and a claim skips those of others."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._transactions = Transactions(engine)
        self._clock = clock

    def cursor(self, target: str, begin: int) -> int:
        with self._transactions.writing() as connection:
            return _cursor(connection, target, begin)

    def queue(self, target: str, deliveries: Sequence[Delivery], cursor: int) -> int:
        with self._transactions.writing() as connection:
            before = _cursor(connection, target, cursor)  # locked: who fills for this target takes turns
            new = _new(connection, target, deliveries)
            if new:
                connection.execute(insert(DeliveryRow), [asdict(delivery) for delivery in new])
            at = col(DeliveryCursorRow.target) == target
            connection.execute(update(DeliveryCursorRow).where(at).values(event=max(before, cursor)))
        return len(new)

    def claim(self, target: str, limit: int, lease: float) -> list[Delivery]:
        now = self._clock.now()
        due = (
            select(DeliveryRow.id)
            .where(
                col(DeliveryRow.target) == target,
                col(DeliveryRow.state) == DeliveryState.QUEUED,
                col(DeliveryRow.due_at) <= now,
            )
            .order_by(col(DeliveryRow.due_at), col(DeliveryRow.event))
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        with self._transactions.writing() as connection:
            if not (ids := connection.scalars(due).all()):
                return []
            mine = col(DeliveryRow.id).in_(ids)
            until = now + timedelta(seconds=lease)
            connection.execute(update(DeliveryRow).where(mine).values(due_at=until, attempts=DeliveryRow.attempts + 1))
            claimed = connection.execute(_TABLE.select().where(mine).order_by(_TABLE.c.event))
            return [_delivery(row) for row in claimed]

    def settle(self, delivery: Delivery) -> bool:
        claimed = update(DeliveryRow).where(
            col(DeliveryRow.id) == delivery.id,
            col(DeliveryRow.state) == DeliveryState.QUEUED,
            col(DeliveryRow.attempts) == delivery.attempts,
        )
        result = {"state": delivery.state, "due_at": delivery.due_at, "problem": delivery.problem[:200]}
        with self._transactions.writing() as connection:
            return connection.execute(claimed.values(**result)).rowcount > 0

    def deliveries(
        self, state: DeliveryState | None = None, target: str | None = None, limit: int = 100
    ) -> list[Delivery]:
        wanted = _TABLE.select().order_by(_TABLE.c.created_at.desc(), _TABLE.c.event.desc(), _TABLE.c.id).limit(limit)
        if state is not None:
            wanted = wanted.where(_TABLE.c.state == state)
        if target is not None:
            wanted = wanted.where(_TABLE.c.target == target)
        with self._transactions.reading() as session:
            return [_delivery(row) for row in session.connection().execute(wanted)]

    def redeliver(self, delivery_id: str) -> Delivery:
        anew = {"state": DeliveryState.QUEUED, "attempts": 0, "due_at": self._clock.now()}
        settled = update(DeliveryRow).where(
            col(DeliveryRow.id) == delivery_id, col(DeliveryRow.state) != DeliveryState.QUEUED
        )
        with self._transactions.writing() as connection:
            is_settled = connection.execute(settled.values(**anew)).rowcount > 0
            row = connection.execute(_TABLE.select().where(_TABLE.c.id == delivery_id)).first()
        if row is None:
            raise NotFound(f"There is no delivery {delivery_id!r}; see `kotae desk deliveries`.")
        if not is_settled:
            raise Conflict(f"Delivery {delivery_id} is queued: it is sent at {row.due_at:%Y-%m-%d %H:%M:%S}Z anyway.")
        return _delivery(row)


def _cursor(connection: Connection, target: str, begin: int) -> int:
    """Locks it; two that make it at once are told apart by its key."""
    kept = select(DeliveryCursorRow.event).where(DeliveryCursorRow.target == target).with_for_update()
    found = connection.scalar(kept)
    if found is None:
        connection.execute(insert(DeliveryCursorRow), {"target": target, "event": begin})
        return begin
    return int(found)


def _new(connection: Connection, target: str, deliveries: Sequence[Delivery]) -> list[Delivery]:
    events = [delivery.event for delivery in deliveries]
    conversations = {delivery.conversation_id for delivery in deliveries}
    queued = select(DeliveryRow.event).where(DeliveryRow.target == target, col(DeliveryRow.event).in_(events))
    there = select(ConversationRow.id).where(col(ConversationRow.id).in_(conversations)).with_for_update(read=True)
    already, alive = set(connection.scalars(queued)), set(connection.scalars(there))
    return [each for each in deliveries if each.event not in already and each.conversation_id in alive]


def _delivery(row: Any) -> Delivery:
    return Delivery(**(dict(row._mapping) | {"state": DeliveryState(row.state)}))
