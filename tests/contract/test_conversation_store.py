"""What every conversation store does: the shipped fake and the one on a database."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from app.adapters.sql_store import SqlConversationStore
from app.adapters.store_memory import MemoryConversationStore
from app.domain.conversation import Conversation, Role, SignedCustomer, Vote
from app.domain.ports import ConversationStore
from app.errors import CustomerRefused, NotFound
from tests.builders import NOON, citation, document, outcome, trace

TOKEN = "the customer's token"
LATER = NOON + timedelta(minutes=30)


@dataclass
class MovedClock:
    at: datetime = NOON

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
def store(database: Engine | None, clock: MovedClock) -> ConversationStore:
    return SqlConversationStore(database, clock) if database else MemoryConversationStore(clock)


@pytest.fixture
def conversation(store: ConversationStore) -> Conversation:
    return store.create("ja", "web", TOKEN)


def test_a_new_conversation_is_empty_and_found_again(store: ConversationStore, conversation: Conversation) -> None:
    assert store.get(conversation.id, TOKEN) == conversation
    assert (conversation.locale, conversation.channel, conversation.created_at) == ("ja", "web", NOON)
    assert (conversation.messages, conversation.handoff) == ((), None)


@pytest.mark.parametrize("token", ["", "someone else's", TOKEN + " ", "トークン", "\ud800"])
def test_another_token_and_an_unknown_id_are_told_alike(
    store: ConversationStore, conversation: Conversation, token: str
) -> None:
    with pytest.raises(NotFound) as foreign:
        store.get(conversation.id, token)
    with pytest.raises(NotFound) as unknown:
        store.get("no-such-id", TOKEN)
    assert str(foreign.value) == str(unknown.value)


def test_one_conversation_does_not_show_in_another(store: ConversationStore, conversation: Conversation) -> None:
    other = store.create("en", "web", "other token")
    store.add_question(conversation.id, "返品の送料は")
    assert store.get(other.id, "other token").messages == ()


def test_question_and_answer_come_back_as_they_were_given(store: ConversationStore, conversation: Conversation) -> None:
    given = outcome(citations=(citation(1), citation(2, document("ja-fees", "送料は550円です。", "送料"))))
    store.add_question(conversation.id, "返品の送料は誰が払いますか 🙏")
    store.add_answer(conversation.id, given, trace(conversation.id))
    question, answer = store.get(conversation.id, TOKEN).messages
    assert (question.role, question.text, question.at) == (Role.CUSTOMER, "返品の送料は誰が払いますか 🙏", NOON)
    assert (answer.role, answer.id, answer.text, answer.outcome) == (Role.ASSISTANT, "m-1", given.text, given)


def test_a_citation_keeps_its_page(store: ConversationStore, conversation: Conversation) -> None:
    manual = replace(document(), page_starts=(0, 0, 0))
    said = outcome(citations=(citation(1, manual),))
    store.add_question(conversation.id, "置き場所は?")
    store.add_answer(conversation.id, said, trace(conversation.id))
    assert store.get(conversation.id, TOKEN).messages[1].outcome == said
    assert said.citations[0].page == 3


def test_an_answer_without_citations_keeps_none(store: ConversationStore, conversation: Conversation) -> None:
    store.add_answer(conversation.id, outcome(citations=()), trace(conversation.id))
    [answer] = store.get(conversation.id, TOKEN).messages
    assert answer.outcome == outcome(citations=())


def test_a_trace_is_found_with_its_steps_and_outcome(store: ConversationStore, conversation: Conversation) -> None:
    given = trace(conversation.id)
    store.add_answer(conversation.id, outcome(), given)
    assert store.trace("t-1") == given.model_copy(update={"outcome": outcome()})


def test_an_unknown_trace_is_not_found(store: ConversationStore) -> None:
    with pytest.raises(NotFound):
        store.trace("no-such-trace")


@pytest.mark.parametrize("method", ["add_question", "add_answer", "vote"])
def test_nothing_is_written_to_an_unknown_conversation(store: ConversationStore, method: str) -> None:
    arguments = {
        "add_question": ("返品",),
        "add_answer": (outcome(), trace("no-such-id")),
        "vote": ("m-1", True, None, None),
    }
    with pytest.raises(NotFound):
        getattr(store, method)("no-such-id", *arguments[method])


def _answered(store: ConversationStore, conversation: Conversation) -> None:
    store.add_question(conversation.id, "返品の送料は")
    store.add_answer(conversation.id, outcome(), trace(conversation.id))


@pytest.mark.parametrize(
    ("votes", "counts"),
    [([True], True), ([False], False), ([True, False], False), ([False, True], True), ([True, None], None)],
)
def test_the_latest_vote_counts_and_none_withdraws_it(
    store: ConversationStore, conversation: Conversation, votes: list[bool | None], counts: bool | None
) -> None:
    _answered(store, conversation)
    for helpful in votes:
        store.vote(conversation.id, "m-1", helpful, None, None)
    assert [message.helpful for message in store.get(conversation.id, TOKEN).messages] == [None, counts]


def test_a_vote_may_be_a_comment_or_a_score_alone(store: ConversationStore, conversation: Conversation) -> None:
    _answered(store, conversation)
    store.vote(conversation.id, "m-1", None, 5, "よく分かりました")
    assert store.get(conversation.id, TOKEN).messages[1].helpful is None


def test_only_answers_of_the_own_conversation_are_voted_on(
    store: ConversationStore, conversation: Conversation
) -> None:
    _answered(store, conversation)
    other = store.create("ja", "web", "other token")
    question = store.get(conversation.id, TOKEN).messages[0]
    for conversation_id, message_id in [(other.id, "m-1"), (conversation.id, question.id), (conversation.id, "m-2")]:
        with pytest.raises(NotFound):
            store.vote(conversation_id, message_id, True, None, None)
    assert store.get(conversation.id, TOKEN).messages[1].helpful is None


def test_what_is_said_at_once_is_neither_lost_nor_doubled(store: ConversationStore, conversation: Conversation) -> None:
    failures: list[Exception] = []

    def ask(n: int) -> None:
        try:
            for m in range(5):
                store.add_question(conversation.id, f"質問{n}-{m}")
                answer = outcome(message_id=f"m-{n}-{m}", trace_id=f"t-{n}-{m}")
                store.add_answer(conversation.id, answer, trace(conversation.id, f"t-{n}-{m}"))
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = store.get(conversation.id, TOKEN)
    texts = [message.text for message in found.messages if message.role is Role.CUSTOMER]
    assert failures == []
    assert sorted(texts) == sorted(f"質問{n}-{m}" for n in range(6) for m in range(5))
    assert len(found.messages) == 60
    for n in range(6):
        own = [text for text in texts if text.startswith(f"質問{n}-")]
        assert own == [f"質問{n}-{m}" for m in range(5)]


def test_the_record_holds_all_that_was_kept(store: ConversationStore, conversation: Conversation) -> None:
    _answered(store, conversation)
    store.vote(conversation.id, "m-1", False, 2, "<PERSON_1>には短い")
    record = store.record(conversation.id)
    assert record.conversation == store.get(conversation.id, TOKEN)
    assert record.votes == (Vote("m-1", False, 2, "<PERSON_1>には短い", NOON),)
    assert record.traces == (trace(conversation.id),)


def test_the_conversations_of_a_customer_are_found_by_the_sites_reference(store: ConversationStore) -> None:
    first, second = (store.create("ja", "web", TOKEN, "member 7") for _ in range(2))
    store.create("ja", "web", TOKEN, "member 8")
    store.create("ja", "web", TOKEN)
    assert sorted(store.of_customer("member 7")) == sorted([first.id, second.id])
    store.erase(first.id)
    assert store.of_customer("member 7") == [second.id]
    assert store.of_customer("") == []


def test_what_the_site_signed_is_found_again(store: ConversationStore) -> None:
    signed = SignedCustomer("<PERSON_1>", 26, "premium")
    known = store.create("ja", "web", TOKEN, "member 7", signed, "signature 1")
    assert store.get(known.id, TOKEN) == known
    assert (known.customer, store.of_customer("member 7")) == (signed, [known.id])
    assert store.create("ja", "web", TOKEN, "member 7").customer is None


def test_a_signature_begins_one_conversation_also_when_it_is_used_at_once(store: ConversationStore) -> None:
    def begin(_: int) -> bool:
        try:
            store.create("ja", "web", TOKEN, "member 7", SignedCustomer(), "signature 1")
        except CustomerRefused:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(begin, range(6))) == [False] * 5 + [True]
    assert len(store.of_customer("member 7")) == 1


def test_what_is_erased_is_gone_and_nothing_else(store: ConversationStore, conversation: Conversation) -> None:
    other = store.create("en", "web", TOKEN)
    for each, message_id, trace_id in ((conversation, "m-1", "t-1"), (other, "m-2", "t-2")):
        store.add_question(each.id, "返品の送料は")
        store.add_answer(each.id, outcome(message_id, trace_id), trace(each.id, trace_id))
    store.erase(conversation.id)
    for gone in (
        lambda: store.get(conversation.id, TOKEN),
        lambda: store.record(conversation.id),
        lambda: store.trace("t-1"),
        lambda: store.erase(conversation.id),
    ):
        with pytest.raises(NotFound):
            gone()
    assert len(store.get(other.id, TOKEN).messages) == 2
    assert store.trace("t-2").conversation_id == other.id


def test_a_purge_goes_by_the_last_message(store: ConversationStore, clock: MovedClock) -> None:
    quiet, talking, silent = (store.create("ja", "web", TOKEN) for _ in range(3))
    store.add_question(quiet.id, "返品")
    clock.at = LATER
    store.add_question(talking.id, "返品")
    assert store.purge(NOON) == 0
    assert store.purge(LATER) == 2
    assert store.purge(LATER) == 0
    assert len(store.get(talking.id, TOKEN).messages) == 1
    for gone in (quiet, silent):
        with pytest.raises(NotFound):
            store.get(gone.id, TOKEN)


def test_a_purge_of_many_is_whole(store: ConversationStore, clock: MovedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.adapters.sql_store._PURGED_AT_ONCE", 5)
    for _ in range(13):
        store.create("ja", "web", TOKEN)
    clock.at = LATER
    kept = store.create("ja", "web", TOKEN)
    assert store.purge(LATER) == 13
    assert store.get(kept.id, TOKEN) == kept


def test_two_processes_may_purge_at_once(
    store: ConversationStore, clock: MovedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.adapters.sql_store._PURGED_AT_ONCE", 5)
    for _ in range(60):
        store.create("ja", "web", TOKEN)
    clock.at = LATER
    talking = store.create("ja", "web", TOKEN)
    other = SqlConversationStore(store._engine, clock) if isinstance(store, SqlConversationStore) else store
    with ThreadPoolExecutor(3) as purging:
        counts = [purging.submit(each.purge, LATER) for each in (store, other)]
        said = [purging.submit(store.add_question, talking.id, f"質問{n}") for n in range(20)]
    assert sum(count.result() for count in counts) == 60
    assert len([message.result() for message in said]) == len(store.get(talking.id, TOKEN).messages) == 20
