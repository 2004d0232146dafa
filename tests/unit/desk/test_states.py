"""The table of states: what each move leads to, and what no order of moves can bring about."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.adapters.cases_memory import MemoryCases, MemoryRoster
from app.adapters.clock import FixedClock
from app.adapters.people_memory import MemoryPeople
from app.adapters.store_memory import MemoryConversationStore
from app.desk.desk import Desk
from app.desk.targets import load_desk
from app.domain.conversation import Role
from app.domain.desk import Cause, Effect, Escalation, State
from app.domain.events import EventKind
from app.domain.people import StaffRole
from app.domain.states import SILENT, TABLE, Move, after
from app.errors import Conflict, Impossible
from tests.builders import NOON, outcome, trace
from tests.scripted import SITE

ASKED = Escalation(Cause.ASKED_FOR_HUMAN, Effect.HAND_OFF, turn=0, score=1.0)
BOT, OFFERED, WAITING, WITH_AGENT, RESOLVED, REOPENED = State
EXPECTED = {
    #             BOT      OFFERED    WAITING     WITH_AGENT  RESOLVED  REOPENED
    Move.OFFER: (OFFERED, OFFERED, None, None, None, None),
    Move.DECLINE: (None, BOT, None, None, None, None),
    Move.HAND_OFF: (WAITING, WAITING, WAITING, WITH_AGENT, REOPENED, REOPENED),
    Move.WRITE: (BOT, OFFERED, WAITING, WITH_AGENT, REOPENED, REOPENED),
    Move.WITHDRAW: (None, None, BOT, BOT, None, BOT),
    Move.ASSIGN: (None, None, WAITING, WITH_AGENT, None, REOPENED),
    Move.TAKE: (None, None, WITH_AGENT, WITH_AGENT, None, WITH_AGENT),
    Move.REPLY: (None, None, WITH_AGENT, WITH_AGENT, None, WITH_AGENT),
    Move.RETURN: (None, None, BOT, BOT, None, BOT),
    Move.RESOLVE: (None, None, RESOLVED, RESOLVED, None, RESOLVED),
    Move.REOPEN: (None, None, None, None, REOPENED, None),
}


@pytest.mark.parametrize("move", Move)
@pytest.mark.parametrize("state", State)
def test_each_move_leads_where_the_table_says_or_is_impossible(state: State, move: Move) -> None:
    expected = EXPECTED[move][list(State).index(state)]
    if expected is None:
        with pytest.raises(Impossible, match="the conversation"):
            after(state, move)
    else:
        assert after(state, move) is expected


def test_from_a_person_only_the_person_or_the_customer_leads_back_to_the_assistant() -> None:
    back = {move for state in SILENT for move, then in TABLE[state].items() if then not in SILENT}
    assert back == {Move.RETURN, Move.WITHDRAW}


def test_no_state_is_a_dead_end_for_the_customer() -> None:
    assert all(Move.WRITE in TABLE[state] and Move.HAND_OFF in TABLE[state] for state in State)


ACTS = st.sampled_from(
    "write answer offer decline hand_off withdraw take_a take_b reply_a reply_b assign_b give return_a resolve_a "
    "reopen_b tend see_a see_b".split()
)
JUMPS = st.integers(min_value=-3 * 24 * 60, max_value=3 * 24 * 60)  # minutes: clocks are set back, too


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(ACTS, st.one_of(st.just(0), JUMPS)), max_size=30))
def test_whatever_happens_in_whatever_order_the_assistant_is_silent_while_a_person_has_it(
    acts: list[tuple[str, int]],
) -> None:
    desk = Played()
    for act, minutes in acts:
        desk.play(act, minutes)
        desk.check()


class Played:
    """One conversation, two people, and a clock that jumps."""

    def __init__(self) -> None:
        self.clock = FixedClock(NOON)
        self.store, people = MemoryConversationStore(self.clock), MemoryPeople(self.clock)
        self.cases = MemoryCases(self.store)
        self.desk = Desk(self.cases, MemoryRoster(people, self.cases), SITE, load_desk(), self.clock)
        self.a, self.b = (people.add(name, name, frozenset({StaffRole.AGENT})) for name in "ab")
        self.id = self.store.create("ja", "web", "token").id
        self.answers = 0

    def play(self, act: str, minutes: int) -> None:
        before = self.store.find(self.id)
        self.clock.at += timedelta(minutes=minutes)
        try:
            self._act(act)
        except Conflict:
            assert self.store.find(self.id) == before  # what is impossible changes nothing

    def _act(self, act: str) -> None:
        verb, _, who = act.rpartition("_") if act[-2:] in ("_a", "_b") else (act, "", "a")
        user = self.a if who == "a" else self.b
        ticket = next(iter(reversed(self.store.tickets)), "1001")
        desk, conversation = self.desk, self.store.find(self.id)
        if verb == "write":
            self.store.add_question(self.id, "まだですか")
        elif verb == "answer":
            self.answers += 1
            said = outcome(f"m-{self.answers}", f"t-{self.answers}")
            self.store.add_answer(self.id, said, trace(self.id, f"t-{self.answers}"))
        elif verb == "hand_off":
            desk.open(conversation, ASKED)
        elif verb == "offer":
            desk.offer(conversation, ASKED)
        elif verb in ("decline", "withdraw"):
            getattr(desk, verb)(self.id)
        elif verb == "give":
            desk.give(self.id, "product", None)
        elif verb == "see":
            desk.see(user.id)
        elif verb == "tend":
            desk.tend()
        elif ticket in self.store.tickets:
            self._act_of_staff(verb, ticket, user)

    def _act_of_staff(self, verb: str, ticket: str, user: object) -> None:
        assert user in (self.a, self.b)
        person = self.a if user == self.a else self.b
        if verb == "reply":
            self.desk.reply(ticket, person, "はい")
        elif verb == "assign":
            self.desk.assign(ticket, person.id)
        else:
            getattr(self.desk, {"return": "hand_back"}.get(verb, verb))(ticket, person)

    def check(self) -> None:
        conversation = self.store.find(self.id)
        is_ticketed = conversation.state not in (State.BOT, State.OFFERED)
        assert is_ticketed == (conversation.handoff is not None)
        assert sum(ticket.closed_at is None for ticket in self.store.tickets.values()) == int(is_ticketed)
        is_held, said = False, {message.id: message.role for message in conversation.messages}
        for event in self.store.events.after(0, limit=1000):
            if event.kind is EventKind.AGENT_JOINED or event.kind is EventKind.TICKET_RESOLVED:
                is_held = True
            elif event.kind in (EventKind.HANDOFF_RETURNED, EventKind.HANDOFF_WITHDRAWN):
                is_held = False
            elif event.kind is EventKind.MESSAGE_CREATED and is_held:
                assert said[event.data["message_id"]] is not Role.ASSISTANT
