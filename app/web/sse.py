"""An answer as server-sent events: `step`, `sentence`, `outcome`, or `error` where it breaks off."""

import logging
from collections.abc import AsyncIterator

from starlette.responses import StreamingResponse

from app.domain.outcome import Event, Language, OutcomeEvent
from app.web.problems import problem_of
from app.web.runs import AnswerRun

_log = logging.getLogger(__name__)
KEEP_ALIVE_SECONDS = 15.0
KEEP_ALIVE = ": keep-alive\n\n"
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}  # proxies must not hold events back

MEDIA_TYPE = "text/event-stream"


def event_stream(run: AnswerRun, lang: Language, patience: float = KEEP_ALIVE_SECONDS) -> StreamingResponse:
    return StreamingResponse(_frames(run, lang, patience), headers=HEADERS, media_type=MEDIA_TYPE)


async def _frames(run: AnswerRun, lang: Language, patience: float) -> AsyncIterator[str]:
    try:
        async for event in run.read(patience):
            yield frame(event.type, _data(event)) if event else KEEP_ALIVE
    except Exception as error:
        _log.exception("An answer broke off.")
        yield frame("error", problem_of(error, lang).text())


def frame(name: str, data: str, number: int | None = None) -> str:
    """`number` is what a client that comes back names as the last that it has."""
    numbered = f"id: {number}\n" if number is not None else ""
    return f"{numbered}event: {name}\ndata: {data}\n\n"


def _data(event: Event) -> str:
    """The outcome itself, or the event without its name; JSON has no line break of its own."""
    if isinstance(event, OutcomeEvent):
        return event.outcome.model_dump_json()
    return event.model_dump_json(exclude={"type"})
