"""The fake audit trail: a list in this process."""

from dataclasses import dataclass, field, replace
from threading import Lock

from app.domain.audit import BEGINNING, Act, AuditEntry, line_hash
from app.domain.ports import Clock


@dataclass
class MemoryAuditTrail:
    clock: Clock
    _entries: list[AuditEntry] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def add(self, who: str, act: Act, what: str = "", address: str = "") -> AuditEntry:
        with self._lock:
            before = self._entries[-1].hash if self._entries else BEGINNING
            entry = AuditEntry(len(self._entries) + 1, self.clock.now(), who, act, what[:200], address[:64], "")
            entry = replace(entry, hash=line_hash(before, entry))
            self._entries.append(entry)
        return entry

    def entries(
        self, who: str | None = None, act: Act | None = None, before: int | None = None, limit: int = 100
    ) -> list[AuditEntry]:
        wanted = [
            entry
            for entry in reversed(self._entries)
            if who in (None, entry.who) and act in (None, entry.act) and (before is None or entry.number < before)
        ]
        return wanted[:limit]

    def broken_at(self) -> int | None:
        number, hashed = 0, BEGINNING
        for entry in self._entries:
            if not entry.follows(number, hashed):
                return number + 1
            number, hashed = entry.number, entry.hash
        return None
