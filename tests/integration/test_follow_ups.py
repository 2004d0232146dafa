"""A second message is understood with the first: over the API, as a chat completion, with a model, and when replayed."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, cast

import anyio
import pytest
from fastapi.testclient import TestClient

from app.adapters.chat_model_scripted import ScriptedChatModel
from app.adapters.clock import FixedClock
from app.adapters.embedder_hashing import HashingEmbedder
from app.adapters.index_files import LoadedIndex
from app.adapters.pii_listed import ListedPii
from app.adapters.store_memory import MemoryConversationStore
from app.adapters.vault_memory import MemoryVault
from app.answering.evidence import Abstention
from app.answering.extractive import ExtractiveWriter
from app.answering.guard import Guard, Rules
from app.answering.model_condenser import PROMPTS as CONDENSER_PROMPTS
from app.answering.model_condenser import ModelCondenser
from app.answering.pipeline import PROMPTS, AnswerPipeline
from app.answering.redact import Redactor
from app.answering.verify import Thresholds, Verifier
from app.ask import replay_trace
from app.bootstrap import Services
from app.domain.chat import Ask
from app.domain.conversation import Message, Role
from app.domain.trace import Trace
from app.errors import ChatModelError
from app.main import create_app
from app.prompting import load_prompts
from app.settings import ROOT
from tests.builders import NOON, chunk_of, document, index_of
from tests.scripted import SITE, scripted_services

EMBEDDER = HashingEmbedder(256)
SURE = Abstention(intercept=-4.0, weights={"coverage": 8.0}, threshold=0.5, clarify_margin=0.05)
ARTICLES = (
    document("ja-returns", "未開封の商品は14日以内に返品できます。返品の送料はお客様のご負担です。", "返品について"),
    document("ja-points", "ポイントの有効期限は最後のお買い物から12か月です。", "ポイントについて"),
    document("ja-ap30", "AP-30のフィルターの交換の目安は12か月です。", "AP-30のフィルター交換"),
    document("ja-ap50", "AP-50のフィルターの交換の目安は24か月です。", "AP-50のフィルター交換"),
    document("en-trade-in", "There is a trade-in offer for the AW-120D until 31 January.", "Trade-in offer", lang="en"),
)
FIRST, SECOND = "AP-30のフィルターの交換の目安は？", "じゃあAP-50は？"


@dataclass(frozen=True)
class Index:
    """One version, current and loaded again."""

    index: LoadedIndex

    def current(self) -> LoadedIndex:
        return self.index

    def load(self, version: str) -> LoadedIndex:
        assert version == self.index.manifest.version
        return self.index


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> LoadedIndex:
    home = tmp_path_factory.mktemp("index")
    return index_of(home, *((article, chunk_of(article)) for article in ARTICLES), embedder=EMBEDDER)


def services_with(index: LoadedIndex, reply: Callable[[Ask], str] | None = None, pause: float = 0.0) -> Services:
    clock = FixedClock(NOON)
    store = MemoryConversationStore(clock)
    prompts = load_prompts(ROOT / "prompts", PROMPTS | CONDENSER_PROMPTS)
    redactor = Redactor(ListedPii({}), MemoryVault(), MemoryVault)
    pipeline = AnswerPipeline(
        lambda: index,
        EMBEDDER,
        ExtractiveWriter(),
        Verifier(Thresholds.load()),
        SURE,
        prompts,
        store,
        redactor,
        Guard(Rules.load(), None),
        clock,
        cores=1,
        policy="test",
        condenser=ModelCondenser(ScriptedChatModel(reply, pause=pause), prompts, 5.0) if reply else None,
    )
    staff = scripted_services(store)
    others = (staff.people, staff.sign_in, staff.api_tokens, staff.audit, staff.limiter, staff.desk, staff.drafting)
    return Services(
        staff.settings, SITE, clock, store, staff.events, cast(Any, Index(index)), redactor, pipeline, *others
    )


def client_of(services: Services) -> TestClient:
    return TestClient(create_app(services))


@pytest.fixture
def asked(index: LoadedIndex) -> Callable[..., list[Trace]]:
    """The traces of one conversation's questions."""

    def ask(*questions: str, reply: Callable[[Ask], str] | None = None) -> list[Trace]:
        services = services_with(index, reply)
        with client_of(services) as client:
            begun = client.post("/api/v1/conversations", json={"locale": "ja"}).json()
            headers = {"Authorization": f"Bearer {begun['token']}"}
            path = f"/api/v1/conversations/{begun['id']}/messages"
            outcomes = [client.post(path, json={"text": each}, headers=headers).json() for each in questions]
            shown = client.get(f"/api/v1/conversations/{begun['id']}", headers=headers).json()
        own = [message["text"] for message in shown["messages"] if message["role"] == "customer"]
        assert own == list(questions)
        return [services.store.trace(outcome["trace_id"]) for outcome in outcomes]

    return ask


def cited(trace: Trace) -> str:
    """The article that is quoted first."""
    assert trace.outcome
    return trace.outcome.citations[0].document_id


def condensing(trace: Trace) -> dict[str, Any]:
    return next((dict(step.data) for step in trace.steps if step.name == "condense"), {})


def test_the_second_message_is_answered_from_the_right_article(asked: Callable[..., list[Trace]]) -> None:
    first, second = asked(FIRST, SECOND)
    assert (cited(first), cited(second)) == ("ja-ap30", "ja-ap50")
    assert not condensing(first)
    assert condensing(second) == {"standalone": "AP-50のフィルターの交換の目安は", "by": "rule"}
    assert second.question == SECOND


def test_a_new_topic_drags_nothing_along(asked: Callable[..., list[Trace]]) -> None:
    question = "ところで、ポイントの有効期限は?"
    _, second = asked(FIRST, question)
    assert cited(second) == "ja-points"
    assert condensing(second)["standalone"] == question


def test_a_choice_is_offered_in_the_customers_own_words(asked: Callable[..., list[Trace]]) -> None:
    _, _, third = asked("フィルターの交換の目安", "ありがとう", "それは何か月ですか")
    assert third.outcome
    assert [option.text for option in third.outcome.options] == [
        "それは何か月ですか（AP-30のフィルター交換）",
        "それは何か月ですか（AP-50のフィルター交換）",
    ]


def test_the_models_words_are_used_where_they_are_a_question(asked: Callable[..., list[Trace]]) -> None:
    words = "AP-50のフィルターの交換の目安は何か月ですか"
    _, second = asked(FIRST, SECOND, reply=lambda _: words)
    assert cited(second) == "ja-ap50"
    told = condensing(second)
    assert (told["standalone"], told["by"], told["shortfall"]) == (words, "scripted", None)
    assert told["calls"][0]["form"] == "text"


@pytest.mark.parametrize("rubbish", ["", "はい、24か月です。", "I am a model", "?" * 5000])
def test_the_rules_question_stands_in_for_rubbish(asked: Callable[..., list[Trace]], rubbish: str) -> None:
    _, second = asked(FIRST, SECOND, reply=lambda _: rubbish)
    assert cited(second) == "ja-ap50"
    assert condensing(second)["by"] == "rule"
    assert condensing(second)["shortfall"]


def test_and_for_a_model_that_is_down(asked: Callable[..., list[Trace]]) -> None:
    def down(_: Ask) -> str:
        raise ChatModelError("no connection")

    _, second = asked(FIRST, SECOND, reply=down)
    assert cited(second) == "ja-ap50"
    assert condensing(second)["shortfall"] == "no connection"


def test_no_model_is_asked_about_a_first_question(asked: Callable[..., list[Trace]]) -> None:
    def never(_: Ask) -> str:
        raise AssertionError("asked")

    [first] = asked(FIRST, reply=never)
    assert cited(first) == "ja-ap30"


async def test_who_waits_for_the_model_keeps_nobody_else_waiting(index: LoadedIndex) -> None:
    services = services_with(index, lambda _: "AP-50のフィルターの交換の目安は何か月ですか", pause=0.1)
    ended: list[str] = []

    async def ask(text: str, *before: Message) -> None:
        conversation = replace(services.store.create("ja", "web", "token"), messages=before)
        async for _ in services.pipeline.answer(conversation, text):
            pass
        ended.append(text)

    async with anyio.create_task_group() as group:
        group.start_soon(ask, SECOND, Message("m", Role.CUSTOMER, FIRST, NOON))
        group.start_soon(ask, FIRST)
    assert ended == [FIRST, SECOND]


@pytest.mark.parametrize(
    ("history", "question", "article"),
    [
        ([("user", FIRST), ("assistant", "12か月です。 [1]\n\n出典:\n[1] AP-30 http://x/")], SECOND, "ja-ap50"),
        ([("system", "ポイントの有効期限"), ("user", "返品できますか"), ("assistant", "はい。")], "送料は？", "ja-returns"),
        ([("user", "Is there a trade-in offer for the AW-120D?"), ("assistant", "Yes.")], "Until when?", "en-trade-in"),
    ],
)  # fmt: skip
def test_a_chat_completion_honours_its_history(
    index: LoadedIndex, history: list[tuple[str, str]], question: str, article: str
) -> None:
    messages = [{"role": role, "content": text} for role, text in (*history, ("user", question))]
    with client_of(services_with(index)) as client:
        found = client.post("/v1/chat/completions", json={"model": "kotae", "messages": messages}).json()
    assert found["kotae"]["citations"][0]["document_id"] == article


async def test_a_follow_up_is_replayed_with_what_was_said_before(index: LoadedIndex) -> None:
    services = services_with(index)
    with client_of(services) as client:
        messages = [{"role": "user", "content": FIRST}, {"role": "user", "content": SECOND}]
        found = client.post("/v1/chat/completions", json={"model": "kotae", "messages": messages}).json()
    trace = services.store.trace(found["kotae"]["trace_id"])
    assert [turn.text for turn in trace.history] == [FIRST]
    assert cited(trace) == "ja-ap50"
    assert await replay_trace(services, trace.id) == []
    assert Trace.model_validate_json(trace.model_dump_json()) == trace
