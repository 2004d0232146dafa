"""Fits the verifier's weights and writes app/answering/verify.toml.

    python -m evals.verifier_fit QSQUARED_FOLDER

Data: the development file of the own set and half of Q² (Honovich et al. 2021, by episode), equal weight a row; the
test file and the other half are not opened. Honest claims beside another source stand for answers off the point. A
quote is supported whatever its score and is left out. A measure keeps its sense: what is shared speaks for a claim, an
objection against it; one whose weight comes out the other way gets none. The intercept is shifted so that 0.5 is where
CAUGHT of the own changed numbers and flipped negations are refused, by models that have not seen their source (FOLDS).
"""

import argparse
import csv
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.answering.verify import CLOSE, FEATURES, THRESHOLDS
from app.domain.facts.agreement import disagreements
from app.domain.facts.evidence import decisive, measures
from app.domain.facts.pair import Pair
from app.domain.facts.talk import asserted
from app.domain.ports import Embedder, Passage
from app.domain.text import detect_language, normalise, sentence_spans
from evals.tuning import keep_test_splits_shut

OWN = Path(__file__).parent / "datasets/faithfulness/dev.jsonl"
HARD = frozenset({"changed_number", "flipped_negation"})
CAUGHT = 0.985
FOLDS = 8
RIDGE = 2.0
SPEAK_FOR = frozenset({"shared", "similarity"})
EITHER_WAY = frozenset({"crosses"})
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Row:
    claim: str
    source: str
    supported: bool
    kind: str
    origin: str  # "own", "qsquared" or "unrelated"
    similarity: float

    @property
    def quoted(self) -> bool:
        return self.kind == "verbatim"

    @cached_property
    def pair(self) -> Pair:
        return Pair(asserted(self.claim), self.source)

    @cached_property
    def objections(self) -> tuple[str, ...]:
        return disagreements(self.pair)

    def features(self, names: Sequence[str]) -> list[float]:
        found = {**measures(self.pair, self.objections), "similarity": min(self.similarity, CLOSE)}
        return [found[name] for name in names]


def main() -> None:
    parser = argparse.ArgumentParser(description="Fit the verifier's scoring model.")
    parser.add_argument("qsquared", type=Path, help="folder with third_party/data/*_consistent.csv")
    parser.add_argument("--models", type=Path, default=Path("var/models"), help="where the embedded model is kept")
    arguments = parser.parse_args()
    keep_test_splits_shut()
    embedder = _embedder(arguments.models)
    rows = [row for row in _rows(arguments.qsquared, embedder) if not row.quoted]
    rows += _unrelated(rows, embedder)
    models = {}
    for name, features in (("worded", FEATURES[:-1]), ("embedded", FEATURES)):
        x = np.array([row.features(features) for row in rows])
        unseen = _out_of_fold(x, rows, features)
        cut = _decision(unseen, rows)
        weights = _fitted(x, rows, features)
        weights[0] -= cut
        models[name] = dict(zip(("intercept", *features), weights.tolist(), strict=True))
        for line in _figures(unseen, cut, rows):
            print(f"{name}, by source: {line}")
    THRESHOLDS.write_text(_toml(models, rows), encoding="utf-8")


def _embedder(models: Path) -> Embedder:
    from app.adapters.e5_model import ensure_model
    from app.adapters.embedder_onnx import OnnxEmbedder

    return OnnxEmbedder(ensure_model(models))


def _rows(qsquared: Path, embedder: Embedder) -> Iterator[Row]:
    for line in OWN.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        cosine = _similarity(row["claim"], row["source"], embedder)
        yield Row(row["claim"], row["source"], row["label"] == "supported", row["kind"], "own", cosine)
    for file in sorted((qsquared / "third_party/data").glob("*_*consistent.csv")):
        with file.open(encoding="utf-8") as lines:
            for said in csv.DictReader(lines):
                if _hash(said["episode_idx"]) % 2:
                    claim, source = said["response"], said["knowledge"].strip()
                    cosine = _similarity(claim, source, embedder)
                    yield Row(claim, source, file.stem.endswith("_consistent"), "dialogue", "qsquared", cosine)


def _unrelated(rows: Sequence[Row], embedder: Embedder) -> Iterator[Row]:
    """Honest claims beside a source they were not written for: nothing objects, and nothing supports them."""
    sources = sorted({row.source for row in rows if row.origin == "own"}, key=_hash)
    for row in rows:
        if row.origin == "own" and row.supported:
            other = sources[(sources.index(row.source) + 1) % len(sources)]
            yield Row(row.claim, other, False, "unrelated", "unrelated", _similarity(row.claim, other, embedder))


def _hash(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest(), 16)


def _similarity(claim: str, source: str, embedder: Embedder) -> float:
    text = normalise(source).text
    spans = tuple(sentence_spans(text, detect_language(text, "en")))
    ((_, vectors),) = embedder.embed_passages([Passage("", text, spans)])
    return float(np.max(vectors.sentences @ np.asarray(embedder.embed_query(claim), dtype=np.float32)))


def _fitted(x: Array, rows: Sequence[Row], names: Sequence[str]) -> Array:
    """Intercept and weights, 0 for a measure that would count against its sense."""
    y = np.array([row.supported for row in rows], dtype=float)
    kept = list(range(len(names)))
    while True:
        beta = _logistic(np.c_[np.ones(len(rows)), x[:, kept]], y)
        against = {n for n, weight in zip(kept, beta[1:], strict=True) if _is_against(names[n], weight)}
        if not against:
            break
        kept = [n for n in kept if n not in against]
    weights = np.zeros(len(names) + 1)
    weights[[0, *(n + 1 for n in kept)]] = beta
    return weights


def _is_against(name: str, weight: float) -> bool:
    return name not in EITHER_WAY and (weight < 0 if name in SPEAK_FOR else weight > 0)


def _out_of_fold(x: Array, rows: Sequence[Row], names: Sequence[str]) -> Array:
    """Logits of each row by a model that has not seen its source."""
    fold = np.array([_hash(row.source) % FOLDS for row in rows])
    logits = np.zeros(len(rows))
    for n in range(FOLDS):
        seen = [row for row, number in zip(rows, fold, strict=True) if number != n]
        beta = _fitted(x[fold != n], seen, names)
        logits[fold == n] = beta[0] + x[fold == n] @ beta[1:]
    return logits


def _decision(logits: Array, rows: Sequence[Row]) -> float:
    """The logit that refuses CAUGHT of the hard lies, those that a decisive check refuses anyhow among them."""
    hard = [
        -np.inf if decisive(row.objections) else logit
        for logit, row in zip(logits, rows, strict=True)
        if row.origin == "own" and row.kind in HARD
    ]
    return float(np.sort(hard)[int(CAUGHT * len(hard))])


def _logistic(x: Array, y: Array) -> Array:
    """Ridge-penalised maximum likelihood by Newton's method; the intercept is not penalised."""
    spread = x.std(axis=0)
    scale = np.where(spread > 0, spread, 1.0)
    z = x / scale
    penalty = RIDGE * np.eye(x.shape[1])
    penalty[0, 0] = 1e-9
    beta = np.zeros(x.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(z @ beta, -30, 30)))
        hessian = (z.T * (p * (1 - p))) @ z + penalty
        beta += np.linalg.solve(hessian, z.T @ (y - p) - penalty @ beta)
    return np.asarray(beta / scale)


def _toml(models: dict[str, dict[str, float]], rows: Sequence[Row]) -> str:
    n = {origin: sum(row.origin == origin for row in rows) for origin in ("own", "qsquared")}
    parts = [
        f"# Made by evals/verifier_fit.py on {datetime.now(UTC).date()} from evals/datasets/faithfulness/dev.jsonl\n"
        f"# ({n['own']} claims without quotes) and half of Q² (Honovich et al. 2021, MIT; {n['qsquared']} claims).\n\n"
        "[decision]\nsupported = 0.5  # the intercepts are shifted to it\n"
    ]
    notes = {"worded": "without a similarity", "embedded": "with the cosine of the nearest sentence of the source"}
    for name, model in models.items():
        weights = "".join(
            f'"{measure}" = {weight:.3f}\n' for measure, weight in model.items() if measure != "intercept" and weight
        )
        head = f"\n[{name}]  # {notes[name]}\nintercept = {model['intercept']:.3f}\n"
        parts.append(f"{head}\n[{name}.weights]\n{weights}")
    return "".join(parts)


def _figures(logits: Array, cut: float, rows: Sequence[Row]) -> Iterator[str]:
    good = np.array([row.supported for row in rows])
    own = np.array([row.origin == "own" for row in rows])
    hard = own & np.array([row.kind in HARD for row in rows])
    dialogue = np.array([row.origin == "qsquared" for row in rows])
    for name, part in (("own", own), ("qsquared", dialogue)):
        yield f"{name} AUC {_auc(logits[part].tolist(), good[part].tolist()):.3f} (n = {part.sum()})"
    free = np.array([not decisive(row.objections) for row in rows])
    logits = np.where(free, logits, np.minimum(logits, cut - 0.1))
    kept = logits[own & good] >= cut
    yield f"own kept {kept.sum()}/{kept.size}, caught {(logits[hard] < cut).sum()}/{hard.sum()}"


def _auc(scores: Sequence[float], supported: Iterable[bool]) -> float:
    labels = np.array(list(supported))
    good, bad = np.array(scores)[labels], np.array(scores)[~labels]
    return float(np.mean((good[:, None] > bad) + 0.5 * (good[:, None] == bad)))


if __name__ == "__main__":
    main()
