"""A real model writes, far too small to be right: what is looked at is the protocol, never its wit."""

from datetime import UTC
from pathlib import Path

import anyio
import pytest
from pydantic import SecretStr

from app.adapters.chat_calls import CarefulChatModel
from app.adapters.chat_model import OpenAIChatModel
from app.adapters.circuit_breaker import CircuitBreaker
from app.adapters.clock import FixedClock
from app.adapters.spending import Prices, Spending
from app.answering.claim_stream import SCHEMA
from app.domain.chat import Ask, Call, Form
from app.domain.outcome import Kind
from app.errors import ChatModelError
from tests.builders import NOON
from tests.model_server import model_server
from tests.writing import FIRST, SECOND, desk

pytestmark = pytest.mark.slow
REPLY = 'Reply with JSON: {"claims": [{"text": "one sentence", "passage": 1}]}'


async def test_every_form_is_understood_or_refused_and_the_customer_is_answered(tmp_path: Path) -> None:
    with model_server() as url:
        model = OpenAIChatModel(url, SecretStr(""), "smollm2", 3.0)
        for form in Form:
            call = Call(form)
            ask = Ask(REPLY, "Returns take 14 days.", form, SCHEMA)
            began = anyio.current_time()
            try:
                async with anyio.create_task_group() as group:
                    group.cancel_scope.deadline = anyio.current_time() + 15
                    text = "".join([piece async for piece in model.stream(ask, call, 0.0)])
            except* ChatModelError as refused:
                print(form, "refused:", refused.exceptions)
            else:
                print(form, anyio.current_time() - began, call.tokens_in, call.tokens_out, text[:200])
                assert call.tokens_in > 0 or form is Form.TEXT
        spending = Spending(tmp_path / "spending", Prices(), 0, FixedClock(NOON), UTC)
        careful = CarefulChatModel(model, CircuitBreaker(), spending, first_text_seconds=20)
        answered = await desk(careful, tmp_path, seconds=30).ask()
        print(answered.step("write"), answered.step("verify"), answered.said)
        assert answered.outcome.kind is Kind.ANSWER
        assert set(answered.said) <= {FIRST, SECOND} or answered.shortfall is None


async def test_a_prompt_that_is_too_long_is_told_and_quoted(tmp_path: Path) -> None:
    with model_server() as url:
        model = OpenAIChatModel(url, SecretStr(""), "smollm2", 3.0)
        call = Call(Form.TEXT)
        with pytest.raises(ChatModelError, match=r"^HTTP 400 \(the model's context is too small\)$"):
            async for _ in model.stream(Ask("Be brief.", "word " * 20_000, Form.TEXT), call, 0.0):
                pass
