"""How well an index can answer a question, in numbers that mean the same in every knowledge base.

No single one does (raw cosine least of all), so a small logistic model weighs several. Its coefficients, with the data
they were fitted on, are in `abstention.toml`; `evals/calibrate.py` fits them.
"""

import math
import tomllib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from app.answering.asked import Asked
from app.domain.ports import ChunkIndex
from app.domain.retrieval import Hit, Retrieval
from app.domain.text import product_codes
from app.domain.tokens import content_terms

COEFFICIENTS = Path(__file__).with_name("abstention.toml")


@dataclass(frozen=True, slots=True)
class Evidence:
    """Features of one retrieval, most of them of its best passage; shares lie in 0..1, yes is 1 and no 0."""

    able: float  # it holds every code the question names, and a value of the kind it asks for
    keyed: float  # a row or its heading is about a code of the question
    cosine: float  # of question and passage
    lead: float  # its fused score above that of the best passage of another article
    coverage: float  # IDF-weighted share of the question's content terms, codes aside, in the passage
    known: float  # the same share for terms that occur anywhere in the index
    foreign: float  # it is in the other language, and shares few terms for that reason
    english: float  # the question is in English: its cosines lie lower


def weigh(retrieval: Retrieval, index: ChunkIndex, between: Sequence[Hit] = ()) -> Evidence:
    """`retrieval` must have at least one hit; articles `between` which the question does not decide are one to it."""
    first, *others = retrieval.hits
    asked = Asked.by(retrieval.words)
    able = asked.can_be_answered_by(first.position, index)
    rivals = {hit.chunk.document_id for hit in (first, *between)}
    second = max((hit.fused for hit in others if hit.chunk.document_id not in rivals), default=0.0)
    shares, known = index.coverage(_subject(retrieval.words), [first.position])
    return Evidence(
        able=float(able),
        keyed=float(able and asked.is_keyed(first.chunk)),
        cosine=first.dense,
        lead=first.fused - second,
        coverage=float(shares[0]),
        known=known,
        foreign=float(first.chunk.lang != retrieval.lang),
        english=float(retrieval.lang == "en"),
    )


def _subject(question: str) -> set[str]:
    """What is asked about the product: every article on it holds its code."""
    terms = content_terms(question)
    return {term for term in terms if not product_codes(term.removeprefix("#"))} or terms


@dataclass(frozen=True, slots=True)
class Abstention:
    """A logistic model over `Evidence`: below `threshold` the honest answer is "I don't know"."""

    intercept: float
    weights: dict[str, float]
    threshold: float
    clarify_margin: float  # two articles fit about equally when their fused scores differ by less

    def confidence(self, evidence: Evidence) -> float:
        """The probability, 0..1, that the best passage answers the question."""
        features = asdict(evidence)
        logit = self.intercept + sum(weight * features[name] for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def load_abstention(path: Path = COEFFICIENTS) -> Abstention:
    fields = tomllib.loads(path.read_text(encoding="utf-8"))
    return Abstention(fields["intercept"], fields["weights"], fields["threshold"], fields["clarify_margin"])
