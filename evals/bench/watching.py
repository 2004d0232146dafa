"""What the log, the metrics and the spans cost a request, around a service that does nothing."""

import asyncio
import io
import logging
import time
from dataclasses import replace
from typing import Any

from pydantic import SecretStr
from starlette.types import Message, Receive, Scope, Send

from app.ask import ask_once
from app.bootstrap import Services, build_services
from app.domain.observation import Observer
from app.domain.trace import Trace
from app.logs import set_up_logs
from app.web.request_log import RequestLog
from app.wiring.outside import open_observers
from evals.bench.figure import Figure, median
from evals.bench.workspace import Workspace

_REQUESTS = 2000
_ANSWERS = 200
_QUESTION = "返品の送料は誰が払いますか"
_NOBODY = "http://127.0.0.1:9"  # spans are queued, and what becomes of them is a thread's matter


def measure(workspace: Workspace) -> list[Figure]:
    settings = workspace.settings(workspace.built("sample", workspace.articles))
    services = build_services(settings)
    trace = _trace(services)
    figures = []
    for what, chosen in (
        ("log", {}),
        ("log and metrics", {"metrics": "token", "metrics_token": SecretStr("bench")}),
        ("log, metrics and spans", {"metrics": "token", "metrics_token": SecretStr("bench"), "otlp_endpoint": _NOBODY}),
    ):
        observer, metrics = open_observers(settings.model_copy(update=chosen))
        request = asyncio.run(_request(replace(services, observer=observer, metrics=metrics)))
        answer = _answer(observer, trace)
        note = f"n = {_REQUESTS} and {_ANSWERS}; request {request:.3f}, answer {answer:.3f}"
        figures.append(Figure(f"{what} of a request with an answer, p50", request + answer, "ms", 1.0, note=note))
    return figures


def _trace(services: Services) -> Trace:
    outcome = asyncio.run(ask_once(services, _QUESTION, "ja"))
    return services.store.trace(outcome.trace_id)


async def _request(services: Services) -> float:
    """Milliseconds, the line included."""
    root = logging.getLogger()
    handlers = root.handlers
    set_up_logs("info", "json", io.StringIO())
    watching, route = RequestLog(_answers, services), type("Route", (), {"path": "/chat/messages"})
    taken = []
    try:
        for _ in range(_REQUESTS):
            scope: dict[str, Any] = {"type": "http", "method": "POST", "path": "/chat/messages", "headers": []}
            began = time.perf_counter()
            await watching(scope | {"route": route, "client": ("127.0.0.1", 1)}, _unasked, _unheard)
            taken.append(1000 * (time.perf_counter() - began))
    finally:
        root.handlers = handlers
    return median(taken)


def _answer(observer: Observer, trace: Trace) -> float:
    taken = []
    for _ in range(_ANSWERS):
        began = time.perf_counter()
        observer.answered(trace)
        taken.append(1000 * (time.perf_counter() - began))
    return median(taken)


async def _answers(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})


async def _unasked() -> Message:
    raise RuntimeError("nothing reads the request")


async def _unheard(message: Message) -> None: ...
