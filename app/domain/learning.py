"""What a conversation teaches: a sample to measure by, an article that is missing. Nothing personal is in it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.outcome import Language


class CandidateKind(StrEnum):
    GOOD = "good"  # an agent sent the draft, as it was or nearly
    REGRESSION = "regression"  # an agent rejected it: the right answer is still to be written


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sample for `kotae eval answers` once QA has accepted it (fields: docs/evals.md)."""

    id: str
    conversation: str  # id, so that it goes when the conversation is erased
    kind: CandidateKind
    question: str
    lang: Language
    gold_docs: tuple[str, ...]
    must_contain: tuple[tuple[str, ...], ...]
    reference: str
    made_at: datetime
    note: str = ""  # why it was rejected


@dataclass(frozen=True, slots=True)
class Proposal:
    """An article that a resolved conversation suggests, as Markdown with front matter, for the articles' owner."""

    id: str
    conversation: str
    title: str
    markdown: str
