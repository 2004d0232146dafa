"""How well an index can answer a question, in numbers that mean the same in every knowledge base.

No single one does (raw cosine least of all), so a small logistic model weighs several. Its coefficients, with the data
they were fitted on, are in `abstention.toml`; `evals/calibrate.py` fits them.
"""

import math
import tomllib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from app.domain.ports import ChunkIndex
from app.domain.retrieval import Hit, Retrieval
from app.domain.tokens import content_terms

COEFFICIENTS = Path(__file__).with_name("abstention.toml")


@dataclass(frozen=True, slots=True)
class Evidence:
    """Features of one retrieval; shares lie in 0..1."""

    cosine: float  # of question and best passage
    lead: float  # fused score of the best passage above that of the best one of another article
    coverage: float  # IDF-weighted share of the question's content terms in the best passage
    known: float  # the same share for terms that occur anywhere in the index
    english: float  # 1 for a question in English: its cosines lie lower


def weigh(retrieval: Retrieval, index: ChunkIndex, between: Sequence[Hit] = ()) -> Evidence:
    """`retrieval` must have at least one hit; articles `between` which the question does not decide are one to it."""
    first, *others = retrieval.hits
    rivals = {hit.chunk.document_id for hit in (first, *between)}
    shares, known = index.coverage(content_terms(retrieval.query), [first.position])
    second = next((hit.fused for hit in others if hit.chunk.document_id not in rivals), 0.0)
    return Evidence(
        cosine=first.dense,
        lead=first.fused - second,
        coverage=float(shares[0]),
        known=known,
        english=float(retrieval.lang == "en"),
    )


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
