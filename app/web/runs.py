"""Answers in the making. One that has begun is finished and stored, whether or not its reader stays."""

import asyncio
from collections.abc import AsyncIterator

from app.domain.outcome import Event, Outcome, OutcomeEvent
from app.errors import TooMany
from app.web.request_log import tell

_END = None


class AnswerRuns:
    """Belongs to one event loop; made when the service starts. `most`: at a time, of one address and of one token
    there; without it, there is no limit."""

    def __init__(self, *most: int) -> None:
        self._most = most
        self._tasks: dict[asyncio.Task[None], tuple[str, ...]] = {}

    def begin(self, events: AsyncIterator[Event], by: tuple[str, ...] = ()) -> "AnswerRun":
        """Raises TooMany: who asks and leaves, again and again, leaves the answers to be finished."""
        for length, most in enumerate(self._most[: len(by)], 1):
            if sum(other[:length] == by[:length] for other in self._tasks.values()) >= most:
                raise TooMany("Too many answers are being made for this customer.", 1.0)
        run = AnswerRun()
        task = asyncio.create_task(run.follow(events))
        self._tasks[task] = by  # the loop itself keeps only a weak reference
        task.add_done_callback(self._tasks.pop)
        return run

    async def finish(self, seconds: float = 10.0) -> None:
        """Wait for those under way, so long at most."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)


class AnswerRun:
    """The events of one answer, for one reader."""

    def __init__(self) -> None:
        self._arrived: asyncio.Queue[Event | Exception | None] = asyncio.Queue()

    async def follow(self, events: AsyncIterator[Event]) -> None:
        try:
            async for event in events:
                if isinstance(event, OutcomeEvent):
                    tell(trace_id=event.outcome.trace_id, kind=event.outcome.kind.value)
                self._arrived.put_nowait(event)
        except Exception as error:  # whatever it is, the reader is to be told
            self._arrived.put_nowait(error)
        self._arrived.put_nowait(_END)

    async def read(self, patience: float) -> AsyncIterator[Event | None]:
        """The events in order, and None whenever `patience` seconds pass without one. Raises what the answer raised."""
        while True:
            try:
                arrived = await asyncio.wait_for(self._arrived.get(), patience)
            except TimeoutError:
                yield None
                continue
            if arrived is _END:
                return
            if isinstance(arrived, Exception):
                raise arrived
            yield arrived

    async def outcome(self) -> Outcome:
        """Raises what the answer raised."""
        async for event in self.read(patience=60):
            if isinstance(event, OutcomeEvent):
                return event.outcome
        raise RuntimeError("an answer ended without an outcome")
