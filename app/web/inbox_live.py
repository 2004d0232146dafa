"""What happens at the desk, for the pages that are open: each event as it is told, by its conversation alone."""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from app.domain.events import ConversationEvent
from app.domain.people import StaffRole
from app.errors import KotaeError
from app.web import sse
from app.web.access import COOKIE
from app.web.deps import Services, ServicesDep
from app.web.watch import ANY, EventWatch

router = APIRouter(prefix="/desk", include_in_schema=False)
_AGAIN = "retry: 2000\n\n"  # milliseconds until a page whose connection broke off comes back
_log = logging.getLogger(__name__)


@router.get("/events")
async def follow(
    request: Request, services: ServicesDep, after: Annotated[int, Query(ge=0, le=2**63 - 1)] = 0
) -> StreamingResponse:
    """Events after `Last-Event-ID`, or else `after`; ends when the session does."""
    last = request.headers.get("last-event-id", "")
    begin = int(last) if last.isascii() and last.isdigit() and len(last) < 19 else after
    frames = _frames(services, request.app.state.watch, begin, request.cookies.get(COOKIE, ""))
    return StreamingResponse(frames, headers=sse.HEADERS, media_type=sse.MEDIA_TYPE)


async def _frames(
    services: Services, watch: EventWatch, number: int, session: str, patience: float = sse.KEEP_ALIVE_SECONDS
) -> AsyncIterator[str]:
    """Idle, it holds neither a thread nor a connection to the database. Busy or not, it looks every `patience` seconds
    whether its reader may still follow."""
    yield _AGAIN
    looked_at = time.monotonic()
    with watch.waiting(ANY) as woken:
        while not watch.is_closed:
            woken.clear()
            try:
                if time.monotonic() - looked_at >= patience:
                    if not await run_in_threadpool(_may_follow, services, session):
                        return
                    looked_at = time.monotonic()
                events = watch.recent(number)
                if events is None:
                    events = await run_in_threadpool(services.events.after, number)
                if events:
                    for event in events:
                        yield _frame(event)
                    number = events[-1].number
                    continue
                await asyncio.wait_for(woken.wait(), patience)
            except TimeoutError:
                yield sse.KEEP_ALIVE
            except KotaeError as error:
                _log.warning("A stream of the desk ends, and its reader comes back: %s", error)
                return


def _may_follow(services: Services, session: str) -> bool:
    signed_in = services.people.signed_in(session)
    return signed_in is not None and StaffRole.AGENT in signed_in.user.roles


def _frame(event: ConversationEvent) -> str:
    told = {"kind": event.kind, "conversation_id": event.conversation_id}
    return sse.frame("desk", json.dumps(told), event.number)
