"""The application factory. Importing it does nothing."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from anyio import CapacityLimiter
from fastapi import Depends, FastAPI

from app import __version__
from app.desk.learning import forget_erased
from app.domain.audit import SERVICE, Act, purged
from app.errors import KotaeError
from app.web import (
    admin,
    admin_status,
    admin_tokens,
    api,
    chat,
    deliveries,
    desk_api,
    drafts_api,
    events,
    health,
    inbox,
    inbox_acts,
    inbox_live,
    metrics,
    overview,
    provider,
    rate,
    signin,
    sources,
)
from app.web.access import check_access
from app.web.completions import routes as completions
from app.web.customers import StaffLately
from app.web.deps import Services
from app.web.draining import Draining
from app.web.headers import BodyLimit, SecurityHeaders
from app.web.limits import Limits
from app.web.problems import add_problems, problem_schemas
from app.web.proxies import ApiCors, ForwardedHeaders
from app.web.rendering import STATIC, Assets
from app.web.request_log import RequestLog
from app.web.runs import AnswerRuns
from app.web.watch import Bell, EventWatch

_DAY = 24 * 3600.0
_LAST_SENDING_SECONDS = 10.0  # for mail and web hooks under way when the service stops
_TEND_SECONDS = 30.0
_log = logging.getLogger(__name__)


class Service(FastAPI):
    def openapi(self) -> dict[str, Any]:
        schema = super().openapi()
        schema["components"]["schemas"] |= problem_schemas()
        return schema


def create_app(services: Services) -> FastAPI:
    # The interactive documents are left out: they would load their scripts from elsewhere.
    app = Service(title="Kotae", version=__version__, docs_url=None, redoc_url=None, lifespan=_lifespan)
    app.state.services = services
    app.state.draining = Draining()
    app.state.staff_lately = StaffLately()
    add_problems(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(Bell)
    # The last is the first that a request meets.
    for layer in (Limits, ApiCors, SecurityHeaders, ForwardedHeaders, RequestLog):
        app.add_middleware(layer, services=services)
    for router in (
        health.router,
        metrics.router,
        api.router,
        events.router,
        desk_api.router,
        overview.router,
        inbox_live.router,
        inbox.router,
        inbox_acts.router,
        drafts_api.router,
        sources.router,
        completions.router,
        chat.router,
        chat.forms,
        rate.router,
        signin.router,
        provider.router,
        admin.router,
        deliveries.router,
        admin_tokens.router,
        admin_status.router,
    ):
        app.include_router(router, dependencies=[Depends(check_access)])
    app.mount("/static", Assets(directory=STATIC), name="static")
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    services: Services = app.state.services
    most = services.settings.limit_streams
    app.state.runs = AnswerRuns(*((most * services.settings.limit_address, most) if most else ()))
    app.state.watch = EventWatch(services.events)
    app.state.hashing = CapacityLimiter(signin.AT_ONCE)
    chores = [asyncio.create_task(chore(services)) for chore in (_warm_up, _purge_daily, _tend_desk)]
    dispatching = asyncio.create_task(services.messages.dispatch.run())
    yield
    app.state.draining.begin()  # where no signal told it, but the server
    app.state.watch.close()
    for chore in chores:
        chore.cancel()
    services.messages.dispatch.stop()
    await asyncio.wait([dispatching], timeout=_LAST_SENDING_SECONDS)
    dispatching.cancel()
    await app.state.runs.finish(app.state.draining.left(services.settings.shutdown_seconds))
    await services.limiter.close()
    await asyncio.to_thread(services.observer.close)


async def _purge_daily(services: Services) -> None:
    """Erase what is older than the settings keep. Every process does so; what one has erased the next does not find."""
    while days := services.settings.retention_days:
        try:
            before = services.clock.now() - timedelta(days=days)
            if count := await asyncio.to_thread(services.store.purge, before):
                await asyncio.to_thread(services.audit.add, SERVICE, Act.PURGE, purged(count, days))
                await asyncio.to_thread(forget_erased, services.drafting.learnings, services.store)
                _log.info("Conversations erased, as their last message was over %d days old: %d.", days, count)
        except KotaeError as error:
            _log.error("Old conversations could not be erased: %s", error)
        await asyncio.sleep(_DAY)


async def _tend_desk(services: Services) -> None:
    """Tickets go to who is there, and customers hear of delays. Every process does so; each change is made once."""
    while True:
        await asyncio.sleep(_TEND_SECONDS)
        try:
            await asyncio.to_thread(services.desk.tend)
        except KotaeError as error:
            _log.error("The desk's tickets could not be tended: %s", error)


async def _warm_up(services: Services) -> None:
    """The models that find personal data; until then the service is not ready."""
    try:
        await asyncio.to_thread(services.redactor.warm_up)
        gc.freeze()  # walking through models and dictionaries held every thread for .3 s, whenever there was garbage
    except KotaeError as error:
        _log.error("%s", error)
