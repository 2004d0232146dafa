"""A text as clauses: the unit in which what is said of one thing is compared with what is said of the same thing."""

# ruff: noqa: E501 - a row of a table of patterns stays one line

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from app.domain.facts.conditions import subject
from app.domain.facts.content import content_terms, coverage
from app.domain.facts.contrasts import contrasts
from app.domain.facts.plain import is_japanese, plain
from app.domain.facts.reading import read_facts
from app.domain.text import normalise, sentence_spans

# Where one statement ends and the next begins. Conditions stay with the statement they decide.
_BREAK_JA = re.compile(
    r"(?<=[ますたいるんだ])(?:が|けれども|けど|し|ので|ため|から)、|(?<=[ますたいるん])(?:が|けれども)(?=[^、])(?<=が)(?<=ますが|ですが|せんが)"
    r"|(?<=あり)、|(?<=なり)、|(?<=おり)、|(?<=[一-鿿])で、(?=[^。]*は)|(?:いただき|でき|なり|おり|ており|せず|行い|取り|し)、|;|(?:です|ます|ません)。"
)
_BREAK_EN = re.compile(
    r"; |, (?:but|however|although|though|while|whereas|and|so|yet|which|nor)\b | but (?=\w+ )| (?:although|whereas) | - "
)

_SEGMENT = re.compile(r"(?<!\d)[、,]|[、,](?!\d{3})|[;。]|\s(?:and|but|while|whereas|or)\s|(?<=[ますた])が、")


@dataclass(frozen=True, slots=True)
class Clause:
    """`text` is plain, `sentence` the whole sentence it stands in, plain; `keys` are its amounts and dates as terms."""

    text: str
    sentence: str
    terms: frozenset[str]
    keys: frozenset[str]


@lru_cache(maxsize=512)
def sentences(text: str) -> tuple[str, ...]:
    """Sentences of `text` as they are written."""
    normal = normalise(text).text
    return tuple(normal[span.start : span.end] for span in sentence_spans(normal, "ja" if is_japanese(text) else "en"))


@lru_cache(maxsize=512)
def clauses(text: str) -> tuple[Clause, ...]:
    found: list[Clause] = []
    for written in sentences(text):
        whole = plain(written)
        found += (Clause(part, whole, content_terms(part), _keys(part)) for part in _parts(whole))
    return tuple(found)


def _keys(text: str) -> frozenset[str]:
    facts = read_facts(text)
    amounts = {f"={quantity.kind} {quantity.low:g}" for quantity in facts.quantities}
    return frozenset(amounts | {f"={date.month} {date.day}" for date in facts.dates})


def _parts(sentence: str) -> list[str]:
    pattern = _BREAK_JA if is_japanese(sentence) else _BREAK_EN
    cuts = [0, *(match.end() for match in pattern.finditer(sentence)), len(sentence)]
    parts = [sentence[start:end].strip() for start, end in pairwise(cuts)]
    return [part for part in parts if len(part) > 1]


def aligned(claim: Clause, source: tuple[Clause, ...], slack: float = 0.12, least: float = 0.34) -> list[Clause]:
    """The clauses of the source that speak of what the claim speaks of: those covering about as much of it as the best.

    Where the best lacks an opposite the claim names (before, after; opened, unopened), clauses that have it count too.
    """
    mine = claim.terms | claim.keys
    scored = [(coverage(mine, clause.terms | clause.keys), clause) for clause in source]
    best = max((score for score, _ in scored), default=0.0)
    if best < least:
        return []
    near = [clause for score, clause in scored if score >= best - slack]
    named = {(name, word) for name, words in contrasts(claim.text).items() for word in words}
    missed = named - {
        (name, word) for clause in near for name, words in contrasts(clause.text).items() for word in words
    }
    if not missed:
        return near
    return near + [
        clause
        for score, clause in scored
        if clause not in near
        and score >= 0.25
        and missed & {(name, word) for name, words in contrasts(clause.text).items() for word in words}
    ]


@lru_cache(maxsize=512)
def segments(text: str) -> tuple[tuple[str, str], ...]:
    """(topic, run) for the runs between commas and conjunctions, as written: what an amount belongs to stands in its own
    run, or is the topic of the sentence."""
    found: list[tuple[str, str]] = []
    for sentence in sentences(text):
        topic = subject(plain(_SEGMENT.split(sentence)[0]))
        found += ((topic, part) for part in _SEGMENT.split(sentence) if part.strip(" 。."))
    return tuple(found)
