"""Who looks at what, in memory: for tests."""

from datetime import datetime

from app.domain.look import Look
from app.domain.ports import Clock


class MemoryLooks:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._looks: dict[tuple[str, str], Look] = {}

    def look(self, user_id: str, conversation_id: str, is_typing: bool = False) -> None:
        self._looks[conversation_id, user_id] = Look(user_id, conversation_id, self._clock.now(), is_typing)

    def at(self, conversation_id: str) -> list[Look]:
        found = (look for look in self._looks.values() if look.conversation_id == conversation_id)
        return sorted(found, key=lambda look: look.user_id)

    def of(self, user_id: str) -> dict[str, datetime]:
        return {look.conversation_id: look.at for look in self._looks.values() if look.user_id == user_id}
