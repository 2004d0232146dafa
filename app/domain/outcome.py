"""What the pipeline says: the events of one answer, and the outcome they end in (schema: docs/api.md)."""

from enum import StrEnum
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

Language = Literal["ja", "en"]


class Value(BaseModel):
    model_config = ConfigDict(frozen=True)


class Kind(StrEnum):
    ANSWER = "answer"
    CLARIFY = "clarify"
    DECLINE = "decline"
    HANDOFF = "handoff"
    RELAYED = "relayed"


class Reason(StrEnum):
    """Why a question was declined."""

    NOT_FOUND = "not_found"
    OUT_OF_SCOPE = "out_of_scope"
    REFUSED = "refused"


class Citation(Value):
    """`quote` equals the indexed text of the document at `start..end`, always."""

    n: int
    document_id: str
    title: str
    url: str | None
    start: int
    end: int
    quote: str
    page: int | None = None  # where the quote begins, of a document that has pages


class Sentence(Value):
    """A sentence that was verified against what it cites."""

    text: str
    citations: tuple[int, ...]
    best: bool = False  # the one sentence of an extractive answer that fits the question best


class Option(Value):
    """A choice of a clarifying question: sending `text` asks the narrower question."""

    label: str
    text: str


class Handoff(Value):
    ticket_id: str
    reason: str
    expected_reply_at: AwareDatetime


class Versions(Value):
    index: str
    prompts: str
    model: str
    policy: str


class Near(Value):
    """An article near the question, offered with an honest "I don't know"."""

    document_id: str
    title: str
    url: str | None


class Outcome(Value):
    """The end of every answer, as customers and integrations read it."""

    message_id: str
    kind: Kind
    reason: Reason | None = None
    language: Language
    text: str
    notice: str | None = None  # said before the sentences: the article is in the other language
    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    options: tuple[Option, ...] = ()
    near: Near | None = None
    confidence: float = Field(ge=0, le=1)
    handoff: Handoff | None = None
    versions: Versions
    trace_id: str


def relayed(message_id: str, language: Language, prompts: str, policy: str) -> Outcome:
    """A person has the conversation: `message_id`, the customer's, was passed on, and the assistant says nothing."""
    versions = Versions(index="", prompts=prompts, model="", policy=policy)
    return Outcome(
        message_id=message_id,
        kind=Kind.RELAYED,
        language=language,
        text="",
        confidence=0.0,
        versions=versions,
        trace_id="",
    )


class StepEvent(Value):
    """A step of the pipeline has begun. `notice` is said before the sentences: the article is in the other language."""

    type: Literal["step"] = "step"
    name: str
    notice: str | None = None


class SentenceEvent(Value):
    """One verified sentence, with the citations it needs that were not sent before."""

    type: Literal["sentence"] = "sentence"
    sentence: Sentence
    citations: tuple[Citation, ...]


class OutcomeEvent(Value):
    type: Literal["outcome"] = "outcome"
    outcome: Outcome


Event = StepEvent | SentenceEvent | OutcomeEvent
