"""A language model behind any OpenAI-compatible service, through LangChain: one request, and what may go wrong."""

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any, cast

import httpx2
import openai
from langchain_core.messages import AIMessageChunk, BaseMessage, HumanMessage, SystemMessage
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from app.adapters.openai_client import given_key, keep_quiet
from app.domain.chat import Ask, Call, Form
from app.errors import ChatModelError, FormRefused

_MOST_TOKENS = 4000  # of a reply, with what a model thinks before it writes
_MOST_CHARACTERS = 20_000
_MOST_BYTES = 4_000_000  # of a reply with everything a service wraps around each token
_CODE = re.compile(r"[a-z][a-z_]{2,39}")
_UNSUPPORTED = {400, 404, 405, 415, 422, 501}  # what services say to a form they do not understand
_PASSING = {408, 409, 425, 429, 500, 502, 503, 504, 529}
# What services say, in as many words as there are services, of a prompt that does not fit with the reply to be.
_OVERFLOW = re.compile(r"context[_ ](?:length|size|window)|max_new_tokens|reduce the length", re.IGNORECASE)
_UNMENDED = {"model_not_found", "insufficient_quota", "billing_hard_limit_reached"}


class OpenAIChatModel:
    """`key` may be empty. Nothing is sent to anyone but `base_url`: LangChain's tracing is switched off."""

    def __init__(self, base_url: str, key: SecretStr, model: str, connect_seconds: float) -> None:
        self.name = model
        self._base_url = base_url
        self._key = given_key(key)
        self._connect = connect_seconds
        keep_quiet()
        self._client = self._open()  # now, as the first one takes a third of a second
        self._loop: asyncio.AbstractEventLoop | None = None

    async def stream(self, ask: Ask, call: Call, deadline: float) -> AsyncGenerator[str, None]:
        """One try. The time to connect is limited here; other limits, other tries and costs are the caller's matter."""
        messages: list[BaseMessage] = [SystemMessage(ask.system), HumanMessage(ask.user)]
        finished, length = False, 0
        try:
            chunks = cast(AsyncGenerator[AIMessageChunk, None], self._model().astream(messages, **_options(ask)))
            async with aclosing(chunks):
                async for chunk in chunks:
                    _count(chunk, call)
                    finished = finished or "finish_reason" in chunk.response_metadata
                    if text := _text(chunk):
                        length += len(text)
                        if length > _MOST_CHARACTERS:
                            raise ChatModelError(f"a reply of more than {_MOST_CHARACTERS} characters")
                        yield text
        except ChatModelError:
            raise
        except Exception as error:  # whatever a reply does to the client
            raise _failure(error, ask.form, started=length > 0) from None
        if not finished:
            raise ChatModelError(f"cut off after {length} characters", is_passing=length == 0)

    def _model(self) -> ChatOpenAI:
        """Its connections belong to one event loop."""
        loop = asyncio.get_running_loop()
        if self._loop not in (None, loop):
            self._client = self._open()
        self._loop = loop
        return self._client

    def _open(self) -> ChatOpenAI:
        timeout = httpx2.Timeout(None, connect=self._connect, pool=self._connect)
        return ChatOpenAI(
            model=self.name,
            base_url=self._base_url,
            api_key=self._key,
            temperature=0,
            max_tokens=_MOST_TOKENS,
            timeout=timeout,
            max_retries=0,
            stream_usage=True,
            stream_chunk_timeout=None,
            use_responses_api=False,
            http_async_client=_BoundedClient(timeout=timeout),
        )


def _options(ask: Ask) -> dict[str, Any]:
    """The form goes into the body as it is: for a `response_format` of its own the client reads streams another way."""
    named = {"name": "answer", "strict": True}
    match ask.form:
        case Form.JSON_SCHEMA:
            schema = {"type": "json_schema", "json_schema": {**named, "schema": ask.schema}}
            return {"extra_body": {"response_format": schema}}
        case Form.TOOLS:
            function = {"type": "function", "function": {**named, "parameters": ask.schema}}
            return {"tools": [function], "tool_choice": {"type": "function", "function": {"name": "answer"}}}
        case Form.JSON_OBJECT:
            return {"extra_body": {"response_format": {"type": "json_object"}}}
        case Form.TEXT:  # nothing that a service could refuse
            return {"stream_usage": False}


def _text(chunk: AIMessageChunk) -> str:
    said = "".join(str(part.get("args") or "") for part in chunk.tool_call_chunks)
    return said or (chunk.content if isinstance(chunk.content, str) else "")


def _count(chunk: AIMessageChunk, call: Call) -> None:
    """Some services tell the tokens so far with every chunk, others once, at the end."""
    if usage := chunk.usage_metadata:
        call.tokens_in, call.tokens_out = usage["input_tokens"], usage["output_tokens"]


def _failure(error: Exception, form: Form, started: bool) -> ChatModelError:
    """What happened, in our own words: a service's may hold the key, or what was asked."""
    if isinstance(error, openai.APIStatusError):
        code = str(error.code or "")
        if error.status_code in _UNSUPPORTED | {413} and _OVERFLOW.search(str(error.body)):
            return ChatModelError(f"HTTP {error.status_code} (the model's context is too small)")
        said = f"HTTP {error.status_code}" + (f" ({code})" if _CODE.fullmatch(code) else "")
        if error.status_code in _UNSUPPORTED and form is not Form.TEXT and code not in _UNMENDED:
            return FormRefused(said)
        passing = error.status_code in _PASSING and code not in _UNMENDED
        return ChatModelError(said, passing, _retry_after(error.response.headers))
    if started:
        return ChatModelError(f"cut off: {type(error).__name__}")
    if isinstance(error, openai.APITimeoutError):
        return ChatModelError("no connection in time")
    if isinstance(error, openai.APIConnectionError | httpx2.TransportError):
        return ChatModelError("no connection", is_passing=True)
    return ChatModelError(f"an unreadable reply: {type(error).__name__}")


def _retry_after(headers: httpx2.Headers) -> float:
    """In seconds; a date is not understood, nor needed: who names one means long."""
    value = headers.get("retry-after", "")
    return float(value) if re.fullmatch(r"\d{1,6}(\.\d+)?", value) else 0.0


class _BoundedClient(openai.DefaultAsyncHttpxClient):
    """Reads no more of a response than _MOST_BYTES, however a service wraps it."""

    async def send(self, request: httpx2.Request, **options: Any) -> httpx2.Response:
        request.headers["Accept-Encoding"] = "identity"
        response = await super().send(request, **options)
        if isinstance(response.stream, httpx2.AsyncByteStream):
            response.stream = _BoundedStream(response.stream)
        return response


class _BoundedStream(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        read = 0
        async with aclosing(cast(AsyncGenerator[bytes, None], aiter(self._stream))) as pieces:
            async for piece in pieces:
                read += len(piece)
                if read > _MOST_BYTES:
                    raise ChatModelError(f"a reply of more than {_MOST_BYTES} bytes")
                yield piece

    async def aclose(self) -> None:
        await self._stream.aclose()
