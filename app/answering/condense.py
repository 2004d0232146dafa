"""A follow-up becomes a standalone question, by rule: "それは海外でも?" after one about the AW-80 asks about the AW-80.

What is carried along is the question before or what it was about, never an answer. A turn that is complete stays as it
is, to the character, and ends what was carried.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.answering.follow_up import FollowUp, changes_topic, read_turn, without_lead
from app.domain.conversation import Role, Turn
from app.domain.outcome import Language
from app.domain.text import detect_language, normalise

_TURNS = 4  # of the customer: what was said before is not carried along
_TEXT = 1_000  # characters of a turn that are kept
_ROOM = 200  # characters that are carried of one turn: its last sentences
_JOINT = {"ja": "、", "en": ": "}


def recent(history: Sequence[Turn]) -> tuple[Turn, ...]:
    """The turns that a question is understood with: none before the customer has said something."""
    asked = [n for n, turn in enumerate(history) if turn.role is Role.CUSTOMER]
    kept = history[asked[-_TURNS:][0] :] if asked else ()
    return tuple(replace(turn, text=turn.text[:_TEXT]) for turn in kept)


def condense(history: Sequence[Turn], question: str, language: Language) -> str:
    """The standalone question; `question` itself where it is complete, or nothing before it says what it is about."""
    last = _thread(history, language).after(question, language)
    return last.standalone(language) if last.is_follow_up and not _is_courtesy(question) else question


def question_before(history: Sequence[Turn], question: str, language: Language) -> str:
    """The standalone question before `question`; blank where there is none, where `question` holds it already as a
    follow-up does, and where it says that it is about something else."""
    before = _thread(history, language)
    is_other = changes_topic(question) or before.after(question, language).is_follow_up
    return "" if is_other else before.standalone(language)


@dataclass(frozen=True, slots=True)
class _Thread:
    """What is being asked: `question`, about `topic` where it names none, in the `case` that a later turn puts."""

    topic: str = ""
    case: str = ""
    question: str = ""
    is_follow_up: bool = False

    def after(self, turn: str, language: Language) -> "_Thread":
        if _is_courtesy(turn):
            return self
        said = without_lead(turn)
        kind = read_turn(turn, language) if self.question else FollowUp.NONE
        if kind is FollowUp.NONE:
            return _Thread(question=said)
        if kind is FollowUp.QUESTION:
            return _Thread(self.topic or _subject(self.question), self.case, said, True)
        topic, question = _swapped(self.topic, said), _swapped(self.question, said)
        is_swapped = (topic, question) != (self.topic, self.question)
        return _Thread(topic, "" if is_swapped else said, question, True)

    def standalone(self, language: Language) -> str:
        parts = (self.topic, self.case, self.question)
        return _JOINT[language].join(_bare(part)[-_ROOM:] for part in parts if part)


def _thread(history: Sequence[Turn], language: Language) -> _Thread:
    thread = _Thread()
    for turn in history:
        if turn.role is Role.CUSTOMER:
            text = normalise(turn.text).text
            thread = thread.after(text, detect_language(text, language))
    return thread


def _is_courtesy(turn: str) -> bool:
    return not re.search(r"\w", without_lead(turn))


_ASKED = {
    # 返品の送料は誰が払いますか → 返品の送料; "How often must I replace the filter?" → "replace the filter"
    "ja": re.compile(
        r"(?:[はがをもに、]|って)*(?:いくら|いつ|どこ|どれ|どの|どう|どちら|どっち|誰|だれ|なぜ|どんな|何[日時分円回個枚台年週秒か]).*$"
        r"|(?:[はがを]|って)?(?:教えて|知りたい).*$"
    ),
    "en": re.compile(
        r"^(?:(?:how (?:much|many|long|often|soon|far|do|can)?|what(?:'s)?|when|where|who|why|which)\b ?)"
        r"(?:(?:is|are|was|do|does|did|can|could|will|would|should|must|may) )?(?:(?:i|we|you|it) )?",
        re.I,
    ),
}
_BACK = re.compile(
    r"^(?:(?:それ|これ|そこ|そちら|こちら)(?:で)?(?:って|[はがをもに])?|その(?:場合|とき|時)(?:は|の)?|その|この)[、\s]*(?=\S)"
)


def _subject(question: str) -> str:
    """A question without what it asks, so that no answer to that is looked for."""
    language = detect_language(question, "en")
    left = _ASKED[language].sub("", _bare(question)).strip(" 、。")
    return left if len(left) > 1 else question


def _swapped(text: str, said: str) -> str:
    """`text` with its code replaced by the one of `said`, where both name one of a kind: AP-30 by AP-50, E04 by E05.

    So too where the two are compared: what is known of the first was said, that of the second is missing.
    """
    ours, theirs = _codes(text), _codes(said)
    for kind, new in theirs.items():
        if len(new) == 1 and len(ours.get(kind, ())) == 1:
            [old], [code] = ours[kind], new
            text = re.sub(rf"(?<![A-Za-z0-9]){re.escape(old)}(?![A-Za-z0-9])", code, text)
    return text


_CODE = re.compile(r"(?<![A-Za-z0-9])([A-Za-z]{1,4})[-‐−ー]?\d{1,5}[A-Za-z]{0,2}(?![A-Za-z0-9])")


def _codes(text: str) -> dict[bool, set[str]]:
    """The codes as written: of products (two letters and more), and of errors (one)."""
    found: dict[bool, set[str]] = {}
    for match in _CODE.finditer(text):
        found.setdefault(len(match[1]) > 1, set()).add(match[0])
    return found


def _bare(text: str) -> str:
    """Without a pointer at its beginning, and the marks at its end."""
    return _BACK.sub("", text.strip()).rstrip("?？。.!！、 ") or text
