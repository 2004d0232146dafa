"""What the inbox says of times, priorities and clocks, and how it names what it hides, in both languages."""

from datetime import timedelta

import pytest

from app.desk.sla import SlaClock, Standing
from app.domain.desk import Cause, State
from app.domain.outcome import Language
from app.domain.ticket import Priority, Ticket
from app.domain.understanding import Mood
from app.web.inbox_views import Part, Tone, Word
from app.web.inbox_words import (
    BARS,
    left_word,
    mood_word,
    named,
    parts,
    priority_word,
    span_words,
    state_word,
    subject,
    token_name,
    waiting_words,
)
from tests.builders import NOON

LANGUAGES: tuple[Language, ...] = ("ja", "en")


def ticket(**fields: object) -> Ticket:
    begun = Ticket("1001", "c-1", Cause.ASKED_FOR_HUMAN, Priority.NORMAL, "ja", NOON, NOON, NOON, NOON)
    return Ticket(**{name: getattr(begun, name) for name in Ticket.__slots__} | fields)


@pytest.mark.parametrize(
    ("minutes", "ja", "en"),
    [
        (-3, "0分", "0 min"),
        (0, "0分", "0 min"),
        (59.9, "59分", "59 min"),
        (60, "1時間", "1 h"),
        (47 * 60 + 59, "47時間", "47 h"),
        (48 * 60, "2日", "2 d"),
        (10 * 24 * 60, "10日", "10 d"),
    ],
)
def test_a_span_is_told_in_the_largest_unit_that_fits(minutes: float, ja: str, en: str) -> None:
    assert (span_words(minutes, "ja"), span_words(minutes, "en")) == (ja, en)


def test_what_is_left_warns_and_what_is_late_alarms() -> None:
    on_time = SlaClock(Standing.ON_TIME, NOON + timedelta(minutes=25), 25)
    warning = SlaClock(Standing.WARNING, NOON + timedelta(minutes=4), 4)
    late = SlaClock(Standing.BREACHED, NOON - timedelta(hours=3), 0)
    assert left_word(on_time, NOON, "ja") == Word("残り25分")
    assert left_word(warning, NOON, "ja") == Word("残り4分", Tone.WARN)
    assert left_word(late, NOON, "ja") == Word("3時間超過", Tone.BAD)
    assert [left_word(clock, NOON, "en").text for clock in (on_time, warning, late)] == [
        "25 min left",
        "4 min left",
        "3 h late",
    ]


@pytest.mark.parametrize(("lang", "said"), [("ja", "返信済み"), ("en", "replied")])
def test_a_clock_that_has_stopped_says_that_somebody_replied(lang: Language, said: str) -> None:
    for standing in (Standing.MET, Standing.BREACHED):
        assert left_word(SlaClock(standing, NOON, None), NOON, lang) == Word(said, Tone.OK, "✓")


def test_a_customer_waits_since_they_wrote() -> None:
    waiting = ticket(waiting_since=NOON - timedelta(minutes=12))
    assert [waiting_words(waiting, NOON, lang) for lang in LANGUAGES] == ["待ち12分", "waiting 12 min"]
    assert [waiting_words(ticket(), NOON, lang) for lang in LANGUAGES] == ["返信済み", "replied"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_coloured_has_a_shape_or_word_of_its_own(lang: Language) -> None:
    assert len({priority_word(each, lang).text for each in Priority}) == len(Priority)
    assert sorted(BARS[each] for each in Priority) == [0, 1, 2, 3]
    assert {priority_word(each, lang).tone for each in (Priority.NORMAL, Priority.LOW)} == {Tone.NEUTRAL}
    assert len({mood_word(each, lang).text for each in Mood}) == len(Mood)
    assert all(mood_word(each, lang).sign for each in Mood)
    assert len({state_word(each, lang).text for each in State}) == len(State)


def test_a_token_is_named_in_the_reader_s_language() -> None:
    said = "折り返しは<PHONE_2>まで。<PERSON_1>"
    assert parts(said, "ja") == (
        Part("折り返しは"),
        Part("電話番号2", "<PHONE_2>"),
        Part("まで。"),
        Part("お名前1", "<PERSON_1>"),
    )
    assert named("Call <PHONE_2>.", "en") == "Call Phone 2."
    assert parts("", "ja") == ()
    assert [token_name("SHOE_SIZE", "1", lang) for lang in LANGUAGES] == ["個人情報1", "Personal data 1"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("こんにちは。洗濯機から水が漏れています。", "洗濯機から水が漏れています。"),
        ("Hi!\nMy washing machine leaks.", "My washing machine leaks."),
        ("<EMAIL_1>に返信をください。", "メール1に返信をください。"),
        ("", ""),
        ("。。。", "。。。"),
        ("あ" * 200, "あ" * 79 + "…"),
    ],
)
def test_a_subject_is_the_first_sentence_that_says_something(text: str, said: str) -> None:
    assert subject(text, "ja") == said
