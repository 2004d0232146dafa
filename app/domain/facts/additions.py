"""What a claim says beside what its source says: a clause that no clause of the source speaks of."""

from collections.abc import Iterator

from app.domain.facts.clauses import Clause, clauses
from app.domain.facts.content import coverage
from app.domain.facts.pair import Pair

# The most of an added clause's words that one clause of the source has. Of 236 honest paraphrases with two words of
# meaning or more in a clause (faithfulness/dev.jsonl) one has a clause with less.
FOREIGN = 0.25


def added_clauses(pair: Pair) -> Iterator[str]:
    """A promise behind an honest half; across languages words cannot tell."""
    if pair.crosses:
        return
    for clause in pair.claim_clauses:
        if len(clause.terms) > 1 and _nearest(clause, clauses(pair.source)) <= FOREIGN:
            yield f"addition: {clause.text[:60]}"


def _nearest(clause: Clause, source: tuple[Clause, ...]) -> float:
    mine = clause.terms | clause.keys
    return max((coverage(mine, other.terms | other.keys | other.topic) for other in source), default=0.0)
