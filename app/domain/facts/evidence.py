"""What a claim shares with its source and what speaks against it, as numbers a score is made from."""

import re
from collections.abc import Sequence

from app.domain.facts.clauses import Clause
from app.domain.facts.content import content_terms, coverage
from app.domain.facts.lexicon import known
from app.domain.facts.pair import Pair

CHECKS = (
    "number", "number bound", "number elsewhere", "date", "time", "weekday", "period", "rate",
    "product", "product elsewhere", "channel", "name", "name of a thing", "name replaced",
    "polarity", "polarity elsewhere", "polarity doubt", "contrast",
    "condition cut", "condition dropped", "condition changed", "scope", "addition", "quote cut",
)  # fmt: skip
_ALSO = re.compile(
    r"(?<=[ぁ-んァ-ヺー一-鿿a-z\d])(?<![てん])も(?![うしっとのち])(?!ら|っと|ちろん)"
    r"|\balso\b|\bas well\b|\btoo\b|\bstill\b|\beven\b"
)
_DOUBTS = {"number bound", "channel", "name of a thing", "polarity elsewhere", "polarity doubt"}
DECISIVE = frozenset(CHECKS) - _DOUBTS - {"condition dropped", "condition changed"}
MEASURES = ("shared", "also", "crosses", *CHECKS)


def measures(pair: Pair, reasons: Sequence[str]) -> dict[str, float]:
    """MEASURES of the pair, each 0..1; a check counts 1 if it objects."""
    mine = _terms(pair)
    have = content_terms(pair.everything)
    if pair.crosses:
        mine, have = frozenset(filter(known, mine)), frozenset(filter(known, have))
    objecting = {reason.split(":")[0] for reason in reasons}
    return {
        "shared": (coverage(mine, have) + _joint(pair)) / 2,
        "also": float(_also(pair)),
        "crosses": float(pair.crosses),
        **{check: float(check in objecting) for check in CHECKS},
    }


def _terms(pair: Pair) -> frozenset[str]:
    return frozenset[str]().union(*(clause.terms for clause in pair.claim_clauses))


def _joint(pair: Pair) -> float:
    """Mean over the claim's clauses of what the one clause of the source that covers most covers."""
    mine = [_all(clause, pair.crosses) for clause in pair.claim_clauses]
    theirs = [_all(other, pair.crosses) | other.topic for other in pair.source_clauses]
    shares = [max((coverage(terms, other) for other in theirs), default=0.0) for terms in mine if terms]
    return sum(shares) / len(shares) if shares else 0.0


def _all(clause: Clause, crosses: bool) -> frozenset[str]:
    return (frozenset(filter(known, clause.terms)) if crosses else clause.terms) | clause.keys


def _also(pair: Pair) -> bool:
    """Says of one thing more what the source says of others: "also", も."""
    return bool(_ALSO.search(pair.claim_plain)) and not _ALSO.search(pair.everything)


def decisive(reasons: Sequence[str]) -> bool:
    """Whether a check objects that closeness cannot outweigh; the others may be mistaken by a free paraphrase."""
    return any(reason.split(":")[0] in DECISIVE for reason in reasons)
