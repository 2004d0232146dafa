"""Errors in OpenAI's shape, `{"error": {message, type, param, code}}`, for the calls of this folder only.

The message is one English sentence for whoever writes the client. What was sent is not repeated.
"""

import logging
from collections.abc import Callable, Coroutine
from math import ceil
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.errors import IndexUnavailable, KotaeError, NotSignedIn, TooMany
from app.words import words

_log = logging.getLogger(__name__)
_INVALID, _SERVER, _LIMIT = "invalid_request_error", "server_error", "rate_limit_error"
_CODES = {"missing": "missing_required_parameter", "unsupported_value": "unsupported_value"}


class ErrorBody(BaseModel):
    message: str
    type: str
    param: str | None = None
    code: str | None = None


class ErrorAnswer(BaseModel):
    error: ErrorBody


class CompletionError(Exception):
    """A request that cannot be answered, and why. `param` names the field as OpenAI does: `messages[0].content`."""

    def __init__(self, message: str, param: str | None, code: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status
        self.body = ErrorBody(message=message, type=_INVALID, param=param, code=code)


class CompletionRoute(APIRoute):
    """A route whose every error has OpenAI's shape."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_and_tell(request: Request) -> Response:
            try:
                return await handle(request)
            except Exception as error:
                return answer_error(error)

        return handle_and_tell


def answer_error(error: Exception) -> Response:
    status, answer = told(error)
    headers = {"Retry-After": str(ceil(error.seconds))} if isinstance(error, TooMany) else None
    return JSONResponse(answer.model_dump(), status, headers)


def told(error: Exception) -> tuple[int, ErrorAnswer]:
    """Status and body; what is the service's own fault is logged."""
    status, body = _told(error)
    if status >= 500:
        _log.error("A completion failed: %s", error, exc_info=None if isinstance(error, KotaeError) else error)
    return status, ErrorAnswer(error=body)


def _told(error: Exception) -> tuple[int, ErrorBody]:
    english = words("en")
    if isinstance(error, CompletionError):
        return error.status, error.body
    if isinstance(error, RequestValidationError):
        return 400, _invalid(error)
    if isinstance(error, HTTPException):
        key, code = ("too_large", "request_too_large") if error.status_code == 413 else ("bad_request", "invalid_json")
        return error.status_code, ErrorBody(message=english[key], type=_INVALID, code=code)
    if isinstance(error, IndexUnavailable):
        return error.status, ErrorBody(message=english[error.key], type=_SERVER, code="index_unavailable")
    if isinstance(error, NotSignedIn):
        return error.status, ErrorBody(message=str(error), type=_INVALID, code="invalid_api_key")
    if isinstance(error, TooMany):
        return error.status, ErrorBody(message=english[error.key], type=_LIMIT, code="rate_limit_exceeded")
    status, key = (error.status, error.key) if isinstance(error, KotaeError) else (500, "server_error")
    return status, ErrorBody(message=english[key], type=_SERVER)


def _invalid(errors: RequestValidationError) -> ErrorBody:
    first = errors.errors()[0]
    if first["type"] == "json_invalid":
        return ErrorBody(message="The body is not valid JSON.", type=_INVALID, code="invalid_json")
    param = _param(first["loc"][1:])
    message = f"{param or 'The body'} is wrong: {first['msg'].rstrip('.')}."
    return ErrorBody(message=message, type=_INVALID, param=param, code=_CODES.get(first["type"], "invalid_value"))


def _param(loc: tuple[int | str, ...]) -> str | None:
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc)
    return path.removeprefix(".") or None


def documented_errors() -> dict[int | str, dict[str, Any]]:
    """For `responses=` of a route."""
    return {
        "4XX": {"model": ErrorAnswer, "description": "An error in OpenAI's shape"},
        "5XX": {"model": ErrorAnswer, "description": "An error in OpenAI's shape"},
    }
