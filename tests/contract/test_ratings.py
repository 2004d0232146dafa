"""What every place where ratings are kept does: the shipped fake and the one on a database."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine

from app.adapters.clock import FixedClock
from app.adapters.ratings_memory import MemoryRatings
from app.adapters.sql_events import SqlEventLog
from app.adapters.sql_ratings import SqlRatings
from app.adapters.sql_store import SqlConversationStore
from app.adapters.store_memory import MemoryConversationStore
from app.domain.desk_ports import EventLog
from app.domain.events import EventKind
from app.domain.ports import ConversationStore
from app.domain.rating import Rating, Ratings
from app.errors import Conflict
from tests.builders import NOON

Kept = tuple[ConversationStore, EventLog, Ratings]


@pytest.fixture
def kept(database: Engine | None) -> Kept:
    clock = FixedClock(NOON)
    if database is None:
        store = MemoryConversationStore(clock)
        return store, store.events, MemoryRatings(clock, store.events)
    return SqlConversationStore(database, clock), SqlEventLog(database), SqlRatings(database, clock)


def test_a_rating_is_kept_and_told_once(kept: Kept) -> None:
    store, events, ratings = kept
    conversation = store.create("ja", "web", "token")
    given = ratings.rate(conversation.id, "1001", 4, "早い")
    assert given == Rating("1001", conversation.id, 4, "早い", NOON)
    with pytest.raises(Conflict):
        ratings.rate(conversation.id, "1001", 1, None)
    assert ratings.of_conversation(conversation.id) == [given]
    told = [event for event in events.after(0) if event.kind is EventKind.CSAT_GIVEN]
    assert [event.data for event in told] == [{"ticket_id": "1001"}]
    other = ratings.rate(conversation.id, "1002", 5, None)  # another ticket, another rating
    assert ratings.of_conversation(conversation.id) == [given, other]
    if isinstance(store, SqlConversationStore):  # the fake keeps them apart
        assert store.record(conversation.id).ratings == (given, other)


def test_of_two_presses_at_once_one_counts(kept: Kept) -> None:
    store, _, ratings = kept
    conversation = store.create("ja", "web", "token")

    def press(score: int) -> bool:
        try:
            ratings.rate(conversation.id, "1001", score, None)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(4) as presses:
        assert sum(presses.map(press, (1, 2, 3, 4))) == 1
