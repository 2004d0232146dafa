"""What everything that keeps looks does: the shipped fake and the one on a database."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from app.adapters.clock import FixedClock
from app.adapters.looks_memory import MemoryLooks
from app.adapters.sql_looks import SqlLooks
from app.adapters.sql_store import SqlConversationStore
from app.domain.look import Look, Looks
from app.errors import NotFound
from tests.builders import NOON

LATER = NOON + timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Kept:
    """Looks, and two conversations that somebody may look at."""

    looks: Looks
    clock: FixedClock
    one: str = "c-1"
    two: str = "c-2"
    conversations: SqlConversationStore | None = None


@pytest.fixture
def kept(database: Engine | None) -> Kept:
    clock = FixedClock(NOON)
    if database is None:
        return Kept(MemoryLooks(clock), clock)
    store = SqlConversationStore(database, clock)
    one, two = (store.create("ja", "web", token).id for token in ("1", "2"))
    return Kept(SqlLooks(database, clock), clock, one, two, store)


def test_of_each_agent_the_latest_look_at_a_conversation_is_kept(kept: Kept) -> None:
    kept.looks.look("sora", kept.one)
    kept.looks.look("aoi", kept.one, is_typing=True)
    kept.looks.look("aoi", kept.two)
    kept.clock.at = LATER
    kept.looks.look("aoi", kept.one)
    assert kept.looks.at(kept.one) == [Look("aoi", kept.one, LATER), Look("sora", kept.one, NOON)]
    assert kept.looks.at(kept.two) == [Look("aoi", kept.two, NOON)]


def test_who_types_is_told_until_they_look_without_typing(kept: Kept) -> None:
    kept.looks.look("aoi", kept.one, is_typing=True)
    assert [look.is_typing for look in kept.looks.at(kept.one)] == [True]
    kept.looks.look("aoi", kept.one)
    assert [look.is_typing for look in kept.looks.at(kept.one)] == [False]


def test_an_agent_s_looks_are_known_by_conversation(kept: Kept) -> None:
    kept.looks.look("aoi", kept.one)
    kept.looks.look("sora", kept.two)
    kept.clock.at = LATER
    kept.looks.look("aoi", kept.two)
    assert kept.looks.of("aoi") == {kept.one: NOON, kept.two: LATER}
    assert kept.looks.of("nobody") == {}
    assert kept.looks.at("no such conversation") == []


def test_two_pages_of_one_agent_look_in_the_same_moment(kept: Kept) -> None:
    with ThreadPoolExecutor(4) as pages:
        list(pages.map(lambda _: kept.looks.look("aoi", kept.one), range(8)))
    assert kept.looks.at(kept.one) == [Look("aoi", kept.one, NOON)]


def test_looks_go_with_their_conversation(kept: Kept) -> None:
    if kept.conversations is None:
        pytest.skip("the fake has no conversations")
    kept.looks.look("aoi", kept.one)
    kept.looks.look("aoi", kept.two)
    kept.conversations.erase(kept.one)
    assert (kept.looks.at(kept.one), kept.looks.of("aoi")) == ([], {kept.two: NOON})
    with pytest.raises(NotFound):
        kept.looks.look("aoi", kept.one)
