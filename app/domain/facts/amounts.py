"""Does the source state every quantity, date, time and day of the claim, and of the same thing?"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.domain.facts.bounds import Bound, opposed
from app.domain.facts.clauses import Segment, segments, sentences
from app.domain.facts.content import owner_terms
from app.domain.facts.dates import DateFact, WeekdayFact
from app.domain.facts.pair import Pair
from app.domain.facts.periods import near_days, rates
from app.domain.facts.plain import plain
from app.domain.facts.polarity import denials
from app.domain.facts.quantities import Quantity
from app.domain.facts.reading import read_facts

# "At least a month is needed" is "less than a month is refused": the bound's other side, and one denial more.
_COMPLEMENTS = (
    frozenset({Bound.MIN, Bound.UNDER}),
    frozenset({Bound.MAX, Bound.OVER}),
    frozenset({Bound.MAX, Bound.AFTER}),
    frozenset({Bound.BEFORE, Bound.AFTER}),
    frozenset({Bound.MIN, Bound.MAX}),
)


_LASTING = frozenset({"minutes", "months", "workday"})
_PER = re.compile(
    r"\b(?:per|each|every|an?|one)\b|つき|[あ当]たり|ごと|毎|[1一]日中"
    r"|[1一](?:日|か月|年|週間|時間)[にので]?(?=[^。]{0,12}(?:[回円枚個件]|まで))"
)


def is_complement(one: Bound, other: Bound) -> bool:
    return frozenset({one, other}) in _COMPLEMENTS


@dataclass(frozen=True, slots=True)
class _Stated:
    quantity: Quantity
    denied: bool


def unstated_quantities(pair: Pair) -> Iterator[str]:
    stated = list(_stated(pair.source, pair.context))
    for mine in _stated(pair.claim):
        equal = [theirs for theirs in stated if mine.quantity.equals(theirs.quantity)]
        if any(_follows(mine, theirs) for theirs in equal):
            continue
        if not equal and (_is_rate(mine.quantity, pair.claim_plain) or _said_as_time(mine.quantity, pair)):
            continue
        if equal and not opposed(mine.quantity.bound, equal[0].quantity.bound):
            yield f"number bound: {mine.quantity.text} is {equal[0].quantity.bound} there"
        else:
            yield f"number: {mine.quantity.text} {f'is {equal[0].quantity.bound} there' if equal else 'not in source'}"


def _stated(*texts: str) -> Iterator[_Stated]:
    for text in texts:
        for sentence in sentences(text):
            odd = denials(plain(sentence)) % 2 == 1
            yield from (_Stated(quantity, odd) for quantity in read_facts(sentence).quantities)


def _follows(mine: _Stated, theirs: _Stated) -> bool:
    if mine.quantity.agrees(theirs.quantity):
        return True
    return mine.denied != theirs.denied and is_complement(mine.quantity.bound, theirs.quantity.bound)


def _is_rate(quantity: Quantity, claim: str) -> bool:
    """One day, one person, of a rate or as the word for a thing: "200万円 per day" may be written without the one."""
    if quantity.low != quantity.high or quantity.low not in {1, 12, 60, 1440, 10080}:
        return False
    if quantity.kind in _LASTING and not _PER.search(claim):
        return False
    return quantity.text.lstrip("0").startswith(("1", "一", "a ", "one ", "per ")) and quantity.bound in {
        Bound.EXACT,
        Bound.MAX,
    }


def _said_as_time(quantity: Quantity, pair: Pair) -> bool:
    """A bare 9 may be nine o'clock, a bare 15 a day of the month, a bare 2026 a year."""
    if quantity.kind is not None or not quantity.text.isdecimal():
        return False
    value = quantity.low
    for facts in pair.source_facts:
        if any(value in {time.minute // 60, time.minute // 60 - 12} for time in facts.times):
            return True
        if any(value in {date.day, date.month, date.year} for date in facts.dates):
            return True
    return False


def unstated_dates(pair: Pair) -> Iterator[str]:
    dates = [date for facts in pair.source_facts for date in facts.dates]
    times = [time for facts in pair.source_facts for time in facts.times]
    for facts in pair.claim_facts:
        yield from (
            f"date: {d.text} not in source"
            for d in facts.dates
            if not (any(d.agrees(o) for o in dates) or _is_bare_year(d, pair))
        )
        yield from (f"time: {t.text} not in source" for t in facts.times if not any(t.agrees(o) for o in times))
        yield from (f"weekday: {d.text} not in source" for d in facts.weekdays if not _is_known(d, pair))


def unstated_periods(pair: Pair) -> Iterator[str]:
    """前日 for 当日, the same month for the same year, a price per order for one per item."""
    mine, theirs = near_days(pair.claim_plain), near_days(pair.everything)
    amounts = [amount for facts in pair.source_facts for amount in facts.quantities]
    for unit, distance in mine - theirs:
        size = abs(distance) * (1440 if unit == "day" else 1)
        if not any(amount.low == size for amount in amounts):
            yield f"period: {unit} {distance:+d} not in source"
    counted = rates(pair.everything)
    if counted:
        yield from (f"rate: per {unit} not in source" for unit in rates(pair.claim_plain) - counted)


def _is_bare_year(date: DateFact, pair: Pair) -> bool:
    """A year alone, which the source may write without a word that marks it as one: the 1996 film, (2002)."""
    return date.month is None and re.search(rf"(?<!\d){date.year}(?!\d)", pair.everything) is not None


def _is_known(days: WeekdayFact, pair: Pair) -> bool:
    """A day or range the source says, or days it leaves out in a claim that denies (closed on Sundays)."""
    said = [other for facts in pair.source_facts for other in facts.weekdays]
    if any(days.agrees(other) for other in said):
        return True
    union = frozenset[int]().union(*(other.days for other in said))
    denied = denials(pair.claim_plain) > 0
    closed = any(
        facts.weekdays and denials(plain(sentence))
        for sentence, facts in zip(sentences(pair.source), pair.source_facts, strict=False)
    )
    if denied and said and not closed and days.days.isdisjoint(union):
        return True
    return not said and len(days.days) == 1 and days.text in pair.everything


@dataclass(frozen=True, slots=True)
class _Owned:
    """A run of the source: its words, those of what it and its sentence speak of, and its amounts."""

    terms: frozenset[str]
    topic: frozenset[str]
    amounts: tuple[Quantity, ...]

    def has(self, amount: Quantity) -> bool:
        return any(amount.equals(other) for other in self.amounts)


def misattributed_quantities(pair: Pair) -> Iterator[str]:
    """An amount the source gives to another thing: the claim names what owns a different amount, not this one."""
    if pair.crosses:
        return
    owned = [_owned(segment) for segment in segments(pair.source)]
    runs = segments(pair.claim)
    amounts = [read_facts(segment.run).quantities for segment in runs]
    alone = sum(map(bool, amounts)) == 1
    for segment, mine in zip(runs, amounts, strict=True):
        named = owner_terms(pair.claim if alone else f"{segment.topic} {segment.run}")
        about = owner_terms(segment.own)
        for amount in mine:
            right = [run for run in owned if run.has(amount)]
            wrong = [run for run in owned if any(o.kind == amount.kind for o in run.amounts) and not run.has(amount)]
            if right and any(all(_fits_better(named, run.terms, home.terms) for home in right) for run in wrong):
                yield f"number elsewhere: {amount.text} belongs to another thing"
            elif right and _of_another_topic(about, named, right, owned):
                yield f"number elsewhere: {amount.text} is said of another thing"
        yield from _wrong_pair(mine, [run.amounts for run in owned])


def _owned(segment: Segment) -> _Owned:
    topic = owner_terms(f"{segment.sentence_topic} {segment.own}")
    return _Owned(owner_terms(f"{segment.topic} {segment.run}"), topic, read_facts(segment.run).quantities)


def _of_another_topic(about: frozenset[str], named: frozenset[str], right: list[_Owned], owned: list[_Owned]) -> bool:
    """What the claim speaks of is a topic of the source, but of runs without the amount; those with it have another."""
    others = frozenset[str]().union(*(run.topic for run in owned if run not in right))
    return all(bool((about & others) - run.terms) and bool(run.topic) and not run.topic & named for run in right)


def _wrong_pair(mine: Sequence[Quantity], theirs: Sequence[Sequence[Quantity]]) -> Iterator[str]:
    """Two amounts said together of which the source says each with another one: 25% after 30 minutes, 50% after 60."""
    for one in mine:
        for other in mine:
            if one is other or one.kind == other.kind:
                continue
            homes = [amounts for amounts in theirs if any(one.equals(amount) for amount in amounts)]
            partners = [amount for amounts in homes for amount in amounts if amount.kind == other.kind]
            elsewhere = any(other.equals(amount) for amounts in theirs for amount in amounts)
            if elsewhere and partners and not any(other.equals(partner) for partner in partners):
                yield f"number elsewhere: {one.text} with {other.text}"


def _fits_better(named: frozenset[str], wrong: frozenset[str], right: frozenset[str]) -> bool:
    """The claim has words of the wrong owner that the right one lacks, and none of the right one's own."""
    return bool(named & (wrong - right)) and not named & (right - wrong)
