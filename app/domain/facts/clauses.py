"""A text as clauses: the unit in which what is said of one thing is compared with what is said of the same thing."""

# ruff: noqa: E501 - a row of a table of patterns stays one line

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from app.domain.facts.bounds import Bound
from app.domain.facts.conditions import subject
from app.domain.facts.content import content_terms, coverage
from app.domain.facts.contrasts import contrasts
from app.domain.facts.periods import near_days
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

_OWN_TOPIC = re.compile(r"[^、は]{1,20}?(?:には|では|は)(?!い)")
_LABEL = re.compile(r"^(?:\d{1,2}[.)] |[•・※] ?)(?=.)", re.DOTALL)  # of a list's item
LONGEST = 400
TOPIC_WEIGHT = 0.3
_SEGMENT = re.compile(r"(?<!\d)[、,]|[、,](?!\d{3})|[;。]|\s(?:and|but|while|whereas|or)\s|(?<=[ますた])が、")


@dataclass(frozen=True, slots=True)
class Clause:
    """`text` is plain, `sentence` the whole sentence it stands in, plain; `keys` are its amounts and dates as terms,
    `topic` the terms of what the sentence speaks of."""

    text: str
    sentence: str
    terms: frozenset[str]
    keys: frozenset[str]
    topic: frozenset[str]


@lru_cache(maxsize=512)
def sentences(text: str) -> tuple[str, ...]:
    """Sentences of `text` as they are written, without a list's numbers and dots."""
    normal = normalise(text).text
    spans = sentence_spans(normal, "ja" if is_japanese(text) else "en")
    return tuple(piece for span in spans for piece in _pieces(_LABEL.sub("", normal[span.start : span.end])))


def _pieces(sentence: str) -> Iterator[str]:
    """The sentence, or pieces of at most LONGEST characters: patterns look a bounded way."""
    while len(sentence) > LONGEST:
        cut = max(sentence.rfind(mark, LONGEST // 2, LONGEST) for mark in "、, ") + 1 or LONGEST
        yield sentence[:cut]
        sentence = sentence[cut:]
    if sentence:
        yield sentence


@lru_cache(maxsize=512)
def clauses(text: str) -> tuple[Clause, ...]:
    found: list[Clause] = []
    for written in sentences(text):
        whole = plain(written)
        topic = content_terms(subject(whole))
        found += (Clause(part, whole, content_terms(part), _keys(part), topic) for part in _parts(whole))
    return tuple(found)


def _keys(text: str) -> frozenset[str]:
    facts = read_facts(text)
    amounts = {f"={quantity.kind} {quantity.low:g}" for quantity in facts.quantities}
    amounts |= {f"={q.kind} {q.low:g} {q.bound}" for q in facts.quantities if q.bound is not Bound.EXACT}
    when = {f"={date.month} {date.day}" for date in facts.dates} | {f"={time.minute}" for time in facts.times}
    days = {f"={sorted(days.days)}" for days in facts.weekdays} | {f"={unit} {n}" for unit, n in near_days(text)}
    return frozenset(amounts | when | days)


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
    about = claim.topic & mine
    scored = [(_closeness(mine, about, clause), clause) for clause in source]
    best = max((score for score, _ in scored), default=0.0)
    if best < least:
        return []
    near = [clause for score, clause in scored if score >= best - slack]
    shared = max(len(claim.keys & clause.keys) for clause in near)
    near = [clause for clause in near if len(claim.keys & clause.keys) == shared]
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


def _closeness(mine: frozenset[str], about: frozenset[str], clause: Clause) -> float:
    """Share of the claim's terms and amounts the clause has, what the claim speaks of weighing more."""
    theirs = clause.terms | clause.keys
    share = coverage(mine, theirs)
    return TOPIC_WEIGHT * coverage(about, theirs | clause.topic) + (1 - TOPIC_WEIGHT) * share if about else share


@dataclass(frozen=True, slots=True)
class Segment:
    """A run between commas and conjunctions, as written: what an amount belongs to stands in its own run (`own`, plain,
    where it says what it speaks of), or is the topic of its sentence."""

    run: str
    own: str
    sentence_topic: str

    @property
    def topic(self) -> str:
        return "" if self.own else self.sentence_topic


@lru_cache(maxsize=512)
def segments(text: str) -> tuple[Segment, ...]:
    found: list[Segment] = []
    for sentence in sentences(text):
        parts = [part for part in _SEGMENT.split(sentence) if part.strip(" 。.")]
        topic = subject(plain(parts[0])) or parts[0] if parts else ""
        found += (Segment(part, _own_topic(plain(part)), topic) for part in parts)
    return tuple(found)


def _own_topic(run: str) -> str:
    match = _OWN_TOPIC.match(run)
    return match[0] if match else "" if is_japanese(run) else subject(run)
