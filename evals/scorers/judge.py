"""A model that judges, behind any OpenAI-compatible endpoint: its client, its cache, and why it did not judge."""

import hashlib
import json
import os
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import openai
from pydantic import SecretStr

from app.errors import SettingsError
from app.settings import Settings

_RETRIES = 2  # of a request that failed on its way or at the server, with growing pauses


class Rubbish(Exception):
    """A reply that is not what was asked for; `str` says in what."""


@dataclass(frozen=True, slots=True)
class Judge:
    """Which model is asked, and where its replies are kept."""

    base_url: str
    model: str
    key: SecretStr
    cache: Path

    @property
    def name(self) -> str:
        """Model and host, for the record: never the key."""
        return f"{self.model}@{urlsplit(self.base_url).netloc.rpartition('@')[2]}"

    def client(self, seconds: float) -> openai.AsyncOpenAI:
        """To be closed. A request takes `seconds` at most, and is not made again where its reply is in the cache."""
        return openai.AsyncOpenAI(
            base_url=self.base_url,
            api_key=self.key.get_secret_value() or "none",
            timeout=seconds,
            max_retries=_RETRIES,
            http_client=CachingClient(self.cache),
        )


def judge_of(settings: Settings) -> Judge | None:
    """None where no judge is set. Raises SettingsError where only a part of it is."""
    if not (settings.judge_base_url or settings.judge_model):
        return None
    for name in ("judge_base_url", "judge_model"):
        if not getattr(settings, name):
            raise SettingsError(f"KOTAE_{name.upper()} is empty; a judge needs both its address and its model.")
    return Judge(settings.judge_base_url, settings.judge_model, settings.judge_api_key, settings.judge_cache_dir)


class CachingClient(httpx2.AsyncClient):
    """Replies are kept by address and body of the request: what was asked before is answered the same, at no cost, also
    where the server is gone. Only chat completions are kept; failures are asked again."""

    def __init__(self, folder: Path) -> None:
        super().__init__(follow_redirects=True)
        self._folder = folder

    async def send(self, request: httpx2.Request, **options: Any) -> httpx2.Response:
        asked = {"url": str(request.url), "body": json.loads(request.content)}
        path = self._path(asked)
        reply = _read(path)
        if reply is None:
            response = await super().send(request, **options)
            if response.status_code != httpx2.codes.OK:
                return response
            reply = _keep(path, asked, _completion(await response.aread()))
        return httpx2.Response(httpx2.codes.OK, json=reply, request=request)

    def _path(self, asked: dict[str, Any]) -> Path:
        canonical = json.dumps(asked, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        name = hashlib.sha256(canonical.encode()).hexdigest()
        return self._folder / name[:2] / f"{name}.json"


def why_not(error: BaseException) -> str:
    """One sentence on what went wrong, from the error or its causes."""
    for cause in _causes(error):
        match cause:
            case Rubbish():
                return f"The judge's reply cannot be used: {cause}."
            case TimeoutError() | openai.APITimeoutError():
                return "The judge did not reply in time."
            case openai.APIStatusError():
                return f"The judge replied with HTTP {cause.status_code}."
    if any(isinstance(cause, openai.APIConnectionError) for cause in _causes(error)):
        return "The judge cannot be reached."
    return "The judge's reply cannot be used: it is not in the form that was asked for."


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _completion(body: bytes) -> dict[str, Any]:
    """Raises Rubbish for what is no chat completion."""
    with suppress(ValueError, RecursionError):
        reply = json.loads(body)
        if isinstance(reply, dict) and isinstance(reply.get("choices"), list) and reply["choices"]:
            return reply
    raise Rubbish("it is not a chat completion")


def _read(path: Path) -> dict[str, Any] | None:
    """The reply kept there; none where the file is missing or damaged."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        reply = json.loads(path.read_text(encoding="utf-8"))["reply"]
        return reply if isinstance(reply, dict) else None
    return None


def _keep(path: Path, asked: dict[str, Any], reply: dict[str, Any]) -> dict[str, Any]:
    """What the cache holds from now on: of two replies to one request the first, so that a run repeats exactly."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{uuid.uuid4().hex}.part")
    part.write_text(json.dumps({"request": asked, "reply": reply}, ensure_ascii=False, indent=1), encoding="utf-8")
    try:
        os.link(part, path)
    except FileExistsError:
        earlier = _read(path)
        if earlier is not None:
            return earlier
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
    return reply
