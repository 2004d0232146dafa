"""What streams of the desk are given without a look of their own at the event log."""

import asyncio

import pytest

from app.adapters.events_memory import MemoryEventLog
from app.domain.events import EventKind
from app.web.watch import ANY, EventWatch
from tests.builders import NOON


async def _until(watch: EventWatch, number: int, expected: list[int] | None) -> None:
    async with asyncio.timeout(5):
        while (found := watch.recent(number)) is None or [event.number for event in found] != expected:
            watch.ring()
            await asyncio.sleep(0.001)


@pytest.mark.parametrize("before", [0, 3])
async def test_what_happens_while_somebody_waits_is_known_to_all_who_do(before: int) -> None:
    log = MemoryEventLog()
    for _ in range(before):
        log.add("earlier", NOON, EventKind.MESSAGE_CREATED)
    watch = EventWatch(log, poll=0.01)
    assert watch.recent(before) is None
    with watch.waiting(ANY):
        await _until(watch, before, [])
        log.add("c-1", NOON, EventKind.MESSAGE_CREATED)
        log.add("c-2", NOON, EventKind.MESSAGE_CREATED)
        await _until(watch, before, [before + 1, before + 2])
        await _until(watch, before + 1, [before + 2])
        for _ in range(300):
            log.add("c-3", NOON, EventKind.MESSAGE_CREATED)
        await _until(watch, before + 300, [before + 301, before + 302])
        assert watch.recent(before + 1) is None  # too long ago
    watch.close()


async def test_after_a_pause_nothing_old_is_taken_for_all_there_is() -> None:
    log = MemoryEventLog()
    watch = EventWatch(log, poll=0.01)
    with watch.waiting(ANY):
        await _until(watch, 0, [])
    await asyncio.sleep(0.1)
    log.add("c-1", NOON, EventKind.MESSAGE_CREATED)
    with watch.waiting(ANY):
        assert watch.recent(0) is None
        await _until(watch, 1, [])
    watch.close()
