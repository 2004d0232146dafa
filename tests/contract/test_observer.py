"""What every observer takes: all kinds of answers, from several threads, without a word and without an error."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.adapters.metrics import PrometheusMetrics
from app.adapters.otlp_spans import OtlpSpans
from app.domain.desk import Cause
from app.domain.observation import Observer, Observers, ServedRequest
from app.domain.outcome import Handoff, Kind
from app.domain.trace import Trace
from tests.builders import NOON, outcome, trace

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
REQUEST = ServedRequest("POST", "/chat/messages", 303, NOON.timestamp(), 0.4, TRACE)


@pytest.fixture(params=["none", "metrics", "spans", "both"])
def observer(request: pytest.FixtureRequest) -> Iterator[Observer]:
    nobody = "http://127.0.0.1:9"
    observers: dict[str, list[Observer]] = {
        "none": [],
        "metrics": [PrometheusMetrics()],
        "spans": [OtlpSpans(nobody)],
        "both": [PrometheusMetrics(), OtlpSpans(nobody)],
    }
    chosen = observers[request.param]
    yield chosen[0] if len(chosen) == 1 else Observers(chosen)
    for each in chosen:
        each.close()


def answered(kind: Kind) -> Trace:
    made = trace("c-1", TRACE)
    passed = Handoff(ticket_id="1001", reason=Cause.ANGER, expected_reply_at=NOON) if kind is Kind.HANDOFF else None
    made.outcome = outcome(trace_id=TRACE).model_copy(update={"kind": kind, "handoff": passed})
    return made


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_answer_is_taken(observer: Observer, kind: Kind) -> None:
    before = answered(kind)
    told = before.model_copy(deep=True)
    observer.answered(told)
    assert told == before  # looked at, and left as it was


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_of_a_hand_off_is_taken(observer: Observer, cause: Cause) -> None:
    observer.handed_off(cause)


def test_it_is_told_by_several_threads(observer: Observer) -> None:
    with ThreadPoolExecutor(4) as threads:
        told = [threads.submit(observer.served, REQUEST) for _ in range(50)]
        told += [threads.submit(observer.answered, answered(Kind.ANSWER)) for _ in range(50)]
    assert [each.exception() for each in told] == [None] * 100


def test_one_that_fails_keeps_the_others_from_nothing(caplog: pytest.LogCaptureFixture) -> None:
    class Failing(PrometheusMetrics):
        def served(self, request: ServedRequest) -> None:
            raise KeyError("calls")

    metrics = PrometheusMetrics()
    Observers([Failing(), metrics]).served(REQUEST)
    assert b'route="/chat/messages",status="303"} 1.0' in metrics.exposition(None, None)
    assert "Failing could not take what it was told." in caplog.text
