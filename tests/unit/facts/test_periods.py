"""前日 and the next month; what an amount is counted by."""

import pytest

from app.domain.facts.periods import near_days, rates
from app.domain.facts.plain import plain

NEAR = [
    ("前日までに連絡", ("day", -1)),
    ("当日の変更", ("day", 0)),
    ("翌営業日に届く", ("workday", 1)),
    ("翌月末まで", ("month", 1)),
    ("by 5 p.m. on the day before", ("day", -1)),
    ("on the same day", ("day", 0)),
    ("the following month", ("month", 1)),
    ("within the same year", ("year", 0)),
]
RATES = [
    ("1点につき220円", {"item"}),
    ("1回のご注文につき220円", {"order"}),
    ("お一人様1泊につき200円", {"person", "night"}),
    ("四年に一度", {"year"}),
    ("月額550円", {"month"}),
    ("once a week", {"week"}),
    ("200 yen per person per night", {"person", "night"}),
    ("it takes an hour", set()),
    ("within a week", set()),
    ("3日以内", set()),
]


@pytest.mark.parametrize(("text", "fact"), NEAR)
def test_a_day_or_month_named_from_another_one(text: str, fact: tuple[str, int]) -> None:
    assert fact in near_days(plain(text))


@pytest.mark.parametrize(("text", "units"), RATES)
def test_what_an_amount_is_counted_by(text: str, units: set[str]) -> None:
    assert rates(plain(text)) == units
