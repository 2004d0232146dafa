"""From the event log through the outbox to everybody outside who wants to know: mail and web hooks.

An event is queued once for each target, and sent at least once: a process that is killed between sending and marking
leaves the delivery to be claimed, and sent under the same id, again.
"""

import asyncio
import logging
import random
import secrets
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from app.domain.delivery import Delivery, DeliveryState, Notifier, Outbox
from app.domain.desk_ports import EventLog
from app.domain.events import ConversationEvent
from app.domain.ports import Clock
from app.errors import KotaeError, NotDelivered

_POLL_SECONDS = 1.0
_LEASE_SECONDS = 120.0  # longer than any sending takes
_AT_ONCE = 8  # of one target
_MOST_ATTEMPTS = 10
_FIRST_WAIT, _LONGEST_WAIT = 5.0, 12 * 3600.0  # seconds; ten attempts take about two days
_log = logging.getLogger(__name__)


class Dispatch:
    """Each target has a task of its own, so that one which hangs delays no other."""

    def __init__(
        self, log: EventLog, outbox: Outbox, notifiers: Sequence[Notifier], clock: Clock, poll: float = _POLL_SECONDS
    ) -> None:
        self._events = log
        self._outbox = outbox
        self._notifiers = notifiers
        self._clock = clock
        self._poll = poll
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Until `stop`. Cancelled, what is being sent is sent again later, under the same id."""
        self._stopping = asyncio.Event()
        await asyncio.gather(*(self._serve(notifier) for notifier in self._notifiers))

    def stop(self) -> None:
        """What is being sent is still sent and marked."""
        self._stopping.set()

    async def _serve(self, notifier: Notifier) -> None:
        queue = Queue(self._events, self._outbox, notifier, self._clock)
        while not self._stopping.is_set():
            await self._told(lambda: asyncio.to_thread(queue.fill))
            await self._told(lambda: self.deliver(notifier))
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), self._poll)

    async def deliver(self, notifier: Notifier) -> None:
        """All that is due for one target."""
        while not self._stopping.is_set():
            due = await asyncio.to_thread(self._outbox.claim, notifier.target, _AT_ONCE, _LEASE_SECONDS)
            if not due:
                return
            await asyncio.gather(*(self._deliver(notifier, delivery) for delivery in due))

    async def _deliver(self, notifier: Notifier, delivery: Delivery) -> None:
        now = self._clock.now()
        try:
            event = await asyncio.to_thread(event_of, self._events, delivery)
            is_told = event is not None and await notifier.send(delivery, event)
            result = replace(delivery, state=DeliveryState.SENT if is_told else DeliveryState.SKIPPED, problem="")
        except NotDelivered as error:
            result = after_failure(delivery, error, self._clock)
        except KotaeError as error:
            result = after_failure(delivery, NotDelivered(type(error).__name__, is_passing=True), self._clock)
        except Exception:
            _log.exception("Delivery %s broke off.", delivery.id)
            result = after_failure(delivery, NotDelivered("It broke off; see the log.", is_passing=True), self._clock)
        if result.state is DeliveryState.DEAD:
            _log.warning("Delivery %s to %s is a dead letter: %s", result.id, result.target, result.problem)
        await asyncio.to_thread(self._outbox.settle, replace(result, due_at=max(result.due_at, now)))

    async def _told(self, step: Callable[[], Awaitable[object]]) -> None:
        """A database that is away now is asked again."""
        try:
            await step()
        except KotaeError as error:
            _log.error("Deliveries wait: %s", error)


class Queue:
    """Fills the outbox for one target from the event log. Methods block."""

    def __init__(self, log: EventLog, outbox: Outbox, notifier: Notifier, clock: Clock) -> None:
        self._log = log
        self._outbox = outbox
        self._notifier = notifier
        self._clock = clock
        self._cursor: int | None = None

    def fill(self) -> int:
        """How many were queued. A target that is new begins with what happens from now on."""
        target, queued = self._notifier.target, 0
        if self._cursor is None:
            self._cursor = self._outbox.cursor(target, self._log.latest())
        while events := self._log.after(self._cursor):
            deliveries = [self._delivery(event) for event in events if self._notifier.wants(event)]
            queued += self._outbox.queue(target, deliveries, events[-1].number)
            self._cursor = events[-1].number
        return queued

    def _delivery(self, event: ConversationEvent) -> Delivery:
        now, name = self._clock.now(), secrets.token_hex(16)
        return Delivery(name, event.number, event.kind, event.conversation_id, self._notifier.target, now, now)


def event_of(log: EventLog, delivery: Delivery) -> ConversationEvent | None:
    found = log.after(delivery.event - 1, delivery.conversation_id, limit=1)
    return found[0] if found and found[0].number == delivery.event else None


def after_failure(
    delivery: Delivery, error: NotDelivered, clock: Clock, jitter: Callable[[], float] = random.random
) -> Delivery:
    """Due again after four times as long as before, give or take a fifth; or dead."""
    problem = str(error)
    if not error.is_passing or delivery.attempts >= _MOST_ATTEMPTS:
        return replace(delivery, state=DeliveryState.DEAD, problem=problem)
    wait = min(_FIRST_WAIT * 4 ** (delivery.attempts - 1), _LONGEST_WAIT) * (0.8 + 0.4 * jitter())
    return replace(delivery, due_at=clock.now() + timedelta(seconds=wait), problem=problem)
