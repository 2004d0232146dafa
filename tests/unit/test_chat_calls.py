"""A model that is slow, down or dear keeps nobody waiting: limits, other tries, the breaker, the budget."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import anyio
import pytest

from app.adapters.chat_calls import CarefulChatModel
from app.adapters.chat_model_scripted import ScriptedChatModel
from app.adapters.circuit_breaker import CircuitBreaker
from app.adapters.clock import FixedClock
from app.adapters.spending import Prices, Spending
from app.domain.chat import Ask, Call, Form
from app.errors import ChatModelError, FormRefused
from tests.builders import NOON

ASK = Ask("system", "user", Form.TEXT)
TOKYO = ZoneInfo("Asia/Tokyo")


def spending(folder: Path, budget: float = 0.0, at: datetime = NOON) -> Spending:
    return Spending(folder, Prices(3.0, 15.0), budget, FixedClock(at), TOKYO)


def careful(model: ScriptedChatModel, folder: Path, budget: float = 0.0, limit: int = 3) -> CarefulChatModel:
    return CarefulChatModel(model, CircuitBreaker(limit), spending(folder, budget), 0.2, pauses=(0.01, 0.02))


async def ask(model: CarefulChatModel, seconds: float = 1.0) -> tuple[str, Call]:
    call = Call(Form.TEXT)
    try:
        pieces = [piece async for piece in model.stream(ASK, call, anyio.current_time() + seconds)]
    except ChatModelError:
        return "", call
    return "".join(pieces), call


def failing(times: int, error: ChatModelError) -> Callable[[Ask], str]:
    left = [error] * times

    def reply(_: Ask) -> str:
        if left:
            raise left.pop()
        return "said"

    return reply


async def test_a_call_keeps_what_it_took(tmp_path: Path) -> None:
    text, call = await ask(careful(ScriptedChatModel(lambda _: "said in pieces"), tmp_path))
    assert (text, call.error, call.tries) == ("said in pieces", None, 1)
    assert call.first_seconds is not None
    assert call.first_seconds <= call.seconds
    assert call.estimated
    assert call.cost == pytest.approx((call.tokens_in * 3 + call.tokens_out * 15) / 1e6)


async def test_a_passing_failure_is_tried_again(tmp_path: Path) -> None:
    model = ScriptedChatModel(failing(2, ChatModelError("HTTP 503", is_passing=True)))
    text, call = await ask(careful(model, tmp_path))
    assert (text, call.tries) == ("said", 3)


@pytest.mark.parametrize(
    ("error", "tries"),
    [
        (ChatModelError("HTTP 401"), 1),
        (ChatModelError("HTTP 503", is_passing=True), 3),
        (ChatModelError("HTTP 429", is_passing=True, wait=60), 1),
    ],
    ids=["it stays wrong", "three times", "longer than there is time"],
)
async def test_other_failures_are_told_at_once(tmp_path: Path, error: ChatModelError, tries: int) -> None:
    text, call = await ask(careful(ScriptedChatModel(failing(9, error)), tmp_path))
    assert (text, call.tries, call.error) == ("", tries, str(error))
    assert call.seconds < 0.2


@pytest.mark.parametrize(("pause", "why"), [(5.0, "no text within 0.2 s"), (0.15, "not finished within 0.5 s")])
async def test_slowness_has_an_end(tmp_path: Path, pause: float, why: str) -> None:
    model = ScriptedChatModel(lambda _: "a long reply in many pieces", pause=pause)
    _, call = await ask(careful(model, tmp_path), seconds=0.5)
    assert call.error == why
    assert call.seconds < 0.7


async def test_who_fails_three_times_is_not_asked_for_a_while(tmp_path: Path) -> None:
    now = [0.0]
    model = ScriptedChatModel(failing(4, ChatModelError("HTTP 500")))
    breaker = CircuitBreaker(3, 30.0, lambda: now[0])
    calls = CarefulChatModel(model, breaker, spending(tmp_path), 0.2)
    for _ in range(6):
        _, call = await ask(calls)
    assert len(model.asked) == 3
    assert call.error == "not asked after 3 failures in a row, the last one: HTTP 500"
    now[0] = 31.0
    await ask(calls)  # one may try, and fails
    await ask(calls)
    assert len(model.asked) == 4
    now[0] = 62.0
    assert [(await ask(calls))[0] for _ in range(2)] == ["said", "said"]


async def test_a_form_that_is_refused_is_no_failure(tmp_path: Path) -> None:
    model = ScriptedChatModel(failing(5, FormRefused("HTTP 400")))
    calls = careful(model, tmp_path, limit=1)
    for _ in range(5):
        await ask(calls)
    assert (await ask(calls))[0] == "said"


async def test_a_spent_budget_asks_nobody_until_tomorrow(tmp_path: Path) -> None:
    model = ScriptedChatModel(lambda _: "word " * 40)
    calls = careful(model, tmp_path, budget=0.001)
    assert (await ask(calls))[0]
    _, call = await ask(calls)
    assert (call.error, len(model.asked)) == ("the daily budget of 0.001 is spent", 1)
    before_midnight, after = (datetime(2026, 11, 20, hour, 30, tzinfo=UTC) for hour in (14, 15))
    with pytest.raises(ChatModelError):
        spending(tmp_path, 0.001, before_midnight).check()
    spending(tmp_path, 0.001, after).check()


async def test_two_processes_share_the_days_file(tmp_path: Path) -> None:
    here, there = spending(tmp_path), spending(tmp_path)
    for each in (here, there, here):
        call = Call(Form.TEXT, tokens_in=1_000_000)
        each.price(ASK, call, 0)
        each.add("m", call)
    assert here.today() == there.today() == pytest.approx(9.0)
    (file,) = tmp_path.iterdir()
    assert file.name == "2026-11-20.jsonl"
    assert json.loads(file.read_text(encoding="utf-8").splitlines()[0])["tokens_in"] == 1_000_000
    with file.open("a") as lines:
        lines.write('{"cost": 4')  # a writer was killed
    assert spending(tmp_path).today() == pytest.approx(9.0)
    with file.open("a") as lines:
        lines.write("\n")
    assert spending(tmp_path).today() == pytest.approx(9.0)


async def test_a_folder_that_cannot_be_written_costs_no_answer_and_still_counts(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    kept = spending(tmp_path / "file" / "folder", budget=3.0)
    call = Call(Form.TEXT, tokens_in=1_000_000)
    kept.price(ASK, call, 0)
    kept.add("m", call)
    with pytest.raises(ChatModelError):
        kept.check()
