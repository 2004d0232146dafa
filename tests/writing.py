"""A pipeline with a language model, over a few articles and with a fake embedder."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.adapters.clock import FixedClock
from app.adapters.embedder_hashing import HashingEmbedder
from app.adapters.pii_listed import ListedPii
from app.adapters.store_memory import MemoryConversationStore
from app.adapters.vault_memory import MemoryVault
from app.answering.evidence import Abstention
from app.answering.extractive import ExtractiveWriter
from app.answering.guard import Guard, Rules
from app.answering.model_writer import PROMPTS as MODEL_PROMPTS
from app.answering.model_writer import ModelWriter
from app.answering.pipeline import PROMPTS, AnswerPipeline
from app.answering.redact import Redactor
from app.answering.verify import Thresholds, Verifier
from app.domain.knowledge import Audience
from app.domain.outcome import Event, Language, Outcome
from app.domain.ports import ChatModel, ChunkIndex
from app.domain.trace import Trace
from app.prompting import load_prompts
from app.settings import ROOT
from tests.builders import NOON, PERSONAL, chunk_of, document, index_of
from tests.escalating import RememberingDesk, escalator

QUESTION = "返品の返送料は誰の負担ですか"
FIRST, SECOND = "未開封の商品は14日以内に返品できます。", "返送料はお客様のご負担です。"
EMBEDDER = HashingEmbedder(256)
SURE = Abstention(intercept=-4.0, weights={"coverage": 8.0}, threshold=0.5, clarify_margin=0.3)
ARTICLES = (
    document("ja-returns", FIRST + SECOND, "返品について"),
    document("ja-points", "ポイントの有効期限は最後のお買い物から12か月です。", "ポイントについて"),
    document("ja-limit", "返金の上限は担当者一人あたり30,000円です。", "返金の上限", audience=Audience.AGENT),
    document("en-returns", "You can return unopened items within 14 days.", "How to return items", lang="en"),
)


GUARD = Guard(Rules.load(), None)
UNGUARDED = Guard(Rules({}, {}, re.compile("(?!)")), None)  # lets everything through to the model


@dataclass(frozen=True)
class Answered:
    outcome: Outcome
    trace: Trace
    events: list[Event]

    @property
    def said(self) -> list[str]:
        return [sentence.text for sentence in self.outcome.sentences]

    def step(self, name: str, n: int = 0) -> dict[str, Any]:
        """The data of the `n`th step of that name."""
        return dict([step.data for step in self.trace.steps if step.name == name][n])

    @property
    def shortfall(self) -> object:
        return self.step("write")["shortfall"]


@dataclass(frozen=True)
class Desk:
    pipeline: AnswerPipeline
    index: ChunkIndex
    writer: ModelWriter

    async def ask(self, question: str = QUESTION, locale: Language = "ja") -> Answered:
        trace = self.pipeline.begin(self.index, question, locale, Audience.PUBLIC, "test")
        events = [event async for event in self.pipeline.respond(self.index, trace)]
        assert trace.outcome
        return Answered(trace.outcome, trace, events)


def desk(model: ChatModel, home: Path, seconds: float = 5.0, *extra: Any, guard: Guard = GUARD) -> Desk:
    """`extra` articles join the others."""
    index = index_of(home, *((article, chunk_of(article)) for article in (*ARTICLES, *extra)), embedder=EMBEDDER)
    prompts = load_prompts(ROOT / "prompts", PROMPTS | MODEL_PROMPTS)
    verifier, quotes = Verifier(Thresholds.load()), ExtractiveWriter()
    writer = ModelWriter(model, quotes, verifier, EMBEDDER, prompts, seconds, cores=2)
    clock = FixedClock(NOON)
    store = MemoryConversationStore(clock)
    redactor = Redactor(ListedPii(PERSONAL), MemoryVault(), MemoryVault)
    pipeline = AnswerPipeline(
        current_index=lambda: index,
        embedder=EMBEDDER,
        writer=quotes,
        verifier=verifier,
        abstention=SURE,
        prompts=prompts,
        store=store,
        redactor=redactor,
        guard=guard,
        clock=clock,
        cores=2,
        policy="test",
        escalator=escalator(),
        desk=RememberingDesk(),
        model=writer,
    )
    return Desk(pipeline, index, writer)
