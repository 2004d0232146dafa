"""Fits the verifier's scoring model and writes app/answering/verify.toml.

    python -m evals.verifier_fit QSQUARED_FOLDER

Data: half of Q² (Honovich et al. 2021, by episode) and the dev split of the own set. A claim that a check objects to
is refused whatever its score, so only the others are fitted on, both sources weighing the same. The intercepts are
shifted so that 0.5 is the decision: it keeps KEPT of the own dev split's supported claims no check objects to.
"""

import argparse
import csv
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.answering.verify import FEATURES, THRESHOLDS, Thresholds, Verifier, word_coverage
from app.domain.facts.agreement import disagreements
from app.domain.facts.pair import Pair
from app.domain.ports import Embedder, Passage
from app.domain.text import detect_language, normalise, sentence_spans

OWN = Path(__file__).parent / "datasets/faithfulness/dev.jsonl"
KEPT = 0.94
RIDGE = 1.0
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Row:
    claim: str
    source: str
    supported: bool
    origin: str  # "own" or "qsquared"
    split: str  # "dev" or "test"
    similarity: float

    @property
    def pair(self) -> Pair:
        return Pair(self.claim, self.source)


def main() -> None:
    parser = argparse.ArgumentParser(description="Fit the verifier's scoring model.")
    parser.add_argument("qsquared", type=Path, help="folder with third_party/data/*_consistent.csv")
    parser.add_argument("--models", type=Path, default=Path("var/models"), help="where the embedded model is kept")
    arguments = parser.parse_args()
    rows = list(_rows(arguments.qsquared, _embedder(arguments.models)))
    free = [row for row in rows if row.split == "dev" and not disagreements(row.pair)]
    same = [row for row in free if not row.pair.crosses]
    crossing = [row for row in free if row.pair.crosses]
    models = {
        "worded": _fitted(same, lambda row: (word_coverage(row.pair), 0.0)),
        "embedded": _fitted(same, lambda row: (word_coverage(row.pair), row.similarity)),
        "across": _fitted(crossing, lambda row: (0.0, row.similarity)),
    }
    THRESHOLDS.write_text(_toml(models, len(same), len(crossing)), encoding="utf-8")
    for line in _figures(rows, Verifier(Thresholds.load())):
        print(line)


def _embedder(models: Path) -> Embedder:
    from app.adapters.e5_model import ensure_model
    from app.adapters.embedder_onnx import OnnxEmbedder

    return OnnxEmbedder(ensure_model(models))


def _rows(qsquared: Path, embedder: Embedder) -> Iterator[Row]:
    for line in OWN.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        cosine = _similarity(row["claim"], row["source"], embedder)
        yield Row(row["claim"], row["source"], row["label"] == "supported", "own", "dev", cosine)
    for file in sorted((qsquared / "third_party/data").glob("*_*consistent.csv")):
        with file.open(encoding="utf-8") as lines:
            for said in csv.DictReader(lines):
                split = "dev" if _hash(said["episode_idx"]) % 2 else "test"
                claim, source = said["response"], said["knowledge"].strip()
                cosine = _similarity(claim, source, embedder)
                yield Row(claim, source, file.stem.endswith("_consistent"), "qsquared", split, cosine)


def _hash(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest(), 16)


def _similarity(claim: str, source: str, embedder: Embedder) -> float:
    text = normalise(source).text
    spans = tuple(sentence_spans(text, detect_language(text, "en")))
    ((_, vectors),) = embedder.embed_passages([Passage("", text, spans)])
    return float(np.max(vectors.sentences @ np.asarray(embedder.embed_query(claim), dtype=np.float32)))


def _fitted(rows: Sequence[Row], features: Callable[[Row], tuple[float, ...]]) -> Array:
    """Intercept and weights, the intercept shifted so that the score 0.5 keeps KEPT of the own supported claims."""
    x = np.array([(1.0, *features(row)) for row in rows])
    y = np.array([row.supported for row in rows], dtype=float)
    sizes = {origin: sum(row.origin == origin for row in rows) for origin in ("own", "qsquared")}
    weight = np.array([len(rows) / 2 / sizes[row.origin] for row in rows])
    coefficients = _logistic(x, y, weight)
    own = np.array([row.origin == "own" and row.supported for row in rows])
    coefficients[0] -= np.quantile((x @ coefficients)[own], 1 - KEPT)
    return coefficients


def _logistic(x: Array, y: Array, weight: Array) -> Array:
    """Ridge-penalised maximum likelihood by Newton's method; the intercept is not penalised."""
    spread = x.std(axis=0)
    scale = np.where(spread > 0, spread, 1.0)
    z = x / scale
    penalty = RIDGE * np.eye(x.shape[1])
    penalty[0, 0] = 1e-9
    beta = np.zeros(x.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-z @ beta))
        hessian = (z.T * (weight * p * (1 - p))) @ z + penalty
        beta += np.linalg.solve(hessian, z.T @ (weight * (y - p)) - penalty @ beta)
    return np.asarray(beta / scale)


def _toml(models: dict[str, Array], n: int, n_across: int) -> str:
    origin = {
        "worded": f"without a similarity: {n} claims",
        "embedded": f"with one: {n} claims",
        "across": f"claim and source in different languages: {n_across} claims",
    }
    parts = [
        f"# Made by evals/verifier_fit.py on {datetime.now(UTC).date()} from half of Q²\n"
        "# (Honovich et al. 2021, MIT) and the dev split of evals/datasets/faithfulness; claims without objection.\n\n"
        "[decision]\nsupported = 0.5  # the intercepts are shifted to it\n"
        "objected = 0.3  # factor on the score of a claim a check objects to; any below 0.5 refuses it\n"
        "across_unknown = 0.6  # no words to compare and no similarity: the checks alone decide\n"
    ]
    for name, beta in models.items():
        weights = ", ".join(f"{feature} = {value:.4f}" for feature, value in zip(FEATURES, beta[1:], strict=True))
        parts.append(f"\n[{name}]  # {origin[name]}\nintercept = {beta[0]:.4f}\nweights = {{ {weights} }}\n")
    return "".join(parts)


def _figures(rows: Sequence[Row], verifier: Verifier) -> Iterator[str]:
    for origin, split in (("own", "dev"), ("qsquared", "dev"), ("qsquared", "test")):
        for name, known in (("with similarity", True), ("without", False)):
            part = [row for row in rows if row.origin == origin and row.split == split]
            scores = [verifier.verify(r.claim, r.source, r.similarity if known else None).score for r in part]
            value = _auc(scores, [row.supported for row in part])
            yield f"{origin} {split}, {name}: AUC {value:.3f} (n = {len(part)})"


def _auc(scores: Sequence[float], supported: Iterable[bool]) -> float:
    labels = np.array(list(supported))
    good, bad = np.array(scores)[labels], np.array(scores)[~labels]
    return float(np.mean((good[:, None] > bad) + 0.5 * (good[:, None] == bad)))


if __name__ == "__main__":
    main()
