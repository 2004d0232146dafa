"""Step 7: is a sentence supported by what it cites?

Facts are compared one by one (app/domain/facts): a claim one number, one negation or one condition away from its
source is closer to it than an honest paraphrase, so no similarity can tell. What no check objects to is scored by a
small logistic model over what it shares with its source (verify.toml says where the coefficients come from).
"""

import math
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from app.domain.facts.agreement import disagreements
from app.domain.facts.clauses import sentences
from app.domain.facts.conditions import conditions, says_only
from app.domain.facts.content import content_terms, coverage
from app.domain.facts.pair import Pair
from app.domain.facts.plain import plain
from app.domain.facts.polarity import denials

THRESHOLDS = Path(__file__).with_name("verify.toml")
FEATURES = ("coverage", "similarity")


@dataclass(frozen=True, slots=True)
class Verdict:
    """`score` in 0..1, higher is better supported; `reasons` "<check>: <what>", empty when no check objects."""

    supported: bool
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Logistic:
    """Weights of FEATURES in their order; a feature that is not measured has weight 0."""

    intercept: float
    weights: tuple[float, ...]

    def __call__(self, features: tuple[float, ...]) -> float:
        z = self.intercept + sum(weight * value for weight, value in zip(self.weights, features, strict=True))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, z))))


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where the numbers come from is said beside them, in verify.toml."""

    supported: float  # least score of a supported claim
    objected: float  # factor on the score of a claim a check objects to
    worded: Logistic  # without a similarity
    embedded: Logistic  # with one
    across: Logistic  # claim and source in different languages, with a similarity
    across_unknown: float  # score of a claim in another language that no check objects to, without a similarity

    @classmethod
    def load(cls, path: Path = THRESHOLDS) -> "Thresholds":
        with path.open("rb") as file:
            table = tomllib.load(file)
        models = {
            name: Logistic(table[name]["intercept"], tuple(table[name]["weights"][f] for f in FEATURES))
            for name in ("worded", "embedded", "across")
        }
        decision = table["decision"]
        return cls(
            supported=decision["supported"],
            objected=decision["objected"],
            across_unknown=decision["across_unknown"],
            **models,
        )


class Verifier:
    def __init__(self, thresholds: Thresholds) -> None:
        self._thresholds = thresholds

    def verify(self, claim: str, source: str, similarity: float | None, context: str = "") -> Verdict:
        """Judge `claim` by the cited chunk's text `source` under its title and headings `context`.

        `similarity` is the best cosine between the claim's vector and the source's sentence vectors, None when no
        embedder is at hand. A quote of whole sentences is supported as it stands.
        """
        if not _bare(claim):
            return Verdict(False, 0.0, ("empty",))
        quote, rest = _quoted(claim, source)
        if quote and not rest:
            return Verdict(True, 1.0, ())
        pair = Pair(claim, source, context)
        reasons = (*_cut(quote, rest), *disagreements(pair))
        score = self._score(pair, similarity)
        if reasons:
            return Verdict(False, score * self._thresholds.objected, reasons)
        supported = score >= self._thresholds.supported
        return Verdict(supported, score, () if supported else ("unlike its source",))

    def _score(self, pair: Pair, similarity: float | None) -> float:
        if pair.crosses:
            return self._thresholds.across_unknown if similarity is None else self._thresholds.across((0.0, similarity))
        model = self._thresholds.worded if similarity is None else self._thresholds.embedded
        return model((word_coverage(pair), similarity or 0.0))


def word_coverage(pair: Pair) -> float:
    """Share of the claim's words of meaning that its source or the context has."""
    terms = frozenset[str]().union(*(clause.terms for clause in pair.claim_clauses))
    return coverage(terms, content_terms(pair.everything))


_SENTENCE_ENDS = re.compile(r"\s+|[。!?]|\.(?!\d)")


@lru_cache(maxsize=2048)
def _bare(text: str) -> str:
    """Without spaces and sentence ends, in which a quote may differ; 1.5 keeps its point."""
    return _SENTENCE_ENDS.sub("", plain(text)).strip("、,・-\"'「」()")


def _quoted(claim: str, source: str) -> tuple[bool, str]:
    """Whether the claim is in the source word for word, and what of the sentence it is taken from it leaves out."""
    wanted = _bare(claim)
    pieces = [piece for sentence in sentences(source) if (piece := _bare(sentence))]
    if any(_starts_run(wanted, pieces[n:]) for n in range(len(pieces))):
        return True, ""
    part = plain(claim).strip("。.!?、, ")
    for sentence in map(plain, sentences(source)):
        if part in sentence:
            before, _, after = sentence.partition(part)
            return True, f"{before} {after}".strip("。.!? ")
    return False, ""


def _starts_run(wanted: str, pieces: Sequence[str]) -> bool:
    """`wanted` is the first pieces, one after another."""
    for piece in pieces:
        if wanted == piece:
            return True
        if not wanted.startswith(piece):
            return False
        wanted = wanted.removeprefix(piece)
    return False


def _cut(quote: bool, rest: str) -> tuple[str, ...]:
    """A quote that stops short of a negation, a condition or an exception says another thing than its source."""
    if quote and (denials(rest) or conditions(rest) or says_only(rest)):
        return (f"quote cut: {rest[:60]}",)
    return ()
