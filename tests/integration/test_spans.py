"""Spans as a collector receives them: one a request, one for its answer, one a step, and no words."""

import gzip
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from fastapi.testclient import TestClient
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from app.adapters.otlp_spans import OtlpSpans
from app.domain.observation import Observers, ServedRequest
from app.main import create_app
from app.settings import Settings
from app.wiring.outside import open_observers
from tests.builders import NOON, outcome, trace
from tests.scripted import ScriptedServices, scripted_services

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


class Collector:
    """As much of one as takes spans; `sent` holds whole requests."""

    def __init__(self) -> None:
        self.url = ""
        self.paths: list[str] = []
        self.sent: list[ExportTraceServiceRequest] = []

    @property
    def spans(self) -> dict[str, Span]:
        """By name."""
        scopes = [scope for sent in self.sent for resource in sent.resource_spans for scope in resource.scope_spans]
        return {span.name: span for scope in scopes for span in scope.spans}


@contextmanager
def collecting() -> Iterator[Collector]:
    collector = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            collector.paths.append(self.path)
            collector.sent.append(ExportTraceServiceRequest.FromString(body))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        collector.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield collector
        server.shutdown()


@pytest.fixture
def collector() -> Iterator[Collector]:
    with collecting() as collector:
        yield collector


def test_an_answer_and_its_steps_stand_below_their_request(collector: Collector) -> None:
    spans, told = OtlpSpans(collector.url), trace("c-1", TRACE, "髙橋はるかです。返品したい")
    told.add("write", 0.3, dropped=[{"text": "返品したい"}])
    told.outcome = outcome(trace_id=TRACE)
    spans.answered(told)
    spans.served(ServedRequest("POST", "/chat/messages", 303, NOON.timestamp(), 0.4, TRACE))
    spans.close()
    found = collector.spans
    assert set(found) == {"POST /chat/messages", "answer", "retrieve", "write"}
    request, answer = found["POST /chat/messages"], found["answer"]
    assert {span.trace_id.hex() for span in found.values()} == {TRACE}
    assert (request.parent_span_id, answer.parent_span_id) == (b"", request.span_id)
    assert {found[step].parent_span_id for step in ("retrieve", "write")} == {answer.span_id}
    assert found["write"].start_time_unix_nano == found["retrieve"].end_time_unix_nano
    assert found["write"].end_time_unix_nano - found["write"].start_time_unix_nano == 300_000_000
    assert request.end_time_unix_nano - request.start_time_unix_nano == 400_000_000


def test_spans_carry_no_words(collector: Collector) -> None:
    spans, told = OtlpSpans(f"{collector.url}/v1/traces"), trace("c-1", TRACE, "髙橋はるかです。返品したい")
    told.outcome = outcome(trace_id=TRACE)
    spans.answered(told)
    spans.served(ServedRequest("POST", "/chat/messages", 500, NOON.timestamp(), 0.4, TRACE))
    spans.close()
    assert collector.paths == ["/v1/traces"]
    attributes = {span.name: {kept.key for kept in span.attributes} for span in collector.spans.values()}
    assert attributes == {
        "POST /chat/messages": {"http.request.method", "http.route", "http.response.status_code"},
        "answer": {"kotae.index", "kotae.model", "kotae.kind", "kotae.reason"},
        "retrieve": set(),
    }
    whole = b"".join(sent.SerializeToString() for sent in collector.sent)
    assert b"service.name" in whole
    assert not any(word.encode() in whole for word in ("返", "髙橋", "c-1", "ja-returns"))


def test_a_request_over_http_has_its_span(collector: Collector) -> None:
    services: ScriptedServices = scripted_services()
    services.observer = Observers([OtlpSpans(collector.url)])
    with TestClient(create_app(services)) as client:
        client.get("/privacy?name=haruka")
    assert set(collector.spans) == {"GET /privacy"}  # sent at the latest when the service stops


def test_a_collector_that_is_away_holds_nothing_up() -> None:
    spans, began = OtlpSpans("http://127.0.0.1:9"), time.monotonic()
    for _ in range(100):
        spans.served(ServedRequest("GET", "/", 200, NOON.timestamp(), 0.1))
    assert time.monotonic() - began < 1
    spans.close()
    assert time.monotonic() - began < 8  # and a stop by some seconds only


def test_without_the_setting_there_are_none() -> None:
    observer, metrics = open_observers(Settings())
    assert isinstance(observer, Observers)
    assert metrics is None
    observer.answered(trace("c-1"))
    observer.close()
