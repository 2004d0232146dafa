"""What every keeper of tickets does: the shipped fake and the one on a database, each beneath the desk."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from app.adapters.cases_memory import MemoryCases, MemoryRoster
from app.adapters.clock import FixedClock
from app.adapters.people_memory import MemoryPeople
from app.adapters.sql_cases import SqlCases
from app.adapters.sql_events import SqlEventLog
from app.adapters.sql_people import SqlPeople
from app.adapters.sql_roster import SqlRoster
from app.adapters.sql_store import SqlConversationStore
from app.adapters.store_memory import MemoryConversationStore
from app.desk.desk import Desk
from app.desk.targets import load_desk
from app.domain.conversation import Conversation, Role
from app.domain.desk import Cause, Effect, Escalation, State
from app.domain.desk_ports import Cases, EventLog, Roster
from app.domain.events import EventKind
from app.domain.people import StaffRole, User
from app.domain.people_ports import People
from app.domain.ports import ConversationStore
from app.errors import Impossible, NotFound, Taken, WrittenMeanwhile
from tests.builders import NOON, outcome, trace
from tests.scripted import SITE

AGENT = frozenset({StaffRole.AGENT})
ASKED = Escalation(Cause.ASKED_FOR_HUMAN, Effect.HAND_OFF, turn=0, score=1.0)
PRESENT = load_desk().presence


@dataclass
class Kept:
    """The desk, and what is beneath it."""

    store: ConversationStore
    log: EventLog
    people: People
    desk: Desk
    clock: FixedClock

    def conversation(self) -> Conversation:
        return self.store.create("ja", "web", "token")

    def agent(self, name: str, is_there: bool = True) -> User:
        user = self.people.add(name, name, AGENT)
        if is_there:
            self.desk.see(user.id)
        return user

    def now(self, conversation: Conversation) -> Conversation:
        return self.store.find(conversation.id)

    def told(self, conversation: Conversation) -> list[EventKind]:
        quiet = {EventKind.CONVERSATION_CREATED, EventKind.MESSAGE_CREATED, EventKind.DETAILS_ASKED}
        return [event.kind for event in self.log.after(0, conversation.id) if event.kind not in quiet]


@pytest.fixture
def kept(database: Engine | None) -> Kept:
    clock = FixedClock(NOON)
    if database is None:
        store, people = MemoryConversationStore(clock), MemoryPeople(clock)
        cases = MemoryCases(store)
        return _kept(store, store.events, people, cases, MemoryRoster(people, cases), clock)
    sql_store, sql_people = SqlConversationStore(database, clock), SqlPeople(database, clock)
    return _kept(sql_store, SqlEventLog(database), sql_people, SqlCases(database), SqlRoster(database, clock), clock)


def _kept(
    store: ConversationStore, log: EventLog, people: People, cases: Cases, roster: Roster, clock: FixedClock
) -> Kept:
    return Kept(store, log, people, Desk(cases, roster, SITE, load_desk(), clock), clock)


def test_a_ticket_goes_all_the_way_and_back(kept: Kept) -> None:
    conversation, aoi = kept.conversation(), kept.agent("aoi")
    kept.store.add_question(conversation.id, "返品の送料は")
    promised = kept.desk.open(kept.now(conversation), ASKED)
    assert (promised.ticket_id, promised.expected_reply_at) == ("1001", NOON + timedelta(minutes=30))
    assert kept.now(conversation).state is State.WAITING
    assert kept.desk.take("1001", aoi).agent == "aoi"
    kept.desk.reply("1001", aoi, "お待たせしました", seen=1)
    said = kept.now(conversation).messages[-1]
    assert (said.role, said.author, said.text) == (Role.AGENT, "aoi", "お待たせしました")
    assert kept.desk.resolve("1001", aoi).resolved_at == NOON
    kept.store.add_question(conversation.id, "もう一つあります")
    again = kept.desk.ticket("1001")
    assert (kept.now(conversation).state, again.assigned_to, again.resolved_at) == (State.REOPENED, aoi.id, None)
    kept.desk.hand_back("1001", aoi)
    shown = kept.now(conversation)
    assert (shown.state, shown.handoff) == (State.BOT, None)
    assert kept.told(conversation) == [
        EventKind.HANDOFF_CREATED,
        EventKind.AGENT_JOINED,
        EventKind.TICKET_RESOLVED,
        EventKind.TICKET_REOPENED,
        EventKind.HANDOFF_RETURNED,
    ]


def test_asking_again_keeps_the_ticket_and_what_was_promised(kept: Kept) -> None:
    conversation = kept.conversation()
    first = kept.desk.open(conversation, ASKED)
    kept.clock.at += timedelta(minutes=10)
    assert kept.desk.open(conversation, ASKED, contact="<CONTACT_1>") == first
    request = kept.now(conversation).handoff
    assert request is not None
    assert (request.ticket_id, request.contact, request.requested_at) == ("1001", "<CONTACT_1>", NOON)


def test_what_presses_more_makes_an_open_ticket_more_urgent_and_says_why(kept: Kept) -> None:
    conversation = kept.conversation()
    kept.desk.open(conversation, ASKED)
    usual = kept.desk.ticket("1001")
    kept.desk.open(conversation, Escalation(Cause.CRITICAL_TOPIC, Effect.HAND_OFF, 2, 0.97, "safety"))
    urgent = kept.desk.ticket("1001")
    assert (urgent.priority, urgent.cause, urgent.topic, urgent.turn) == ("urgent", "critical_topic", "safety", 2)
    assert urgent.first_reply_due < usual.first_reply_due
    assert urgent.expected_reply_at == usual.expected_reply_at
    kept.desk.open(conversation, ASKED)
    assert kept.desk.ticket("1001") == urgent


def test_a_withdrawn_ticket_is_over_and_the_next_one_is_new(kept: Kept) -> None:
    conversation, aoi = kept.conversation(), kept.agent("aoi")
    with pytest.raises(Impossible):
        kept.desk.withdraw(conversation.id)
    kept.desk.open(conversation, ASKED)
    kept.desk.withdraw(conversation.id)
    with pytest.raises(Impossible):
        kept.desk.take("1001", aoi)
    assert (kept.now(conversation).state, kept.now(conversation).handoff) == (State.BOT, None)
    assert kept.desk.open(conversation, ASKED).ticket_id == "1002"
    assert [each.ticket_id for each in kept.store.record(conversation.id).requests] == ["1001", "1002"]


def test_of_two_who_take_it_in_the_same_second_one_wins_and_the_other_is_told_who(kept: Kept) -> None:
    people = [kept.agent(f"agent-{n}") for n in range(6)]
    conversation = kept.conversation()
    kept.desk.open(conversation, ASKED)

    def take(user: User) -> str:
        try:
            kept.desk.take("1001", user)
        except Taken as error:
            return f"told {error.values['name']}"
        return f"won {user.name}"

    with ThreadPoolExecutor(6) as taking:
        results = list(taking.map(take, people))
    [winner] = [result.removeprefix("won ") for result in results if result.startswith("won")]
    assert results.count(f"told {winner}") == 5
    assert kept.told(conversation).count(EventKind.AGENT_JOINED) == 1


def test_an_answer_that_comes_after_a_person_is_not_kept(kept: Kept) -> None:
    conversation, aoi = kept.conversation(), kept.agent("aoi")
    kept.store.add_question(conversation.id, "返品")
    kept.desk.open(conversation, ASKED)
    kept.desk.take("1001", aoi)
    with pytest.raises(Impossible):
        kept.store.add_answer(conversation.id, outcome(), trace(conversation.id))
    assert len(kept.now(conversation).messages) == 1


def test_a_reply_waits_when_the_customer_wrote_meanwhile(kept: Kept) -> None:
    conversation, aoi = kept.conversation(), kept.agent("aoi")
    kept.store.add_question(conversation.id, "返品")
    kept.desk.open(conversation, ASKED)
    kept.store.add_question(conversation.id, "やっぱり交換で")
    with pytest.raises(WrittenMeanwhile):
        kept.desk.reply("1001", aoi, "返品ですね", seen=1)
    assert len(kept.now(conversation).messages) == 2
    kept.desk.reply("1001", aoi, "返品ですね", seen=1, is_anyway=True)
    kept.desk.reply("1001", aoi, "交換ですね", seen=2)
    assert [message.text for message in kept.now(conversation).messages[2:]] == ["返品ですね", "交換ですね"]


def test_somebody_else_can_neither_reply_nor_end_it(kept: Kept) -> None:
    conversation, aoi, sora = kept.conversation(), kept.agent("aoi"), kept.agent("sora")
    kept.desk.open(conversation, ASKED)
    kept.desk.take("1001", aoi)
    for act in (
        lambda: kept.desk.reply("1001", sora, "はい"),
        lambda: kept.desk.resolve("1001", sora),
        lambda: kept.desk.hand_back("1001", sora),
    ):
        with pytest.raises(Taken, match="aoi"):
            act()
    kept.desk.assign("1001", sora.id)
    kept.desk.reply("1001", sora, "代わりました")
    joined = [EventKind.AGENT_JOINED, EventKind.AGENT_LEFT, EventKind.AGENT_JOINED]
    assert kept.told(conversation)[1:] == joined


def test_an_offer_is_declined_and_counted(kept: Kept) -> None:
    conversation = kept.conversation()
    kept.desk.offer(conversation, Escalation(Cause.ANGER, Effect.OFFER, 0, 0.9))
    assert kept.now(conversation).state is State.OFFERED
    kept.desk.decline(conversation.id)
    shown = kept.now(conversation)
    assert (shown.state, shown.declined_offers) == (State.BOT, 1)
    with pytest.raises(Impossible):
        kept.desk.decline(conversation.id)


def test_details_are_asked_one_by_one_and_never_twice(kept: Kept) -> None:
    conversation = kept.conversation()
    kept.store.add_question(conversation.id, "注文番号 A-20931 の洗濯機です")
    kept.desk.open(kept.now(conversation), ASKED)
    kept.desk.give(conversation.id, "tried", None)
    kept.desk.give(conversation.id, "contact", "<CONTACT_1>")
    request = kept.now(conversation).handoff
    assert request is not None
    assert request.contact == "<CONTACT_1>"
    assert dict(request.details) == {
        "order_number": "A-20931",
        "product": "洗濯機",
        "tried": None,
        "contact": "<CONTACT_1>",
    }
    asked = [event.data["key"] for event in kept.log.after(0) if event.kind is EventKind.DETAILS_ASKED]
    assert asked == ["tried", "contact"]


def test_tickets_go_to_who_is_there_has_least_and_speaks_the_language(kept: Kept) -> None:
    for name in ("aoi", "sora"):
        kept.agent(name)
    english = kept.agent("emma")
    kept.people.change(english.id, languages=frozenset({"en"}))
    kept.agent("away", is_there=False)
    given = []
    for _ in range(4):
        ticket = kept.desk.open(kept.conversation(), ASKED)
        given.append(kept.desk.ticket(ticket.ticket_id).agent or "")
        kept.clock.at += timedelta(seconds=1)
    assert sorted(given[:2]) == sorted(given[2:]) == ["aoi", "sora"]
    assert {each.name: each.load for each in kept.desk.colleagues()} == {"aoi": 2, "sora": 2, "emma": 0, "away": 0}


def test_who_vanishes_loses_the_ticket_to_somebody_who_is_there(kept: Kept) -> None:
    conversation, aoi = kept.conversation(), kept.agent("aoi")
    kept.desk.open(conversation, ASKED)
    kept.desk.take("1001", aoi)
    kept.clock.at += timedelta(minutes=PRESENT.away_minutes, seconds=1)
    assert (kept.desk.tend(), kept.desk.ticket("1001").assigned_to) == (0, aoi.id)  # nobody else is there
    sora = kept.agent("sora")
    assert kept.desk.tend() == 1
    ticket = kept.desk.ticket("1001")
    assert (ticket.assigned_to, ticket.taken_at, kept.now(conversation).state) == (sora.id, None, State.WITH_AGENT)
    assert kept.told(conversation)[-1] is EventKind.AGENT_LEFT
    assert kept.desk.tend() == 0


def test_a_late_reply_is_told_once_however_many_processes_look(kept: Kept) -> None:
    conversation = kept.conversation()
    kept.desk.open(conversation, ASKED)
    kept.clock.at += timedelta(minutes=31)
    with ThreadPoolExecutor(4) as tending:
        list(tending.map(lambda _: kept.desk.tend(), range(4)))
    assert kept.told(conversation).count(EventKind.REPLY_DELAYED) == 1
    expected = kept.desk.ticket("1001").expected_reply_at
    assert expected == kept.clock.at + timedelta(minutes=31)


def test_notes_are_for_colleagues(kept: Kept) -> None:
    conversation, aoi = kept.conversation(), kept.agent("aoi")
    kept.desk.open(conversation, ASKED)
    kept.desk.note("1001", aoi, "折り返し済み")
    [note] = kept.desk.notes(conversation.id)
    assert (note.author, note.text, note.at) == ("aoi", "折り返し済み", NOON)
    assert kept.store.record(conversation.id).notes == (note,)
    assert kept.now(conversation).messages == ()


def test_the_queue_shows_what_is_open_and_what_is_done(kept: Kept) -> None:
    aoi, first, second = kept.agent("aoi"), kept.conversation(), kept.conversation()
    kept.store.add_question(first.id, "返品")
    for conversation in (first, second):
        kept.desk.open(conversation, ASKED)
        kept.clock.at += timedelta(minutes=1)
    safety = Escalation(Cause.CRITICAL_TOPIC, Effect.HAND_OFF, 0, 1.0, "safety")
    kept.desk.open(kept.conversation(), safety)
    assert [queued.ticket.id for queued in kept.desk.queue()] == ["1003", "1001", "1002"]
    kept.desk.resolve("1001", aoi)
    assert [queued.ticket.id for queued in kept.desk.queue()] == ["1003", "1002"]
    [done] = kept.desk.queue(is_open=False)
    assert (done.ticket.id, done.state, done.subject, done.latest) == ("1001", State.RESOLVED, "返品", "返品")


def test_earlier_conversations_are_those_of_the_same_customer_for_whom_the_site_signed(kept: Kept) -> None:
    def asked(token: str, customer: str | None = None, signature: str | None = None) -> Conversation:
        conversation = kept.store.create("ja", "web", token, customer=customer, signature=signature)
        kept.desk.open(conversation, ASKED)
        return conversation

    first = asked("1", "c-7", "signature 1")
    asked("2", "c-7", "signature 2")
    asked("3", "c-8", "signature 3")
    claimed = asked("4", "c-7")
    nobody = asked("5")
    latest = asked("6", "c-7", "signature 6")
    assert [queued.ticket.id for queued in kept.desk.earlier(latest.id)] == ["1002", "1001"]
    assert [queued.ticket.id for queued in kept.desk.earlier(first.id)] == ["1006", "1002"]
    assert kept.desk.earlier(claimed.id) == kept.desk.earlier(nobody.id) == kept.desk.earlier("unknown") == []


@pytest.mark.parametrize("ticket_id", ["1001", "999", "0", "-5", "", "x", "１００１", "9" * 30])
def test_an_unknown_ticket_is_not_found(kept: Kept, ticket_id: str) -> None:
    with pytest.raises(NotFound):
        kept.desk.ticket(ticket_id)


def test_what_is_erased_is_gone_from_the_desk_too(kept: Kept) -> None:
    conversation, aoi = kept.conversation(), kept.agent("aoi")
    kept.desk.open(conversation, ASKED)
    kept.desk.note("1001", aoi, "折り返し済み")
    kept.store.erase(conversation.id)
    assert (kept.desk.queue(), kept.desk.notes(conversation.id), kept.log.after(0)) == ([], [], [])
    with pytest.raises(NotFound):
        kept.desk.take("1001", aoi)
