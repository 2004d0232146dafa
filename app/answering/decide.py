"""Answer, ask back, or say "I don't know": a pure function of what was retrieved and how well it fits."""

from dataclasses import dataclass

from app.answering.clarify import siblings
from app.answering.evidence import Abstention, Evidence
from app.domain.outcome import Kind, Reason
from app.domain.retrieval import Hit, Retrieval
from app.domain.tokens import tokens

_NEAR = 0.4  # a declined question still names an article near it above this share of the threshold


@dataclass(frozen=True, slots=True)
class Decision:
    """`between`: the best hit of each article to choose from; `near`: an article to offer with a refusal to guess."""

    kind: Kind
    confidence: float
    reason: Reason | None = None
    between: tuple[Hit, ...] = ()
    near: Hit | None = None


def is_wordless(question: str) -> bool:
    """Nothing to search for: punctuation, emoji, symbols."""
    return not tokens(question)


def decide(retrieval: Retrieval, evidence: Evidence, abstention: Abstention) -> Decision:
    confidence = abstention.confidence(evidence)
    if confidence < abstention.threshold:
        near = retrieval.hits[0] if confidence >= _NEAR * abstention.threshold else None
        return Decision(Kind.DECLINE, confidence, Reason.NOT_FOUND, near=near)
    between = siblings(retrieval, abstention.clarify_margin)
    if between:
        return Decision(Kind.CLARIFY, confidence, between=tuple(between))
    return Decision(Kind.ANSWER, confidence)
