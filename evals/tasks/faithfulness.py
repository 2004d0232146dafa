"""The verifier alone: does the source support the claim?"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Literal

import anyio.to_thread
import numpy as np

from app.answering.verify import Thresholds, Verifier
from app.bootstrap import open_embedder
from app.domain.evaluation import Pair, auc
from app.domain.ports import Embedder, Passage
from app.domain.text import detect_language, normalise, sentence_spans
from app.policy import policy_version
from app.settings import Settings
from evals.samples import Dataset, Sample, read_samples
from evals.task import Output, Scorer


class Claim(Sample):
    """A sentence, the text it should rest on, and whether it does."""

    source: str
    claim: str
    label: Literal["supported", "unsupported"]
    lang: str
    kind: str | None = None

    @property
    def is_supported(self) -> bool:
        return self.label == "supported"


def _kept(claim: Claim, output: Output) -> Pair | None:
    return (float(output["supported"]), 1.0) if claim.is_supported else None


def _caught(claim: Claim, output: Output) -> Pair | None:
    return None if claim.is_supported else (float(not output["supported"]), 1.0)


def _f1(claim: Claim, output: Output) -> Pair | None:
    """F1 = 2 TP / (2 TP + FP + FN) as a weighted mean; unsupported is what is looked for."""
    found, wanted = not output["supported"], not claim.is_supported
    weight = float(found) + float(wanted)
    return (float(found and wanted), weight) if weight else None


SCORERS: tuple[Scorer[Claim], ...] = (
    Scorer(
        "auc",
        "the probability that a supported claim scores above an unsupported one",
        lambda claim, output: (output["score"], float(claim.is_supported)),
        statistic=auc,
    ),
    Scorer("f1", "precision and recall of unsupported claims in one", _f1, "supported, and kept"),
    Scorer("recall_unsupported", "share of unsupported claims that are caught", _caught, "supported claims"),
    Scorer("recall_supported", "share of supported claims that are kept", _kept, "unsupported claims"),
)


class Faithfulness:
    kind = "faithfulness"
    scorers: Sequence[Scorer[Claim]] = SCORERS

    def __init__(self, dataset: Dataset[Claim], embedder: Embedder) -> None:
        self.dataset = dataset
        self.versions: Mapping[str, str] = {"model": embedder.fingerprint, "policy": policy_version()}
        self._embedder = embedder
        self._verifier = Verifier(Thresholds.load())

    async def run(self, sample: Claim) -> Output:
        return await anyio.to_thread.run_sync(partial(self._judged, sample))

    def _judged(self, sample: Claim) -> Output:
        source, claim = normalise(sample.source).text, normalise(sample.claim).text
        verdict = self._verifier.verify(claim, source, similarity(claim, source, self._embedder))
        return {"supported": verdict.supported, "score": verdict.score, "reasons": list(verdict.reasons)}


def similarity(claim: str, source: str, embedder: Embedder) -> float:
    """The best cosine between the claim and a sentence of its source; both normalised."""
    spans = tuple(sentence_spans(source, detect_language(source, "en")))
    ((_, vectors),) = embedder.embed_passages([Passage("", source, spans)])
    query = np.asarray(embedder.embed_query(claim), dtype=np.float32)
    return float(np.max(vectors.sentences @ query)) if spans else 0.0


@contextmanager
def open_faithfulness(settings: Settings, data: list[Path]) -> Iterator[Faithfulness]:
    """Raises EvalError for data that is not well formed."""
    yield Faithfulness(read_samples(data[0].stem, data, Claim), open_embedder(settings))
