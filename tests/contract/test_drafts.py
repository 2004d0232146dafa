"""What every store of drafts does: the shipped fake and the one on a database."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from app.adapters.clock import FixedClock
from app.adapters.drafts_memory import MemoryDrafts
from app.adapters.sql_drafts import SqlDrafts
from app.adapters.sql_store import SqlConversationStore
from app.domain.diff import word_diff
from app.domain.draft import DraftEnd, End, Rejection
from app.domain.draft_ports import DraftStore
from app.errors import Conflict, NotFound
from tests.builders import NOON, draft


@dataclass(frozen=True, slots=True)
class Kept:
    """A store of drafts, and a conversation that they may belong to."""

    drafts: DraftStore
    conversation: str
    conversations: SqlConversationStore | None = None


@pytest.fixture
def kept(database: Engine | None) -> Kept:
    if database is None:
        return Kept(MemoryDrafts(), "c-1")
    conversations = SqlConversationStore(database, FixedClock(NOON))
    return Kept(SqlDrafts(database), conversations.create("ja", "web", "token").id, conversations)


def sent(draft_id: str, hours: float = 1.0) -> DraftEnd:
    changes = word_diff("14日です。", "30日です。")
    at = NOON + timedelta(hours=hours)
    return DraftEnd(
        draft_id, End.EDITED, at, 42.5, "30日です。", changes, 0.2, ("30日です。",), ("ja-old",), None, "aoi"
    )


def test_a_draft_comes_back_as_it_was_kept(kept: Kept) -> None:
    made = draft("d-1", kept.conversation, staff="上限は30,000円です。")
    kept.drafts.add(made)
    assert kept.drafts.get("d-1") == made
    assert kept.drafts.get("d-1").is_agent_only


def test_an_end_comes_back_with_its_draft_and_is_the_only_one(kept: Kept) -> None:
    kept.drafts.add(draft("d-1", kept.conversation))
    kept.drafts.end(sent("d-1"))
    [ended] = kept.drafts.ended()
    assert (ended.draft, ended.end) == (draft("d-1", kept.conversation), sent("d-1"))
    with pytest.raises(Conflict):
        kept.drafts.end(replace(sent("d-1"), end=End.REJECTED, rejection=Rejection.TONE))


def test_a_draft_that_could_not_be_sent_is_open_again(kept: Kept) -> None:
    kept.drafts.add(draft("d-1", kept.conversation))
    kept.drafts.end(sent("d-1"))
    kept.drafts.reopen("d-1")
    assert kept.drafts.ended() == []
    kept.drafts.end(sent("d-1", 2.0))
    with pytest.raises(NotFound):
        kept.drafts.reopen("d-0")


def test_ends_are_in_order_and_since_a_time(kept: Kept) -> None:
    for name, hours in (("d-1", 3.0), ("d-2", 1.0), ("d-3", 2.0)):
        kept.drafts.add(draft(name, kept.conversation))
        kept.drafts.end(sent(name, hours))
    kept.drafts.add(draft("d-4", kept.conversation))
    assert [each.draft.id for each in kept.drafts.ended()] == ["d-2", "d-3", "d-1"]
    assert [each.draft.id for each in kept.drafts.ended(NOON + timedelta(hours=2))] == ["d-3", "d-1"]


def test_the_drafts_of_a_conversation_come_newest_first(kept: Kept) -> None:
    kept.drafts.add(draft("d-1", kept.conversation))
    kept.drafts.add(replace(draft("d-2", kept.conversation), made_at=NOON + timedelta(minutes=1)))
    assert [each.id for each in kept.drafts.of_conversation(kept.conversation)] == ["d-2", "d-1"]
    assert kept.drafts.of_conversation("another") == []


def test_those_without_an_end_wait_the_newest_first(kept: Kept) -> None:
    for minute in range(3):
        made = draft(f"d-{minute}", kept.conversation)
        kept.drafts.add(replace(made, made_at=NOON + timedelta(minutes=minute)))
    kept.drafts.end(sent("d-1"))
    assert [each.id for each in kept.drafts.waiting(kept.conversation)] == ["d-2", "d-0"]
    assert kept.drafts.waiting("another") == []


def test_what_is_not_there_is_not_found(kept: Kept) -> None:
    with pytest.raises(NotFound):
        kept.drafts.get("d-0")
    with pytest.raises(NotFound):
        kept.drafts.end(sent("d-0"))


def test_a_draft_goes_with_its_conversation(kept: Kept) -> None:
    if kept.conversations is None:
        pytest.skip("the fake has no conversations")
    kept.drafts.add(draft("d-1", kept.conversation))
    kept.conversations.erase(kept.conversation)
    with pytest.raises(NotFound):
        kept.drafts.get("d-1")
    with pytest.raises(NotFound):
        kept.drafts.add(draft("d-2", kept.conversation))
