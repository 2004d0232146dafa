"""A model behind a real HTTP server on loopback that misbehaves in twelve ways: the customer is answered all the same."""

import logging
import socket
import time
from collections.abc import Callable
from datetime import UTC
from pathlib import Path

import anyio
import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from app.adapters.chat_calls import CarefulChatModel
from app.adapters.chat_model import OpenAIChatModel
from app.adapters.circuit_breaker import CircuitBreaker
from app.adapters.clock import FixedClock
from app.adapters.spending import Prices, Spending
from app.domain.outcome import Kind, SentenceEvent
from app.main import create_app
from app.settings import Settings
from tests.builders import NOON
from tests.scripted import scripted_services
from tests.scripted_model import DONE, Body, Reply, ScriptedModel, chunk, claims, error, serving, streamed
from tests.writing import FIRST, SECOND, Answered, Desk, desk

KEY = "sk-very-secret-key-0123456789"
TRUE = claims((SECOND, 1), (FIRST, 1))
SECONDS = 2.0


def modelled(home: Path, url: str, first: float = 1.0, seconds: float = SECONDS) -> Desk:
    model = OpenAIChatModel(url, SecretStr(KEY), "scripted-1", connect_seconds=0.5)
    spending = Spending(home / "spending", Prices(1, 2), 0, FixedClock(NOON), UTC)
    return desk(CarefulChatModel(model, CircuitBreaker(), spending, first, pauses=(0.05, 0.1)), home, seconds)


async def answered_by(home: Path, reply: Callable[[Body], Reply]) -> tuple[Answered, ScriptedModel, float]:
    with serving(ScriptedModel(reply)) as server:
        asking = modelled(home, server.url)
        began = time.perf_counter()
        answered = await asking.ask()
        return answered, server, time.perf_counter() - began


def cut(character: str = "料") -> list[bytes | float]:
    """A stream that ends inside a character."""
    event = chunk(SECOND[:4])
    return [event[: event.index(character.encode()) + 1], b"\n\n", DONE]


def half_way(*ending: bytes | float) -> list[bytes | float]:
    """The first sentence, and then `ending`."""
    return [chunk(TRUE[: TRUE.index("}, {") + 1]), *ending]


MISBEHAVIOUR: dict[str, tuple[Callable[[Body], Reply], str]] = {
    "wrong JSON": (lambda _: streamed('{"claims": [{"text": "返送料は'), "a reply that is not tools"),
    "invented passage numbers": (lambda _: streamed(claims((SECOND, 42), (FIRST, 7))), "nothing supported"),
    "no citation": (lambda _: streamed('{"claims": [{"text": "返送料はお客様のご負担です。"}]}'), "nothing supported"),
    "half a UTF-8 character": (lambda _: (200, cut()), "an unreadable reply: UnicodeDecodeError"),
    "429": (lambda _: error(429, "rate_limit_exceeded"), "HTTP 429 (rate_limit_exceeded)"),
    "500": (lambda _: error(500), "HTTP 500"),
    "hang": (lambda _: (200, [3.0]), "no text within 1.0 s"),
    "slow drip": (
        lambda _: (200, [step for _ in range(40) for step in (chunk("{"), 0.1)]),
        "not finished within 2.0 s",
    ),
    "early close": (lambda _: (200, half_way()), "cut off after"),
    "empty": (lambda _: (200, [chunk(finish="stop"), DONE]), "an empty reply"),
    "10 MB": (lambda _: (200, [chunk("あ" * 1000)] * 3500), "a reply of more than 20000 characters"),
    "prompt echoed": (
        lambda body: streamed("\n".join(said["content"] for said in body["messages"]), piece=500),
        "nothing said",  # the empty list that the prompt holds as an example
    ),
    # and what they are akin to
    "10 MB in one line": (lambda _: (200, [b"data: " + b"x" * 10_000_000]), "a reply of more than 4000000 bytes"),
    "broken off in a character": (lambda _: (200, half_way(*cut()[:1])), "cut off"),
    "out of quota": (lambda _: error(429, "insufficient_quota"), "HTTP 429 (insufficient_quota)"),
    "wrong key": (lambda _: error(401, "invalid_api_key", f"Incorrect API key: {KEY}"), "HTTP 401 (invalid_api_key)"),
    "wrong model": (lambda _: error(404, "model_not_found"), "HTTP 404 (model_not_found)"),
    "too small a context": (
        lambda _: error(400, "context_length_exceeded"),
        "HTTP 400 (the model's context is too small)",
    ),
    "a page of HTML": (lambda _: (200, [b"<html>Welcome</html>"]), "an unreadable reply: ValueError"),
    "an event that is no JSON": (lambda _: (200, [b"data: {oh\n\n"]), "an unreadable reply: JSONDecodeError"),
    "an event that is no completion": (lambda _: (200, [b'data: {"choices": 5}\n\n']), "an unreadable reply: "),
    "an error in the stream": (
        lambda _: (200, half_way(b'data: {"error": {"message": "overloaded"}}\n\n')),
        "cut off: APIError",
    ),
    "a hang in the middle": (lambda _: (200, half_way(3.0)), "not finished within 2.0 s"),
}


@pytest.mark.parametrize("way", MISBEHAVIOUR)
async def test_the_customer_gets_a_verified_answer_in_time_and_the_trace_says_why(
    tmp_path: Path, way: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    reply, why = MISBEHAVIOUR[way]
    answered, server, seconds = await answered_by(tmp_path, reply)
    assert answered.outcome.kind is Kind.ANSWER
    assert sorted(answered.said) == sorted([FIRST, SECOND])
    assert str(answered.shortfall).startswith(why)
    assert seconds < SECONDS + 0.5
    assert KEY not in answered.trace.model_dump_json() + caplog.text
    assert 1 <= len(server.asked) <= 6


async def test_nobody_there_is_told_and_quoted(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}/v1"
    answered = await modelled(tmp_path, url).ask()
    assert (answered.shortfall, answered.said) == ("no connection", [FIRST, SECOND])
    assert answered.step("write")["calls"][0]["tries"] == 3


@pytest.mark.parametrize(
    "words",
    [
        "This model's maximum context length is 4096 tokens. However, you requested 9000 tokens",
        "the request exceeds the available context size, try increasing it",
        "`inputs` tokens + `max_new_tokens` must be <= 4096",
        "Please reduce the length of the messages or completion.",
    ],
)
async def test_a_prompt_that_does_not_fit_is_not_sent_in_other_forms(tmp_path: Path, words: str) -> None:
    answered, server, _ = await answered_by(tmp_path, lambda _: error(400, "400", words))
    assert answered.shortfall == "HTTP 400 (the model's context is too small)"
    assert (len(server.asked), answered.said) == (1, [FIRST, SECOND])


async def test_a_server_that_is_down_is_soon_left_alone(tmp_path: Path) -> None:
    with serving(ScriptedModel(lambda _: error(401))) as server:
        asking = modelled(tmp_path, server.url)
        for _ in range(5):
            answered = await asking.ask()
    assert len(server.asked) == 3
    assert str(answered.shortfall).startswith("not asked after 3 failures")


async def test_a_well_behaved_model_is_shown_with_its_tokens_and_costs(tmp_path: Path) -> None:
    answered, server, _ = await answered_by(tmp_path, lambda _: streamed(TRUE))
    assert (answered.said, answered.shortfall) == ([SECOND, FIRST], None)
    (call,) = answered.step("write")["calls"]
    assert (call["tokens_in"], call["tokens_out"], call["estimated"]) == (120, 30, False)
    assert call["cost"] == pytest.approx((120 * 1 + 30 * 2) / 1e6)
    assert call["seconds"] >= call["first_seconds"] > 0
    (body,) = server.asked
    assert server.keys == [f"Bearer {KEY}"]
    assert body["response_format"]["json_schema"]["strict"]
    assert (body["temperature"], body["stream_options"]) == (0, {"include_usage": True})
    (kept,) = (tmp_path / "spending").iterdir()
    assert '"tokens_in": 120' in kept.read_text(encoding="utf-8")
    assert KEY not in kept.read_text(encoding="utf-8")


@pytest.mark.parametrize("understood", ["json_schema", "tools", "json_object", "text"])
async def test_every_form_of_reply_is_spoken(tmp_path: Path, understood: str) -> None:
    def form(body: Body) -> str:
        kind = body.get("response_format", {}).get("type")
        return kind or ("tools" if "tools" in body else "text")

    def reply(body: Body) -> Reply:
        if form(body) != understood:
            return error(400, "unsupported", "Unknown parameter")
        text = f"{SECOND} [1]\n{FIRST} [1]" if understood == "text" else TRUE
        return streamed(text, tool=understood == "tools")

    answered, server, _ = await answered_by(tmp_path, reply)
    assert (answered.said, answered.shortfall) == ([SECOND, FIRST], None)
    assert form(server.asked[-1]) == understood
    assert ("stream_options" in server.asked[-1]) == (understood != "text")


async def test_the_first_sentence_is_out_before_the_model_has_ended(tmp_path: Path) -> None:
    with serving(
        ScriptedModel(lambda _: (200, half_way(0.6, chunk(TRUE[TRUE.index("}, {") + 1 :]), chunk(finish="stop"), DONE)))
    ) as server:
        asking = modelled(tmp_path, server.url)
        trace = asking.pipeline.begin(asking.index, "返品の返送料は誰の負担ですか", "ja", "public", "t")  # type: ignore[arg-type]
        at = [
            (anyio.current_time(), event.sentence.text)
            async for event in asking.pipeline.respond(asking.index, trace)
            if isinstance(event, SentenceEvent)
        ]
    assert [text for _, text in at] == [SECOND, FIRST]
    assert at[1][0] - at[0][0] > 0.4


def test_a_model_answers_on_another_loop_too(tmp_path: Path) -> None:
    with serving(ScriptedModel(lambda _: streamed(TRUE))) as server:
        asking = modelled(tmp_path, server.url)
        for _ in range(2):
            assert anyio.run(asking.ask).shortfall is None


async def test_langsmith_is_off_whatever_the_environment_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    OpenAIChatModel("http://127.0.0.1:9/v1", SecretStr(""), "m", 1.0)
    from langsmith.utils import tracing_is_enabled

    assert not tracing_is_enabled()


@pytest.mark.parametrize(
    ("away", "said"),
    [
        ([], "送ることはありません"),
        (["llm"], "回答の文章を作るために、ご質問と直前の数回のやり取り、答えを含む記事を、外部のAIサービスに送ります"),
        (
            ["embedding"],
            "記事を探すために、ご質問を、必要なときは直前の数回のご質問とともに、外部のAIサービスに送ります",
        ),
        (
            ["embedding", "llm"],
            "記事を探し、回答の文章を作るために、ご質問と直前の数回のやり取り、答えを含む記事を、外部のAIサービスに",
        ),
    ],
)
def test_the_page_on_privacy_says_where_questions_go(away: list[str], said: str) -> None:
    services = scripted_services()
    services.settings = Settings().model_copy(update={f"{model}_base_url": "https://api.example/v1" for model in away})
    with TestClient(create_app(services), headers={"Accept-Language": "ja"}) as browser:
        page = browser.get("/privacy").text
    assert said in page
    assert page.count("<li>") == 6
