"""Passport numbers: by a label, in the forms of ICAO 9303 (at most nine letters and digits)."""

from collections.abc import Iterator

from app.adapters.pii.label import labelled, named_after
from app.adapters.pii.rule import CERTAIN, Found

_LABEL = r"パスポート|ぱすぽーと|旅券|護照|渡航文書|\bpassport|\btravel document|\bPPT? ?(?:no\b|number|#)"
_ALL_FORMS = (
    r"(?<![A-Za-z\d])(?:[A-Z]{1,2}[ -]?\d{6,8}|[A-Z]\d{2}[A-Z]{2}\d{4}|\d{8,9}|[A-Z\d]{9}(?<=\d))(?![A-Za-z\d])"
)
_WITH_LETTERS = r"(?<![A-Za-z\d])(?:[A-Z]{1,2}[ -]?\d{6,8}|[A-Z]\d{2}[A-Z]{2}\d{4})(?![A-Za-z\d])"
_PATTERNS = (
    labelled(_LABEL, _ALL_FORMS),
    labelled(_LABEL, _WITH_LETTERS, filler=24),
    labelled(r"パスポート(?:の)?(?:番号|No\.?)|旅券(?:の)?番号|\bpassport (?:no\b|number|#)", _ALL_FORMS, filler=20),
    named_after(_ALL_FORMS, _LABEL),
)


def find(text: str) -> Iterator[Found]:
    for pattern in _PATTERNS:
        for found in pattern.finditer(text):
            yield Found(*found.span("value"), CERTAIN)
