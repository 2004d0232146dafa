"""Names of persons: what the tagger is sure of, and what the rules of a language find; where these only have a model's
word or weak signs, the tagger may rule it out."""

from collections.abc import Iterator

from app.adapters.pii import name_en, person_en, person_ja
from app.adapters.pii.rule import LIKELY, Found, Reading
from app.adapters.pii.tagged import runs
from app.domain.pii import PiiType

# Chosen on messages of hands that the tagger had not learnt from: docs/decisions/0026-names.md.
SURE = 0.6  # mean over a word
_RULED_OUT = 0.2


def in_japanese(text: str, reading: Reading) -> Iterator[Found]:
    return _not_ruled_out(person_ja.find(text, reading), reading)


def in_english(text: str, reading: Reading) -> Iterator[Found]:
    return _not_ruled_out(person_en.find(text, reading), reading)


def tagged(text: str, reading: Reading) -> Iterator[Found]:
    """Whole words, without what belongs to the sentence."""
    for start, end in runs(text, reading, PiiType.PERSON, SURE):
        trimmed = name_en.trimmed if text[start:end].isascii() else person_ja.trimmed
        start, end = trimmed(text, start, end)
        if (
            start < end
            and not person_ja.is_nobody(text, start, end, reading)
            and not name_en.is_ordinary(text[start:end])
        ):
            yield Found(start, end, LIKELY)


def _not_ruled_out(candidates: Iterator[Found], reading: Reading) -> Iterator[Found]:
    names = reading.tags.get(PiiType.PERSON)
    for found in candidates:
        if names is None or found.score > LIKELY or names[found.start : found.end].max(initial=0.0) >= _RULED_OUT:
            yield found
