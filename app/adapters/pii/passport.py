"""Passport numbers: by a label, in the forms of ICAO 9303 (at most nine letters and digits)."""

from collections.abc import Iterator

from app.adapters.pii.label import labelled
from app.adapters.pii.rule import CERTAIN, Found

_LABELLED = labelled(
    r"パスポート|旅券|\bpassport",
    r"(?<![A-Za-z\d])(?:[A-Z]{1,2}[ -]?\d{6,8}|[A-Z]\d{2}[A-Z]{2}\d{4}|\d{8,9}|[A-Z\d]{9}(?<=\d))(?![A-Za-z\d])",
    8,
)


def find(text: str) -> Iterator[Found]:
    for found in _LABELLED.finditer(text):
        yield Found(*found.span("value"), CERTAIN)
