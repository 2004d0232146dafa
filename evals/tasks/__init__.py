"""The tasks, one file each. A further one adds its file and a line here."""

from collections.abc import Sequence
from typing import Any

from app.errors import EvalError
from evals.task import Scorer
from evals.tasks import answers, faithfulness, retrieval

SCORERS: dict[str, Sequence[Scorer[Any]]] = {
    "retrieval": retrieval.SCORERS,
    "answers": answers.SCORERS,
    "faithfulness": faithfulness.SCORERS,
}


def scorers_of(kind: str) -> Sequence[Scorer[Any]]:
    """Raises EvalError for a kind nobody measures."""
    if kind not in SCORERS:
        raise EvalError(f'There is no evaluation "{kind}"; there are {", ".join(SCORERS)}.')
    return SCORERS[kind]
