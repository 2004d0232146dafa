"""The vault of what is not to outlive this process: a call that nothing is kept of, and tests."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock

from app.domain.pseudonyms import PersonalData, Pseudonyms


@dataclass
class MemoryVault:
    _kept: dict[str, Pseudonyms] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def read(self, conversation_id: str) -> Pseudonyms:
        return self._kept.get(conversation_id, Pseudonyms())

    def keep(self, conversation_id: str, found: Sequence[PersonalData]) -> Pseudonyms:
        with self._lock:
            self._kept[conversation_id] = self.read(conversation_id).including(found)
            return self._kept[conversation_id]
