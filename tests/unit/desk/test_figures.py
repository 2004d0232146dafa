"""The figures of the desk, with their n, over cases counted by hand."""

import csv
import io
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from app.desk.figures import counted
from app.desk.overview import as_csv, as_json, by_slice, causes, overview
from app.desk.report import causes_by_name, report
from app.desk.stats import by_slice as drafts_by_slice
from app.desk.stats import draft_figures
from app.domain.course import Course
from app.domain.desk import Cause
from app.domain.draft import DraftEnd, End, Ended, Rejection
from app.domain.figure import Figure
from tests.builders import NOON, draft

TOKYO = ZoneInfo("Asia/Tokyo")
LATER = NOON + timedelta(days=7)
HOUR = timedelta(hours=1)
ANSWERED = Course("c", "web", "ja", NOON, NOON, asked=True, answered=True, voted_down=False)
HANDED = replace(
    ANSWERED,
    handed_off_at=NOON,
    cause=Cause.ANGER,
    first_reply_at=NOON + HOUR,
    resolved_at=NOON + 3 * HOUR,
    csat=4,
    mood=(0.8, 0.2),
)


def value(figures: list[Figure], name: str) -> tuple[float | None, int]:
    [found] = [figure for figure in figures if figure.name == name]
    return None if found.value is None else round(found.value, 3), found.n


@pytest.mark.parametrize(
    ("course", "resolved"),
    [
        (ANSWERED, 1.0),
        (replace(ANSWERED, answered=False), 0.0),
        (replace(ANSWERED, voted_down=True), 0.0),
        (HANDED, 0.0),
        (replace(ANSWERED, reopened_at=NOON + 71 * HOUR), 0.0),
        (replace(ANSWERED, reopened_at=NOON + 73 * HOUR), 1.0),
        (replace(ANSWERED, asked=False), None),
        (replace(ANSWERED, last_at=LATER - HOUR), None),  # not 72 hours ago
    ],
)
def test_self_service_is_verified(course: Course, resolved: float | None) -> None:
    assert value(overview([course], LATER), "self_service") == (resolved, 0 if resolved is None else 1)


def test_times_ratings_and_moods_come_with_their_n() -> None:
    figures = overview([ANSWERED, HANDED, replace(HANDED, first_reply_at=NOON + 3 * HOUR, csat=1)], LATER)
    assert value(figures, "first_response") == (7200.0, 2)
    assert value(figures, "time_to_resolve") == (10800.0, 2)
    assert value(figures, "csat") == (2.5, 2)
    assert value(figures, "satisfied") == (0.5, 2)
    assert value(figures, "contained") == (0.333, 3)
    assert value(figures, "mood_at_end") == (0.2, 2)


def test_reasons_for_a_person_come_most_frequent_first() -> None:
    found = causes([HANDED, replace(HANDED, cause=Cause.CANNOT_ANSWER), HANDED])
    assert [(figure.name, figure.n) for figure in found] == [("anger", 3), ("cannot_answer", 3)]


def test_nothing_to_count_is_no_zero() -> None:
    assert all(figure.value is None and figure.n == 0 for figure in [*overview([], LATER), *draft_figures([])])


def test_json_and_csv_say_how_each_figure_is_counted() -> None:
    courses = [ANSWERED, replace(HANDED, channel="mail", language="en")]
    figures, sliced = overview(courses, LATER), by_slice(courses, LATER, TOKYO)
    told = as_json(figures, sliced)
    assert told["figures"]["csat"]["n"] == 1
    assert set(told["figures"]["csat"]["counted"]) == {"ja", "en"}
    assert set(told["by"]["channel"]) == {"web", "mail"}
    assert told["by"]["week"]["2026-W47"]["csat"] == {"value": 4.0, "n": 1}
    rows = list(csv.DictReader(io.StringIO(as_csv(figures, sliced, "en"))))
    assert {row["figure"] for row in rows} == {figure.name for figure in figures}
    assert all(row["counted"] for row in rows)
    assert len(rows) == len(figures) * (1 + sum(map(len, sliced.values())))


def test_every_figure_says_how_it_is_counted_in_both_languages() -> None:
    for figure in [*overview([HANDED], LATER), *draft_figures([]), *causes([HANDED])]:
        assert set(figure.counted) == {"ja", "en"}
    assert counted("cause")["ja"]


def ended(end: End, distance: float = 0.0, seconds: float = 10.0, route: str = "returns") -> Ended:
    rejection = Rejection.WRONG if end is End.REJECTED else None
    sent = "" if rejection else "あ" * 90
    outcome = DraftEnd("d", end, NOON, seconds, sent, (), distance, ("x",) if distance else (), (), rejection)
    return Ended(replace(draft(), route=route), outcome)


def test_drafts_are_counted_by_what_became_of_them() -> None:
    figures = draft_figures([ended(End.ACCEPTED), ended(End.EDITED, 0.1), ended(End.EDITED, 0.6), ended(End.REJECTED)])
    assert value(figures, "accepted") == (0.5, 4)
    assert value(figures, "unchanged") == (0.25, 4)
    assert value(figures, "rejected") == (0.25, 4)
    assert value(figures, "edit_distance") == (0.1, 3)
    assert value(figures, "seconds_saved") == (90.0, 3)  # 90 characters at 0.9 a second, less 10
    assert value(figures, "with_unsupported_additions") == (0.667, 3)


def test_drafts_are_counted_by_route_language_week_and_reason() -> None:
    sliced = drafts_by_slice([ended(End.ACCEPTED), ended(End.REJECTED, route="repair")], TOKYO)
    assert set(sliced["route"]) == {"returns", "repair"}
    assert set(sliced["language"]) == {"ja"}
    assert set(sliced["week"]) == {"2026-W47"}
    assert set(sliced["rejection"]) == {"wrong"}


def test_the_report_has_conversations_and_drafts_side_by_side() -> None:
    courses = [replace(ANSWERED, id="c-1"), replace(HANDED, id="c-2", channel="mail", language="en")]
    drafts = [ended(End.ACCEPTED), ended(End.REJECTED)]
    told = report(courses, drafts, LATER, TOKYO)
    assert (value(told.figures, "csat"), value(told.figures, "accepted")) == ((4.0, 1), (0.5, 2))
    assert set(told.by) == {"channel", "language", "week"}
    assert value(told.by["channel"]["web"], "accepted") == (0.5, 2)  # of the conversation c-1
    assert value(told.by["channel"]["mail"], "accepted") == (None, 0)
    assert value(told.by["week"]["2026-W47"], "csat") == (4.0, 1)
    assert causes_by_name(told.causes)["anger"][0].n == 1


def test_a_draft_of_an_older_conversation_counts_in_no_channel() -> None:
    told = report([], [ended(End.ACCEPTED)], LATER, TOKYO)
    assert (value(told.figures, "accepted"), told.by["channel"]) == ((1.0, 1), {})
    assert value(told.by["language"]["ja"], "csat") == (None, 0)
