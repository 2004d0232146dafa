"""What the model writer relies on, of the fake, of the adapter, and of the adapter with its limits."""

from collections.abc import Callable, Iterator
from contextlib import aclosing
from datetime import UTC
from pathlib import Path

import anyio
import pytest
from pydantic import SecretStr

from app.adapters.chat_calls import CarefulChatModel
from app.adapters.chat_model import OpenAIChatModel
from app.adapters.chat_model_scripted import ScriptedChatModel
from app.adapters.circuit_breaker import CircuitBreaker
from app.adapters.clock import FixedClock
from app.adapters.spending import Prices, Spending
from app.domain.chat import Ask, Call, Form
from app.domain.ports import ChatModel
from app.errors import ChatModelError, FormRefused
from tests.builders import NOON
from tests.scripted_model import Body, Reply, ScriptedModel, error, serving, streamed

Answer = Callable[[], str]  # or it raises what the model would


def _raise(failure: Exception) -> str:
    raise failure


SAID = "返送料はお客様のご負担です。 <b>14 days</b> 😀"
WAYS: dict[str, tuple[Answer, Callable[[Body], Reply]]] = {
    "says": (lambda: SAID, lambda body: streamed(SAID, tool="tools" in body)),
    "refuses the form": (lambda: _raise(FormRefused("HTTP 400")), lambda _: error(400)),
    "fails": (lambda: _raise(ChatModelError("HTTP 401")), lambda _: error(401)),
}


@pytest.fixture(params=["fake", "OpenAI", "careful"])
def model_that(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], ChatModel]]:
    way = ["says"]
    with serving(ScriptedModel(lambda body: WAYS[way[0]][1](body))) as server:

        def build(does: str) -> ChatModel:
            way[0] = does
            if request.param == "fake":
                return ScriptedChatModel(lambda _: WAYS[does][0]())
            model = OpenAIChatModel(server.url, SecretStr(""), "m", 1.0)
            if request.param == "OpenAI":
                return model
            spending = Spending(tmp_path, Prices(), 0, FixedClock(NOON), UTC)
            return CarefulChatModel(model, CircuitBreaker(), spending, first_text_seconds=2)

        yield build


async def reply(model: ChatModel, form: Form, call: Call) -> list[str]:
    ask = Ask("system", "user", form, {"type": "object"})
    return [piece async for piece in model.stream(ask, call, anyio.current_time() + 5)]


@pytest.mark.parametrize("form", Form)
async def test_a_reply_arrives_in_pieces_and_whole(model_that: Callable[[str], ChatModel], form: Form) -> None:
    pieces = await reply(model_that("says"), form, Call(form))
    assert "".join(pieces) == SAID
    assert len(pieces) > 1


async def test_a_form_that_is_not_understood_is_refused(model_that: Callable[[str], ChatModel]) -> None:
    with pytest.raises(FormRefused):
        await reply(model_that("refuses the form"), Form.JSON_SCHEMA, Call(Form.JSON_SCHEMA))


async def test_every_other_failure_is_told_in_our_own_words(model_that: Callable[[str], ChatModel]) -> None:
    with pytest.raises(ChatModelError, match=r"^HTTP 401$"):
        await reply(model_that("fails"), Form.TEXT, Call(Form.TEXT))


async def test_a_reader_may_leave(model_that: Callable[[str], ChatModel]) -> None:
    model = model_that("says")
    for _ in range(3):
        async with aclosing(
            model.stream(Ask("s", "u", Form.TEXT), Call(Form.TEXT), anyio.current_time() + 5)
        ) as pieces:
            assert await anext(pieces)


def test_its_name_holds_no_address(model_that: Callable[[str], ChatModel]) -> None:
    assert "127.0.0.1" not in model_that("says").name
