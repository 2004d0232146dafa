"""What a claim states that its source does not.

A reason is "<check>: <what>", for a trace and a person to read. A claim with none may still be too far from its source;
that is for the score to say (app/answering/verify.py).
"""

from collections.abc import Callable, Iterator

from app.domain.facts.additions import added_clauses
from app.domain.facts.amounts import misattributed_quantities, unstated_dates, unstated_periods, unstated_quantities
from app.domain.facts.naming import replaced_words, said_of_another, unknown_channels, unknown_names
from app.domain.facts.pair import Pair
from app.domain.facts.statements import unsaid_statements

_CHECKS: tuple[Callable[[Pair], Iterator[str]], ...] = (
    unknown_names,
    unknown_channels,
    said_of_another,
    replaced_words,
    unstated_quantities,
    misattributed_quantities,
    unstated_dates,
    unstated_periods,
    unsaid_statements,
    added_clauses,
)


def disagreements(pair: Pair) -> tuple[str, ...]:
    """Every reason not to say `pair.claim`, each once; empty when nothing speaks against it."""
    return tuple(dict.fromkeys(reason for check in _CHECKS for reason in check(pair)))
