"""Clocks of tickets run in opening hours alone; waits, priorities and people are weighed by the rules of desk.toml."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.desk.assign import choose
from app.desk.details import said_already
from app.desk.hours import SupportHours
from app.desk.sla import Standing, first_reply_clock, usual_minutes
from app.desk.targets import DESK, load_desk
from app.domain.conversation import Conversation, Message, Role
from app.domain.desk import Cause, Effect, Escalation
from app.domain.desk_ports import Colleague
from app.domain.outcome import Language
from app.domain.ticket import Priority, Ticket
from app.errors import SettingsError
from tests.builders import NOON
from tests.scripted import SITE

HOURS = SupportHours(SITE)
RULES = load_desk()
MINUTE = timedelta(minutes=1)


def tokyo(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Tokyo")).astimezone(UTC)


@pytest.mark.parametrize(
    ("begin", "end", "minutes"),
    [
        ("2026-11-20T12:00", "2026-11-20T12:45", 45),
        ("2026-11-20T17:30", "2026-11-21T10:30", 60),  # over the night, into a Saturday that opens at ten
        ("2026-11-21T16:30", "2026-11-24T09:15", 45),  # over a Sunday and a public holiday
        ("2026-11-20T18:00", "2026-11-21T09:00", 0),
        ("2026-11-20T12:00", "2026-11-20T11:00", 0),  # a clock that was set back
    ],
)
def test_only_opening_hours_count(begin: str, end: str, minutes: float) -> None:
    assert HOURS.minutes_between(tokyo(begin), tokyo(end)) == minutes


@pytest.mark.parametrize(("day", "hours"), [("2026-03-28", 24), ("2026-03-29", 23), ("2026-10-25", 25)])
def test_a_day_of_summer_time_has_the_hours_it_has(day: str, hours: int) -> None:
    around_the_clock = SITE.hours.model_validate(dict.fromkeys(("saturday", "sunday"), "00:00-24:00"))
    site = SITE.model_copy(update={"time_zone": ZoneInfo("Europe/Berlin"), "hours": around_the_clock, "closures": ()})
    begin = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo("Europe/Berlin"))
    assert SupportHours(site).minutes_between(begin, begin + timedelta(days=1)) == hours * 60


def ticket(priority: Priority = Priority.NORMAL, lang: Language = "ja", skill: str | None = None) -> Ticket:
    due = HOURS.expected_reply_at(NOON, 40)
    return Ticket("1001", "c-1", Cause.ANGER, priority, lang, NOON, due, due, due, skill=skill)


@pytest.mark.parametrize(
    ("later", "standing", "left"),
    [
        (0, Standing.ON_TIME, 40),
        (29, Standing.ON_TIME, 11),
        (30, Standing.WARNING, 10),
        (40, Standing.WARNING, 0),
        (41, Standing.BREACHED, 0),
        (-600, Standing.ON_TIME, 220),  # set back to the early morning
    ],
)
def test_a_clock_warns_before_it_is_breached(later: int, standing: Standing, left: int) -> None:
    clock = first_reply_clock(ticket(), NOON + later * MINUTE, HOURS, RULES.sla.warn_share)
    assert (clock.standing, clock.minutes_left) == (standing, left)


def test_a_clock_stands_still_out_of_hours_and_stops_with_the_reply() -> None:
    late = replace(ticket(), requested_at=tokyo("2026-11-20T17:50"), first_reply_due=tokyo("2026-11-21T10:30"))
    asleep = first_reply_clock(late, tokyo("2026-11-21T03:00"), HOURS, 0.25)
    assert (asleep.standing, asleep.minutes_left) == (Standing.ON_TIME, 30)
    for replied, standing in ((late.first_reply_due, Standing.MET), (late.first_reply_due + MINUTE, Standing.BREACHED)):
        stopped = first_reply_clock(replace(late, first_replied_at=replied), replied + timedelta(days=9), HOURS, 0.25)
        assert (stopped.standing, stopped.minutes_left) == (standing, None)


@pytest.mark.parametrize(
    ("waited", "told"),
    [
        ([], 30),
        ([8, 8, 8, 8], 30),  # too few to go by
        ([8, 9, 11, 50, 12], 15),
        ([1, 1, 1, 1, 1], 5),
        ([400] * 5, 120),
    ],
)
def test_customers_are_told_the_median_of_recent_waits(waited: list[int], told: int) -> None:
    waits = [(NOON, HOURS.expected_reply_at(NOON, minutes)) for minutes in waited]
    assert usual_minutes(waits, HOURS, 30, RULES.waits) == told


@pytest.mark.parametrize(
    ("cause", "topic", "score", "tenure", "priority"),
    [
        (Cause.ASKED_FOR_HUMAN, None, 1.0, None, Priority.NORMAL),
        (Cause.ASKED_FOR_HUMAN, None, 1.0, 3, Priority.HIGH),
        (Cause.CRITICAL_TOPIC, "safety", 0.9, 10, Priority.URGENT),
        (Cause.CRITICAL_TOPIC, "press", 0.9, None, Priority.HIGH),
        (Cause.ANGER, None, 0.79, 2, Priority.NORMAL),
        (Cause.ANGER, None, 0.8, None, Priority.HIGH),
        (Cause.GUARD, None, 1.0, None, Priority.LOW),
    ],
)
def test_priority_is_by_topic_feeling_and_tenure(
    cause: Cause, topic: str | None, score: float, tenure: int | None, priority: Priority
) -> None:
    assert RULES.priority_of(Escalation(cause, Effect.HAND_OFF, 0, score, topic), tenure) is priority


def colleague(
    name: str, load: int = 0, idle: int = 0, skills: str = "", languages: str = "", ago: int = 0
) -> Colleague:
    speaks: frozenset[Language] = frozenset(lang for lang in ("ja", "en") if lang in languages.split())
    seen = NOON - timedelta(seconds=ago)
    return Colleague(name, name, frozenset(skills.split()), speaks, seen, load, NOON - idle * MINUTE)


@pytest.mark.parametrize(
    ("colleagues", "chosen"),
    [
        ([], None),
        ([colleague("a", ago=91)], None),
        ([colleague("a", ago=-3600)], "a"),  # seen in the future: the clock was set back
        ([colleague("a", load=2), colleague("b", load=1)], "b"),
        ([colleague("a", idle=5), colleague("b", idle=9)], "b"),
        ([colleague("a", languages="en"), colleague("b", load=9)], "b"),
        ([colleague("a", skills="billing"), colleague("b", load=9, skills="repair")], "b"),
        ([colleague("a"), colleague("b", load=9, skills="repair")], "b"),  # who knows the subject
    ],
)
def test_a_ticket_goes_to_who_knows_speaks_has_least_and_waited_longest(
    colleagues: list[Colleague], chosen: str | None
) -> None:
    found = choose(colleagues, ticket(skill="repair"), NOON, 90)
    assert (found.user_id if found else None) == chosen


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("注文番号はA-20931です", {"order_number": "A-20931"}),
        ("My order number is 20931-7.", {"order_number": "20931-7"}),
        (
            "AW-10S が動きません。再起動しましたが直りません。",
            {"product": "AW-10S", "tried": "再起動しましたが直りません"},
        ),
        ("I've already tried another socket! It is dead", {"tried": "I've already tried another socket"}),
        ("連絡は<PHONE_1>まで", {"contact": "<PHONE_1>"}),
        ("返品の送料は550円ですか", {}),
        ("Where is my order?", {}),
    ],
)
def test_what_was_said_already_is_known(text: str, found: dict[str, str]) -> None:
    message = Message("m-1", Role.CUSTOMER, text, NOON)
    answer = Message("m-2", Role.ASSISTANT, "注文番号 Z-99999", NOON)
    assert said_already(Conversation("c-1", "ja", "web", NOON, (message, answer))) == found


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("warn_share = 0.25", "warn_share = 2", "sla.warn_share"),
        ("[waits]", "[waits", "cannot be read"),
        ("last = 20", "lats = 20", "waits"),
        ("low = { first_reply = 120, resolve = 2700 }", "", "low is missing"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_its_name(tmp_path: Path, old: str, new: str, told: str) -> None:
    wrong = tmp_path / "desk.toml"
    text = DESK.read_text(encoding="utf-8")
    assert old in text
    wrong.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(SettingsError, match=told):
        load_desk(wrong)
