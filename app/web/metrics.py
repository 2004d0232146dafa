"""What Prometheus reads. Who may, KOTAE_METRICS says: nobody, who asks from this machine, or the holder of a token."""

import hmac
from ipaddress import ip_address

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from app.errors import KotaeError, NotFound, NotSignedIn
from app.settings import Settings
from app.web.deps import Services, ServicesDep
from app.web.problems import documented

_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")

router = APIRouter(tags=["health"])


@router.get(
    "/metrics",
    responses={200: {"description": "All metrics", "content": {"text/plain": {}}}, **documented(401, 404)},
    response_class=Response,
)
async def metrics(request: Request, services: ServicesDep) -> Response:
    """Counts and times in Prometheus' text format, where KOTAE_METRICS lets the reader."""
    _require_reader(request, services.settings)
    if services.metrics is None:
        raise NotFound("There are no metrics.")
    index, waiting = await run_in_threadpool(_now, services)
    return Response(services.metrics.exposition(index, waiting), media_type=_TYPE)


def _now(services: Services) -> tuple[str | None, int | None]:
    """The index version that is served and how many wait for a person, as far as they can be told."""
    try:
        index: str | None = services.index.current().manifest.version
    except KotaeError:
        index = None
    try:
        return index, len(services.desk.queue())
    except KotaeError:
        return index, None


def _require_reader(request: Request, settings: Settings) -> None:
    """Raises NotFound, as if there were none, or NotSignedIn."""
    if settings.metrics == "token":
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        wanted = settings.metrics_token.get_secret_value()
        is_right = hmac.compare_digest(token.strip().encode(), wanted.encode())
        if scheme.lower() != "bearer" or not wanted or not is_right:
            raise NotSignedIn("The token of KOTAE_METRICS_TOKEN is needed.")
    elif settings.metrics != "local" or not _is_from_here(request):
        raise NotFound("There are no metrics.")


def _is_from_here(request: Request) -> bool:
    """From the loopback, and not passed on by a proxy there for somebody elsewhere."""
    try:
        is_loopback = ip_address(request.client.host if request.client else "").is_loopback
    except ValueError:
        return False
    return is_loopback and not any(name in request.headers for name in _FORWARDED)
