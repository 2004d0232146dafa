"""Personal data in a text: what kinds there are, and where one stands."""

from bisect import bisect, insort
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum


class PiiType(StrEnum):
    """The kinds that Kotae looks for by itself; a recogniser that a team adds may name another."""

    PERSON = "PERSON"
    PHONE = "PHONE"
    EMAIL = "EMAIL"
    ADDRESS = "ADDRESS"
    POSTAL_CODE = "POSTAL_CODE"
    MY_NUMBER = "MY_NUMBER"
    NATIONAL_ID = "NATIONAL_ID"
    CREDIT_CARD = "CREDIT_CARD"
    BANK_ACCOUNT = "BANK_ACCOUNT"
    BIRTH_DATE = "BIRTH_DATE"
    DRIVER_LICENSE = "DRIVER_LICENSE"
    PASSPORT = "PASSPORT"
    IP_ADDRESS = "IP_ADDRESS"
    USERNAME = "USERNAME"
    CUSTOMER_ID = "CUSTOMER_ID"
    SECRET = "SECRET"  # noqa: S105 - a kind of data, not a secret


@dataclass(frozen=True, slots=True)
class PiiSpan:
    """`text[start:end]` is personal data of kind `type`; `score`, 0..1, is how sure its recogniser is."""

    start: int
    end: int
    type: str
    score: float


def without_overlaps(spans: Iterable[PiiSpan]) -> list[PiiSpan]:
    """The surest spans, in reading order; of equally sure ones the longest, then the first.

    What sticks out of a surer span stays a span of its own kind, so that nothing that was found is left in the open.
    """
    taken: list[PiiSpan] = []
    for span in sorted(spans, key=lambda each: (-each.score, each.start - each.end, each.start)):
        for free in list(_uncovered(span, taken)):
            insort(taken, free, key=_start)
    return taken


def _uncovered(span: PiiSpan, taken: list[PiiSpan]) -> Iterator[PiiSpan]:
    """The parts of `span` outside of `taken`, which is in order and without overlaps."""
    at = span.start
    place = bisect(taken, at, key=_start)
    place -= place > 0 and taken[place - 1].end > at
    while place < len(taken) and taken[place].start < span.end:
        if at < taken[place].start:
            yield replace(span, start=at, end=taken[place].start)
        at = taken[place].end
        place += 1
    if at < span.end:
        yield replace(span, start=at)


def _start(span: PiiSpan) -> int:
    return span.start
