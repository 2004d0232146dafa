"""Every error as a problem detail (RFC 9457), in the reader's language; to a browser's page request, as a page."""

import json
import logging
from collections.abc import Sequence
from http import HTTPStatus
from math import ceil
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.domain.outcome import Language
from app.errors import IndexUnavailable, KotaeError, NotSignedIn, TooMany
from app.web.deps import language_of, services_of
from app.web.headers import security_headers
from app.web.pages import NotReadyPage, Page, site_facts
from app.web.rendering import render
from app.web.signin import expired
from app.words import words

_log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
MAX_TEXT = 4000
_KEYS = {400: "bad_request", 403: "conflict", 404: "not_found", 405: "method_not_allowed", 413: "too_large"}


class FieldError(BaseModel):
    field: str
    message: str


class Problem(BaseModel):
    """RFC 9457. `detail` is a sentence for the reader; `errors` names the wrong fields of a 422."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[FieldError] | None = None

    def response(self, headers: dict[str, str] | None = None) -> Response:
        return Response(self.text(), self.status, headers, MEDIA_TYPE)

    def text(self) -> str:
        """Writable whatever a client sent: a lone surrogate in the name of a field becomes "?"."""
        text = json.dumps(self.model_dump(exclude_none=True), ensure_ascii=False)
        return text.encode("utf-8", "replace").decode("utf-8")


def problem_of(error: Exception, lang: Language) -> Problem:
    w = words(lang)
    if isinstance(error, KotaeError):
        return Problem(title=error.title, status=error.status, detail=w(error.key, **error.values))
    if isinstance(error, RequestValidationError):
        return _invalid(error.errors(), lang)
    if isinstance(error, HTTPException):
        title = HTTPStatus(error.status_code).phrase
        return Problem(title=title, status=error.status_code, detail=w[_KEYS.get(error.status_code, "bad_request")])
    return Problem(title="Internal Server Error", status=500, detail=w["server_error"])


def _invalid(errors: Sequence[Any], lang: Language) -> Problem:
    """What was sent is not repeated: it may hold anything."""
    w = words(lang)
    kinds = {error["type"] for error in errors}
    if "too_long" in kinds:
        detail = w("too_long", n=f"{MAX_TEXT:,}")
    elif "empty_message" in kinds:
        detail = w["empty_message"]
    else:
        detail = w["bad_request" if "json_invalid" in kinds else "wrong_value"]
    fields = [FieldError(field=".".join(map(str, error["loc"][1:])), message=error["msg"]) for error in errors]
    return Problem(title="The request cannot be accepted", status=422, detail=detail, errors=fields)


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For `responses=` of a route: these statuses come as problem details."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        status: {"description": HTTPStatus(status).phrase, "content": {MEDIA_TYPE: {"schema": schema}}}
        for status in statuses
    }


def problem_schemas() -> dict[str, Any]:
    """The components that `documented` refers to."""
    _, schema = models_json_schema([(Problem, "serialization")], ref_template="#/components/schemas/{model}")
    components: dict[str, Any] = schema["$defs"]
    return components


def add_problems(app: FastAPI) -> None:
    for kind in (KotaeError, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, answer_error)
    app.add_exception_handler(Exception, _answer_crash)


def answer_error(request: Request, error: Exception) -> Response:
    """As the handlers of routes answer, also where something stands before all routes."""
    if isinstance(error, KotaeError) and error.status >= 500:
        _log.error("%s %s: %s", request.method, request.url.path, error)
    problem = problem_of(error, language_of(request))
    answer = _page(request, error, problem.status) or problem.response()
    answer.headers.update(_headers(error))
    return answer


def _headers(error: Exception) -> dict[str, str]:
    """Such as `Allow` of a 405."""
    if isinstance(error, TooMany):
        return {"Retry-After": str(ceil(error.seconds))}
    return dict(error.headers or {}) if isinstance(error, HTTPException) else {}


def _answer_crash(request: Request, error: Exception) -> Response:
    """Answered outside all middleware, so the headers are added here; the server logs the traceback."""
    answer = _page(request, error, 500) or problem_of(error, language_of(request)).response()
    answer.headers.update(security_headers(request.scope, services_of(request).settings))
    return answer


def _page(request: Request, error: Exception, status: int) -> Response | None:
    """None where the reader is a program, or the error has no page of its own."""
    if request.url.path.startswith("/api/") or "text/html" not in request.headers.get("accept", ""):
        return None
    lang = language_of(request)
    facts = site_facts(services_of(request).site, lang)
    if isinstance(error, IndexUnavailable):
        return render("not_ready.html", NotReadyPage(*facts, detail=str(error)), status)
    if status in {404, 405}:
        return render("404.html", Page(*facts), status)
    if isinstance(error, NotSignedIn):
        return expired(request, error, lang, services_of(request))
    if status in {403, 429}:
        return render(f"{status}.html", Page(*facts), status)
    return render("500.html", Page(*facts), status) if status >= 500 else None
