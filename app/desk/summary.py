"""The hand-off summary: at most five lines, each of which somebody said, with the turn in which they did.

Extractive: the sentence that says best what is wanted, what was tried, what was answered, what is open. Nothing is put
into other words, so nothing can be wrong. A model's lines are taken only where the turn they name supports them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.desk.open_turns import answers, open_turns
from app.domain.conversation import Conversation, Message, Role
from app.domain.courtesy import is_courtesy
from app.domain.outcome import Language
from app.domain.summary import MOST_LINES, LineKind, Summary, SummaryLine
from app.domain.text import detect_language, sentence_spans
from app.words import words

# ruff: noqa: E501 - a row of a table stays one line

_TRIED = re.compile(
    r"(?:試|ため)し(?:た|て|まし|ても)|(?:やっ|やり)(?:た|て|まし|直)|入れ直し|(?:再起動|確認|掃除|交換|リセット|充電|電話|連絡|問い合わせ|問合せ|メール|再送|ログイン|追跡|検索|クリア|変更|申請|申し込み)(?:は|も|を)?(?:して|しま|した|済|しても|もう)"
    r"|(?:抜い|外し|差し直し|付け直し|押し|開け|閉め|洗っ|待っ|見|読ん|探し|調べ|送っ|かけ|替え|変え|減らし|つない|つなぎ直し|入れ替え|切っ|書い|言っ|伝え|頼ん)(?:て(?:も|は)?(?:み|い)?(?:まし|た|ます|る)?|た(?:の(?:に|です)|けど|が|り)|でも|ても)|(?:のに|ても|でも)[^。]{0,20}(?:直|治|変わ|だめ|ダメ|駄目|同じ|届か|来な|来ま|消え|動か|つか|入ら|でき)"
    r"|\b(?:i|we|i've|we've|i'd)\b[^.!?]{0,24}\b(?:tried|checked|cleaned|restarted|reset|replaced|unplugged|called|phoned|rang|e-?mailed|wrote|contacted|looked|searched|waited|followed|pulled|pressed|switched|turned|emptied|rinsed|washed|charged|reinstalled|updated|cleared|sent|asked|reported|filled|moved|read|swapped|registered|opened)\b"
    r"|\balready (?:tried|checked|cleaned|done|did|called|sent|reset|looked|asked|paid)\b|\b(?:tried|checked|cleaned|restarted|reset|unplugged|called|phoned)\b[^.!?]{0,60}\b(?:but|no|still|nothing|twice|again)\b|\b(?:no luck|did ?n[o']t help|makes no difference|to no avail)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"[?？]|(?:ます|です|ません|でしょう|よう|たの|ない(?:の)?|られる|できる)か(?:。|$|ね|な)|(?:教えて|知りたい|どう(?:すれば|したら|やって)|いつ|いくら|どこ|どれ|なぜ|何[をがで日円時])"
    r"|\b(?:how|what|when|where|which|why|who|can|could|do|does|is|are|will|would|may|should)\b[^.!]{0,120}\?",
    re.IGNORECASE,
)
_WANTS = re.compile(
    r"(?:たい(?:です|の|んです|と|が|けど)?|ほしい|欲しい|て(?:ください|下さい|もらえ|いただけ|くれ)|お願い(?:したい|でき)|希望)"
    r"|\b(?:i(?:'d| would) like|i want|i need|i wish|please|we need|we want|looking to|trying to|hoping)\b",
    re.IGNORECASE,
)
_TROUBLE = re.compile(
    r"(?:ない(?:です|ん|の|。|$|まま)|ません|ませんでした|なく(?:なり|なっ)|壊れ|故障|割れ|間違|違う|違って|違い|遅|届か|エラー|異音|におい|煙|漏れ|止ま|切れ|おかし|変な|表示|請求|忘れ|なくし|紛失|出ます|出て)"
    r"|\b(?:not|n't|never|no|broken|damaged|wrong|missing|late|error|fault|faulty|cracked|stuck|stopped|leak\w*|smell\w*|smoke|noise|refused|rejected|declined|lost|forgot\w*|locked|charged|failed|fails|won't|keeps?)\b",
    re.IGNORECASE,
)
_LONGEST = {"ja": 110, "en": 240}  # characters of a line


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of a turn."""

    text: str
    turn: int
    place: int  # in its turn


def summarise(conversation: Conversation, language: Language, mood: Sequence[float | None] = ()) -> Summary:
    """`language` is the agent's; `mood` has a value for each turn, 0 (calm) to 1 (angry), None where it was not judged."""
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


def _said(message: Message, turn: int) -> list[Said]:
    language = detect_language(message.text, "ja")
    spans = sentence_spans(message.text, language)
    texts = (message.text[span.start : span.end] for span in spans)
    return [Said(text, turn, n) for n, text in enumerate(texts) if not is_courtesy(text)]


def _wish(said: Sequence[Said]) -> list[Said]:
    """The sentence that asks or wants most clearly, the earliest among equals, with the trouble it is about."""
    if not said:
        return []
    best = max(said, key=lambda each: (_asking(each.text), -each.turn, -each.place))
    trouble = next(
        (each for each in said if each != best and _TROUBLE.search(each.text) and not _TRIED.search(each.text)), None
    )
    if trouble is None:
        return [best]
    return sorted([best, trouble], key=lambda each: (each.turn, each.place))


def _asking(text: str) -> float:
    return 2.0 * bool(_WANTS.search(text)) + 2.0 * bool(_ASKS.search(text)) + bool(_TROUBLE.search(text)) - 2.0 * bool(
        _TRIED.search(text)
    )


def _tried(said: Sequence[Said], taken: Sequence[Said]) -> list[Said]:
    found = [each for each in said if _TRIED.search(each.text) and each not in taken]
    return found[:1]


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
    left = [each for each in said if each.turn in waiting and each not in taken and _asking(each.text) > 0]
    return max(left, key=lambda each: (_asking(each.text), each.turn), default=None)


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
