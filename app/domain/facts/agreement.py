"""What a claim states that its source does not: one reader of facts after another, each giving its reasons.

A reason is "<check>: <what>", for a trace and a person to read. A claim with none may still be too far from its source;
that is for the score to say (app/answering/verify.py).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from app.domain.facts.clauses import Clause, aligned, clauses, sentences
from app.domain.facts.conditions import (
    Condition,
    allows_doubt,
    claims_all,
    conditions,
    hedges,
    says_only,
    restrictors,
    says_some,
    without_conditions,
)
from app.domain.facts.content import content_terms, coverage
from app.domain.facts.contrasts import contrasts, masked
from app.domain.facts.names import katakana_words, latin_names
from app.domain.facts.plain import is_japanese, plain
from app.domain.facts.polarity import denials
from app.domain.facts.reading import Facts, read_facts


class _Fact(Protocol):
    @property
    def text(self) -> str: ...


@dataclass(frozen=True)
class Pair:
    """A claim beside the text it cites; `context` (title and headings) may name what the source only points to."""

    claim: str
    source: str
    context: str = ""

    @cached_property
    def crosses(self) -> bool:
        """Claim and source are in different languages: their words cannot be compared, their facts can."""
        return is_japanese(self.claim) != is_japanese(self.source)

    @cached_property
    def claim_clauses(self) -> tuple[Clause, ...]:
        return clauses(self.claim)

    @cached_property
    def source_clauses(self) -> tuple[Clause, ...]:
        return clauses(self.source)

    @cached_property
    def claim_facts(self) -> tuple[Facts, ...]:
        return tuple(read_facts(sentence) for sentence in sentences(self.claim))

    @cached_property
    def source_facts(self) -> tuple[Facts, ...]:
        """By sentence; the context is the last."""
        return tuple(read_facts(sentence) for sentence in (*sentences(self.source), *sentences(self.context)))

    @cached_property
    def everything(self) -> str:
        return plain(f"{self.context}\n{self.source}")

    def counterparts(self, clause: Clause) -> list[Clause]:
        """Clauses of the source about the same; across languages all of them, since words do not tell."""
        return list(self.source_clauses) if self.crosses else aligned(clause, self.source_clauses)


Check = Callable[[Pair], Iterator[str]]


def disagreements(pair: Pair) -> tuple[str, ...]:
    """Every reason not to say `pair.claim`, each once."""
    return tuple(dict.fromkeys(reason for check in _CHECKS for reason in check(pair)))


def _named(pair: Pair) -> Iterator[str]:
    known = {code for facts in pair.source_facts for code in facts.codes}
    for facts in pair.claim_facts:
        yield from (f"product: {code} not in source" for code in facts.codes if code not in known)
    for name in latin_names(pair.claim):
        if pair.crosses and not is_japanese(pair.claim) and not name.isupper():
            continue
        if plain(name).removesuffix("'s") not in pair.everything:
            yield f"name: {name} not in source"


def _swapped_katakana(pair: Pair) -> Iterator[str]:
    """A katakana word nobody wrote, in the place of one that the claim lacks."""
    for clause in pair.claim_clauses if not pair.crosses else ():
        strange = [word for word in katakana_words(clause.text) if word not in pair.everything]
        for word in strange:
            for other in pair.counterparts(clause):
                lost = [
                    w
                    for w in katakana_words(other.text)
                    if w not in clause.text and _stand_alike(w, word, other.text, clause.text)
                ]
                if lost:
                    yield f"name: {word} for {lost[0]}"


def _stand_alike(one: str, other: str, text: str, claim: str) -> bool:
    """The same letters follow both."""
    after_one, after_other = text.partition(one)[2][:2], claim.partition(other)[2][:2]
    before_one, before_other = text.partition(one)[0][-2:], claim.partition(other)[0][-2:]
    return bool(after_one and after_one == after_other) and before_one == before_other


def _amounts(pair: Pair) -> Iterator[str]:
    for facts in pair.claim_facts:
        for claimed in facts.quantities:
            equal = [q for other in pair.source_facts for q in other.quantities if claimed.equals(q)]
            if any(claimed.agrees(q) for q in equal) or _said_as_time(claimed.low, claimed.kind, pair):
                continue
            detail = f"is {equal[0].bound} there" if equal else "not in source"
            yield f"number: {claimed.text} {detail}"


def _said_as_time(value: float, kind: str | None, pair: Pair) -> bool:
    """A bare 9 may be nine o'clock, a bare 15 a day of the month, a bare 2026 a year."""
    if kind is not None:
        return False
    for facts in pair.source_facts:
        if any(value in {time.minute // 60, time.minute // 60 - 12} for time in facts.times):
            return True
        if any(value in {date.day, date.month, date.year} for date in facts.dates):
            return True
    return False


def _dates(pair: Pair) -> Iterator[str]:
    for facts in pair.claim_facts:
        for date in facts.dates:
            if not any(date.agrees(other) for source in pair.source_facts for other in source.dates):
                yield f"date: {date.text} not in source"
        for time in facts.times:
            if not any(time.agrees(other) for source in pair.source_facts for other in source.times):
                yield f"time: {time.text} not in source"
        for days in facts.weekdays:
            said = [other for source in pair.source_facts for other in source.weekdays]
            if (said or len(days.days) > 1) and not any(days.agrees(other) for other in said):
                yield f"weekday: {days.text} not in source"


def _attribution(pair: Pair) -> Iterator[str]:
    """An amount the source gives to something else: its clause speaks less of the claim than one with another amount."""
    if pair.crosses:
        return
    facts = [(clause, read_facts(clause.text)) for clause in pair.source_clauses]
    for clause in pair.claim_clauses:
        for claimed in read_facts(clause.text).quantities:
            here = [coverage(clause.terms, c.terms) for c, f in facts if any(claimed.equals(q) for q in f.quantities)]
            there = [
                coverage(clause.terms, c.terms)
                for c, f in facts
                if any(q.kind == claimed.kind is not None for q in f.quantities)
                and not any(claimed.equals(q) for q in f.quantities)
            ]
            if here and there and max(there) > max(here) + 0.2:
                yield f"number: {claimed.text} belongs to another thing"


def _foreign(pair: Pair) -> Iterator[str]:
    """Words said only of another code than the claim's."""
    if pair.crosses:
        return
    for clause in pair.claim_clauses:
        mine = {term for term in clause.terms if term.startswith("#")}
        if len(mine) != 1:
            continue
        home: set[str] = set(content_terms(plain(pair.context)))
        foreign: set[str] = set()
        for other in pair.source_clauses:
            codes = {term for term in other.terms if term.startswith("#")}
            (foreign if codes and not codes & mine else home).update(other.terms)
        said = clause.terms - mine
        elsewhere = (said & foreign) - home
        if said and len(elsewhere) >= max(2, 0.4 * len(said)):
            yield f"product: said of another than {next(iter(mine))[1:]}"


def _statements(pair: Pair) -> Iterator[str]:
    """One clause of the source must say what the claim's clause says: no polarity, condition or scope from another one."""
    for clause in pair.claim_clauses:
        objections = [list(_against(clause, other, pair)) for other in pair.counterparts(clause)]
        if objections and all(objections):
            yield from min(objections, key=len)


def _against(claim: Clause, source: Clause, pair: Pair) -> Iterator[str]:
    said, theirs = contrasts(claim.text), contrasts(source.text)
    for name in said.keys() & theirs.keys():
        if not said[name] & theirs[name]:
            yield f"contrast: {'/'.join(sorted(said[name]))} for {'/'.join(sorted(theirs[name]))}"
    if not _same_polarity(claim.text, source.text):
        yield "polarity"
    yield from _dropped(claim, source, pair)
    yield from _widened(claim, source, pair)


def _same_polarity(claim: str, source: str) -> bool:
    """Equal as they stand, or with shared opposites set aside."""
    mine, theirs = without_conditions(claim), without_conditions(source)
    if denials(mine) % 2 == denials(theirs) % 2:
        return True
    shared = frozenset(contrasts(claim)) & frozenset(contrasts(source))
    return bool(shared) and denials(masked(mine, shared)) % 2 == denials(masked(theirs, shared)) % 2


def _dropped(claim: Clause, source: Clause, pair: Pair) -> Iterator[str]:
    """A condition or an exception of the source's clause of which the claim keeps nothing."""
    for condition in conditions(source.text):
        kept = _limits(plain(pair.claim)) if pair.crosses else _keeps(plain(pair.claim), condition)
        if not kept:
            yield f"condition dropped: {condition.text[:60]}"
    lost = restrictors(source.text) - restrictors(plain(pair.claim))
    if lost and not pair.crosses and not contrasts(claim.text).keys() & {"seal"}:
        yield f"condition dropped: {min(lost)}"


def _keeps(claim: str, condition: Condition) -> bool:
    terms, mine = content_terms(condition.text), content_terms(claim)
    if read_facts(condition.text).quantities and read_facts(claim).quantities:
        return True
    if not terms:
        return bool(conditions(claim)) or not condition.exception
    return coverage(terms, mine) >= (0.34 if conditions(claim) else 0.5)


def _limits(text: str) -> bool:
    return bool(conditions(text)) or says_only(text) or says_some(text) or bool(contrasts(text))


def _widened(claim: Clause, source: Clause, pair: Pair) -> Iterator[str]:
    wide = claims_all(claim.text)
    if wide and not claims_all(source.sentence_text):
        yield f"scope: {wide[0]} not in source"
    if hedges(source.text) and not allows_doubt(claim.text):
        yield "scope: a possibility said as a fact"
    if pair.crosses:
        return
    if says_only(source.text) and not says_only(claim.text) and not conditions(claim.text):
        yield "scope: only dropped"
    if says_only(claim.text) and not _restricts(source.sentence_text):
        yield "scope: only not in source"


def _restricts(text: str) -> bool:
    return says_only(text) or bool(conditions(text)) or denials(text) > 0


_CHECKS: Sequence[Check] = (
    _named, _swapped_katakana, _amounts, _dates, _attribution, _foreign, _statements,
)  # fmt: skip
