"""What every outbox does: the shipped fake and the one on a database."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from app.adapters.outbox_memory import MemoryOutbox
from app.adapters.sql_outbox import SqlOutbox
from app.adapters.sql_store import SqlConversationStore
from app.adapters.store_memory import MemoryConversationStore
from app.domain.delivery import Delivery, DeliveryState, Outbox
from app.domain.ports import ConversationStore
from app.errors import Conflict, NotFound
from tests.builders import NOON

LEASE = 60.0


@dataclass
class MovedClock:
    at: datetime = NOON

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
def both(database: Engine | None, clock: MovedClock) -> tuple[ConversationStore, Outbox]:
    if database is None:
        return MemoryConversationStore(clock), MemoryOutbox(clock)
    return SqlConversationStore(database, clock), SqlOutbox(database, clock)


@pytest.fixture
def outbox(both: tuple[ConversationStore, Outbox]) -> Outbox:
    return both[1]


@pytest.fixture
def conversation_id(both: tuple[ConversationStore, Outbox]) -> str:
    return both[0].create("ja", "web", "token").id


def delivery(conversation_id: str, event: int = 1, target: str = "mail") -> Delivery:
    return Delivery(f"d-{target}-{event}", event, "message.created", conversation_id, target, NOON, NOON)


def test_an_event_is_queued_once_for_each_target(outbox: Outbox, conversation_id: str) -> None:
    assert outbox.queue("mail", [delivery(conversation_id, 1), delivery(conversation_id, 2)], 2) == 2
    again = replace(delivery(conversation_id, 2), id="another id")
    assert outbox.queue("mail", [again, delivery(conversation_id, 3)], 3) == 1
    assert outbox.queue("hook", [delivery(conversation_id, 2, "hook")], 2) == 1
    assert [each.id for each in outbox.deliveries(target="mail")] == ["d-mail-3", "d-mail-2", "d-mail-1"]


def test_a_new_target_begins_where_it_is_told_and_its_cursor_never_goes_back(outbox: Outbox) -> None:
    assert outbox.cursor("mail", 7) == 7
    assert outbox.cursor("mail", 9) == 7
    outbox.queue("mail", [], 12)
    outbox.queue("mail", [], 10)
    assert outbox.cursor("mail", 0) == 12


def test_a_claimed_delivery_is_nobody_elses_until_its_lease_ends(
    outbox: Outbox, conversation_id: str, clock: MovedClock
) -> None:
    """Its process may have been killed: then it is sent once more, under the same id."""
    outbox.queue("mail", [delivery(conversation_id)], 1)
    [claimed] = outbox.claim("mail", 10, LEASE)
    assert (claimed.id, claimed.attempts) == ("d-mail-1", 1)
    assert outbox.claim("mail", 10, LEASE) == []
    clock.at += timedelta(seconds=LEASE)
    [again] = outbox.claim("mail", 10, LEASE)
    assert (again.id, again.attempts) == ("d-mail-1", 2)
    assert not outbox.settle(replace(claimed, state=DeliveryState.SENT))  # the first comes too late to say so
    assert outbox.settle(replace(again, state=DeliveryState.SENT))
    clock.at += timedelta(days=1)
    assert outbox.claim("mail", 10, LEASE) == []


def test_two_who_claim_at_once_never_get_the_same(outbox: Outbox, conversation_id: str) -> None:
    events = range(1, 41)
    outbox.queue("mail", [delivery(conversation_id, event) for event in events], 40)
    with ThreadPoolExecutor(4) as processes:
        claims = [processes.submit(outbox.claim, "mail", 5, LEASE) for _ in range(16)]
        claimed = [each.event for claim in claims for each in claim.result()]
    claimed += [each.event for each in outbox.claim("mail", 40, LEASE)]  # what was locked when the others looked
    assert sorted(claimed) == list(events)


def test_only_what_is_due_for_the_target_is_claimed(outbox: Outbox, conversation_id: str, clock: MovedClock) -> None:
    later = replace(delivery(conversation_id, 1), due_at=NOON + timedelta(seconds=5))
    outbox.queue("mail", [later], 1)
    outbox.queue("hook", [delivery(conversation_id, 1, "hook")], 1)
    assert outbox.claim("mail", 10, LEASE) == []
    clock.at += timedelta(seconds=5)
    assert [each.target for each in outbox.claim("mail", 10, LEASE)] == ["mail"]


def test_a_dead_letter_is_listed_with_its_problem_and_tried_again_by_hand(outbox: Outbox, conversation_id: str) -> None:
    outbox.queue("mail", [delivery(conversation_id)], 1)
    with pytest.raises(Conflict):
        outbox.redeliver("d-mail-1")
    [claimed] = outbox.claim("mail", 10, LEASE)
    outbox.settle(replace(claimed, state=DeliveryState.DEAD, problem="The receiver answered 410."))
    [dead] = outbox.deliveries(DeliveryState.DEAD)
    assert (dead.problem, dead.attempts) == ("The receiver answered 410.", 1)
    assert outbox.deliveries(DeliveryState.QUEUED) == []
    anew = outbox.redeliver("d-mail-1")
    assert (anew.state, anew.attempts, anew.id) == (DeliveryState.QUEUED, 0, "d-mail-1")
    assert [each.id for each in outbox.claim("mail", 10, LEASE)] == ["d-mail-1"]
    with pytest.raises(NotFound):
        outbox.redeliver("no such delivery")


def test_deliveries_go_with_their_conversation(both: tuple[ConversationStore, Outbox], conversation_id: str) -> None:
    store, outbox = both
    if isinstance(outbox, MemoryOutbox):
        pytest.skip("the fake knows no conversations")
    outbox.queue("mail", [delivery(conversation_id)], 1)
    store.erase(conversation_id)
    assert outbox.deliveries() == []
    assert outbox.queue("mail", [delivery(conversation_id, 2)], 2) == 0  # what is erased is told nobody any more
