"""OpenTelemetry spans, sent to a collector by OTLP over HTTP in batches, by a thread of their own.

One span a request, below it one for its answer, and below that one for each step of the pipeline. The trace id is the
one that an outcome names. Spans carry names, kinds and versions, and nothing that anybody wrote. They are made here
when a request or an answer has ended, so nothing waits for them, and no library is given a tracer.
"""

import secrets
from urllib.parse import urlsplit

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode, TraceFlags

from app import __version__
from app.domain.desk import Cause
from app.domain.observation import ServedRequest
from app.domain.trace import Trace

_PATH = "/v1/traces"
_NS = 1_000_000_000
_PATIENCE = 3  # seconds for a batch, with further tries: a stop waits for the last one


class OtlpSpans:
    """An observer. `endpoint` is a collector's address, as http://127.0.0.1:4318, with or without `/v1/traces`."""

    def __init__(self, endpoint: str) -> None:
        address = endpoint if urlsplit(endpoint).path.strip("/") else endpoint.rstrip("/") + _PATH
        self._processor = BatchSpanProcessor(OTLPSpanExporter(endpoint=address, timeout=_PATIENCE))
        self._resource = Resource({"service.name": "kotae", "service.version": __version__})

    def served(self, request: ServedRequest) -> None:
        trace_id = request.trace_id or secrets.token_hex(16)
        began = int(request.began_at * _NS)
        self._end(
            f"{request.method} {request.route}",
            _context(trace_id, _request_span(trace_id)),
            None,
            began,
            began + int(request.seconds * _NS),
            {
                "http.request.method": request.method,
                "http.route": request.route,
                "http.response.status_code": request.status,
            },
            is_error=request.status >= 500,
        )

    def answered(self, trace: Trace) -> None:
        """Steps are laid one after another, from the first one's beginning: waiting between them is not shown."""
        outcome, own = trace.outcome, _context(trace.id, trace.id[:16])
        began = end = int((trace.created_at.timestamp() - _before_trace(trace)) * _NS)
        for step in trace.steps:
            start, end = end, end + int(step.seconds * _NS)
            self._end(step.name, _context(trace.id, secrets.token_hex(8)), own, start, end, {})
        told: dict[str, str | int] = {"kotae.index": trace.versions.index, "kotae.model": trace.versions.model}
        if outcome:
            told |= {"kotae.kind": outcome.kind.value, "kotae.reason": outcome.reason.value if outcome.reason else ""}
        self._end("answer", own, _context(trace.id, _request_span(trace.id)), began, end, told)

    def handed_off(self, cause: Cause) -> None:
        """Its request has a span."""

    def close(self) -> None:
        self._processor.shutdown()  # type: ignore[no-untyped-call]

    def _end(
        self,
        name: str,
        context: SpanContext,
        parent: SpanContext | None,
        start: int,
        end: int,
        told: dict[str, str | int],
        is_error: bool = False,
    ) -> None:
        # A tracer would want to be asked at the beginning, where what is told at the end is not known yet.
        span = ReadableSpan(
            name,
            context=context,
            parent=parent,
            resource=self._resource,
            attributes=told,
            kind=SpanKind.INTERNAL if parent else SpanKind.SERVER,
            status=Status(StatusCode.ERROR if is_error else StatusCode.UNSET),
            start_time=start,
            end_time=end,
        )
        self._processor.on_end(span)


def _context(trace_id: str, span_id: str) -> SpanContext:
    """Both in hexadecimal digits."""
    return SpanContext(int(trace_id, 16), int(span_id, 16), is_remote=False, trace_flags=TraceFlags(TraceFlags.SAMPLED))


def _request_span(trace_id: str) -> str:
    """An answer may end before its request does, or after: both know this id."""
    return trace_id[16:]


def _before_trace(trace: Trace) -> float:
    """Seconds of the step that ends before the trace is begun."""
    return trace.steps[0].seconds if trace.steps and trace.steps[0].name == "redact" else 0.0
