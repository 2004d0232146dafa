"""Calling a language model without waiting for it too long, asking it too often, or paying too much."""

import random
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

import anyio

from app.adapters.circuit_breaker import CircuitBreaker
from app.adapters.spending import Spending
from app.domain.chat import Ask, Call
from app.domain.ports import ChatModel
from app.errors import ChatModelError, FormRefused

PAUSES = (0.3, 0.9)  # seconds before the second and the third try, each times 0.5 to 1.5 by chance


class CarefulChatModel:
    """`model` with time limits, other tries before its first text, a circuit breaker and a budget."""

    def __init__(
        self,
        model: ChatModel,
        breaker: CircuitBreaker,
        spending: Spending,
        first_text_seconds: float,
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        self._model = model
        self._breaker = breaker
        self._spending = spending
        self._first = first_text_seconds
        self._pauses = pauses

    @property
    def name(self) -> str:
        return self._model.name

    async def stream(self, ask: Ask, call: Call, deadline: float) -> AsyncGenerator[str, None]:
        began, length = anyio.current_time(), 0
        try:
            self._spending.check()
            self._breaker.check()
            async with aclosing(self._tries(ask, call, deadline)) as pieces:
                async for piece in pieces:
                    length += len(piece.encode("utf-8", "surrogatepass"))
                    yield piece
            self._breaker.succeeded()
        except FormRefused as error:
            call.error = str(error)
            raise
        except ChatModelError as error:
            call.error = str(error)
            if call.tries:
                self._breaker.failed(str(error))
            raise
        finally:
            call.seconds = anyio.current_time() - began
            self._spending.price(ask, call, length)
            self._spending.add(self.name, call)

    async def _tries(self, ask: Ask, call: Call, deadline: float) -> AsyncGenerator[str, None]:
        """A reply that has begun is never asked for again: its sentences are out."""
        while True:
            call.tries += 1
            try:
                async with aclosing(self._timely(ask, call, deadline)) as pieces:
                    async for piece in pieces:
                        yield piece
                return
            except ChatModelError as error:
                if call.first_seconds is not None or not error.is_passing or call.tries > len(self._pauses):
                    raise
                pause = self._pauses[call.tries - 1] * random.uniform(0.5, 1.5)  # noqa: S311 – jitter, no secret
                pause = max(pause, error.wait)
                if anyio.current_time() + pause >= deadline:
                    raise
            await anyio.sleep(pause)

    async def _timely(self, ask: Ask, call: Call, deadline: float) -> AsyncGenerator[str, None]:
        began = anyio.current_time()
        async with aclosing(self._model.stream(ask, call, deadline)) as pieces:
            while True:
                until = deadline if call.first_seconds is not None else min(began + self._first, deadline)
                try:
                    with anyio.fail_after(max(0.0, until - anyio.current_time())):
                        piece = await anext(pieces)
                except StopAsyncIteration:
                    return
                except TimeoutError:
                    raise _too_slow(until - began, call) from None
                if call.first_seconds is None:
                    call.first_seconds = anyio.current_time() - began
                yield piece


def _too_slow(seconds: float, call: Call) -> ChatModelError:
    what = "no text" if call.first_seconds is None else "not finished"
    return ChatModelError(f"{what} within {seconds:.1f} s")
