"""When a person will answer: opening hours counted across nights, holidays, closures and time zones."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.adapters.site_file import load_site
from app.desk.hours import SupportHours
from app.desk.notice import reply_notice, short_date
from app.domain.outcome import Language
from app.domain.site import Site
from app.settings import ROOT

AOBA = load_site(ROOT / "site.toml")
TOKYO = ZoneInfo("Asia/Tokyo")


def site(time_zone: str = "Asia/Tokyo", closures: list[dict[str, Any]] | None = None, **hours: Any) -> Site:
    facts = AOBA.model_dump(include={"name", "contact", "time_zone_name", "reply_minutes"})
    return Site.model_validate(facts | {"time_zone": time_zone, "hours": hours, "closures": closures or []})


def tokyo(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-20 14:10", "2026-11-20 14:40"),  # a Friday, open
        ("2026-11-20 14:10:01", "2026-11-20 14:41"),  # never promised too early
        ("2026-11-20 08:00", "2026-11-20 09:30"),  # before opening
        ("2026-11-20 17:30", "2026-11-20 18:00"),  # to the closing moment
        ("2026-11-20 17:55", "2026-11-21 10:25"),  # five minutes today, the rest on Saturday
        ("2026-11-20 18:00", "2026-11-21 10:30"),
        ("2026-11-20 23:59", "2026-11-21 10:30"),
        ("2026-11-21 16:55", "2026-11-24 09:25"),  # over Sunday and the holiday of Monday 23rd
        ("2026-11-23 11:00", "2026-11-24 09:30"),  # on the holiday
        ("2026-05-02 16:50", "2026-05-07 09:20"),  # Golden Week with its substitute holiday
        ("2026-12-28 17:59", "2027-01-04 09:29"),  # over New Year
        ("2026-12-31 23:59", "2027-01-04 09:30"),
        ("2027-01-01 00:00", "2027-01-04 09:30"),
        ("2026-08-12 18:30", "2026-08-17 09:30"),  # over Obon and the Sunday after it
        ("2028-02-28 23:59", "2028-02-29 09:30"),  # a leap day
        ("2028-02-29 17:45", "2028-03-01 09:15"),
    ],
)
def test_thirty_minutes_of_opening_hours(now: str, expected: str) -> None:
    assert SupportHours(AOBA).expected_reply_at(tokyo(now), 30) == tokyo(expected)


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Pacific/Kiritimati", "Asia/Kolkata"])
def test_where_the_customer_is_changes_nothing(zone: str) -> None:
    now = tokyo("2026-11-20 17:55")
    hours = SupportHours(AOBA)
    assert hours.expected_reply_at(now.astimezone(ZoneInfo(zone)), 30) == hours.expected_reply_at(now, 30)
    assert hours.is_open(now.astimezone(ZoneInfo(zone)))


@pytest.mark.parametrize(
    ("now", "open_"),
    [
        ("2026-11-20 08:59:59", False),
        ("2026-11-20 09:00", True),
        ("2026-11-20 17:59:59", True),
        ("2026-11-20 18:00", False),
        ("2026-11-21 09:30", False),
        ("2026-11-22 12:00", False),
        ("2026-11-23 12:00", False),
        ("2026-12-29 12:00", False),
        ("2027-01-03 12:00", False),
        ("2026-08-14 12:00", False),
    ],
)
def test_open_from_opening_until_before_closing(now: str, open_: bool) -> None:
    assert SupportHours(AOBA).is_open(tokyo(now)) is open_


def test_many_hours_run_over_several_days() -> None:
    assert SupportHours(AOBA).expected_reply_at(tokyo("2026-11-19 09:00"), 20 * 60) == tokyo("2026-11-21 12:00")


def test_a_lunch_break_does_not_count() -> None:
    hours = SupportHours(site(monday=["09:00-12:00", "13:00-18:00"]))
    assert hours.expected_reply_at(tokyo("2026-11-16 11:50"), 30) == tokyo("2026-11-16 13:20")


def test_round_the_clock_goes_on_over_midnight() -> None:
    day = "00:00-24:00"
    hours = SupportHours(site(monday=day, tuesday=day))
    assert hours.expected_reply_at(tokyo("2026-11-16 23:59"), 30) == tokyo("2026-11-17 00:29")
    assert hours.expected_reply_at(tokyo("2026-11-17 23:59"), 30) == tokyo("2026-11-23 00:29")


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-03-29T00:30:00+00:00", "2026-03-29T01:30:00+00:00"),  # 01:30 in winter to 03:30 in summer time
        ("2026-10-25T00:30:00+00:00", "2026-10-25T01:30:00+00:00"),  # the hour that comes twice
        ("2026-03-28T22:30:00+00:00", "2026-03-28T23:30:00+00:00"),
    ],
)
def test_an_hour_is_an_hour_when_the_clocks_change(now: str, expected: str) -> None:
    berlin = SupportHours(site("Europe/Berlin", saturday="00:00-24:00", sunday="00:00-24:00"))
    assert berlin.expected_reply_at(datetime.fromisoformat(now), 60) == datetime.fromisoformat(expected)


def test_opening_in_the_hour_that_is_skipped() -> None:
    berlin = SupportHours(site("Europe/Berlin", sunday=["02:00-02:30", "02:30-03:00", "09:00-10:00"]))
    at = berlin.expected_reply_at(datetime(2026, 3, 28, 12, tzinfo=UTC), 60)
    assert at <= datetime(2026, 3, 29, 8, tzinfo=UTC)


def test_without_a_country_holidays_are_ordinary_days() -> None:
    assert SupportHours(site(monday="09:00-18:00")).is_open(tokyo("2026-11-23 12:00"))


@pytest.mark.parametrize(
    ("day", "closed"),
    [("2026-12-28", False), ("2026-12-29", True), ("2027-01-03", True), ("2027-01-04", False), ("2030-12-31", True)],
)
def test_a_closure_over_new_year_comes_every_year(day: str, closed: bool) -> None:
    assert AOBA.closures[0].covers(date.fromisoformat(day)) is closed


def test_a_closure_with_a_year_comes_once() -> None:
    stocktaking = {"name": {"ja": "棚卸し", "en": "Stocktaking"}, "from": "2026-11-20"}
    hours = SupportHours(site(friday="09:00-18:00", closures=[stocktaking]))
    assert not hours.is_open(tokyo("2026-11-20 12:00"))
    assert hours.is_open(tokyo("2026-11-27 12:00"))


moments = st.datetimes(datetime(2024, 1, 1), datetime(2032, 12, 31), timezones=st.just(UTC))
zones = st.sampled_from(["Asia/Tokyo", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia"])


@settings(max_examples=150, deadline=None)
@given(now=moments, minutes=st.integers(1, 3000), zone=zones)
@example(now=datetime(2026, 12, 31, 14, 59, tzinfo=UTC), minutes=30, zone="Asia/Tokyo")
def test_a_promise_is_never_past_and_always_within_opening_hours(now: datetime, minutes: int, zone: str) -> None:
    hours = SupportHours(AOBA.model_copy(update={"time_zone": ZoneInfo(zone)}))
    expected = hours.expected_reply_at(now, minutes)
    assert expected >= now + timedelta(minutes=minutes)
    assert expected.utcoffset() == timedelta()
    assert hours.is_open(expected) or hours.is_open(expected - timedelta(microseconds=1))


@settings(max_examples=50, deadline=None)
@given(now=moments, sooner=st.integers(1, 600), more=st.integers(0, 600))
def test_more_work_is_never_done_sooner(now: datetime, sooner: int, more: int) -> None:
    hours = SupportHours(AOBA)
    assert hours.expected_reply_at(now, sooner + more) >= hours.expected_reply_at(now, sooner)


@pytest.mark.parametrize(
    ("now", "ja", "en"),
    [
        (
            "2026-11-20 14:10",
            "担当者に引き継ぎました。本日14:40までに返信いたします。",
            "A person is taking over. Reply expected by 14:40 today.",
        ),
        (
            "2026-11-20 08:00",
            "受付時間外です。本日9:30までに返信いたします。",
            "We are closed now. Reply expected by 9:30 today.",
        ),
        (
            "2026-11-20 17:55",
            "担当者に引き継ぎました。11月21日（土）10:25までに返信いたします。",
            "A person is taking over. Reply expected by Sat 21 Nov, 10:25.",
        ),
        (
            "2026-11-21 16:55",
            "担当者に引き継ぎました。11月24日（火）9:25までに返信いたします（23日は祝日です）。",
            "A person is taking over. Reply expected by Tue 24 Nov, 9:25 (the 23rd is a holiday).",
        ),
        (
            "2026-11-22 10:00",
            "受付時間外です。11月24日（火）9:30までに返信いたします（23日は祝日です）。",
            "We are closed now. Reply expected by Tue 24 Nov, 9:30 (the 23rd is a holiday).",
        ),
        (
            "2026-12-28 23:59",
            "受付時間外です。1月4日（月）9:30までに返信いたします（12月29日〜1月3日は年末年始休業です）。",
            "We are closed now. Reply expected by Mon 4 Jan, 9:30 (29 Dec to 3 Jan: New Year closure).",
        ),
        (
            "2026-08-12 20:00",
            "受付時間外です。8月17日（月）9:30までに返信いたします（13日〜15日はお盆休業です）。",
            "We are closed now. Reply expected by Mon 17 Aug, 9:30 (the 13th to the 15th: Obon closure).",
        ),
        (
            "2026-05-02 18:00",
            "受付時間外です。5月7日（木）9:30までに返信いたします（3日〜6日は祝日です）。",
            "We are closed now. Reply expected by Thu 7 May, 9:30 (the 3rd to the 6th are holidays).",
        ),
        (
            "2026-04-28 23:00",
            "受付時間外です。4月30日（木）9:30までに返信いたします（29日は祝日です）。",
            "We are closed now. Reply expected by Thu 30 Apr, 9:30 (the 29th is a holiday).",
        ),
    ],
)
def test_the_sentence_says_when_and_why_not_sooner(now: str, ja: str, en: str) -> None:
    at = tokyo(now).astimezone(UTC)
    expected = SupportHours(AOBA).expected_reply_at(at, AOBA.reply_minutes)
    assert (reply_notice(at, expected, AOBA, "ja"), reply_notice(at, expected, AOBA, "en")) == (ja, en)


def test_a_holiday_on_a_day_that_is_closed_anyway_explains_nothing() -> None:
    hours = SupportHours(AOBA)
    assert hours.closed_days_between(tokyo("2027-03-20 18:00"), tokyo("2027-03-22 09:30")) != ()  # the 21st is a Sunday
    assert hours.closed_days_between(tokyo("2026-11-01 00:00"), tokyo("2026-11-02 09:30")) == ()
    assert hours.closed_days_between(tokyo("2025-02-22 18:00"), tokyo("2025-02-23 12:00")) == ()  # 23 Feb, a Sunday


@pytest.mark.parametrize(("lang", "short"), [("ja", "11/24"), ("en", "24 Nov")])
def test_a_button_names_the_day_shortly(lang: Language, short: str) -> None:
    assert short_date(datetime(2026, 11, 23, 15, 30, tzinfo=UTC), AOBA, lang) == short
