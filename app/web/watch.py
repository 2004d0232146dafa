"""Streams that wait for events of their conversation: woken by what happens here, and by what another server wrote.

One look at the event log every half second serves all streams of this process; with no stream open there is none. Those
that follow everything are given what was found there.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from starlette.types import ASGIApp, Receive, Scope, Send

from app.domain.desk_ports import EventLog
from app.domain.events import ConversationEvent
from app.errors import KotaeError

_POLL_SECONDS = 0.5
_KEPT = 200  # events
ANY = ""  # in the place of a conversation: whatever happens, in whichever
_log = logging.getLogger(__name__)


class EventWatch:
    """Belongs to one event loop."""

    def __init__(self, log: EventLog, poll: float = _POLL_SECONDS) -> None:
        self._events = log
        self._poll = poll
        self._waiting: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self._bell = asyncio.Event()
        self._following: asyncio.Task[None] | None = None
        self._recent: list[ConversationEvent] = []  # all there are after this number:
        self._since: int | None = None
        self.is_closed = False

    @contextmanager
    def waiting(self, conversation_id: str) -> Iterator[asyncio.Event]:
        """What is set whenever something may have happened in the conversation, or in ANY; whoever waits clears it."""
        woken = asyncio.Event()
        self._waiting[conversation_id].add(woken)
        if self._following is None or self._following.done():
            self._since = None
            self._following = asyncio.create_task(self._follow())
        try:
            yield woken
        finally:
            self._waiting[conversation_id].discard(woken)
            if not self._waiting[conversation_id]:
                del self._waiting[conversation_id]

    def recent(self, number: int) -> list[ConversationEvent] | None:
        """What happened after event `number`, anywhere; None where that is too long ago to be known."""
        if self._since is None or number < self._since:
            return None
        return [event for event in self._recent if event.number > number]

    def ring(self) -> None:
        """Something was written here: look at once."""
        self._bell.set()

    def close(self) -> None:
        """Streams end."""
        self.is_closed = True
        self._wake(*self._waiting)

    async def _follow(self) -> None:
        seen: int | None = None
        while self._waiting and not self.is_closed:
            try:
                if seen is None:
                    seen = self._since = await asyncio.to_thread(self._events.latest)
                    self._recent = []
                    self._wake(*self._waiting)  # who looked before this may have missed something
                events = await asyncio.to_thread(self._events.after, seen)
                self._keep(events)
                self._wake(*{event.conversation_id for event in events}, *([ANY] if events else []))
                seen = events[-1].number if events else seen
                if events:
                    continue  # there may be more than one look gives
            except KotaeError as error:
                _log.error("Streams of events wait: %s", error)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._bell.wait(), self._poll)
            self._bell.clear()

    def _keep(self, events: list[ConversationEvent]) -> None:
        gone = [*self._recent, *events][:-_KEPT]
        self._recent = [*self._recent, *events][-_KEPT:]
        self._since = gone[-1].number if gone else self._since

    def _wake(self, *conversations: str) -> None:
        for conversation_id in conversations:
            for woken in self._waiting.get(conversation_id, ()):
                woken.set()


class Bell:
    """A layer that rings whenever a request has changed something, or may have."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)
        if scope["type"] == "http" and scope["method"] not in ("GET", "HEAD"):
            scope["app"].state.watch.ring()
