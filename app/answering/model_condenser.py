"""A language model puts a follow-up into words that stand alone; they are used only where they can be a question."""

import re
from collections.abc import Sequence
from contextlib import aclosing
from typing import Any

import anyio

from app.answering.fence import fenced
from app.domain.chat import Ask, Call, Form
from app.domain.conversation import Turn
from app.domain.outcome import Language
from app.domain.ports import ChatModel
from app.domain.text import detect_language, fold, normalise
from app.domain.tokens import content_terms
from app.errors import ChatModelError
from app.prompting import Prompts

PROMPTS = frozenset(f"{name}.{lang}" for name in ("condense", "condense_about") for lang in ("ja", "en"))
_SHARE = 0.25  # of the seconds that an answer may take
_ADDED = 200  # characters by which it may be longer than the question
_KNOWN = 0.6  # share of its content terms that were said before
_ECHOED = 16  # characters in a row of the prompt
_TOLD = 400  # characters of an earlier turn that the model reads
_QUOTES = re.compile(r"^[\s\"'“”「『`*]+|[\s\"'“”」』`*]+$")
_QUESTION = {
    "ja": re.compile(r"(?:[?？]|か|か。|たい(?:です)?。?|ください。?|教えて。?)$"),
    "en": re.compile(r"\?$|^(?:please|tell me|i want|i'd like|i need)\b", re.I),
}


class ModelCondenser:
    """`seconds`: what an answer may take; a question may take a quarter of it more."""

    def __init__(self, model: ChatModel, prompts: Prompts, seconds: float) -> None:
        self._model = model
        self._prompts = prompts
        self._seconds = _SHARE * seconds

    @property
    def name(self) -> str:
        return self._model.name

    async def condense(
        self, history: Sequence[Turn], question: str, language: Language
    ) -> tuple[str | None, dict[str, Any]]:
        """The standalone question, or None; and for the trace the call, and why there is none."""
        ask, call = self._ask(history, question, language), Call(Form.TEXT)
        try:
            reply = await self._reply(ask, call, _ADDED + len(question))
            why = _unusable(reply, ask.system, [*(turn.text for turn in history), question], language)
        except ChatModelError as error:
            reply, why = "", str(error)
        if reply == question:
            why = None
        return None if why else reply, {"calls": [call.data], "shortfall": why}

    async def _reply(self, ask: Ask, call: Call, most: int) -> str:
        """On one line; read no further than a question is long. Raises ChatModelError."""
        text = ""
        async with aclosing(self._model.stream(ask, call, anyio.current_time() + self._seconds)) as pieces:
            async for piece in pieces:
                text += piece
                if len(text.strip()) > most:
                    raise ChatModelError("too long for a question")
        return _QUOTES.sub("", normalise(text).text)

    def _ask(self, history: Sequence[Turn], question: str, language: Language) -> Ask:
        said = "\n".join(fenced({"role": turn.role, "text": turn.text[:_TOLD]}) for turn in history)
        about = self._prompts.render(
            f"condense_about.{language}", history=said, question=fenced({"question": question})
        )
        return Ask(self._prompts.render(f"condense.{language}"), about, Form.TEXT)


def _unusable(reply: str, prompt: str, said: Sequence[str], language: Language) -> str | None:
    """Why a reply is no standalone question, in our own words; None where it is one."""
    if not reply:
        return "an empty reply"
    if "\n" in reply:
        return "more than a question"
    if detect_language(reply, language) != language:
        return "in another language"
    if any(prompt[start : start + _ECHOED] in reply for start in range(0, len(prompt) - _ECHOED, _ECHOED // 2)):
        return "the prompt again"
    if not _QUESTION[language].search(reply):
        return "not a question"
    spoken = "\n".join(said)
    if set(re.findall(r"\d+", fold(reply))) - set(re.findall(r"\d+", fold(spoken))):
        return "numbers that nobody said"
    terms = content_terms(reply)
    return None if len(terms & content_terms(spoken)) >= _KNOWN * len(terms) else "words that nobody said"
