"""Events reach every target: none is skipped or queued twice, and what fails is tried again, or set aside."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from app.adapters.notifier_memory import MemoryNotifier
from app.adapters.outbox_memory import MemoryOutbox
from app.desk.dispatch import Dispatch, Queue, after_failure
from app.domain.delivery import Delivery, DeliveryState
from app.errors import DatabaseError, NotDelivered
from tests.builders import NOON
from tests.listed_events import ListedEvents

AWAY = NotDelivered("The mail server could not be reached.", is_passing=True)
GONE = NotDelivered("The receiver answered 410.", is_passing=False)


@dataclass
class MovedClock:
    at: datetime = NOON

    def now(self) -> datetime:
        return self.at


@dataclass
class Desk:
    clock: MovedClock
    log: ListedEvents
    outbox: MemoryOutbox

    def queue(self, notifier: MemoryNotifier) -> Queue:
        return Queue(self.log, self.outbox, notifier, self.clock)

    async def deliver(self, *notifiers: MemoryNotifier) -> None:
        dispatch = Dispatch(self.log, self.outbox, notifiers, self.clock)
        for notifier in notifiers:
            await dispatch.deliver(notifier)


@pytest.fixture
def desk() -> Desk:
    clock = MovedClock()
    return Desk(clock, ListedEvents(), MemoryOutbox(clock))


@pytest.fixture
def delivery() -> Delivery:
    return Delivery("d-1", 1, "message.created", "c-1", "memory", NOON, NOON, attempts=1)


def test_a_new_target_hears_of_what_happens_from_now_on(desk: Desk) -> None:
    notifier = MemoryNotifier()
    desk.log.add(1)
    queue = desk.queue(notifier)
    assert queue.fill() == 0
    desk.log.add(2)
    assert (queue.fill(), queue.fill()) == (1, 0)
    assert [each.event for each in desk.outbox.deliveries()] == [2]


def test_after_a_restart_nothing_is_left_out_and_nothing_is_queued_twice(desk: Desk) -> None:
    notifier = MemoryNotifier()
    desk.queue(notifier).fill()
    for number in (1, 2, 3):
        desk.log.add(number)
    assert desk.queue(notifier).fill() == 3
    desk.log.add(4)
    assert desk.queue(notifier).fill() == 1


async def test_each_target_is_told_each_event_once(desk: Desk) -> None:
    one, other = MemoryNotifier("one"), MemoryNotifier("other")
    for notifier in (one, other):
        desk.queue(notifier).fill()
    desk.log.add(1)
    for notifier in (one, other):
        desk.queue(notifier).fill()
    for _ in range(2):
        await desk.deliver(one, other)
    assert [event for _, event in one.told] == [event for _, event in other.told] == [1]
    assert {each.state for each in desk.outbox.deliveries()} == {DeliveryState.SENT}


async def test_what_could_not_be_sent_is_sent_when_the_other_side_is_back(desk: Desk) -> None:
    notifier = MemoryNotifier(refusals=[AWAY, AWAY])
    desk.queue(notifier).fill()
    desk.log.add(1)
    desk.queue(notifier).fill()
    for _ in range(3):
        await desk.deliver(notifier)
        [kept] = desk.outbox.deliveries()
        desk.clock.at = max(desk.clock.at, kept.due_at)
    assert (kept.state, kept.attempts, [event for _, event in notifier.told]) == (DeliveryState.SENT, 3, [1])


async def test_what_is_refused_for_good_is_a_dead_letter_until_somebody_sends_it_again(desk: Desk) -> None:
    notifier = MemoryNotifier(refusals=[GONE])
    desk.queue(notifier).fill()
    desk.log.add(1)
    desk.queue(notifier).fill()
    await desk.deliver(notifier)
    [dead] = desk.outbox.deliveries(DeliveryState.DEAD)
    assert dead.problem == "The receiver answered 410."
    desk.outbox.redeliver(dead.id)
    await desk.deliver(notifier)
    assert notifier.told == [(dead.id, 1)]


async def test_a_delivery_whose_event_was_erased_tells_nobody(desk: Desk) -> None:
    notifier = MemoryNotifier()
    desk.queue(notifier).fill()
    desk.log.add(1)
    desk.queue(notifier).fill()
    desk.log.events.clear()
    await desk.deliver(notifier)
    assert notifier.told == []
    assert [each.state for each in desk.outbox.deliveries()] == [DeliveryState.SKIPPED]


async def test_one_who_is_killed_between_sending_and_marking_leaves_it_to_be_sent_under_the_same_id(
    desk: Desk,
) -> None:
    notifier = MemoryNotifier()
    desk.queue(notifier).fill()
    event = desk.log.add(1)
    desk.queue(notifier).fill()
    [claimed] = desk.outbox.claim("memory", 1, 120)
    await notifier.send(claimed, event)  # and then nothing more
    await desk.deliver(notifier)
    assert len(notifier.told) == 1
    desk.clock.at += timedelta(seconds=120)
    await desk.deliver(notifier)
    assert [name for name, _ in notifier.told] == [claimed.id, claimed.id]


async def test_a_target_that_hangs_holds_up_no_other(desk: Desk) -> None:
    class Hanging(MemoryNotifier):
        async def send(self, *_: object) -> bool:
            await asyncio.sleep(3600)
            return True

    hanging, other = Hanging("hanging"), MemoryNotifier("other")
    for notifier in (hanging, other):
        desk.queue(notifier).fill()
    dispatch = Dispatch(desk.log, desk.outbox, [hanging, other], desk.clock, poll=0.01)
    running = asyncio.create_task(dispatch.run())
    for number in (1, 2, 3):
        desk.log.add(number)
        async with asyncio.timeout(5):
            while len(other.told) < number:
                await asyncio.sleep(0.01)
    running.cancel()


async def test_it_ends_when_it_is_told_to_and_outlives_a_database_that_is_away(desk: Desk) -> None:
    notifier, away = MemoryNotifier(), [DatabaseError("gone"), DatabaseError("gone")]

    @dataclass
    class Sometimes(ListedEvents):
        def latest(self) -> int:
            if away:
                raise away.pop()
            return super().latest()

    log = Sometimes()
    dispatch = Dispatch(log, desk.outbox, [notifier], desk.clock, poll=0.01)
    running = asyncio.create_task(dispatch.run())
    async with asyncio.timeout(5):
        while away:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)
        log.add(1)
        while not notifier.told:
            await asyncio.sleep(0.01)
        dispatch.stop()
        await running


def test_each_try_waits_four_times_as_long_and_the_tenth_is_the_last(delivery: Delivery) -> None:
    clock, waits = MovedClock(), []
    for attempt in range(1, 11):
        result = after_failure(replace(delivery, attempts=attempt), AWAY, clock, jitter=lambda: 0.5)
        waits.append((result.due_at - NOON).total_seconds() if result.state is DeliveryState.QUEUED else None)
    assert waits == pytest.approx([5, 20, 80, 320, 1280, 5120, 20480, 43200, 43200, None])


@pytest.mark.parametrize(("drawn", "seconds"), [(0.0, 4.0), (1.0, 6.0)])
def test_waits_differ_so_that_not_all_come_back_at_once(delivery: Delivery, drawn: float, seconds: float) -> None:
    result = after_failure(delivery, AWAY, MovedClock(), jitter=lambda: drawn)
    assert (result.due_at - NOON).total_seconds() == pytest.approx(seconds)


def test_more_events_than_one_look_gives_are_queued_at_once(desk: Desk) -> None:
    queue = desk.queue(MemoryNotifier())
    queue.fill()
    for number in range(1, 451):
        desk.log.add(number)
    assert queue.fill() == 450
