"""The fake store of drafts: everything in this process."""

from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from app.domain.draft import Draft, DraftEnd, Ended
from app.errors import Conflict, NotFound


@dataclass
class MemoryDrafts:
    _drafts: dict[str, Draft] = field(default_factory=dict)
    _ends: dict[str, DraftEnd] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def add(self, draft: Draft) -> None:
        with self._lock:
            self._drafts[draft.id] = draft

    def get(self, draft_id: str) -> Draft:
        if draft_id not in self._drafts:
            raise NotFound("There is no such draft.")
        return self._drafts[draft_id]

    def end(self, end: DraftEnd) -> None:
        with self._lock:
            self.get(end.draft_id)
            if end.draft_id in self._ends:
                raise Conflict("This draft was sent or rejected already; make a new one.")
            self._ends[end.draft_id] = end

    def reopen(self, draft_id: str) -> None:
        with self._lock:
            self.get(draft_id)
            self._ends.pop(draft_id, None)

    def of_conversation(self, conversation_id: str) -> list[Draft]:
        theirs = [draft for draft in self._drafts.values() if draft.conversation_id == conversation_id]
        return sorted(sorted(theirs, key=lambda draft: draft.id), key=lambda draft: draft.made_at, reverse=True)

    def waiting(self, conversation_id: str) -> list[Draft]:
        return [draft for draft in self.of_conversation(conversation_id) if draft.id not in self._ends]

    def ended(self, since: datetime | None = None) -> list[Ended]:
        found = [end for end in self._ends.values() if since is None or end.at >= since]
        return [Ended(self._drafts[end.draft_id], end) for end in sorted(found, key=lambda e: (e.at, e.draft_id))]
