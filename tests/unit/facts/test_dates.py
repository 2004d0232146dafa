"""Dates, days and times in both languages and both calendars."""

import pytest

from app.domain.facts.dates import dates, times, weekdays
from app.domain.facts.plain import plain

SAME_DATE = [
    ("令和7年9月30日", "2025年9月30日"),
    ("2025-09-30", "September 30, 2025"),
    ("2025/9/30", "30 September 2025"),
    ("30 Sep 2025", "Sept 30, 2025"),
    ("平成30年2月", "2018年2月"),
    ("昭和64年1月7日", "1989年1月7日"),
    ("２０２４年５月１日", "1 May 2024"),
    ("9月30日", "2025年9月30日"),
    ("November 3", "11月3日"),
    ("3rd of November", "11月3日"),
    ("十二月二十五日", "12月25日"),
    ("in February 2023", "2023年2月"),
    ("7月1日から", "from July 1"),
    ("7月1日まで", "until July 1"),
]
OTHER_DATE = [
    ("令和7年9月30日", "2026年9月30日"),
    ("令和6年", "令和7年"),
    ("2025-09-30", "2025-09-03"),
    ("September 30", "November 30"),
    ("30 September", "13 September"),
    ("9月30日", "9月29日"),
    ("9月30日", "8月30日"),
    ("2025年9月30日", "9月30日"),
    ("7月1日から", "7月1日まで"),
    ("from July 1", "until July 1"),
    ("before 5 May", "after 5 May"),
    ("平成30年", "平成元年"),
]
SAME_TIME = [
    ("午後8時", "20:00"),
    ("8 p.m.", "20時"),
    ("8:30 a.m.", "午前8時30分"),
    ("8時半", "8:30 a.m."),
    ("正午", "12:00"),
    ("noon", "12時"),
    ("midnight", "0時"),
    ("20:00まで", "until 8 p.m."),
    ("午後4時", "4時"),
]
OTHER_TIME = [
    ("午後8時", "8:00"),
    ("8 p.m.", "8 a.m."),
    ("8時半", "8時"),
    ("20:00まで", "20:00から"),
    ("正午", "midnight"),
    ("17:15", "17:50"),
    ("午前4時", "午後4時"),
]
SAME_DAYS = [
    ("火〜木曜日", "Tue-Thu"),
    ("水曜日", "Wednesday"),
    ("平日", "Monday to Friday"),
    ("土日", "weekends"),
    ("毎日", "every day"),
    ("金曜", "Fridays"),
    ("火曜", "月曜から金曜"),
]
OTHER_DAYS = [
    ("火〜木曜日", "火〜金曜日"),
    ("水曜日", "木曜日"),
    ("weekends", "weekdays"),
    ("毎日", "平日"),
    ("Saturday", "Monday to Friday"),
    ("月曜から土曜", "月曜から金曜"),
]


@pytest.mark.parametrize(("claim", "source"), SAME_DATE)
def test_the_same_date_agrees(claim: str, source: str) -> None:
    assert dates(plain(claim))[0].agrees(dates(plain(source))[0])


@pytest.mark.parametrize(("claim", "source"), OTHER_DATE)
def test_another_date_or_side_of_it_does_not(claim: str, source: str) -> None:
    assert not dates(plain(claim))[0].agrees(dates(plain(source))[0])


@pytest.mark.parametrize(("claim", "source"), SAME_TIME)
def test_the_same_time_agrees(claim: str, source: str) -> None:
    assert times(plain(claim))[0].agrees(times(plain(source))[0])


@pytest.mark.parametrize(("claim", "source"), OTHER_TIME)
def test_another_time_does_not(claim: str, source: str) -> None:
    assert not times(plain(claim))[0].agrees(times(plain(source))[0])


@pytest.mark.parametrize(("claim", "source"), SAME_DAYS)
def test_the_same_days_or_one_of_them_agree(claim: str, source: str) -> None:
    assert weekdays(plain(claim))[0].agrees(weekdays(plain(source))[0])


@pytest.mark.parametrize(("claim", "source"), OTHER_DAYS)
def test_other_days_or_more_of_them_do_not(claim: str, source: str) -> None:
    assert not weekdays(plain(claim))[0].agrees(weekdays(plain(source))[0])


@pytest.mark.parametrize(
    "text", ["3か月", "6日間", "24時間", "月額", "金額", "水漏れ", "土台", "may be late", "the sun", "10%"]
)
def test_a_word_that_resembles_one_is_no_date(text: str) -> None:
    assert dates(plain(text)) == []
    assert times(plain(text)) == []
    assert weekdays(plain(text)) == []
