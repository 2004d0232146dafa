"""Values for tests, each valid as it is; a test names only what it is about."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from app.adapters.embedder_hashing import HashingEmbedder
from app.adapters.index_files import EmbeddedChunk, LoadedIndex, write_version
from app.domain.conversation import Conversation, Message, Role
from app.domain.draft import Draft, DraftSentence, Tone
from app.domain.knowledge import Audience, Block, BlockKind, Chunk, Document, Span
from app.domain.outcome import Citation, Kind, Language, Outcome, Reason, Sentence, Versions
from app.domain.ports import Passage
from app.domain.text import sentence_spans
from app.domain.trace import Trace

NOON = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)  # a Friday, 12:00 in Japan


def document(
    document_id: str = "ja-returns",
    text: str = "未開封の商品は14日以内に返品できます。返送料はお客様のご負担です。",
    title: str = "返品について",
    lang: str = "ja",
    audience: Audience = Audience.PUBLIC,
    superseded_by: str | None = None,
) -> Document:
    block = Block(BlockKind.PARAGRAPH, 0, len(text))
    return Document(
        document_id, title, lang, text, (block,), f"{document_id}.md", "0" * 64, audience, superseded_by=superseded_by
    )


def chunk_of(article: Document, start: int = 0, end: int | None = None, question: str | None = None) -> Chunk:
    """The part `start..end` of the article as one chunk."""
    end = len(article.text) if end is None else end
    text = article.text[start:end]
    spans = tuple(Span(start + span.start, start + span.end) for span in sentence_spans(text, article.lang))
    return Chunk(
        f"{article.id}:{start}-{end}",
        article.id,
        article.title,
        article.lang,
        article.audience,
        (),
        start,
        end,
        text,
        spans,
        question,
    )


def embedded(chunk: Chunk, embedder: HashingEmbedder) -> EmbeddedChunk:
    sentences = tuple(Span(span.start - chunk.start, span.end - chunk.start) for span in chunk.sentences)
    [(_, vectors)] = embedder.embed_passages([Passage(chunk.context, chunk.text, sentences)])
    question = np.array(embedder.embed_query(chunk.question), dtype=np.float32) if chunk.question else None
    return EmbeddedChunk(chunk, vectors, question)


def index_of(directory: Path, *chunks: tuple[Document, Chunk], embedder: HashingEmbedder) -> LoadedIndex:
    """An index version written below `directory` and loaded again."""
    articles = {article.id: article for article, _ in chunks}
    manifest = write_version(
        directory,
        articles.values(),
        [embedded(chunk, embedder) for _, chunk in chunks],
        model=embedder.fingerprint,
        created_at=NOON,
    )
    return LoadedIndex(directory / manifest.version, manifest)


VERSIONS = Versions(index="20261120T030000Z-1a2b3c4d", prompts="p1", model="extractive", policy="r1")


def citation(n: int = 1, article: Document | None = None) -> Citation:
    """Of the whole article."""
    cited = article or document()
    return Citation(
        n=n,
        document_id=cited.id,
        title=cited.title,
        url=cited.url,
        start=0,
        end=len(cited.text),
        quote=cited.text,
        page=cited.page_at(0),
    )


def outcome(message_id: str = "m-1", trace_id: str = "t-1", citations: tuple[Citation, ...] | None = None) -> Outcome:
    cited = (citation(),) if citations is None else citations
    sentences = tuple(Sentence(text=given.quote, citations=(given.n,), best=given.n == 1) for given in cited)
    return Outcome(
        message_id=message_id,
        kind=Kind.ANSWER if cited else Kind.DECLINE,
        reason=None if cited else Reason.NOT_FOUND,
        language="ja",
        text="".join(said.text for said in sentences) or "申し訳ありません。確かな情報が見つかりませんでした。",
        sentences=sentences,
        citations=cited,
        confidence=0.9 if cited else 0.1,
        versions=VERSIONS,
        trace_id=trace_id,
    )


def trace(conversation_id: str, trace_id: str = "t-1", question: str = "返品の送料は誰が払いますか") -> Trace:
    made = Trace(
        id=trace_id,
        conversation_id=conversation_id,
        question=question,
        locale="ja",
        audience="public",
        created_at=NOON,
        versions=VERSIONS,
    )
    made.add("retrieve", 0.012, hits=[{"chunk": "ja-returns:0-33", "fused": 0.9}])
    return made


def conversation(*said: tuple[str, str], conversation_id: str = "c-1", locale: Language = "ja") -> Conversation:
    """Of turns: "customer" or "agent" and a text; "answer", "clarify" or "decline" and what the assistant said."""
    messages = []
    for n, (who, text) in enumerate(said):
        is_assistant = who in {"answer", "clarify", "decline"}
        ended = outcome(f"m-{n}").model_copy(update=ending(Kind(who), text)) if is_assistant else None
        role = Role.ASSISTANT if is_assistant else Role(who)
        messages.append(Message(f"m-{n}", role, text, NOON, ended))
    return Conversation(conversation_id, locale, "web", NOON, tuple(messages))


def ending(kind: Kind, text: str) -> dict[str, object]:
    """Of an outcome that says one text; an answer cites what it rests on."""
    return {"kind": kind, "text": text, "sentences": (Sentence(text=text, citations=(1,), best=True),)}


def draft(draft_id: str = "d-1", conversation_id: str = "c-1", staff: str = "") -> Draft:
    """It answers from one public article; `staff` is a sentence more, from an article for agents."""
    cited, hidden = citation(), citation(2, document("ja-limit", staff or "-", audience=Audience.AGENT))
    sentences = [
        DraftSentence("お問い合わせいただき、ありがとうございます。"),
        DraftSentence("未開封の商品は14日以内に返品できます。", (1,)),
        *([DraftSentence(staff, (2,), agent_only=True)] if staff else []),
    ]
    return Draft(
        id=draft_id,
        conversation_id=conversation_id,
        language="ja",
        tone=Tone.PLAIN,
        made_at=NOON,
        seen=1,
        sentences=tuple(sentences),
        citations=(cited, hidden) if staff else (cited,),
        agent_documents=frozenset({"ja-limit"} if staff else ()),
        asked=("返品は何日以内ですか",),
        open=(),
        versions=VERSIONS,
    )


# One made-up value of every PII type, as the scripted detector finds them in what tests let customers say.
PERSONAL = {
    "PERSON": ("髙橋はるか", "Harriet Vane"),
    "PHONE": ("090-1234-5678", "０９０１２３４５６７８"),
    "EMAIL": ("haruka@example.jp",),
    "ADDRESS": ("東京都港区芝公園9丁目9-9",),
    "POSTAL_CODE": ("105-9999",),
    "MY_NUMBER": ("1234 5678 9018",),
    "NATIONAL_ID": ("JT123456C",),
    "CREDIT_CARD": ("4111 1111 1111 1111",),
    "BANK_ACCOUNT": ("7654321", "GB29 NWBK 6016 1331 9268 19"),
    "BIRTH_DATE": ("1985年4月3日",),
    "DRIVER_LICENSE": ("309912345670",),
    "PASSPORT": ("TK1234567",),
    "IP_ADDRESS": ("203.0.113.77",),
    "USERNAME": ("haruka_t85",),
    "CUSTOMER_ID": ("M-88231-X",),
    "SECRET": ("hunter2-Kaede!",),
}
