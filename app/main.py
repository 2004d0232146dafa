"""The application factory. Importing it does nothing."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from anyio import CapacityLimiter
from fastapi import Depends, FastAPI

from app import __version__
from app.web import admin, api, chat, health, signin, sources
from app.web.access import check_access
from app.web.completions import routes as completions
from app.web.deps import Services
from app.web.headers import BodyLimit, SecurityHeaders
from app.web.limits import Limits
from app.web.problems import add_problems, problem_schemas
from app.web.proxies import ApiCors, ForwardedHeaders
from app.web.rendering import STATIC, Assets
from app.web.runs import AnswerRuns


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
    yield
    await app.state.runs.finish()
    await services.limiter.close()
