"""What every source of courses does: the shipped fake and the one on a database."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from app.adapters.cases_memory import MemoryCases, MemoryRoster
from app.adapters.clock import FixedClock
from app.adapters.courses_memory import MemoryCourses
from app.adapters.people_memory import MemoryPeople
from app.adapters.ratings_memory import MemoryRatings
from app.adapters.sql_cases import SqlCases
from app.adapters.sql_courses import SqlCourses
from app.adapters.sql_ratings import SqlRatings
from app.adapters.sql_store import SqlConversationStore
from app.adapters.store_memory import MemoryConversationStore
from app.desk.desk import Desk
from app.desk.targets import load_desk
from app.domain.conversation import Conversation
from app.domain.course import Course, Courses
from app.domain.desk import Cause, Effect, Escalation
from app.domain.desk_ports import Cases
from app.domain.people import StaffRole, User
from app.domain.ports import ConversationStore
from app.domain.rating import Ratings
from tests.builders import NOON, outcome, trace
from tests.scripted import SITE

AOI = User("u-1", "aoi", "Aoi", frozenset({StaffRole.AGENT}))


@dataclass(frozen=True, slots=True)
class House:
    """All that courses are read of, on one clock."""

    clock: FixedClock
    store: ConversationStore
    ratings: Ratings
    desk: Desk
    courses: Courses

    def begins(self, channel: str = "web") -> Conversation:
        return self.store.create("ja", channel, f"token of {self.clock.now()}")

    def later(self, minutes: float) -> None:
        self.clock.at += timedelta(minutes=minutes)

    def answers(self, conversation: Conversation, name: str, negative: float | None = None) -> None:
        traced = trace(conversation.id, f"t-{name}")
        traced.add("understand", 0.0, **({} if negative is None else {"sentiment": {"negative": negative}}))
        self.store.add_answer(conversation.id, outcome(f"m-{name}", f"t-{name}"), traced)

    def hands_off(self, conversation: Conversation, cause: Cause = Cause.ANGER) -> str:
        return self.desk.open(conversation, Escalation(cause, Effect.HAND_OFF, 0, 0.9)).ticket_id

    def course(self) -> Course:
        [found] = self.courses.since(NOON)
        return found


def _desk(cases: Cases, clock: FixedClock) -> Desk:
    nobody = MemoryRoster(MemoryPeople(clock), MemoryCases(MemoryConversationStore(clock)))
    return Desk(cases, nobody, SITE, load_desk(), clock)


@pytest.fixture
def house(database: Engine | None) -> House:
    clock = FixedClock(NOON)
    if database is None:
        memory = MemoryConversationStore(clock)
        ratings = MemoryRatings(clock, memory.events)
        return House(clock, memory, ratings, _desk(MemoryCases(memory), clock), MemoryCourses(memory, ratings))
    store, desk = SqlConversationStore(database, clock), _desk(SqlCases(database), clock)
    return House(clock, store, SqlRatings(database, clock), desk, SqlCourses(database))


def test_a_conversation_that_nobody_wrote_in(house: House) -> None:
    begun = house.begins("line")
    assert house.course() == Course(begun.id, "line", "ja", NOON, NOON, False, False, False)


def test_what_the_assistant_answered_and_how_the_customer_felt(house: House) -> None:
    begun = house.begins()
    for name, negative in (("1", None), ("2", 0.25), ("3", 0.5), ("4", 0.75)):
        house.store.add_question(begun.id, "返品の送料は誰が払いますか")
        house.later(1)
        house.answers(begun, name, negative)
    asked = house.course()
    assert (asked.asked, asked.answered, asked.mood) == (True, True, (0.25, 0.75))
    assert asked.last_at == NOON + timedelta(minutes=3)  # when the customer wrote last
    assert (asked.handed_off_at, asked.csat, asked.voted_down) == (None, None, False)


def test_an_answer_that_was_voted_down_is_none(house: House) -> None:
    begun = house.begins()
    house.store.add_question(begun.id, "返品の送料は誰が払いますか")
    house.answers(begun, "1")
    house.store.vote(begun.id, "m-1", False, None, None)
    assert (house.course().answered, house.course().voted_down) == (False, True)
    house.answers(begun, "2")
    assert (house.course().answered, house.course().voted_down) == (True, True)


def test_courtesy_alone_asks_nothing(house: House) -> None:
    house.store.add_question(house.begins().id, "こんにちは")
    assert house.course().asked is False


def test_a_hand_off_from_the_request_to_the_resolution(house: House) -> None:
    begun = house.begins()
    house.store.add_question(begun.id, "洗濯機が水漏れします")
    ticket = house.hands_off(begun)
    house.later(10)
    house.desk.reply(ticket, AOI, "栓を閉めてください。")
    house.later(10)
    house.desk.resolve(ticket, AOI)
    course = house.course()
    assert (course.handed_off_at, course.cause) == (NOON, Cause.ANGER)
    assert course.first_reply_at == NOON + timedelta(minutes=10)
    assert course.resolved_at == NOON + timedelta(minutes=20)
    house.later(10)
    house.store.add_question(begun.id, "まだ漏れます")
    assert (house.course().reopened_at, house.course().resolved_at) == (NOON + timedelta(minutes=30), None)


def test_of_two_hand_offs_the_first_says_when_and_why(house: House) -> None:
    begun = house.begins()
    ticket = house.hands_off(begun, Cause.CANNOT_ANSWER)
    house.desk.hand_back(ticket, AOI)
    house.later(60)
    second = house.hands_off(begun)
    house.desk.reply(second, AOI, "確認します。")
    house.desk.resolve(second, AOI)
    course = house.course()
    assert (course.handed_off_at, course.cause) == (NOON, Cause.CANNOT_ANSWER)
    assert course.first_reply_at == course.resolved_at == NOON + timedelta(minutes=60)


@pytest.mark.parametrize("is_vote_last", [False, True])
def test_the_latest_rating_counts(house: House, is_vote_last: bool) -> None:
    begun = house.begins()
    house.store.add_question(begun.id, "返品の送料は誰が払いますか")
    house.answers(begun, "1")
    rate: list[Callable[[], object]] = [
        lambda: house.store.vote(begun.id, "m-1", None, 2, None),
        lambda: house.ratings.rate(begun.id, "1001", 5, None),
    ]
    for give in rate[::-1] if is_vote_last else rate:
        give()
        house.later(1)
    assert house.course().csat == (2 if is_vote_last else 5)


def test_only_what_began_since_the_oldest_first(house: House) -> None:
    old = house.begins()
    house.store.add_question(old.id, "返品の送料は誰が払いますか")
    house.later(60)
    new = [house.begins().id]
    house.later(60)
    new.append(house.begins().id)
    assert [course.id for course in house.courses.since(NOON + timedelta(minutes=60))] == new
    assert [course.id for course in house.courses.since(NOON)] == [old.id, *new]


def test_the_open_queue_is_as_it_is_after_each_change(house: House) -> None:
    """It is read once for all who ask at the same moment; nobody may be told what no longer holds."""
    begun = house.begins()
    house.store.add_question(begun.id, "洗濯機が水漏れします")
    ticket = house.hands_off(begun)
    assert [each.latest for each in house.desk.queue()] == ["洗濯機が水漏れします"]
    house.store.add_question(begun.id, "まだですか")
    assert [each.latest for each in house.desk.queue()] == ["まだですか"]
    house.desk.take(ticket, AOI)
    assert [each.ticket.agent for each in house.desk.queue()] == ["Aoi"]
    house.desk.resolve(ticket, AOI)
    assert house.desk.queue() == []
