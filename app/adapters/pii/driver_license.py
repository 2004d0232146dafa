"""Driving licences: always by a label, as 12 digits alone may be anything."""

from collections.abc import Iterator

from app.adapters.pii.label import labelled
from app.adapters.pii.rule import CERTAIN, Found

_JAPANESE = r"(?<!\d)\d(?:[- ]{0,2}\d){11}(?!\d)"
_LETTERS = r"(?<![A-Za-z\d])(?-i:(?=[A-Z\d -]{0,12}\d{3})(?:[A-Z]{1,5}[- ]?)?\d(?:[- ]?[A-Z\d]){5,17})(?![A-Za-z\d])"
_LABELLED = labelled(
    r"(?:運転)?免許証?(?:の)?(?:番号)?|ライセンス番号|\bdriver'?s?'? ?licen[cs]e|\bdriving licen[cs]e|\bdriver licen[cs]e|\bdrivers? lic\b\.?|\bDLN?\b"
    r"|\blicen[cs]e (?:number|no\.?|#)",
    rf"{_JAPANESE}|{_LETTERS}",
)


def find(text: str) -> Iterator[Found]:
    for found in _LABELLED.finditer(text):
        yield Found(*found.span("value"), CERTAIN)
