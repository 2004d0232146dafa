"""A hand-off summary in a model's words: a line is taken only where the turn that it names supports it."""

import re
from collections.abc import Sequence
from contextlib import aclosing

import anyio
import anyio.to_thread

from app.answering.claim_stream import Written, claim_stream
from app.answering.fence import fenced
from app.answering.guard import Guard
from app.answering.guard_out import objection
from app.answering.verify import Verifier
from app.domain.chat import Ask, Call, Form
from app.domain.conversation import Role, Turn
from app.domain.outcome import Language
from app.domain.ports import ChatModel
from app.domain.pseudonyms import tokens_in
from app.domain.summary import LineKind, Told
from app.domain.text import detect_language, fold, normalise
from app.errors import ChatModelError
from app.prompting import Prompts

PROMPTS = frozenset({"summary.ja", "summary.en"})
_TURNS = 40  # the last ones are read
_LENGTH = 600  # characters of a turn
_MOST = 4  # lines
_NUMBERS = re.compile(r"\d+(?:[.,:]\d+)*|[〇一二三四五六七八九十百千万]+")
_HEADINGS = {
    "ja": {"用件": LineKind.WISH, "お試し済み": LineKind.TRIED, "案内済み": LineKind.TOLD, "未回答": LineKind.OPEN},
    "en": {"Wants": LineKind.WISH, "Tried": LineKind.TRIED, "Answered": LineKind.TOLD, "Open": LineKind.OPEN},
}


class ModelSummary:
    """`seconds` is what the one call may take. What may be an attack is shown to no model."""

    def __init__(self, model: ChatModel, verifier: Verifier, guard: Guard, prompts: Prompts, seconds: float) -> None:
        self._model = model
        self._verifier = verifier
        self._guard = guard
        self._prompts = prompts
        self._seconds = seconds

    @property
    def name(self) -> str:
        return self._model.name

    async def lines(self, turns: Sequence[Turn], language: Language) -> tuple[Told, ...]:
        if not turns or any(self._guard.mistrusts(turn.text) for turn in turns):
            return ()
        first = max(0, len(turns) - _TURNS)
        try:
            written = await self._written(turns, first, language)
        except ChatModelError:
            return ()
        told = [each for line in written if (each := _told(line, language))]
        held = [each for each in told if first <= each.turn < len(turns)]
        supported = await anyio.to_thread.run_sync(self._supported, held, turns, language)
        return tuple(supported[:_MOST])

    async def _written(self, turns: Sequence[Turn], first: int, language: Language) -> list[Written]:
        numbered = enumerate(turns[first:], first)
        said = "\n".join(fenced({"turn": n, "role": turn.role, "text": turn.text[:_LENGTH]}) for n, turn in numbered)
        ask, stream = Ask(self._prompts.render(f"summary.{language}"), said, Form.TEXT), claim_stream(Form.TEXT)
        written: list[Written] = []
        deadline = anyio.current_time() + self._seconds
        async with aclosing(self._model.stream(ask, Call(Form.TEXT), deadline)) as pieces:
            async for piece in pieces:
                written += stream.feed(piece)
        return [*written, *stream.end()]

    def _supported(self, told: Sequence[Told], turns: Sequence[Turn], language: Language) -> list[Told]:
        return [each for each in told if self._holds(each, turns[each.turn], language)]

    def _holds(self, told: Told, turn: Turn, language: Language) -> bool:
        """Another language than the turn's cannot be verified by its words, and is left to the quotes."""
        is_customers = turn.role is Role.CUSTOMER
        if is_customers is (told.kind is LineKind.TOLD) or tokens_in(told.text) - tokens_in(turn.text):
            return False
        if {detect_language(told.text, language), detect_language(turn.text, language)} != {language}:
            return False
        if set(_NUMBERS.findall(fold(told.text))) - set(_NUMBERS.findall(fold(turn.text))):
            return False  # 三晩 is no quantity to the verifier
        if objection(told.text, turn.text, (self._prompts.by_id[f"summary.{language}"].text,)):
            return False
        return self._verifier.verify(told.text, normalise(turn.text).text, None).supported


def _told(written: Written, language: Language) -> Told | None:
    """None for a line without one of the headings, or without its turn."""
    heading, colon, text = normalise(written.text).text.replace(":", ":", 1).partition(":")
    kind = _HEADINGS[language].get(heading.strip(" -・*"))
    if kind is None or not colon or not text.strip() or written.passage is None:
        return None
    return Told(kind, text.strip(), written.passage)
