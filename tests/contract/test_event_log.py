"""What every log of what happened does: the shipped fake and the one on a database."""

import threading

import pytest
from sqlalchemy import Engine

from app.adapters.clock import FixedClock
from app.adapters.sql_events import SqlEventLog
from app.adapters.sql_store import SqlConversationStore
from app.adapters.store_memory import MemoryConversationStore
from app.domain.desk_ports import EventLog
from app.domain.events import EventKind
from app.domain.ports import ConversationStore
from app.errors import NotFound
from tests.builders import NOON, outcome, trace

Kept = tuple[ConversationStore, EventLog]


@pytest.fixture
def kept(database: Engine | None) -> Kept:
    clock = FixedClock(NOON)
    if database is None:
        memory = MemoryConversationStore(clock)
        return memory, memory.events
    return SqlConversationStore(database, clock), SqlEventLog(database)


def test_what_is_said_is_told_by_ids_and_never_by_words(kept: Kept) -> None:
    store, log = kept
    assert (log.latest(), log.after(0)) == (0, [])
    conversation = store.create("ja", "web", "token")
    question = store.add_question(conversation.id, "返品の送料は")
    store.add_answer(conversation.id, outcome(), trace(conversation.id))
    store.vote(conversation.id, "m-1", None, 5, "よく分かりました")
    events = log.after(0)
    assert [(event.kind, event.data) for event in events] == [
        (EventKind.CONVERSATION_CREATED, {}),
        (EventKind.MESSAGE_CREATED, {"message_id": question.id, "role": "customer"}),
        (EventKind.MESSAGE_CREATED, {"message_id": "m-1", "role": "assistant"}),
        (EventKind.CSAT_GIVEN, {"message_id": "m-1"}),
    ]
    assert {(event.conversation_id, event.at) for event in events} == {(conversation.id, NOON)}
    assert log.latest() == events[-1].number


def test_a_reader_goes_on_where_it_stopped_in_one_conversation_or_in_all(kept: Kept) -> None:
    store, log = kept
    one, other = (store.create("ja", "web", "token") for _ in range(2))
    seen = log.latest()
    for conversation in (one, other, one):
        store.add_question(conversation.id, "返品")
    assert [event.conversation_id for event in log.after(seen)] == [one.id, other.id, one.id]
    assert [event.conversation_id for event in log.after(seen, other.id)] == [other.id]
    assert log.after(seen, limit=2) == log.after(seen)[:2]
    assert log.after(log.latest()) == []


def test_what_was_not_done_is_not_told(kept: Kept) -> None:
    store, log = kept
    with pytest.raises(NotFound):
        store.add_question("no-such-id", "返品")
    assert log.latest() == 0


def test_events_go_with_their_conversation_and_their_numbers_do_not_come_back(kept: Kept) -> None:
    store, log = kept
    gone, stays = (store.create("ja", "web", "token") for _ in range(2))
    store.add_question(gone.id, "返品")
    last = log.latest()
    store.erase(gone.id)
    assert {event.conversation_id for event in log.after(0)} == {stays.id}
    store.add_question(stays.id, "返品")
    assert log.latest() > last


def test_a_reader_misses_nothing_that_many_write_at_once(kept: Kept) -> None:
    store, log = kept
    conversations = [store.create("ja", "web", "token").id for _ in range(6)]
    began = log.latest()
    seen: list[int] = []
    are_done = threading.Event()

    def read() -> None:
        is_last = False
        while not is_last:
            is_last = are_done.is_set()
            seen.extend(event.number for event in log.after(seen[-1] if seen else began))

    def write(conversation_id: str) -> None:
        for n in range(25):
            store.add_question(conversation_id, f"質問{n}")

    reader = threading.Thread(target=read)
    writers = [threading.Thread(target=write, args=(conversation_id,)) for conversation_id in conversations]
    for thread in (reader, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    are_done.set()
    reader.join()
    everything = log.after(began)
    assert len(everything) == 150
    assert seen == [event.number for event in everything]
