"""The application factory. Importing it does nothing."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from anyio import CapacityLimiter
from fastapi import Depends, FastAPI

from app import __version__
from app.desk.learning import forget_erased
from app.errors import KotaeError
from app.web import admin, api, chat, desk, desk_api, drafts_api, health, signin, sources
from app.web.access import check_access
from app.web.completions import routes as completions
from app.web.deps import Services
from app.web.headers import BodyLimit, SecurityHeaders
from app.web.limits import Limits
from app.web.problems import add_problems, problem_schemas
from app.web.proxies import ApiCors, ForwardedHeaders
from app.web.rendering import STATIC, Assets
from app.web.runs import AnswerRuns

_DAY = 24 * 3600.0
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
    add_problems(app)
    app.add_middleware(BodyLimit)
    for layer in (Limits, ApiCors, SecurityHeaders, ForwardedHeaders):  # the last is the first that a request meets
        app.add_middleware(layer, services=services)
    for router in (
        health.router,
        api.router,
        desk_api.router,
        drafts_api.router,
        desk.router,
        sources.router,
        completions.router,
        chat.router,
        chat.forms,
        signin.router,
        admin.router,
    ):
        app.include_router(router, dependencies=[Depends(check_access)])
    app.mount("/static", Assets(directory=STATIC), name="static")
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    services: Services = app.state.services
    most = services.settings.limit_streams
    app.state.runs = AnswerRuns(*((most * services.settings.limit_address, most) if most else ()))
    app.state.hashing = CapacityLimiter(signin.AT_ONCE)
    chores = [asyncio.create_task(chore(services)) for chore in (_warm_up, _purge_daily, _tend_desk)]
    yield
    for chore in chores:
        chore.cancel()
    await app.state.runs.finish()
    await services.limiter.close()


async def _purge_daily(services: Services) -> None:
    """Erase what is older than the settings keep. Every process does so; what one has erased the next does not find."""
    while days := services.settings.retention_days:
        try:
            before = services.clock.now() - timedelta(days=days)
            if count := await asyncio.to_thread(services.store.purge, before):
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
    except KotaeError as error:
        _log.error("%s", error)
