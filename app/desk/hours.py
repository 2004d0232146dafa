"""When people answer: opening hours, public holidays and closures of the site, on the site's own clock."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from app.domain.site import Bilingual, Site
from app.errors import SettingsError

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_DAYS_KEPT = 2000
_HORIZON = 28 * 366  # days: by then every date has fallen on every weekday


@dataclass(frozen=True, slots=True)
class ClosedDays:
    """Days in a row that are closed for one reason; `name` is the closure's, None for public holidays."""

    first: date
    last: date
    name: Bilingual | None


class SupportHours:
    """All moments are aware; those returned are UTC."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._known: dict[date, list[tuple[datetime, datetime]]] = {}  # a queue of hundreds asks for the same days

    def is_open(self, at: datetime) -> bool:
        return any(opens <= at < closes for opens, closes in self._openings(self._local_day(at)))

    def expected_reply_at(self, now: datetime, reply_minutes: int) -> datetime:
        """The moment when `reply_minutes` of opening hours have passed since `now`, to the full minute.

        It is never before `now` and always within opening hours, the closing moment included. Raises SettingsError
        for a site that is closed on every day to come.
        """
        left = timedelta(minutes=reply_minutes)
        begin = now.astimezone(UTC)
        begin += -timedelta(seconds=begin.second, microseconds=begin.microsecond) % _MINUTE
        for opens, closes in self._openings_from(begin):
            start = max(opens, begin)
            if start < closes and left <= closes - start:
                return start + left
            left -= max(closes - start, timedelta())
        raise SettingsError("The site never opens; correct the hours and closures in site.toml.")

    def minutes_between(self, begin: datetime, end: datetime) -> float:
        """How many minutes of opening hours lie between the two; 0 where `end` is not after `begin`."""
        total, day, last = timedelta(), self._local_day(begin), self._local_day(end)
        while day <= last:
            for opens, closes in self._openings(day):
                total += max(min(closes, end) - max(opens, begin), timedelta())
            day += _DAY
        return total / _MINUTE

    def closed_days_between(self, now: datetime, until: datetime) -> tuple[ClosedDays, ...]:
        """Holidays and closures from the day of `now` to the day of `until`, for telling why a reply takes longer.

        Only those that take away a day which would otherwise be open.
        """
        runs: list[ClosedDays] = []
        costly: list[bool] = []
        day, last = self._local_day(now), self._local_day(until)
        while day <= last:
            is_closed, name = self._day_off(day)
            is_costly = bool(self._site.hours.on_weekday(day.weekday()))
            if is_closed and runs and runs[-1].last == day - _DAY and runs[-1].name == name:
                runs[-1] = ClosedDays(runs[-1].first, day, name)
                costly[-1] = costly[-1] or is_costly
            elif is_closed:
                runs.append(ClosedDays(day, day, name))
                costly.append(is_costly)
            day += _DAY
        return tuple(run for run, counts in zip(runs, costly, strict=True) if counts)

    def _local_day(self, at: datetime) -> date:
        return at.astimezone(self._site.time_zone).date()

    def _openings_from(self, begin: datetime) -> Iterator[tuple[datetime, datetime]]:
        day = self._local_day(begin)
        for n in range(_HORIZON):
            yield from self._openings(day + n * _DAY)

    def _openings(self, day: date) -> list[tuple[datetime, datetime]]:
        found = self._known.get(day)
        if found is None:
            if len(self._known) >= _DAYS_KEPT:
                self._known.clear()
            found = self._known[day] = self._worked_out(day)
        return found

    def _worked_out(self, day: date) -> list[tuple[datetime, datetime]]:
        if self._day_off(day)[0]:
            return []
        midnight = datetime.combine(day, time.min)
        edges = [
            (self._instant(midnight + opening.opens * _MINUTE), self._instant(midnight + opening.closes * _MINUTE))
            for opening in self._site.hours.on_weekday(day.weekday())
        ]
        return [(opens, closes) for opens, closes in edges if opens < closes]  # an hour that summer time skips is empty

    def _instant(self, wall_clock: datetime) -> datetime:
        return wall_clock.replace(tzinfo=self._site.time_zone).astimezone(UTC)

    def _day_off(self, day: date) -> tuple[bool, Bilingual | None]:
        """Whether the day is a closure or public holiday, and the closure's name."""
        for closure in self._site.closures:
            if closure.covers(day):
                return True, closure.name
        country = self._site.hours.public_holidays
        return bool(country) and day in _public_holidays(country or "", day.year), None


@lru_cache(maxsize=64)
def _public_holidays(country: str, year: int) -> frozenset[date]:
    from holidays import country_holidays

    return frozenset(country_holidays(country, years=year))
