"""How well an index can answer a question, in numbers that mean the same in every knowledge base.

No single one does (raw cosine least of all), so a small logistic model weighs several. Its coefficients, with the data
they were fitted on, are in `abstention.toml`; `evals/calibrate.py` fits them.
"""

import math
import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path

from app.domain.ports import ChunkIndex
from app.domain.retrieval import Retrieval
from app.domain.tokens import tokens

COEFFICIENTS = Path(__file__).with_name("abstention.toml")
_BACKGROUND = 10  # hits between which the gap to the first is measured


@dataclass(frozen=True, slots=True)
class Evidence:
    """Features of one retrieval; cosines are those of the embedding, shares lie in 0..1."""

    z_score: float  # of the best cosine among the cosines of the whole index
    cosine: float  # best passage
    sentence: float  # best sentence of the best passage
    gap: float  # best cosine above the mean of the next hits
    coverage: float  # IDF-weighted share of the question's terms in the best passage
    coverage_of_three: float  # the most of the first three
    known: float  # share of the question's terms that occur anywhere in the index
    agreement: float  # 1 when the best passage is also the lexical side's best
    foreign: float  # 1 when the best passage is in the other language
    length: float  # natural logarithm of 1 + number of terms


def weigh(retrieval: Retrieval, index: ChunkIndex) -> Evidence:
    """`retrieval` must have at least one hit."""
    hits = retrieval.hits
    first = hits[0]
    mean, deviation = index.moments(retrieval.vector)
    shares, known = index.coverage(retrieval.query, [hit.position for hit in hits[:3]])
    background = [hit.dense for hit in hits[1:_BACKGROUND]] or [first.dense]
    return Evidence(
        z_score=(first.dense - mean) / max(deviation, 1e-6),
        cosine=first.dense,
        sentence=first.sentence_cosine,
        gap=first.dense - sum(background) / len(background),
        coverage=float(shares[0]),
        coverage_of_three=float(shares.max()),
        known=known,
        agreement=float(first.lexical > 0 and first.lexical == max(hit.lexical for hit in hits)),
        foreign=float(first.chunk.lang != retrieval.lang),
        length=math.log1p(len(tokens(retrieval.query))),
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
