"""Dates, days of the week and times of day, in both languages and both calendars."""

# ruff: noqa: E501 - a row of a table of patterns stays one line

import re
from dataclasses import dataclass

from app.domain.facts.bounds import Bound, bound_at, opposed
from app.domain.facts.numerals import KANJI, value_of

_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "明治": 1867}
_MONTHS = {name: n for n, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec)\b\.?"
)
_YEAR = rf"(?:(?P<era>{'|'.join(_ERAS)})(?P<era_year>元|\d{{1,2}}|{KANJI})|(?P<year>\d{{4}}|{KANJI}))年"
_N = rf"(?:\d{{1,2}}|{KANJI})"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<!\d)(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)",
        rf"(?:{_YEAR}(?:度|の)?)?(?P<month>{_N})月(?P<day>{_N})日(?!間)",
        rf"{_YEAR}(?:の)?(?P<month>{_N})月(?!間)",
        rf"{_YEAR}(?=度|の|か|ま|以|に|、|。|末|春|夏|秋|冬|,|\.|\)|発|版|モデル|製|\s|$)",
        rf"(?<![\d.,])(?P<month>{_N})月(?P<day>(?=))(?!間|額)",
        rf"(?P<month>{_MONTH}) {_DAY}\b(?:(?:,? ?of)?,? ?(?P<year>\d{{4}}))?",
        rf"\b{_DAY}(?: of)? (?P<month>{_MONTH})(?:,? (?P<year>\d{{4}}))?",
        rf"(?P<month>{_MONTH}),? (?:of )?(?P<year>\d{{4}})",
        rf"(?:(?<=in )|(?<=by )|(?<=until )|(?<=since )|(?<=from )|(?<=through )|(?<=of )|(?<=every )|(?<=to ))(?P<month>{_MONTH})",
        r"(?:(?<=in )|(?<=since )|(?<=by )|(?<=until )|(?<=from )|(?<=during )|(?<=of )|(?<=year ))(?P<year>(?:18|19|20)\d\d)\b(?!年| ?(?:yen|%|items|points))",
    )
)
_CLOCK = re.compile(
    r"(?P<half>午前|午後|朝|夜|夕方|深夜|正午)?の?(?<!\d)(?P<hour>\d{1,2})時(?!間)(?:(?P<minute>\d{1,2})分|(?P<thirty>半))?"
    r"|(?P<half2>午前|午後|am |pm )?(?<![\d:])(?P<hour2>\d{1,2}):(?P<minute2>\d{2})(?: ?(?P<ampm2>[ap])\.?m\b\.?)?"
    r"|(?<![\d:])\b(?P<hour3>\d{1,2})(?:[.:](?P<minute3>\d{2}))? ?(?P<ampm3>[ap])\.?m\b\.?"
    r"|(?P<word>正午|\bnoon\b|\bmidday\b|\bmidnight\b)"
)
_WEEK = "月火水木金土日"
_EN_DAY = r"(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun)(?:days?|nesdays?|sdays?|rsdays?|urdays?)?\b\.?"
_WEEKDAYS = re.compile(
    rf"(?P<first>[{_WEEK}])(?:曜日?)?(?:~|-|から)(?P<last>[{_WEEK}])(?:曜日?)?(?![一-鿿])"
    rf"|(?P<list>[{_WEEK}](?:曜日?)?(?:[・、,と/]?[{_WEEK}](?:曜日?)?)*曜日?)"
    rf"|(?P<dotted>(?<![一-鿿])[{_WEEK}](?:・[{_WEEK}])+(?:・祝日?)?)"
    rf"|\b(?P<en_first>{_EN_DAY}) ?(?:-|to|through|thru) ?(?P<en_last>{_EN_DAY})"
    rf"|\b(?P<en>(?:mon|tues?|wednes|thurs?|fri|satur|sun)days?\b|(?:mon|tue|wed|thu|fri|sat)\b\.?)"
    r"|(?P<named>平日|土日祝?|週末|毎日|年中無休|\bweekdays?\b|\bweekends?\b|\bevery ?day\b|\bdaily\b|\bseven days a week\b)"
)
_NAMED = {"平日": "01234", "土日": "56", "土日祝": "56", "週末": "56", "weekday": "01234", "weekend": "56"}
_EN_ORDER = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class DateFact:
    """A date of which some parts may be unsaid."""

    year: int | None
    month: int | None
    day: int | None
    bound: Bound
    start: int
    end: int
    text: str

    def agrees(self, other: "DateFact") -> bool:
        """Every part said here is the same there, and neither bounds the other way."""
        same = all(
            mine is None or mine == theirs
            for mine, theirs in ((self.year, other.year), (self.month, other.month), (self.day, other.day))
        )
        return same and not opposed(self.bound, other.bound)


@dataclass(frozen=True, slots=True)
class TimeFact:
    """Minutes after midnight; `ambiguous` when 3時 may be 15:00."""

    minute: int
    ambiguous: bool
    bound: Bound
    start: int
    end: int
    text: str

    def agrees(self, other: "TimeFact") -> bool:
        half_a_day = 720 if self.ambiguous != other.ambiguous else 1440
        return (self.minute - other.minute) % half_a_day == 0 and not opposed(self.bound, other.bound)


@dataclass(frozen=True, slots=True)
class WeekdayFact:
    """Days of the week, Monday 0."""

    days: frozenset[int]
    start: int
    end: int
    text: str

    def agrees(self, other: "WeekdayFact") -> bool:
        return self.days == other.days or (len(self.days) == 1 and self.days <= other.days)


def dates(text: str) -> list[DateFact]:
    """Dates of `text` (plain), in the order of the patterns; a place is read once."""
    found: list[DateFact] = []
    taken: set[int] = set()
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            fact = _date(match, text)
            if fact and taken.isdisjoint(range(match.start(), match.end())):
                taken.update(range(match.start(), match.end()))
                found.append(fact)
    return found


def _date(match: re.Match[str], text: str) -> DateFact | None:
    said = match.groupdict()
    year = _number(said.get("year"))
    if said.get("era"):
        year = _ERAS[said["era"]] + (1 if said["era_year"] == "元" else _number(said["era_year"]) or 0)
    month, day = _month(said.get("month")), _number(said.get("day"))
    if (year and not 1800 <= year < 2200) or (month and month > 12) or (day and day > 31):
        return None
    bound = bound_at(text, match.start(), match.end())
    return DateFact(year, month, day, bound, match.start(), match.end(), match[0])


def _month(text: str | None) -> int | None:
    return _MONTHS.get(text[:3]) or _number(text) if text else None


def _number(text: str | None) -> int | None:
    return int(value_of(text)) if text else None


def times(text: str) -> list[TimeFact]:
    """Times of day of `text` (plain)."""
    return [fact for match in _CLOCK.finditer(text) if (fact := _time(match, text))]


def _time(match: re.Match[str], text: str) -> TimeFact | None:
    said = match.groupdict()
    bound = bound_at(text, match.start(), match.end())
    if said["word"]:
        minute = 0 if said["word"] == "midnight" else 720
        return TimeFact(minute, False, bound, match.start(), match.end(), match[0])
    hour = int(said["hour"] or said["hour2"] or said["hour3"])
    minutes = 30 if said["thirty"] else int(said["minute"] or said["minute2"] or said["minute3"] or 0)
    half = said["half"] or said["half2"] or said["ampm2"] or said["ampm3"] or ""
    late = half.strip() in {"午後", "夜", "夕方", "p", "pm"}
    if hour > 24 or minutes > 59:
        return None
    if half and hour <= 12:
        hour = hour % 12 + (12 if late else 0)
    ambiguous = not half and hour < 12 and said["hour"] is not None
    return TimeFact(60 * (hour % 24) + minutes, ambiguous, bound, match.start(), match.end(), match[0])


def weekdays(text: str) -> list[WeekdayFact]:
    """Days of the week of `text` (plain); days joined by a list are one fact each for English, one together for Japanese."""
    return [WeekdayFact(_days(match), match.start(), match.end(), match[0]) for match in _WEEKDAYS.finditer(text)]


def _days(match: re.Match[str]) -> frozenset[int]:
    said = match.groupdict()
    if said["named"]:
        return frozenset(
            map(int, _NAMED.get(said["named"].rstrip("s") if said["named"].isascii() else said["named"], "0123456"))
        )
    if said["first"]:
        return _span(_WEEK.index(said["first"]), _WEEK.index(said["last"]))
    if said["en_first"]:
        return _span(_EN_ORDER.index(said["en_first"][:3]), _EN_ORDER.index(said["en_last"][:3]))
    if said["en"]:
        return frozenset({_EN_ORDER.index(said["en"][:3])})
    listed = re.sub("曜日?", "", said["list"] or said["dotted"])
    return frozenset(_WEEK.index(day) for day in listed if day in _WEEK)


def _span(first: int, last: int) -> frozenset[int]:
    return frozenset((first + n) % 7 for n in range((last - first) % 7 + 1))
