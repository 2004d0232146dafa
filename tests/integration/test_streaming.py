"""Answers outlive their readers, and a silent stream is kept open."""

import asyncio
from collections.abc import AsyncIterator

from app.adapters.clock import FixedClock
from app.adapters.store_memory import MemoryConversationStore
from app.domain.outcome import Event, OutcomeEvent, StepEvent
from app.web.runs import AnswerRuns
from app.web.sse import event_stream
from tests.builders import NOON, outcome
from tests.scripted import ScriptedPipeline


async def test_an_answer_is_stored_though_its_reader_left() -> None:
    store = MemoryConversationStore(FixedClock(NOON))
    conversation = store.create("ja", "web", "token")
    runs = AnswerRuns()
    run = runs.begin(ScriptedPipeline(store, pause=0.05).answer(conversation, "返品"))
    stream = event_stream(run, "ja").body_iterator
    assert "event: step" in str(await anext(aiter(stream)))
    await stream.aclose()  # type: ignore[attr-defined]
    assert len(store.get(conversation.id, "token").messages) == 1
    await runs.finish()
    assert len(store.get(conversation.id, "token").messages) == 2


async def test_a_silent_stream_is_kept_open_with_comments() -> None:
    go_on = asyncio.Event()

    async def slow() -> AsyncIterator[Event]:
        yield StepEvent(name="retrieve")
        await go_on.wait()
        yield OutcomeEvent(outcome=outcome())

    frames = []
    async for frame in event_stream(AnswerRuns().begin(slow()), "ja", patience=0.01).body_iterator:
        frames.append(str(frame))
        if frames.count(": keep-alive\n\n") == 2:
            go_on.set()
    assert frames[0].startswith("event: step\ndata: {")
    assert frames[-1].startswith("event: outcome\ndata: {")
    assert set(frames[1:-1]) == {": keep-alive\n\n"}


async def test_a_text_with_line_breaks_stays_in_one_frame() -> None:
    async def answer() -> AsyncIterator[Event]:
        yield OutcomeEvent(outcome=outcome().model_copy(update={"text": "一行目\n二行目\r\n\n三行目"}))

    [frame] = [str(frame) async for frame in event_stream(AnswerRuns().begin(answer()), "ja").body_iterator]
    assert frame.count("\n") == 3
    assert frame.endswith("\n\n")
