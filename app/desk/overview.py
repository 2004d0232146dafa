"""The figures of /desk/overview, each with its n and how it is counted, and as JSON and CSV."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any

from app.desk.figures import counted, mean, median, share
from app.desk.stats import week_of
from app.domain.course import Course
from app.domain.figure import Figure
from app.domain.outcome import Language

QUIET = timedelta(hours=72)  # without another question, what was answered counts as resolved
_TOP = 4  # of 5: from here on a rating is satisfied


def overview(courses: Sequence[Course], now: datetime) -> list[Figure]:
    asked = [course for course in courses if course.asked]
    settled = [course for course in asked if now - course.last_at >= QUIET]
    rated = [course.csat for course in courses if course.csat is not None]
    moods = [course.mood for course in courses if course.mood is not None]
    return [
        share("self_service", [_is_self_served(course) for course in settled]),
        share("contained", [course.handed_off_at is None for course in asked]),
        median("first_response", _spans(courses, lambda course: course.first_reply_at), "seconds"),
        median("time_to_resolve", _spans(courses, lambda course: course.resolved_at), "seconds"),
        mean("csat", rated, "points"),
        share("satisfied", [rating >= _TOP for rating in rated]),
        mean("mood_at_start", [first for first, _ in moods], "points"),
        mean("mood_at_end", [last for _, last in moods], "points"),
    ]


def causes(courses: Sequence[Course]) -> list[Figure]:
    """Why people were needed, the most frequent first."""
    handed = [str(course.cause) for course in courses if course.handed_off_at and course.cause]
    by_times = sorted(Counter(handed).items(), key=lambda item: (-item[1], item[0]))
    return [Figure(cause, times / len(handed), len(handed), "share", counted("cause")) for cause, times in by_times]


def by_slice(courses: Sequence[Course], now: datetime, zone: tzinfo) -> dict[str, dict[str, list[Figure]]]:
    """By channel, language and week (ISO, on the site's clock) in which a conversation began."""
    keys: Mapping[str, Callable[[Course], str]] = {
        "channel": lambda course: course.channel,
        "language": lambda course: course.language,
        "week": lambda course: week_of(course.began_at, zone),
    }
    return {
        name: {
            value: overview([course for course in courses if key(course) == value], now)
            for value in sorted({key(course) for course in courses})
        }
        for name, key in keys.items()
    }


def as_json(figures: Sequence[Figure], sliced: Mapping[str, Mapping[str, Sequence[Figure]]]) -> dict[str, Any]:
    """{"figures": {NAME: {value, n, unit, counted}}, "by": {SLICE: {VALUE: {NAME: {value, n}}}}}."""
    return {
        "figures": {each.name: {**_number(each), "unit": each.unit, "counted": dict(each.counted)} for each in figures},
        "by": {
            name: {value: {each.name: _number(each) for each in found} for value, found in values.items()}
            for name, values in sliced.items()
        },
    }


def as_csv(figures: Sequence[Figure], sliced: Mapping[str, Mapping[str, Sequence[Figure]]], language: Language) -> str:
    """A line a figure; the slices follow the whole, whose slice and value are empty."""
    lines = io.StringIO()
    table = csv.writer(lines)
    table.writerow(("slice", "value_of_slice", "figure", "value", "n", "unit", "counted"))
    slices = [(name, value, found) for name, by in sliced.items() for value, found in by.items()]
    everything = [("", "", figures), *slices]
    for name, value, found in everything:
        for each in found:
            number = "" if each.value is None else f"{each.value:.6g}"
            table.writerow((name, value, each.name, number, each.n, each.unit, each.counted[language]))
    return lines.getvalue()


def _is_self_served(course: Course) -> bool:
    again, before = course.reopened_at, course.resolved_at or course.began_at
    is_reopened = again is not None and again - before < QUIET
    return course.answered and course.handed_off_at is None and not course.voted_down and not is_reopened


def _spans(courses: Sequence[Course], end: Callable[[Course], datetime | None]) -> list[float]:
    return [
        (at - course.handed_off_at).total_seconds()
        for course in courses
        if course.handed_off_at is not None and (at := end(course)) is not None and at >= course.handed_off_at
    ]


def _number(figure: Figure) -> dict[str, Any]:
    return {"value": None if figure.value is None else round(figure.value, 6), "n": figure.n}
