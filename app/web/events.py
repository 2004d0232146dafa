"""What happens in a conversation, for its customer: as a stream that resumes, or as JSON for those who ask again."""

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from app.errors import KotaeError
from app.web import sse
from app.web.deps import ConversationDep, Services, ServicesDep, token_of
from app.web.payloads import EventShown, EventsShown, Rating
from app.web.problems import documented
from app.web.rating import give_rating
from app.web.timeline import timeline_of
from app.web.watch import EventWatch

router = APIRouter(prefix="/api/v1", tags=["conversations"], responses=documented(422, 429))
_AGAIN = "retry: 2000\n\n"  # milliseconds until a client whose connection broke off comes back
_log = logging.getLogger(__name__)


@router.get(
    "/conversations/{conversation_id}/events",
    response_model=EventsShown,
    responses={
        200: {
            "description": "What happened after that number; or, as a stream, each event under its kind as it happens",
            "content": {sse.MEDIA_TYPE: {"schema": {"type": "string"}}},
        },
        **documented(404, 503),
    },
)
async def follow(
    conversation: ConversationDep,
    request: Request,
    services: ServicesDep,
    after: Annotated[int, Query(ge=0, le=2**63 - 1)] = 0,
) -> Response | EventsShown:
    """Events after `Last-Event-ID`, or else `after`: as a stream with `Accept: text/event-stream`, else as JSON."""
    last = request.headers.get("last-event-id", "")
    begin = int(last) if last.isascii() and last.isdigit() and len(last) < 19 else after
    reader = EventReader(services, conversation.id, token_of(request, conversation.id), begin)
    if sse.MEDIA_TYPE in request.headers.get("accept", ""):
        frames = _frames(reader, request.app.state.watch)
        return StreamingResponse(frames, headers=sse.HEADERS, media_type=sse.MEDIA_TYPE)
    return EventsShown(events=await run_in_threadpool(reader.read), next=reader.number)


@router.post("/conversations/{conversation_id}/rating", status_code=204, responses=documented(400, 404, 409, 413, 503))
def rate(conversation: ConversationDep, rating: Rating, services: ServicesDep) -> None:
    """How a person's answer was, once it is given: once for each ticket."""
    give_rating(services, conversation, rating.score, rating.comment)


class EventReader:
    """Reads on after event `number`. Methods block."""

    def __init__(self, services: Services, conversation_id: str, token: str, number: int) -> None:
        self._services = services
        self._token = token
        self.conversation_id = conversation_id
        self.number = number

    def read(self) -> list[EventShown]:
        """Up to 200; none when nothing happened. Raises NotFound once the conversation was erased."""
        services = self._services
        events = services.events.after(self.number, self.conversation_id)
        if not events:
            return []
        conversation = services.redactor.restored(services.store.get(self.conversation_id, self._token))
        told = timeline_of(services, conversation, conversation.locale)
        self.number = events[-1].number
        return [told.event(event) for event in events]


async def _frames(
    reader: EventReader, watch: EventWatch, patience: float = sse.KEEP_ALIVE_SECONDS
) -> AsyncIterator[str]:
    """Idle, it holds neither a thread nor a connection to the database."""
    yield _AGAIN
    with watch.waiting(reader.conversation_id) as woken:
        while not watch.is_closed:
            woken.clear()
            try:
                while events := await run_in_threadpool(reader.read):
                    for event in events:
                        yield sse.frame(event.kind, event.model_dump_json(), event.number)
            except KotaeError as error:
                _log.warning("A stream of events ends, and its reader comes back: %s", error)
                return
            try:
                await asyncio.wait_for(woken.wait(), patience)
            except TimeoutError:
                yield sse.KEEP_ALIVE
