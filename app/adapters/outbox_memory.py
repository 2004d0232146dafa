"""The fake outbox: a dictionary in this process."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from threading import Lock

from app.domain.delivery import Delivery, DeliveryState
from app.domain.ports import Clock
from app.errors import Conflict, NotFound


@dataclass
class MemoryOutbox:
    clock: Clock
    _kept: dict[str, Delivery] = field(default_factory=dict)
    _cursors: dict[str, int] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def cursor(self, target: str, begin: int) -> int:
        with self._lock:
            return self._cursors.setdefault(target, begin)

    def queue(self, target: str, deliveries: Sequence[Delivery], cursor: int) -> int:
        with self._lock:
            queued = {each.event for each in self._kept.values() if each.target == target}
            new = {each.id: each for each in deliveries if each.event not in queued}
            self._kept |= new
            self._cursors[target] = max(cursor, self._cursors.get(target, cursor))
            return len(new)

    def claim(self, target: str, limit: int, lease: float) -> list[Delivery]:
        with self._lock:
            now = self.clock.now()
            due = [
                each
                for each in self._kept.values()
                if each.target == target and each.state is DeliveryState.QUEUED and each.due_at <= now
            ]
            due = sorted(due, key=lambda each: (each.due_at, each.event))[:limit]
            until = now + timedelta(seconds=lease)
            claimed = [replace(each, attempts=each.attempts + 1, due_at=until) for each in due]
            self._kept |= {each.id: each for each in claimed}
            return sorted(claimed, key=lambda each: each.event)

    def settle(self, delivery: Delivery) -> bool:
        with self._lock:
            kept = self._kept.get(delivery.id)
            if kept is None or kept.state is not DeliveryState.QUEUED or kept.attempts != delivery.attempts:
                return False
            self._kept[delivery.id] = replace(delivery, problem=delivery.problem[:200])
            return True

    def deliveries(
        self, state: DeliveryState | None = None, target: str | None = None, limit: int = 100
    ) -> list[Delivery]:
        found = [
            each
            for each in self._kept.values()
            if (state is None or each.state is state) and (target is None or each.target == target)
        ]
        return sorted(found, key=lambda each: (each.created_at, each.event), reverse=True)[:limit]

    def redeliver(self, delivery_id: str) -> Delivery:
        with self._lock:
            if delivery_id not in self._kept:
                raise NotFound(f"There is no delivery {delivery_id!r}; see `kotae desk deliveries`.")
            kept = self._kept[delivery_id]
            if kept.state is DeliveryState.QUEUED:
                raise Conflict(f"Delivery {delivery_id} is queued: it is sent at {kept.due_at:%Y-%m-%d %H:%M:%S}Z.")
            anew = replace(kept, state=DeliveryState.QUEUED, attempts=0, due_at=self.clock.now())
            self._kept[delivery_id] = anew
            return anew
