"""Does the language model of the settings answer? Asked as the pipeline asks, and told in one sentence."""

import logging
import re
import threading
from contextlib import aclosing
from uuid import uuid4

import anyio

from app.adapters.clock import SystemClock
from app.adapters.model_list import model_names
from app.adapters.site_file import load_site
from app.domain.chat import Ask, Call, Form
from app.domain.ports import ChatModel
from app.errors import ChatModelError, FormRefused, KotaeError
from app.settings import Settings
from app.wiring.models import open_chat_model

_log = logging.getLogger(__name__)

LONGEST_PROMPT = 6_000  # tokens, about: ten passages of 600 Japanese characters with their titles, and the instructions
_SYSTEM = 'Reply with JSON only: {"claims": []}'
_SCHEMA = {
    "type": "object",
    "properties": {"claims": {"type": "array", "items": {"type": "string"}}},
    "required": ["claims"],
    "additionalProperties": False,
}
_ADVICE = (
    (r"HTTP 40[13]", "the service refuses the key: correct KOTAE_LLM_API_KEY"),
    (r"HTTP (402|429)", "the quota is used up or requests come too fast: look at the account of the service"),
    (r"HTTP 5", "the service itself fails: look at its log"),
    (r"no connection", "nothing answers at that address: correct KOTAE_LLM_BASE_URL, or start the service"),
    (r"an unreadable reply|cut off", "what answers is no OpenAI-compatible service: correct KOTAE_LLM_BASE_URL"),
    (r"no text within", "it is too slow: give it a faster machine, or raise KOTAE_LLM_FIRST_TOKEN_SECONDS"),
    (r"the daily budget", "answers are quoted until midnight: raise KOTAE_LLM_DAILY_BUDGET if that is too early"),
)


def check_model(settings: Settings, tokens: int = 0) -> str | None:
    """What is wrong with the model of the settings and what to do; None where it answers, or none is set.

    It is asked once or twice, with a prompt of about `tokens` tokens more than a short one, and within its time limits.
    """
    if not (settings.llm_base_url or settings.llm_model):
        return None
    try:
        model = open_chat_model(settings, load_site(settings.site_file), SystemClock())
        wrong = anyio.run(_ask, settings, model, tokens) if model else None
    except KotaeError as error:
        wrong = str(error)
    return settings.without_secrets(wrong) if wrong else None


def warn_of_model(settings: Settings) -> threading.Thread:
    """Log what is wrong with the model as one warning, without keeping the start waiting for it."""

    def check() -> None:
        if wrong := check_model(settings):
            _log.warning("%s Until then answers are quoted.", wrong)

    thread = threading.Thread(target=check, name="model check", daemon=True)
    thread.start()
    return thread


async def _ask(settings: Settings, model: ChatModel, tokens: int) -> str | None:
    try:
        read = await _reply(settings, model, tokens)
    except ChatModelError as error:
        if tokens and await _answers(settings, model):
            return _too_long(model.name, str(error))
        return await anyio.to_thread.run_sync(_advice, settings, str(error))
    if read and read < tokens:
        return _too_long(model.name, f"it read {read:,} tokens of about {tokens:,}")
    return None


async def _answers(settings: Settings, model: ChatModel) -> bool:
    try:
        await _reply(settings, model, 0)
    except ChatModelError:
        return False
    return True


async def _reply(settings: Settings, model: ChatModel, tokens: int) -> int:
    """How many tokens the service says it read, in the first form that it understands; 0 where it does not say."""
    form = Form.JSON_SCHEMA
    while True:
        # A word a token, or more; the number in front keeps the service from having read it before.
        ask = Ask(_SYSTEM, f"{uuid4()}{' word' * tokens}", form, _SCHEMA)
        call, text = Call(form), ""
        try:
            async with aclosing(model.stream(ask, call, anyio.current_time() + settings.llm_seconds)) as pieces:
                async for piece in pieces:
                    text += piece
                    if text.strip() and not tokens:
                        return 0  # the tokens come at the end of a reply, which a short prompt need not wait for
        except FormRefused:
            if form.looser is None:
                raise
            form = form.looser
            continue
        except ChatModelError:
            if not text:
                raise
        if not text.strip():
            raise ChatModelError("an empty reply")
        return 0 if call.estimated else call.tokens_in


def _too_long(name: str, said: str) -> str:
    return (
        f"The language model {name} answers, but not a prompt as long as the longest ({said}): give it room for "
        f"{LONGEST_PROMPT:,} tokens and the reply's, or KOTAE_LLM_FIRST_TOKEN_SECONDS if it is only slow."
    )


def _advice(settings: Settings, said: str) -> str:
    todo = next((todo for pattern, todo in _ADVICE if re.match(pattern, said)), None)
    if todo is None:
        todo = _name_or_address(settings)
    return f"The language model {settings.llm_model} does not answer ({said}): {todo}."


def _name_or_address(settings: Settings) -> str:
    names = model_names(settings.llm_base_url, settings.llm_api_key)
    if names is None:
        return "correct KOTAE_LLM_BASE_URL (most addresses end in /v1) or KOTAE_LLM_MODEL"
    if settings.llm_model in names:
        return "the service has that model and does not take the request: look at its log"
    some = ", ".join(names[:5]) or "none"
    return f"correct KOTAE_LLM_MODEL, the service's models are {some}{' …' if len(names) > 5 else ''}"
