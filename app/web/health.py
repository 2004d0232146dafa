"""Is the process alive; can it answer."""

import logging

from fastapi import APIRouter, Request, Response

from app.errors import DatabaseError, KotaeError
from app.web.deps import ServicesDep
from app.web.payloads import Health, Readiness
from app.web.problems import Problem, documented

_log = logging.getLogger(__name__)
_NO_DATABASE = "The database does not answer: check it, `kotae doctor` says more."  # its address is nobody's business

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def healthz() -> Health:
    """200 as soon as the process runs; waits for no worker thread, which customers may all hold."""
    return Health(status="ok")


@router.get("/readyz", response_model=Readiness, responses=documented(503))
def readyz(request: Request, services: ServicesDep) -> Readiness | Response:
    """200 when questions can be answered, else 503 with the sentence that says how to mend it."""
    if request.app.state.draining.is_on:
        detail = "The service is being stopped: answers under way are finished, and no new ones begun."
        return Problem(title="Stopping", status=503, detail=detail).response()
    try:
        services.store.ping()
        index = services.index.current()
    except DatabaseError as error:
        _log.warning("%s", error)
        return Problem(title=error.title, status=503, detail=_NO_DATABASE).response()
    except KotaeError as error:
        return Problem(title=error.title, status=503, detail=str(error)).response()
    if not services.redactor.is_ready:
        detail = "The models that find personal data are being loaded; this takes some seconds."
        return Problem(title="Not ready yet", status=503, detail=detail).response()
    return Readiness(status="ready", index=index.manifest.version)
