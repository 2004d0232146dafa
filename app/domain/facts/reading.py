"""Reads a sentence once: what one reader has taken, the next does not see, so 2026-04-01 is no 2026 and AW-80 no 80."""

from dataclasses import dataclass
from functools import lru_cache

from app.domain.facts.dates import DateFact, TimeFact, WeekdayFact, dates, times, weekdays
from app.domain.facts.names import codes
from app.domain.facts.plain import blanked, plain
from app.domain.facts.quantities import Quantity, quantities


@dataclass(frozen=True, slots=True)
class Facts:
    codes: tuple[str, ...]
    dates: tuple[DateFact, ...]
    times: tuple[TimeFact, ...]
    weekdays: tuple[WeekdayFact, ...]
    quantities: tuple[Quantity, ...]


@lru_cache(maxsize=4096)
def read_facts(cased: str) -> Facts:
    """The checkable facts of one sentence or clause, as it is written."""
    named = codes(cased)
    text = plain(blanked(cased, [(start, end) for start, end, _ in named]))
    when = dates(text)
    text = blanked(text, [(fact.start, fact.end) for fact in when])
    clock = times(text)
    text = blanked(text, [(fact.start, fact.end) for fact in clock])
    days = weekdays(text)
    return Facts(
        codes=tuple(code for _, _, code in named),
        dates=tuple(when),
        times=tuple(clock),
        weekdays=tuple(days),
        quantities=tuple(quantities(text)),
    )
