"""Counts and times for Prometheus, in a registry of their own.

No label can take more values than there are routes, statuses, kinds, causes and steps: nothing that a client sends
becomes one.
"""

from typing import Any

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

from app import __version__
from app.domain.desk import Cause
from app.domain.observation import ServedRequest
from app.domain.outcome import Kind
from app.domain.trace import Trace

# The fastest step takes 10 µs, an embedded answer 50 ms, one that a model writes up to KOTAE_LLM_SECONDS.
_STEP_SECONDS = (0.0005, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20)
_REQUEST_SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_OTHER = "other"


class PrometheusMetrics:
    """Costs some 10 µs a request; also an observer."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)  # memory, processor time, open files
        self._requests = self._counter("requests", "Requests that have ended", "method", "route", "status")
        self._request_seconds = self._histogram("request_seconds", "Until its last byte", _REQUEST_SECONDS, "route")
        self._answers = self._counter("answers", "Answers by kind, and why one was declined", "kind", "reason")
        self._step_seconds = self._histogram("step_seconds", "Of a step of the pipeline", _STEP_SECONDS, "step")
        self._calls = self._counter("model_calls", "Calls of the model that writes", "result")
        self._tokens = self._counter("model_tokens", "Tokens it read and wrote", "direction")
        self._cost = self._counter("model_cost", "In the currency of KOTAE_LLM_PRICE_IN and _OUT")
        self._handoffs = self._counter("handoffs", "Conversations that were passed to a person", "cause")
        self._waiting = self._gauge("handoffs_waiting", "Open requests for a person")
        self._index = self._gauge("index_info", "The index version that is served", "version")
        self._gauge("build_info", "This release", "version").labels(__version__).set(1)

    def exposition(self, index: str | None, waiting: int | None) -> bytes:
        self._index.clear()
        if index:
            self._index.labels(index).set(1)
        self._waiting.set(float("nan") if waiting is None else waiting)
        return generate_latest(self._registry)

    def served(self, request: ServedRequest) -> None:
        self._requests.labels(request.method, request.route, request.status).inc()
        self._request_seconds.labels(request.route).observe(request.seconds)

    def answered(self, trace: Trace) -> None:
        for step in trace.steps:
            self._step_seconds.labels(step.name).observe(step.seconds)
            self._called(step.data.get("calls"))
        outcome = trace.outcome
        if outcome:
            self._answers.labels(outcome.kind, outcome.reason or "").inc()
            if outcome.kind is Kind.HANDOFF:
                reason = outcome.handoff.reason if outcome.handoff else ""
                self._handoffs.labels(reason if reason in set(Cause) else _OTHER).inc()

    def handed_off(self, cause: Cause) -> None:
        self._handoffs.labels(cause).inc()

    def close(self) -> None:
        """Nothing is on its way."""

    def _called(self, calls: Any) -> None:
        """`calls`: what a step tells of its calls of the model (`Call.data`)."""
        for call in calls or ():
            self._calls.labels("failed" if call["error"] else "ok").inc()
            self._tokens.labels("in").inc(call["tokens_in"])
            self._tokens.labels("out").inc(call["tokens_out"])
            self._cost.inc(call["cost"])

    def _counter(self, name: str, told: str, *labels: str) -> Counter:
        return Counter(f"kotae_{name}", told, labels, registry=self._registry)

    def _gauge(self, name: str, told: str, *labels: str) -> Gauge:
        return Gauge(f"kotae_{name}", told, labels, registry=self._registry)

    def _histogram(self, name: str, told: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
        return Histogram(f"kotae_{name}", told, labels, buckets=buckets, registry=self._registry)
