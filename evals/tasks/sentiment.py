"""Sentiment alone: does a message sound negative or angry, and is the probability to be believed?"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Literal

import anyio.to_thread
import numpy as np

from app.answering.sentiment import SentimentJudge, load_judge
from app.domain.evaluation import Floats, auc
from app.domain.ports import Embedder
from app.domain.text import normalise
from app.domain.understanding import Mood
from app.settings import Settings
from app.wiring.models import open_embedder
from app.wiring.policy import policy_version
from evals.samples import Dataset, Sample, read_samples
from evals.task import Output, Scorer

_BINS = 15
_BAD = frozenset({Mood.NEGATIVE, Mood.ANGRY})


class Message(Sample):
    text: str
    label: Literal["angry", "negative", "neutral", "positive"]
    lang: str
    urgent: bool | None = None

    @property
    def is_bad(self) -> bool:
        return self.label in _BAD

    @property
    def slices(self) -> dict[str, str]:
        return super().slices | {"label": self.label}


def ece(pairs: Floats) -> float | None:
    """Expected calibration error of (probability, label), in 15 bins of equal width (Guo et al. 2017)."""
    if not len(pairs):
        return None
    bins = np.minimum((pairs[:, 0] * _BINS).astype(int), _BINS - 1)
    gaps = [abs(float((pairs[bins == n, 0] - pairs[bins == n, 1]).sum())) for n in range(_BINS)]
    return sum(gaps) / len(pairs)


def f1(pairs: Floats) -> float | None:
    """Of (found, there); None where neither is."""
    both, total = float((pairs[:, 0] * pairs[:, 1]).sum()), float(pairs.sum())
    return 2 * both / total if total else None


SCORERS: tuple[Scorer[Message], ...] = (
    Scorer(
        "auc",
        "the probability that a negative or angry message scores above another",
        lambda message, output: (output["negative"], float(message.is_bad)),
        statistic=auc,
    ),
    Scorer(
        "f1",
        "precision and recall of negative or angry in one",
        lambda message, output: (float(output["mood"] in _BAD), float(message.is_bad)),
        statistic=f1,
    ),
    Scorer(
        "ece",
        "how far the probability is from the share that is negative or angry",
        lambda message, output: (output["negative"], float(message.is_bad)),
        statistic=ece,
        higher_is_better=False,
    ),
    Scorer(
        "mood",
        "share of messages whose mood is the labelled one",
        lambda message, output: (float(output["mood"] == message.label), 1.0),
    ),
    Scorer(
        "urgency",
        "share of messages that are rightly found urgent or not",
        lambda message, output: (float(output["urgent"] == bool(message.urgent)), 1.0),
    ),
)


class SentimentTask:
    kind = "sentiment"
    scorers: Sequence[Scorer[Message]] = SCORERS

    def __init__(self, dataset: Dataset[Message], embedder: Embedder, judge: SentimentJudge) -> None:
        self.dataset = dataset
        self.versions: Mapping[str, str] = {"model": embedder.fingerprint, "policy": policy_version()}
        self._embedder = embedder
        self._judge = judge

    async def run(self, sample: Message) -> Output:
        return await anyio.to_thread.run_sync(partial(self._judged, sample))

    def _judged(self, sample: Message) -> Output:
        text = normalise(sample.text).text.strip()
        found = self._judge.judge(text, self._embedder.embed_question(text).whole)
        return {"negative": found.negative, "angry": found.angry, "mood": found.mood, "urgent": found.is_urgent}


@contextmanager
def open_sentiment(settings: Settings, data: list[Path]) -> Iterator[SentimentTask]:
    """Raises EvalError for data that is not well formed."""
    embedder = open_embedder(settings)
    known = embedder.fingerprint if settings.embedding_model == "embedded" else None
    yield SentimentTask(read_samples(data[0].stem, data, Message), embedder, load_judge(known))
