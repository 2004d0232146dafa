"""A stage for the page: a few articles, and a pipeline that says what the question asks it to say."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from uuid import uuid4

from fastapi import FastAPI

from app.adapters.clock import FixedClock
from app.adapters.store_memory import MemoryConversationStore
from app.answering.redact import Redactor
from app.domain.conversation import Conversation
from app.domain.knowledge import Audience, Block, BlockKind, Document
from app.domain.outcome import (
    Citation,
    Event,
    Kind,
    Language,
    Near,
    Option,
    Outcome,
    OutcomeEvent,
    Reason,
    Sentence,
    SentenceEvent,
    StepEvent,
    relayed,
)
from app.domain.states import SILENT
from app.domain.text import detect_language
from app.main import create_app
from tests.builders import NOON, VERSIONS, trace
from tests.loopback import serving
from tests.scripted import ScriptedPipeline, ScriptedServices, scripted_services

ERRORS = [
    ("paragraph", "表示が出たときの確かめ方です。"),
    ("heading", "E01 給水できない"),
    (
        "paragraph",
        "給水栓が閉じているか、フィルターが目詰まりしています。給水栓を開き、フィルターを水洗いしてください。",
    ),
    ("heading", "E02 排水できない"),
    (
        "paragraph",
        "😀 排水に15分以上かかったときに表示し、運転を止めます。電源を切り、給水栓を閉めてから、排水フィルターのごみを"
        "確認してください。",
    ),
    ("list_item", "・排水ホースの先が水につかっていないこと"),
    ("list_item", "・糸くずフィルターが詰まっていないこと"),
    ("heading", "料金"),
    ("table_row", "区分: 小型商品(沖縄・離島を除く) | 送料: 550円 | 無料になる条件: 商品代金の合計が5,000円以上"),
    ("table_row", "区分: 大型商品(洗濯機)玄関先まで | 送料: 3,300円 | 無料になる条件: なし"),
    ("heading", "E03 ふたが開いている"),
    ("paragraph", "ふたを閉め、スタートを押してください。繰り返し表示するときは、ふたスイッチの点検が必要です。"),
]
DELIVERY = [
    ("paragraph", "Standard delivery takes 2 to 4 days on Honshu. Remote islands take 5 to 8 days."),
    ("table_row", "Area: Honshu | Days: 2 to 4 | Fee: ¥550"),
    ("table_row", "Area: Okinawa and remote islands | Days: 5 to 8 | Fee: ¥1,650, free from ¥15,000"),
]


def written(document_id: str, title: str, lang: str, blocks: list[tuple[str, str]]) -> Document:
    text = ""
    placed: list[Block] = []
    for kind, piece in blocks:
        gap = "" if not text else "\n" if placed[-1].kind == kind and kind in ("list_item", "table_row") else "\n\n"
        text += gap + piece
        placed.append(Block(BlockKind(kind), len(text) - len(piece), len(text), 2 if kind == "heading" else 0))
    return Document(
        document_id,
        title,
        lang,
        text,
        tuple(placed),
        f"{document_id}.md",
        "0",
        url=f"https://aoba.example/{document_id}",
    )


AW80 = written("ja-aw80-errors", "洗濯機AW-80のエラー表示", "ja", ERRORS)
SLOTS = written("en-delivery", "Delivery times", "en", DELIVERY)
GONE = written("ja-gone", "お手入れの方法", "ja", [("paragraph", "月に1回、槽洗浄コースで運転してください。")])

NOT_FOUND: dict[Language, str] = {
    "ja": "申し訳ありません。確かな情報が見つかりませんでした。推測ではお答えしません。"
    "担当者におつなぎするか、言い方を変えてお試しください。",
    "en": "Sorry, I could not find reliable information. I do not guess. You can talk to a human, or try other words.",
}
FILTERS = (
    Option(label="空気清浄機AP-30のフィルター交換", text="洗濯機（空気清浄機AP-30のフィルター交換）"),
    Option(label="空気清浄機AP-50のフィルター交換", text="洗濯機（空気清浄機AP-50のフィルター交換）"),
)


def quoting(n: int, article: Document, first: str, last: str) -> Citation:
    start = article.text.index(first)
    end = article.text.index(last, start) + len(last)
    quote = article.text[start:end]
    return Citation(
        n=n, document_id=article.id, title=article.title, url=article.url, start=start, end=end, quote=quote
    )


PARAGRAPH = quoting(1, AW80, "😀 排水", "詰まっていないこと")
TABLE = quoting(2, AW80, "区分: 小型", ": なし")
CARE = quoting(3, GONE, "月に", "ください。")
DAYS = quoting(1, SLOTS, "Standard", "days.")
FEES = quoting(2, SLOTS, "Area: Honshu", "¥15,000")

Said = list[tuple[str, Citation]]
JA: Said = [
    ("😀 排水に15分以上かかったときに表示し、運転を止めます。", PARAGRAPH),
    ("電源を切り、給水栓を閉めてから、排水フィルターのごみを確認してください。", PARAGRAPH),
    ("・排水ホースの先が水につかっていないこと", PARAGRAPH),
    ("・糸くずフィルターが詰まっていないこと", PARAGRAPH),
    (TABLE.quote.split("\n")[0], TABLE),
    (TABLE.quote.split("\n")[1], TABLE),
    ("月に1回、槽洗浄コースで運転してください。", CARE),
]
EN: Said = [
    ("Standard delivery takes 2 to 4 days on Honshu.", DAYS),
    ("Remote islands take 5 to 8 days.", DAYS),
    (FEES.quote.split("\n")[0], FEES),
    (FEES.quote.split("\n")[1], FEES),
]
NOTICE = "This article is available only in Japanese, so I quote it as it is (“洗濯機AW-80のエラー表示”)."


def outcome_of(kind: Kind, lang: Language, text: str, **fields: object) -> Outcome:
    made = Outcome(
        message_id=uuid4().hex,
        trace_id=uuid4().hex,
        kind=kind,
        language=lang,
        text=text,
        confidence=0.9,
        versions=VERSIONS,
    )
    return made.model_copy(update=fields)


class StagePipeline(ScriptedPipeline):
    """What it answers is in the question: weather → don't know; filter → which one; three → three sentences;
    slow → with pauses; broken → an error midway; AW-80 in English → quotes in Japanese."""

    async def answer(
        self,
        conversation: Conversation,
        text: str,
        audience: Audience = Audience.PUBLIC,
        redactor: Redactor | None = None,
        by: tuple[str, ...] = (),
    ) -> AsyncIterator[Event]:
        self.asked.append(text)
        message = self.store.add_question(conversation.id, text)
        if self.store.state(conversation.id) in SILENT:
            yield OutcomeEvent(outcome=relayed(message.id, conversation.locale, "p1", "r1"))
            return
        said, ending = self._script(text, detect_language(text, conversation.locale))
        yield StepEvent(name="retrieve")
        yield StepEvent(name="verify", notice=ending.notice)
        seen: set[int] = set()
        for sentence, citation in said:
            await asyncio.sleep(0.4 if "slow" in text else 0.02)
            new = () if citation.n in seen else (citation,)
            seen.add(citation.n)
            yield SentenceEvent(sentence=sentence, citations=new)
            if "broken" in text:
                raise RuntimeError("broken on purpose")
        self.store.add_answer(conversation.id, ending, trace(conversation.id, ending.trace_id, text))
        yield OutcomeEvent(outcome=ending)

    def _script(self, text: str, lang: Language) -> tuple[list[tuple[Sentence, Citation]], Outcome]:
        if "天気" in text or "weather" in text:
            near = Near(document_id=AW80.id, title=AW80.title, url=AW80.url)
            return [], outcome_of(Kind.DECLINE, lang, NOT_FOUND[lang], reason=Reason.NOT_FOUND, near=near)
        if "フィルターの交換" in text or "filter" in text:
            asks = "どちらについてのご質問でしょうか。" if lang == "ja" else "Which of these is your question about?"
            return [], outcome_of(Kind.CLARIFY, lang, asks, options=FILTERS)
        quoted = JA if lang == "ja" or "AW-80" in text else EN
        chosen = quoted[:3] if "three" in text else quoted
        said = [
            (Sentence(text=words, citations=(citation.n,), best=i == 1), citation)
            for i, (words, citation) in enumerate(chosen)
        ]
        citations = {citation.n: citation for _, citation in said}
        notice = NOTICE if lang == "en" and quoted is JA else None
        return said, outcome_of(
            Kind.ANSWER,
            lang,
            "\n".join(words for words, _ in chosen),
            notice=notice,
            sentences=tuple(sentence for sentence, _ in said),
            citations=tuple(citations.values()),
        )


@dataclass(frozen=True)
class Stage:
    url: str
    services: ScriptedServices
    app: FastAPI


@contextmanager
def on_stage() -> Iterator[Stage]:
    """The real application on a free port, with scripted services."""
    clock = FixedClock(NOON)
    services = scripted_services(MemoryConversationStore(clock))
    services.pipeline = StagePipeline(services.store)
    services.index.versions = {
        VERSIONS.index: [AW80, SLOTS, GONE],
        "later": [AW80, SLOTS, replace(GONE, superseded_by="x")],
    }
    app = create_app(services)
    with serving(app) as url:
        yield Stage(url, services, app)
