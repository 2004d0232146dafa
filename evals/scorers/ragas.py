"""What ragas measures, where it is sound, of an answer: by itself, and with a judge.

`kotae eval answers --ragas` runs it (evals/scorers/ragas_metrics.py, a development extra that takes seconds to import)
and leaves the values in the sample's output; the scorers here only read them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from app.errors import EvalError
from app.settings import Settings
from evals.samples import Sample
from evals.task import NotMeasured, Output, Scorer

if TYPE_CHECKING:
    from app.domain.evaluation import Pair
    from app.domain.ports import Embedder

KEY = "ragas"  # of the values in a sample's output
Values = dict[str, float | dict[str, str]]  # by metric: 0..1, or {"not_measured": reason}; absent where undefined
JUDGE_SECONDS = 100.0


@dataclass(frozen=True, slots=True)
class Case:
    """What is measured of one question. `answer` is empty where none was given, `reference` where there is no model
    answer; `gold` is empty where nothing answers the question. `passages` were found for it, best first; `quotes` are
    those of them that the answer cites, out of the articles `cited`."""

    question: str
    answer: str
    reference: str
    passages: tuple[str, ...]
    quotes: tuple[str, ...]
    cited: tuple[str, ...]
    gold: tuple[str, ...]


class Ragas(Protocol):
    """ragas, ready to measure."""

    @property
    def scorers(self) -> Sequence[Scorer[Any]]: ...

    @property
    def versions(self) -> Mapping[str, str]: ...

    async def measure(self, case: Case) -> Values: ...


def open_ragas(settings: Settings, embedder: "Embedder", judge_seconds: float = JUDGE_SECONDS) -> Ragas:
    """With the judge of these settings, if there is one; a metric has `judge_seconds` for all its questions to it.

    Raises EvalError without the development extra, SettingsError where the judge is half set.
    """
    try:
        from evals.scorers.judge import judge_of
        from evals.scorers.ragas_metrics import RagasMetrics
    except ImportError as error:
        raise EvalError(
            f"--ragas needs {error.name}, which is not installed; install the development extra (pip install '.[dev]')."
        ) from None
    return RagasMetrics(embedder, judge_of(settings), judge_seconds)


def _value(name: str, _: Sample, output: Output) -> "Pair | NotMeasured | None":
    found = output.get(KEY, {}).get(name)
    if isinstance(found, dict):
        return NotMeasured(found["not_measured"])
    return None if found is None else (found, 1.0)


def _scorer(name: str, measures: str, undefined: str) -> Scorer[Any]:
    return Scorer(name, measures, partial(_value, name), undefined)


_NO_ANSWER, _NO_REFERENCE = "not answered", "not answered, or no model answer to compare with"
_NO_PASSAGE = "nothing found, or no model answer to compare with"
OFFLINE: tuple[Scorer[Any], ...] = (
    _scorer("ragas_id_context_precision", "share of the cited articles that hold the answer", "nothing cited, or gold"),
    _scorer("ragas_id_context_recall", "share of the articles that hold the answer that are cited", "unanswerable"),
    _scorer("chrf", "F2 of character 1- to 6-grams shared with the model answer, after NFKC", _NO_REFERENCE),
    _scorer("semantic_similarity", "cosine of answer and model answer; of e5, hardly below .7", _NO_REFERENCE),
)
JUDGED: tuple[Scorer[Any], ...] = (
    _scorer("ragas_faithfulness", "share of the answer's statements that the cited passages support", _NO_ANSWER),
    _scorer("ragas_answer_relevancy", "cosine of the question with the one the answer answers", _NO_ANSWER),
    _scorer(
        "ragas_context_precision", "average precision of the first passages found", "no model answer, or no passage"
    ),
    _scorer(
        "ragas_context_recall", "share of the model answer that the first passages hold", "as ragas_context_precision"
    ),
    _scorer("ragas_factual_correctness", "F1 of statements shared with the model answer", _NO_REFERENCE),
)
SCORERS = OFFLINE + JUDGED
