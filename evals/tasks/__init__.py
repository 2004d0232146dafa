"""The tasks, one file each. A further one adds its file and a line in each of the two tables here."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from app.errors import EvalError
from app.settings import Settings
from evals.task import Scorer, Task
from evals.tasks import (
    answers,
    drafts,
    escalation,
    faithfulness,
    guard,
    lies,
    redaction,
    retrieval,
    sentiment,
    summary,
)

Opened = AbstractContextManager[Task[Any]]

SCORERS: dict[str, Sequence[Scorer[Any]]] = {
    "retrieval": retrieval.SCORERS,
    "answers": answers.SCORERS,
    "drafts": drafts.SCORERS,
    "faithfulness": faithfulness.SCORERS,
    "guard": guard.SCORERS,
    "lies": lies.SCORERS,
    "redaction": redaction.SCORERS,
    "summary": summary.SCORERS,
    "sentiment": sentiment.SCORERS,
    "escalation": escalation.SCORERS,
}
_OPENED: dict[str, Callable[[Settings, list[Path], Path | None], Opened]] = {
    "retrieval": lambda settings, data, articles: retrieval.open_retrieval(settings, data[0], articles),
    "answers": lambda settings, data, articles: answers.open_answers(settings, articles or settings.kb_dir, data),
    "drafts": lambda settings, data, articles: drafts.open_drafting_task(settings, articles or settings.kb_dir, data),
    "faithfulness": lambda settings, data, _: faithfulness.open_faithfulness(settings, data),
    "guard": lambda settings, data, _: guard.open_guarding(settings, data),
    "lies": lambda settings, data, articles: lies.open_lies(settings, articles or settings.kb_dir, data),
    "redaction": lambda settings, data, _: redaction.open_redaction(settings, data),
    "summary": lambda settings, data, _: summary.open_summaries(settings, data),
    "sentiment": lambda settings, data, _: sentiment.open_sentiment(settings, data),
    "escalation": lambda settings, data, _: escalation.open_escalation(settings, data),
}


def scorers_of(kind: str) -> Sequence[Scorer[Any]]:
    """Raises EvalError for a kind nobody measures."""
    return SCORERS[_known(kind)]


def opened(settings: Settings, kind: str, data: list[Path], articles: Path | None) -> Opened:
    """The task of a kind over its data: files, or a BEIR folder for `retrieval`. Raises EvalError."""
    if not data:
        raise EvalError(f"{kind} needs data; name a file or a folder.")
    return _OPENED[_known(kind)](settings, data, articles)


def _known(kind: str) -> str:
    if kind not in SCORERS:
        raise EvalError(f'There is no evaluation "{kind}"; there are {", ".join(SCORERS)}.')
    return kind
