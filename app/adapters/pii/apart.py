"""Values that stand apart from their label: in the next sentence, behind a longer clause, or before it."""

import re
from collections.abc import Iterator

from app.adapters.pii.label import OF_A_THING, latin_edges

_REACH, _SAME_SENTENCE, _RESUMED, _BEHIND = 90, 48, 28, 28  # characters
# What a value belongs to instead, where it stands nearer than the label.
OTHER = re.compile(
    rf"{OF_A_THING.pattern}|電話|携帯|会員|お客様番号|顧客|郵便|口座|パスワード|暗証|クーポン|マイナンバー|期限|有効|発行日|交付|価格|[¥￥$€£]"
    r"|phone|mobile|call|\bfax|zip|post ?code|account|password|customer|member|expir|valid (?:until|till|from)|issued|price|cost|deliver|coupon",
    re.IGNORECASE,
)
_END_OF_SENTENCE = re.compile(r"[。!?\n]|[.](?=\s)")
# An answer to a question just asked; anything else behind a question is of another matter.
_QUESTION = re.compile(r"\?|か[。\n]")
_ANSWERED = re.compile(
    r"\s*(?:it|that|mine|should|the number|actually|正しくは|番号は|これ|こちら|私の)", re.IGNORECASE
)
_JOINT = re.compile(r"[」』\"')]?\s?(?:が|は|と(?:いう|書)|です|[、,←→(:=\n–—-]|is\b|was\b|that'?s\b)")


class Apart:
    """Finds `value` where no other telling word or number stands between it and `label`; both are case-insensitive."""

    def __init__(self, label: str, value: str) -> None:
        self._label = re.compile(latin_edges(label), re.IGNORECASE)
        self._value = re.compile(value, re.IGNORECASE)

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        if not self._label.search(text):
            return
        for found in self._value.finditer(text):
            if self._is_before(text, found.start()) or self._is_behind(text, found.start(), found.end()):
                yield found.span()

    def _is_before(self, text: str, start: int) -> bool:
        before = text[max(0, start - _REACH) : start]
        labels = list(self._label.finditer(before))
        if not labels:
            return False
        between = before[labels[-1].end() :]
        if re.search(r"\d", between) or OTHER.search(between):
            return False
        ends = list(_END_OF_SENTENCE.finditer(between))
        if not ends:
            return len(between) <= _SAME_SENTENCE
        resumed = between[ends[-1].end() :]
        if _QUESTION.search(between) and not _ANSWERED.match(resumed):
            return False
        return len(ends) <= 2 and len(resumed) <= _RESUMED

    def _is_behind(self, text: str, start: int, end: int) -> bool:
        """ "… is what my licence says", "…←免許の番号です"; not where the value has another label before it."""
        behind = text[end : end + _BEHIND + 24]
        label = self._label.search(behind)
        if label is None or label.start() > _BEHIND or not _JOINT.match(behind):
            return False
        between = behind[: label.start()]
        return not (
            re.search(r"[\d。!]|\n.*\n", between)
            or OTHER.search(between)
            or OTHER.search(text[max(0, start - 16) : start])
        )
