"""What one customer may take, by token and by address. What is too much is refused before any work is done for it."""

import time
from collections.abc import Iterator
from uuid import uuid4

from fastapi import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.domain.limits import VISIT_SECONDS, Allowance, Room
from app.errors import TooMany
from app.settings import Settings
from app.web.completions import errors as completions
from app.web.customers import Customer, customer_of
from app.web.deps import Services
from app.web.problems import MAX_TEXT, answer_error

_FREE = ("/static/", "/healthz", "/readyz", "/metrics")  # next to no work, and asked often by machines
_ADDRESS = ":address:"
_PENALTY_SECONDS = 60.0
_LEAST = 500  # characters that a question counts for: finding an answer costs as much for a short one
_TOLD = "Too much was asked in too short a time."


class Limits:
    """Answers 429 with `Retry-After`. A request is under way until its response has ended, or its client has gone."""

    def __init__(self, app: ASGIApp, services: Services) -> None:
        self._app = app
        self._services = services

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(_FREE):
            await self._app(scope, receive, send)
            return
        request, visit, limiter = Request(scope), uuid4().hex, self._services.limiter
        customer, settings = customer_of(request), self._services.settings
        is_staff = scope["app"].state.staff_lately.knows(customer.token)
        rooms = [Room(key, most) for key, most in _shares("streams", customer, settings, is_staff)]
        if wait := await limiter.enter(visit, rooms, _of_requests(customer, settings, is_staff)):
            await _refusal(request, wait)(scope, receive, send)
            return
        try:
            await self._app(scope, receive, self._staying(visit, rooms, send))
        finally:
            await limiter.leave(visit, rooms)

    def _staying(self, visit: str, rooms: list[Room], send: Send) -> Send:
        """A stream says something every few seconds, and with it that it is still there."""
        entered_at = time.monotonic()

        async def send_and_stay(message: Message) -> None:
            nonlocal entered_at
            await send(message)
            if time.monotonic() - entered_at > VISIT_SECONDS / 4:
                entered_at = time.monotonic()
                await self._services.limiter.enter(visit, rooms)

        return send_and_stay


async def admit_question(
    request: Request, services: Services, characters: int, is_relayed: bool = False
) -> tuple[str, ...]:
    """Who asks, for `AnswerPipeline.answer` and `AnswerRuns.begin`; what is relayed takes no answer. Raises TooMany."""
    customer = customer_of(request)
    shares = _shares("characters", customer, services.settings, is_staff=False)
    allowances = [_at_a_readers_pace(key, most) for key, most in shares]
    if wait := await services.limiter.take(max(characters, 1 if is_relayed else _LEAST), allowances):
        raise TooMany(_TOLD, wait)
    return customer.names


def _of_requests(customer: Customer, settings: Settings, is_staff: bool) -> list[Allowance]:
    """A token that goes on asking when it was refused is given nothing; others at its address do not wait for it."""
    shares = _shares("requests", customer, settings, is_staff)
    return [Allowance(key, most, penalty=0.0 if _ADDRESS in key else _PENALTY_SECONDS) for key, most in shares]


def _at_a_readers_pace(key: str, a_minute: int) -> Allowance:
    """Half a minute's questions at once, or one that is as long as they may be: nobody types forty together, and forty
    answers in a row are felt by everybody else."""
    at_once = max(a_minute // 2, min(a_minute, MAX_TEXT))
    return Allowance(key, at_once, 60.0 * at_once / a_minute)


def _shares(kind: str, customer: Customer, settings: Settings, is_staff: bool) -> Iterator[tuple[str, int]]:
    """Key and limit, of the address – not for staff – and of the token; none where the setting is 0."""
    if most := getattr(settings, f"limit_{kind}"):
        if not is_staff:
            yield f"{kind}{_ADDRESS}{customer.address}", most * settings.limit_address
        if customer.token:
            yield f"{kind}:token:{customer.token}", most


def _refusal(request: Request, wait: float) -> Response:
    error = TooMany(_TOLD, wait)
    if request.url.path.startswith("/v1/"):
        return completions.answer_error(error)
    return answer_error(request, error)
