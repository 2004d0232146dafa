"""What recognisers are given beside the text, and what they yield."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from app.domain.pii import PiiType
from app.domain.ports import Vector

# How sure: only used to choose between overlapping spans, and against the threshold in recognisers.yaml.
CERTAIN = 1.0  # a check digit, or a form that nothing else has
LABELLED = 0.9  # the text says what it is
SHAPED = 0.7  # its shape alone
LIKELY = 0.6  # a model, or weak signs together


UNKNOWN = "unknown"


class Found(NamedTuple):
    start: int
    end: int
    score: float


class Word(NamedTuple):
    """A token of a name model's tokenizer; `tag` is Sudachi's part of speech in Japanese, in English UNKNOWN for a word that
    the model has never seen, and blank for others."""

    start: int
    end: int
    tag: str


class Entity(NamedTuple):
    """What a name model took for a name; `label` as the model calls it, `lang` says which model."""

    start: int
    end: int
    label: str
    lang: str


class Reading(NamedTuple):
    """A text as the models read it; words and entities in order of place. `tags`: of each type, for each character, the
    probability that it belongs to one; empty where no tagger has read the text."""

    words: tuple[Word, ...] = ()
    entities: tuple[Entity, ...] = ()
    tags: Mapping[PiiType, Vector] = MappingProxyType({})
