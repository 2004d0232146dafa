"""The way of one question, with a fake embedder, a fake store and a real index."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import cast

import pytest

from app.adapters.clock import FixedClock
from app.adapters.embedder_hashing import HashingEmbedder
from app.adapters.index_files import LoadedIndex
from app.adapters.pii_listed import ListedPii
from app.adapters.reranker_overlap import OverlapReranker
from app.adapters.store_memory import MemoryConversationStore
from app.adapters.vault_memory import MemoryVault
from app.answering.escalate import Line, Policy, load_policy
from app.answering.evidence import Abstention
from app.answering.extractive import ExtractiveWriter
from app.answering.guard import Guard, Rules
from app.answering.pipeline import PROMPTS, AnswerPipeline
from app.answering.redact import Redactor
from app.answering.verify import Thresholds, Verifier
from app.domain.conversation import Conversation, Role
from app.domain.desk import Cause, Effect, State
from app.domain.desk_ports import HandoffDesk
from app.domain.knowledge import Audience
from app.domain.outcome import Kind, Language, Outcome, OutcomeEvent, Reason, SentenceEvent
from app.domain.ports import ChunkIndex, Claim, Reranker
from app.domain.retrieval import Retrieval
from app.domain.ticket import Case, Change
from app.errors import NoIndex
from app.prompting import load_prompts
from app.settings import ROOT
from tests.builders import NOON, PERSONAL, chunk_of, document, index_of
from tests.escalating import RememberingDesk, escalator

EMBEDDER = HashingEmbedder(256)
SURE = Abstention(intercept=-4.0, weights={"coverage": 8.0}, threshold=0.5, clarify_margin=0.3)
ARTICLES = (
    document("ja-returns", "未開封の商品は14日以内に返品できます。返送料はお客様のご負担です。", "返品について"),
    document("ja-points", "ポイントの有効期限は最後のお買い物から12か月です。", "ポイントについて"),
    document("en-delivery", "Standard delivery takes 2 to 4 days.", "Delivery times", lang="en"),
    document("ja-limit", "返金の上限は担当者一人あたり30,000円です。", "返金の上限", audience=Audience.AGENT),
    document("ja-ap30", "AP-30のフィルターの交換目安は12か月です。", "AP-30のフィルター交換"),
    document("ja-ap50", "AP-50のフィルターの交換目安は24か月です。", "AP-50のフィルター交換"),
)


class LyingWriter:
    """A writer that adds a promise and changes a number."""

    name = "lying"

    def __init__(self, *texts: str) -> None:
        self._texts = texts

    def write(self, retrieval: Retrieval, index: ChunkIndex) -> list[Claim]:
        return [Claim(text, retrieval.hits[0].position) for text in self._texts]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> LoadedIndex:
    return index_of(
        tmp_path_factory.mktemp("index"), *((article, chunk_of(article)) for article in ARTICLES), embedder=EMBEDDER
    )


@pytest.fixture
def store() -> MemoryConversationStore:
    return MemoryConversationStore(FixedClock(NOON))


@pytest.fixture
def pipeline_with(index: LoadedIndex, store: MemoryConversationStore) -> Callable[..., AnswerPipeline]:
    def build(
        writer: object = None,
        current: Callable[[], ChunkIndex] = lambda: index,
        cores: int = 2,
        reranker: Reranker | None = None,
        handoffs: HandoffDesk | None = None,
        policy: Policy | None = None,
    ) -> AnswerPipeline:
        return AnswerPipeline(
            current_index=current,
            embedder=EMBEDDER,
            writer=writer or ExtractiveWriter(),  # type: ignore[arg-type]
            verifier=Verifier(Thresholds.load()),
            abstention=SURE,
            prompts=load_prompts(ROOT / "prompts", PROMPTS),
            store=store,
            guard=Guard(Rules.load(), None),
            redactor=Redactor(ListedPii(PERSONAL), MemoryVault(), MemoryVault),
            clock=FixedClock(NOON),
            cores=cores,
            policy="test",
            escalator=escalator(policy),
            desk=handoffs or RememberingDesk(),
            reranker=reranker,
        )

    return build


@pytest.fixture
def conversation(store: MemoryConversationStore) -> Conversation:
    return store.create("ja", "web", "token")


async def outcome_of(pipeline: AnswerPipeline, conversation: Conversation, text: str) -> Outcome:
    events = [event async for event in pipeline.answer(conversation, text)]
    assert isinstance(events[-1], OutcomeEvent)
    return events[-1].outcome


async def test_while_a_person_has_it_a_message_is_passed_on_and_nothing_else_runs(
    pipeline_with: Callable[..., AnswerPipeline], conversation: Conversation, store: MemoryConversationStore
) -> None:
    def no_index() -> ChunkIndex:
        raise NoIndex("nothing is to be looked up")

    store.change_case(conversation.id, lambda case: Change(replace(case, state=State.WITH_AGENT), NOON))
    held = store.find(conversation.id)
    outcome = await outcome_of(pipeline_with(current=no_index), held, "返品の返送料は090-1234-5678へ")
    [message] = store.find(conversation.id).messages
    assert (outcome.kind, outcome.text, outcome.message_id) == (Kind.RELAYED, "", message.id)
    assert message.text == "返品の返送料は<PHONE_1>へ"


class TakingWriter:
    """While it writes, a person takes the conversation."""

    name = "taking"

    def __init__(self, store: MemoryConversationStore, conversation_id: str) -> None:
        self._store, self._conversation_id = store, conversation_id

    def write(self, retrieval: Retrieval, index: ChunkIndex) -> list[Claim]:
        taken = Change(Case(self._conversation_id, State.WITH_AGENT), NOON)
        self._store.change_case(self._conversation_id, lambda _: taken)
        return ExtractiveWriter().write(retrieval, index)


async def test_an_answer_that_is_overtaken_by_a_person_is_neither_kept_nor_said(
    pipeline_with: Callable[..., AnswerPipeline], conversation: Conversation, store: MemoryConversationStore
) -> None:
    pipeline = pipeline_with(TakingWriter(store, conversation.id))
    outcome = await outcome_of(pipeline, conversation, "返品の返送料は誰の負担ですか")
    assert outcome.kind is Kind.RELAYED
    assert [message.role for message in store.find(conversation.id).messages] == [Role.CUSTOMER]


async def test_an_answer_quotes_the_article_word_for_word(
    pipeline_with: Callable[..., AnswerPipeline], conversation: Conversation, index: LoadedIndex
) -> None:
    outcome = await outcome_of(pipeline_with(), conversation, "返品の返送料は誰の負担ですか")
    assert (outcome.kind, outcome.language) == (Kind.ANSWER, "ja")
    assert {citation.document_id for citation in outcome.citations} == {"ja-returns"}
    article = index.document("ja-returns")
    assert article
    for citation in outcome.citations:
        assert article.text[citation.start : citation.end] == citation.quote
    assert all(sentence.citations for sentence in outcome.sentences)


async def test_sentences_stream_before_the_outcome_and_are_the_same(
    pipeline_with: Callable[..., AnswerPipeline], conversation: Conversation
) -> None:
    events = [event async for event in pipeline_with().answer(conversation, "返品の返送料は誰の負担ですか")]
    streamed = tuple(event.sentence for event in events if isinstance(event, SentenceEvent))
    assert isinstance(events[-1], OutcomeEvent)
    assert streamed == events[-1].outcome.sentences


@pytest.mark.parametrize("question", ["火星の天気", "今日の運勢は?"])
async def test_what_no_article_holds_is_declined_without_a_guess(
    pipeline_with: Callable[..., AnswerPipeline], conversation: Conversation, question: str
) -> None:
    outcome = await outcome_of(pipeline_with(), conversation, question)
    assert (outcome.kind, outcome.reason, outcome.sentences) == (Kind.DECLINE, Reason.NOT_FOUND, ())


async def test_the_agents_articles_reach_no_customer(
    pipeline_with: Callable[..., AnswerPipeline], conversation: Conversation, store: MemoryConversationStore
) -> None:
    outcome = await outcome_of(pipeline_with(), conversation, "返金の上限は担当者一人あたりいくらですか")
    assert "30,000" not in outcome.model_dump_json()
    assert "ja-limit" not in store.trace(outcome.trace_id).model_dump_json()


async def test_two_products_are_asked_about_and_the_choice_is_answered(
    pipeline_with: Callable[..., AnswerPipeline], conversation: Conversation
) -> None:
    pipeline = pipeline_with()
    outcome = await outcome_of(pipeline, conversation, "フィルターの交換目安")
    assert outcome.kind is Kind.CLARIFY
    assert {option.label for option in outcome.options} == {"AP-30のフィルター交換", "AP-50のフィルター交換"}
    chosen = next(option for option in outcome.options if "AP-50" in option.label)
    assert "24か月" in (await outcome_of(pipeline, conversation, chosen.text)).text


@pytest.mark.parametrize(
    "lie",
    [
        "未開封の商品は30日以内に返品できます。",
        "未開封の商品は14日以内に返品できません。",
        "ご希望の方には1,000円を差し上げます。",
    ],
    ids=["changed number", "flipped negation", "added promise"],
)
async def test_a_lie_is_dropped_and_the_truth_beside_it_stays(
    pipeline_with: Callable[..., AnswerPipeline], conversation: Conversation, store: MemoryConversationStore, lie: str
) -> None:
    truth = "返送料はお客様のご負担です。"
    outcome = await outcome_of(pipeline_with(LyingWriter(lie, truth)), conversation, "返品の返送料は誰の負担ですか")
    assert [sentence.text for sentence in outcome.sentences] == [truth]
    assert lie not in outcome.text


async def test_when_nothing_is_supported_it_says_so(
    pipeline_with: Callable[..., AnswerPipeline], conversation: Conversation
) -> None:
    pipeline = pipeline_with(LyingWriter("返送料は当社が負担します。"))
    outcome = await outcome_of(pipeline, conversation, "返品の返送料は誰の負担ですか")
    assert (outcome.kind, outcome.sentences, outcome.citations) == (Kind.DECLINE, (), ())


@pytest.mark.parametrize("text", ["😀🎉", "？？？", "…", "\x00\u200b"])
async def test_what_holds_no_word_gets_a_polite_question_back(
    pipeline_with: Callable[..., AnswerPipeline], conversation: Conversation, text: str
) -> None:
    outcome = await outcome_of(pipeline_with(), conversation, text)
    assert outcome.kind is Kind.DECLINE
    assert "詳しく" in outcome.text


@pytest.mark.parametrize(("locale", "text"), [("ja", "E-05"), ("en", "E-05"), ("en", "返"), ("ja", "返")])
async def test_codes_and_single_characters_take_the_conversations_language(
    pipeline_with: Callable[..., AnswerPipeline], store: MemoryConversationStore, locale: Language, text: str
) -> None:
    assert (await outcome_of(pipeline_with(), store.create(locale, "web", "t"), text)).language == locale


async def test_an_article_in_the_other_language_is_announced_in_the_customers(
    pipeline_with: Callable[..., AnswerPipeline], store: MemoryConversationStore
) -> None:
    outcome = await outcome_of(
        pipeline_with(), store.create("ja", "web", "t"), "standard delivery takes 何 days ですか"
    )
    assert outcome.language == "ja"
    assert outcome.notice
    assert "英語" in outcome.notice
    assert outcome.text.startswith(outcome.notice)


async def test_question_answer_and_trace_are_stored_with_their_versions(
    pipeline_with: Callable[..., AnswerPipeline],
    conversation: Conversation,
    store: MemoryConversationStore,
    index: LoadedIndex,
) -> None:
    outcome = await outcome_of(pipeline_with(), conversation, "返品の返送料は誰の負担ですか")
    stored = store.get(conversation.id, "token")
    assert [message.role for message in stored.messages] == [Role.CUSTOMER, Role.ASSISTANT]
    assert stored.messages[1].outcome == outcome
    trace = store.trace(outcome.trace_id)
    assert [step.name for step in trace.steps] == [
        "redact", "language", "embed", "guard", "understand", "retrieve", "decide", "write", "verify", "escalate"
    ]  # fmt: skip
    assert trace.versions.index == index.manifest.version


async def test_the_same_question_gives_the_same_answer_again(
    pipeline_with: Callable[..., AnswerPipeline],
    conversation: Conversation,
    store: MemoryConversationStore,
    index: LoadedIndex,
) -> None:
    pipeline = pipeline_with()
    first = await outcome_of(pipeline, conversation, "返品の返送料は誰の負担ですか")
    trace = pipeline.begin(index, store.trace(first.trace_id).question, "ja", Audience.PUBLIC, "replay")
    async for _ in pipeline.respond(index, trace):
        pass
    assert trace.outcome
    differs = {"message_id", "trace_id"}
    assert trace.outcome.model_dump(exclude=differs) == first.model_dump(exclude=differs)


async def test_a_reranker_is_named_in_the_trace_and_on_the_answer(
    pipeline_with: Callable[..., AnswerPipeline], conversation: Conversation, store: MemoryConversationStore
) -> None:
    outcome = await outcome_of(pipeline_with(reranker=OverlapReranker()), conversation, "返品の返送料は誰の負担ですか")
    [retrieved] = [step.data for step in store.trace(outcome.trace_id).steps if step.name == "retrieve"]
    scores = [hit["rerank"] for hit in cast(list[dict[str, float]], retrieved["hits"])]
    assert outcome.versions.model.endswith(f"+{EMBEDDER.fingerprint}+overlap")
    assert retrieved["reranked_by"] == "overlap"
    assert scores[0] == max(scores) > 0


async def test_without_an_index_nothing_is_stored(
    pipeline_with: Callable[..., AnswerPipeline], conversation: Conversation, store: MemoryConversationStore
) -> None:
    def none() -> ChunkIndex:
        raise NoIndex("Nothing is indexed yet.")

    with pytest.raises(NoIndex):
        await outcome_of(pipeline_with(current=none), conversation, "返品")
    assert store.get(conversation.id, "token").messages == ()


async def test_answers_are_made_in_the_order_they_were_asked(
    pipeline_with: Callable[..., AnswerPipeline], store: MemoryConversationStore
) -> None:
    pipeline = pipeline_with(cores=1)
    ended: list[int] = []

    async def ask(customer: int) -> None:
        await outcome_of(pipeline, store.create("ja", "web", "token"), "返品の返送料は誰の負担ですか")
        ended.append(customer)

    await asyncio.gather(*(ask(customer) for customer in range(8)))
    assert ended == list(range(8))


async def test_a_reader_who_leaves_gives_the_turn_to_the_next(
    pipeline_with: Callable[..., AnswerPipeline], conversation: Conversation
) -> None:
    pipeline = pipeline_with()
    for _ in range(3):  # more than are made at a time
        events = pipeline.answer(conversation, "返品の返送料は誰の負担ですか")
        await anext(events)
        await events.aclose()  # type: ignore[attr-defined]
    async with asyncio.timeout(5):
        outcome = await outcome_of(pipeline, conversation, "返品の返送料は誰の負担ですか")
    assert outcome.kind is Kind.ANSWER


@pytest.mark.parametrize(
    ("text", "cause", "topic", "words"),
    [
        ("担当者と話したいです", Cause.ASKED_FOR_HUMAN, None, "担当者がお話を伺います"),
        ("I want to talk to a human.", Cause.ASKED_FOR_HUMAN, None, "A person will take over"),
        ("充電器から煙が出ています", Cause.CRITICAL_TOPIC, "safety", "119"),
        ("I want to kill myself.", Cause.CRITICAL_TOPIC, "self_harm", "TELL Lifeline"),
    ],
)
async def test_what_must_not_stay_with_a_machine_is_handed_off_and_told(
    pipeline_with: Callable[..., AnswerPipeline],
    conversation: Conversation,
    store: MemoryConversationStore,
    text: str,
    cause: Cause,
    topic: str | None,
    words: str,
) -> None:
    handoffs = RememberingDesk()
    outcome = await outcome_of(pipeline_with(handoffs=handoffs), conversation, text)
    assert outcome.kind is Kind.HANDOFF
    assert outcome.handoff
    assert words in outcome.text
    assert [(each.cause, each.topic) for each in handoffs.opened] == [(cause, topic)]
    trace = store.trace(outcome.trace_id)
    assert trace.escalation == handoffs.opened[0]


async def test_who_waits_for_a_person_is_told_what_to_do_in_danger_and_comes_sooner(
    pipeline_with: Callable[..., AnswerPipeline], conversation: Conversation
) -> None:
    handoffs, waiting = RememberingDesk(), replace(conversation, state=State.WAITING)
    outcome = await outcome_of(pipeline_with(handoffs=handoffs), waiting, "充電器から煙が出ています")
    assert (outcome.kind, "119" in outcome.text) == (Kind.HANDOFF, True)
    assert [each.topic for each in handoffs.opened] == ["safety"]
    asked = await outcome_of(
        pipeline_with(handoffs=handoffs), waiting, "担当者と話したいです。返品の返送料は誰の負担ですか"
    )
    assert asked.kind is not Kind.HANDOFF
    assert len(handoffs.opened) == 1


async def test_beside_a_hand_off_about_danger_stands_what_an_article_says(
    pipeline_with: Callable[..., AnswerPipeline], conversation: Conversation
) -> None:
    outcome = await outcome_of(pipeline_with(), conversation, "AP-30から煙が出ています。フィルターの交換目安は？")
    assert (outcome.kind, bool(outcome.handoff)) == (Kind.HANDOFF, True)
    assert outcome.notice is not None
    assert "119" in outcome.notice
    assert outcome.sentences
    assert outcome.text == "\n".join([outcome.notice, *(sentence.text for sentence in outcome.sentences)])
    assert len({cited.document_id for cited in outcome.citations}) == 1
    assert [cited.start for cited in outcome.citations] == sorted(cited.start for cited in outcome.citations)


async def test_staff_are_answered_whatever_customers_would_be_handed_over_for(
    pipeline_with: Callable[..., AnswerPipeline], conversation: Conversation
) -> None:
    handoffs = RememberingDesk()
    events = pipeline_with(handoffs=handoffs).answer(
        conversation, "担当者と話したい。返品の返送料は誰の負担ですか", Audience.AGENT
    )
    outcomes = [event.outcome async for event in events if isinstance(event, OutcomeEvent)]
    assert [outcome.kind for outcome in outcomes] == [Kind.ANSWER]
    assert handoffs.opened == handoffs.offered == []


async def test_a_hand_off_that_comes_after_an_answer_is_kept_as_the_offer_it_becomes(
    pipeline_with: Callable[..., AnswerPipeline], conversation: Conversation, store: MemoryConversationStore
) -> None:
    policy = load_policy()
    late = replace(policy, causes=policy.causes | {Cause.LOW_CONFIDENCE: Line(0.0, Effect.HAND_OFF)})
    outcome = await outcome_of(pipeline_with(policy=late), conversation, "返品の返送料は誰の負担ですか")
    assert (outcome.kind, outcome.offer is not None) == (Kind.ANSWER, True)
    escalation = store.trace(outcome.trace_id).escalation
    assert escalation
    assert escalation.effect is Effect.OFFER


async def test_a_decline_offers_a_person_and_the_next_one_does_not_at_once(
    pipeline_with: Callable[..., AnswerPipeline], conversation: Conversation, store: MemoryConversationStore
) -> None:
    handoffs = RememberingDesk()
    pipeline = pipeline_with(handoffs=handoffs)
    first = await outcome_of(pipeline, conversation, "火星の天気")
    assert first.offer
    assert first.offer.cause is Cause.CANNOT_ANSWER
    second = await outcome_of(pipeline, store.find(conversation.id), "木星の天気")
    assert (second.kind, second.offer) == (Kind.DECLINE, None)
    yes = await outcome_of(pipeline, store.find(conversation.id), "はい、お願いします")
    assert yes.kind is Kind.HANDOFF
    assert len(handoffs.offered) == len(handoffs.opened) == 1


async def test_the_mood_of_earlier_turns_is_remembered(
    pipeline_with: Callable[..., AnswerPipeline], conversation: Conversation, store: MemoryConversationStore
) -> None:
    pipeline = pipeline_with()
    for text in ("返品の返送料は誰の負担ですか", "ポイントの有効期限はいつですか"):
        outcome = await outcome_of(pipeline, store.find(conversation.id), text)
    [step] = [step for step in store.trace(outcome.trace_id).steps if step.name == "understand"]
    assert isinstance(step.data["moods"], list)
    assert len(step.data["moods"]) == 2
