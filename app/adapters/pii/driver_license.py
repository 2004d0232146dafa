"""Driving licences: always by a label, as 12 digits alone may be anything."""

from collections.abc import Iterator

from app.adapters.pii.label import labelled, named_after
from app.adapters.pii.rule import CERTAIN, Found

_JAPANESE = r"(?<!\d)\d(?:[- ]{0,2}\d){11}(?!\d)"
_LETTERS = r"(?<![A-Za-z\d])(?-i:(?=[A-Z\d -]{0,12}\d{3})(?:[A-Z]{1,5}[- ]?)?\d(?:[- ]?[A-Z\d]){5,17})(?![A-Za-z\d])"
_SMALL = r"(?<![A-Za-z\d])[a-z]{1,5}-?\d{3}(?:-?[a-z\d]){3,13}(?![A-Za-z\d])"
_VALUE = rf"(?!0\d{{1,4}}-\d{{1,4}}-\d{{3,4}}(?!\d))(?:{_JAPANESE}|{_LETTERS}|{_SMALL})"
_NUMBERED = (
    r"(?:運転)?免許証?(?:の)?(?:番号|ナンバー|No\.?)|運転経歴証明書(?:の)?(?:番号)?|ライセンス(?:番号|ナンバー)|\b(?:driver'?s?'?|driving|provisional|DVLA) licen[cs]e (?:number|no\b|#)"
    r"|\blicen[cs]e (?:number|no\.?|#)"
)
_LABEL = rf"{_NUMBERED}|\bDLN?\b|\bD/L\b|(?:運転)?免許証?|運転免許|運免|\bdriver'?s?'? ?licen[cs]e|\b(?:driving|provisional|DVLA) licen[cs]e|\bdriver licen[cs]e|\bdrivers? lic\b\.?|\bdriving permit|\bFührerschein|\bpermis de conduire"
_PATTERNS = (
    labelled(_LABEL, _VALUE),
    labelled(_NUMBERED, _VALUE, filler=24),
    labelled(r"運転免許証?|免許証|\bdriver'?s?'? licen[cs]e|\bdriving licen[cs]e", _VALUE, filler=16),
    named_after(_VALUE, _LABEL),
)


def find(text: str) -> Iterator[Found]:
    for pattern in _PATTERNS:
        for found in pattern.finditer(text):
            yield Found(*found.span("value"), CERTAIN)
