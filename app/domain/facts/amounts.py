"""Does the source state every quantity, date, time and day of the claim, and of the same thing?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.facts.bounds import Bound
from app.domain.facts.clauses import segments, sentences
from app.domain.facts.content import owner_terms
from app.domain.facts.dates import DateFact, WeekdayFact
from app.domain.facts.pair import Pair
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
    """One day, one person: "200万円 per day" may be written without the one."""
    return (
        quantity.text.lstrip("0").startswith(("1", "一", "a ", "one ", "per "))
        and quantity.low in {1, 12, 60, 1440, 10080}
        and (quantity.bound in {Bound.EXACT, Bound.MAX})
    )


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
    if denied and said and days.days.isdisjoint(union):
        return True
    return not said and len(days.days) == 1 and days.text in pair.everything


def misattributed_quantities(pair: Pair) -> Iterator[str]:
    """An amount the source gives to another thing: the claim names what owns a different amount, not this one."""
    if pair.crosses:
        return
    owned = [(owner_terms(f"{topic} {run}"), read_facts(run).quantities) for topic, run in segments(pair.source)]
    for topic, run in segments(pair.claim):
        named = owner_terms(f"{topic} {run}")
        for mine in read_facts(run).quantities:
            right = [terms for terms, amounts in owned if any(mine.equals(amount) for amount in amounts)]
            wrong = [
                terms
                for terms, amounts in owned
                if any(amount.kind == mine.kind for amount in amounts) and not any(mine.equals(a) for a in amounts)
            ]
            if right and any(all(_fits_better(named, theirs, rights) for rights in right) for theirs in wrong):
                yield f"number: {mine.text} belongs to another thing"


def _fits_better(named: frozenset[str], wrong: frozenset[str], right: frozenset[str]) -> bool:
    """The claim has words of the wrong owner that the right one lacks, and none of the right one's own."""
    return bool(named & (wrong - right)) and not named & (right - wrong)
