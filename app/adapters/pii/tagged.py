"""What the tagger is sure of, in whole words; and what it adds to the rules for numbers and other forms."""

from collections.abc import Callable, Iterator
from itertools import groupby

import numpy as np

from app.adapters.pii.rule import LIKELY, Found, Reading
from app.domain.pii import PiiType

# Chosen on messages of hands that it had not learnt from, docs/decisions/0026-names.md: lower where that added nothing
# wrong, higher where that lost nothing.
_SURE = {
    PiiType.PASSPORT: 0.7, PiiType.CREDIT_CARD: 0.5, PiiType.DRIVER_LICENSE: 0.5,
    PiiType.BIRTH_DATE: 0.95, PiiType.ADDRESS: 0.95, PiiType.USERNAME: 0.95,
}  # fmt: skip
_SURE_OF_OTHERS = 0.8
_ROUNDING = 1e-6
_INSIDE = " 　・=.'’-/"  # may stand between the parts of one


def runs(text: str, reading: Reading, kind: PiiType, least: float) -> Iterator[tuple[int, int]]:
    """Words whose mean probability is `least`, and what stands between two of them."""
    tags = reading.tags.get(kind)
    if tags is None or tags.max(initial=0.0) < least:
        return
    inside = bytearray(len(text))
    places = np.array([(word.start, word.end) for word in reading.words], dtype=np.int64).reshape(-1, 2)
    totals = np.concatenate([[0.0], np.cumsum(tags, dtype=np.float64)])
    lengths = places[:, 1] - places[:, 0]
    means = (totals[places[:, 1]] - totals[places[:, 0]]) / np.maximum(lengths, 1)
    for start, end in places[means >= least - _ROUNDING].tolist():
        inside[start:end] = b"\1" * (end - start)
    for at in range(1, len(text) - 1):
        inside[at] |= text[at] in _INSIDE and inside[at - 1] and inside[at + 1]
    at = 0
    for is_one, run in groupby(inside):
        start, at = at, at + len(list(run))
        if is_one:
            yield start, at


def number(kind: PiiType) -> Callable[[str, Reading], Iterator[Found]]:
    """The rule that finds what the tagger is sure of, a number or words with one."""

    def find(text: str, reading: Reading) -> Iterator[Found]:
        for found in word(kind)(text, reading):
            if any(character.isdigit() for character in text[found.start : found.end]):
                yield found

    return find


def word(kind: PiiType) -> Callable[[str, Reading], Iterator[Found]]:
    """The same for what needs no digit."""

    def find(text: str, reading: Reading) -> Iterator[Found]:
        for start, end in runs(text, reading, kind, _SURE.get(kind, _SURE_OF_OTHERS)):
            yield Found(start, end, LIKELY)

    return find
