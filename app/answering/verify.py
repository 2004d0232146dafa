"""Step 7: is a sentence supported by what it cites?

Facts are compared one by one (app/domain/facts): a claim one number, one negation or one condition away from its
source is closer to it than an honest paraphrase, so no similarity can tell. A logistic model weighs what the checks
object to against what the claim shares with its source (verify.toml says where its weights come from).
"""

import math
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from app.domain.facts.agreement import disagreements
from app.domain.facts.clauses import sentences
from app.domain.facts.conditions import conditions, says_only
from app.domain.facts.evidence import MEASURES, decisive, measures
from app.domain.facts.pair import Pair
from app.domain.facts.plain import plain
from app.domain.facts.polarity import denials
from app.domain.facts.talk import asserted

THRESHOLDS = Path(__file__).with_name("verify.toml")
FEATURES = (*MEASURES, "similarity")
CLOSE = 0.92  # cosine of an honest paraphrase; a sentence closer than that is no truer
UNDER = 0.98  # of the decision: the most a claim scores that a decisive check objects to
LONGEST = 2000  # characters of a claim; writers give sentences


@dataclass(frozen=True, slots=True)
class Verdict:
    """`score` in 0..1, higher is better supported; `reasons` "<check>: <what>" of a claim that is not supported."""

    supported: bool
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Logistic:
    """Weights of FEATURES by name; a feature that is not measured has none."""

    intercept: float
    weights: Mapping[str, float]

    def __call__(self, features: Mapping[str, float]) -> float:
        z = self.intercept + sum(weight * features[name] for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, z))))


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where the numbers come from is said beside them, in verify.toml."""

    supported: float  # least score of a supported claim
    worded: Logistic  # without a similarity
    embedded: Logistic  # with one

    @classmethod
    def load(cls, path: Path = THRESHOLDS) -> "Thresholds":
        with path.open("rb") as file:
            table = tomllib.load(file)
        models = {name: Logistic(table[name]["intercept"], table[name]["weights"]) for name in ("worded", "embedded")}
        return cls(supported=table["decision"]["supported"], **models)


class Verifier:
    def __init__(self, thresholds: Thresholds) -> None:
        self._thresholds = thresholds

    def verify(self, claim: str, source: str, similarity: float | None, context: str = "") -> Verdict:
        """Judge `claim` by the cited chunk's text `source` under its title and headings `context`.

        `similarity` is the best cosine between the claim's vector and the source's sentence vectors, None when no
        embedder is at hand. A quote of whole sentences is supported as it stands; a claim of more than LONGEST
        characters is not read.
        """
        if not _bare(claim):
            return Verdict(False, 0.0, ("empty",))
        quote, rest = _quoted(claim, source)
        if quote and not rest:
            return Verdict(True, 1.0, ())
        if len(claim) > LONGEST:
            return Verdict(False, 0.0, (f"length: {len(claim)} characters",))
        pair = Pair(asserted(claim), source, context)
        objections = disagreements(pair)
        score = self._score(pair, objections, similarity)
        objections = (*_cut(quote, rest), *objections)
        if decisive(objections):
            return Verdict(False, min(score, UNDER * self._thresholds.supported), objections)
        if score >= self._thresholds.supported:
            return Verdict(True, score, ())
        return Verdict(False, score, objections or ("unlike its source",))

    def _score(self, pair: Pair, objections: Sequence[str], similarity: float | None) -> float:
        features = measures(pair, objections)
        if similarity is None:
            return self._thresholds.worded(features)
        return self._thresholds.embedded({**features, "similarity": min(similarity, CLOSE)})


_SENTENCE_ENDS = re.compile(r"\s+|[。!?]|\.(?!\d)")


@lru_cache(maxsize=2048)
def _bare(text: str) -> str:
    """Without spaces and sentence ends, in which a quote may differ; 1.5 keeps its point."""
    return _SENTENCE_ENDS.sub("", plain(text)).strip("、,・-\"'「」()")


def _quoted(claim: str, source: str) -> tuple[bool, str]:
    """Whether the claim is in the source word for word, and what of the sentence it is taken from it leaves out."""
    wanted = _bare(claim)
    pieces = [piece for sentence in sentences(source) if (piece := _bare(sentence))]
    if any(_starts_run(wanted, pieces[n:]) for n, piece in enumerate(pieces) if wanted.startswith(piece)):
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
