"""The hand-off summary: at most five lines, each of which somebody said, with the turn in which they did.

Extractive: the sentence that says best what is wanted, what was tried, what was answered, what is open. Nothing is put
into other words, so nothing can be wrong. A model's lines are taken only where the turn they name supports them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import anyio.to_thread

from app.desk.open_turns import answers, open_turns
from app.domain.asking import asking, tells_of_trouble, trying
from app.domain.conversation import Conversation, Message, Role, Turn
from app.domain.courtesy import is_courtesy
from app.domain.draft_ports import SummaryWriter
from app.domain.outcome import Language
from app.domain.summary import MOST_LINES, LineKind, Summary, SummaryLine
from app.domain.text import detect_language, sentence_spans
from app.words import words

_LONGEST = {"ja": 110, "en": 240}  # characters of a line


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of a turn."""

    text: str
    turn: int
    place: int  # in its turn


def summarise(conversation: Conversation, language: Language, mood: Sequence[float | None] = ()) -> Summary:
    """`language` is the agent's; `mood` has a value for each turn, 0 (calm) to 1 (angry), or None."""
    messages = conversation.messages
    said = [each for n, message in enumerate(messages) if message.role is Role.CUSTOMER for each in _said(message, n)]
    wish = _wish(said)
    tried = _tried(said, wish)
    chosen = [*((LineKind.WISH, each) for each in wish), *((LineKind.TRIED, each) for each in tried)]
    told, still_open = _told(messages), _open(messages, said, [*wish, *tried])
    chosen += [(LineKind.TOLD, told)] if told else []
    chosen += [(LineKind.OPEN, still_open)] if still_open else []
    lines = [_line(kind, each, messages, language) for kind, each in chosen]
    if felt := _mood(messages, language, mood):
        lines = [*lines[: MOST_LINES - 1], felt]
    return Summary(language, tuple(lines[:MOST_LINES]))


async def summary_of(
    conversation: Conversation,
    language: Language,
    mood: Sequence[float | None] = (),
    writer: SummaryWriter | None = None,
) -> Summary:
    """In the writer's words where it names at least the wish; else what was said, word for word."""
    messages = conversation.messages
    turns = [Turn(message.role, message.text) for message in messages]
    told = await writer.lines(turns, language) if writer else ()
    if writer is None or not any(each.kind is LineKind.WISH for each in told):
        return await anyio.to_thread.run_sync(summarise, conversation, language, mood)
    lines = [_line(each.kind, Said(each.text, each.turn, 0), messages, language) for each in told]
    felt = _mood(messages, language, mood)
    return Summary(language, (*lines[: MOST_LINES - 1], *([felt] if felt else [])), writer.name)


def _said(message: Message, turn: int) -> list[Said]:
    language = detect_language(message.text, "ja")
    spans = sentence_spans(message.text, language)
    texts = (message.text[span.start : span.end] for span in spans)
    return [Said(text, turn, n) for n, text in enumerate(texts) if not is_courtesy(text)]


def _wish(said: Sequence[Said]) -> list[Said]:
    """The sentence that asks or wants most clearly, the earliest among equals, and what it is about: the first that
    tells of trouble, or else the first of all, where a customer says what brings them."""
    if not said:
        return []
    best = max(said, key=lambda each: (asking(each.text), -each.turn, -each.place))
    others = [each for each in said if each != best and trying(each.text) <= 0]
    about = next((each for each in others if tells_of_trouble(each.text)), others[0] if others else None)
    return sorted([best, about] if about else [best], key=lambda each: (each.turn, each.place))


def _tried(said: Sequence[Said], taken: Sequence[Said]) -> list[Said]:
    """The clearest two, in the order in which they were said."""
    found = [each for each in said if trying(each.text) > 0 and each not in taken]
    best = sorted(found, key=lambda each: (-trying(each.text), each.turn, each.place))[:2]
    return sorted(best, key=lambda each: (each.turn, each.place))


def _told(messages: Sequence[Message]) -> Said | None:
    """The last answer: the sentence of it that was marked as the best, or its first."""
    for turn in range(len(messages) - 1, -1, -1):
        message = messages[turn]
        if message.role is Role.AGENT or answers(message):
            sentences = message.outcome.sentences if message.outcome else ()
            best = next((sentence.text for sentence in sentences if sentence.best), None)
            texts = [best] if best else [each.text for each in _said(message, turn)]
            return Said(texts[0], turn, 0) if texts else None
    return None


def _open(messages: Sequence[Message], said: Sequence[Said], taken: Sequence[Said]) -> Said | None:
    """The clearest question of the turns that wait for an answer and that no line has yet."""
    waiting = set(open_turns(messages))
    left = [each for each in said if each.turn in waiting and each not in taken and asking(each.text) > 0]
    return max(left, key=lambda each: (asking(each.text), each.turn), default=None)


def _line(kind: LineKind, said: Said, messages: Sequence[Message], language: Language) -> SummaryLine:
    w = words(language)
    labels = {
        LineKind.WISH: w["summary_wish"],
        LineKind.TRIED: w["summary_tried"],
        LineKind.TOLD: w["summary_told"],
        LineKind.OPEN: w["summary_open"],
    }
    lang = detect_language(said.text, detect_language(messages[said.turn].text, language))
    return SummaryLine(kind, labels[kind], _short(said.text, lang), lang, said.turn, messages[said.turn].id)


def _short(text: str, lang: Language) -> str:
    """What is too long is cut, which the mark at its end says."""
    return text if len(text) <= _LONGEST[lang] else text[: _LONGEST[lang] - 1].rstrip() + "…"


def _mood(messages: Sequence[Message], language: Language, mood: Sequence[float | None]) -> SummaryLine | None:
    """Of the last turn that was judged, and where it went from the first."""
    judged = [(turn, value) for turn, value in enumerate(mood[: len(messages)]) if value is not None]
    if not judged:
        return None
    (_, first), (turn, last) = judged[0], judged[-1]
    w = words(language)
    state = w["mood_angry"] if last >= 0.75 else w["mood_negative"] if last >= 0.5 else w["mood_calm"]
    went = w["mood_worse"] if last - first >= 0.2 else w["mood_better"] if first - last >= 0.2 else w["mood_same"]
    text = w["mood_join"].join((state, went)) if len(judged) > 1 else state
    return SummaryLine(LineKind.MOOD, w["summary_mood"], text, language, turn, messages[turn].id)
