"""The figures of /desk/overview, each with its n and how it is counted, and as JSON and CSV."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any

from app.desk.open_turns import answers
from app.desk.stats import week_of
from app.domain.conversation import Role
from app.domain.course import Course
from app.domain.courtesy import says
from app.domain.desk import Cause
from app.domain.figure import Figure, mean, median, share
from app.domain.outcome import Language
from app.domain.record import Record

QUIET = timedelta(hours=72)  # without another question, what was answered counts as resolved
_TOP = 4  # of 5: from here on a rating is satisfied

_SELF = {
    "ja": "質問のあった会話のうち、引き継ぎも低評価もなく、最後の発言から72時間が過ぎても再開されなかった回答済みの割合。"
    "72時間がまだ過ぎていない会話は数えません",
    "en": "Of conversations with a question: answered, without a hand-off or a vote down, and not taken up again within "
    "72 hours of the last message. Those of less than 72 hours ago do not count",
}
_CONTAINED = {
    "ja": "質問のあった会話のうち、引き継がれなかった割合。解決したかどうかは問いません",
    "en": "Of conversations with a question: not handed over, whether they were resolved or not",
}
_FIRST = {
    "ja": "引き継ぎから担当者の最初の返信までの秒数の中央値（営業時間外も含む）",
    "en": "Median seconds from the hand-off to the first reply of a person, closed hours included",
}
_RESOLVE = {
    "ja": "引き継ぎから解決までの秒数の中央値（営業時間外も含む）",
    "en": "Median seconds from the hand-off to its resolution, closed hours included",
}
_CSAT = {"ja": "評価（1〜5）の平均", "en": "Mean of the ratings, 1 to 5"}
_HAPPY = {"ja": "評価が4か5の割合", "en": "Of the ratings: 4 or 5"}
_START = {
    "ja": "最初に判定した発言の感情（0は平穏、1は怒り）の平均",
    "en": "Mean mood of the first judged turn, 0 calm to 1 angry",
}
_END = {
    "ja": "最後に判定した発言の感情（0は平穏、1は怒り）の平均",
    "en": "Mean mood of the last judged turn, 0 calm to 1 angry",
}
_CAUSE = {"ja": "引き継ぎのうち、この理由によるもの", "en": "Of the hand-offs: for this reason"}


def overview(courses: Sequence[Course], now: datetime) -> list[Figure]:
    asked = [course for course in courses if course.asked]
    settled = [course for course in asked if now - course.last_at >= QUIET]
    rated = [course.csat for course in courses if course.csat is not None]
    moods = [course.mood for course in courses if course.mood is not None]
    return [
        share("self_service", [_is_self_served(course) for course in settled], _SELF),
        share("contained", [course.handed_off_at is None for course in asked], _CONTAINED),
        median("first_response", _spans(courses, lambda course: course.first_reply_at), "seconds", _FIRST),
        median("time_to_resolve", _spans(courses, lambda course: course.resolved_at), "seconds", _RESOLVE),
        mean("csat", rated, "points", _CSAT),
        share("satisfied", [rating >= _TOP for rating in rated], _HAPPY),
        mean("mood_at_start", [first for first, _ in moods], "points", _START),
        mean("mood_at_end", [last for _, last in moods], "points", _END),
    ]


def causes(courses: Sequence[Course]) -> list[Figure]:
    """Why people were needed, the most frequent first."""
    handed = [str(course.cause) for course in courses if course.handed_off_at and course.cause]
    counted = sorted(Counter(handed).items(), key=lambda item: (-item[1], item[0]))
    return [Figure(cause, times / len(handed), len(handed), "share", _CAUSE) for cause, times in counted]


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
    everything = [("", "", figures)] + [
        (name, value, found) for name, by in sliced.items() for value, found in by.items()
    ]
    for name, value, found in everything:
        for each in found:
            number = "" if each.value is None else f"{each.value:.6g}"
            table.writerow((name, value, each.name, number, each.n, each.unit, each.counted[language]))
    return lines.getvalue()


def course_of(record: Record, mood: Sequence[float | None] = (), cause: Cause | None = None) -> Course:
    """What is counted of a conversation that no ticket tells more of. `mood` has a value for each turn, or None."""
    messages, requests = record.conversation.messages, record.requests
    customers = [message for message in messages if message.role is Role.CUSTOMER]
    handed_off = min((request.requested_at for request in requests), default=None)
    replies = [message.at for message in messages if message.role is Role.AGENT]
    ratings = [vote.csat for vote in record.votes if vote.csat is not None]
    judged = [value for value in mood if value is not None]
    return Course(
        id=record.conversation.id,
        channel=record.conversation.channel,
        language=record.conversation.locale,
        began_at=record.conversation.created_at,
        last_at=messages[-1].at if messages else record.conversation.created_at,
        asked=any(says(message.text) for message in customers),
        answered=any(answers(message) for message in messages),
        voted_down=any(vote.helpful is False for vote in record.votes),
        handed_off_at=handed_off,
        cause=cause or (Cause.ASKED_FOR_HUMAN if handed_off else None),
        first_reply_at=min((at for at in replies if handed_off and at >= handed_off), default=None),
        csat=ratings[-1] if ratings else None,
        mood=(judged[0], judged[-1]) if judged else None,
    )


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
