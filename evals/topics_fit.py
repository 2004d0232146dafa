"""Fits which messages should not stay with a machine and writes app/answering/topics_head.toml.

    python -m evals.topics_fit --data ../shared/data

A logistic model over the question's vector for each critical topic and for asking for a person. Learnt from
evals/datasets/escalation/train.jsonl and banking77's train part, of which CRITICAL_INTENTS are critical; ordinary are
its others, what customers say in asdc but for a quarter of the dialogues, a draw of GoEmotions' train part,
and the questions and calm messages of our other sets for development.

The threshold of a topic lets ORDINARY of the ordinary messages pass, by models that have not seen them (FOLDS).
"""

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.answering.topics import ASKED, CRITICAL, WEIGHTS
from app.settings import ROOT
from evals.guard_data import public_messages, share
from evals.logistic import Matrix, features_of, fitted, numbers, open_embedder
from evals.ordinary import CRITICAL_INTENTS, intents
from evals.samples import read_json_lines
from evals.tuning import keep_test_splits_shut

OWN = 20.0  # what a message of ours counts beside a public one
BANK = 10.0  # the same, of banking77's critical intents
PENALTY = 0.02  # weight of the loss beside half the squared weights
ORDINARY = 0.0009
LEAST = -2.5  # log odds: no threshold is below
FOLDS = 2
GOEMOTIONS = 1_500  # comments learnt from
SHOP = 3.0  # what an ordinary message of a shop counts
NONE = "none"


@dataclass(frozen=True, slots=True)
class Said:
    text: str
    topic: str
    source: str


def main() -> None:
    parser = argparse.ArgumentParser(description="Fit which messages should not stay with a machine.")
    parser.add_argument("--data", type=Path, required=True, help="folder of public data")
    parser.add_argument("--models", type=Path, default=Path("var/models"), help="where the embedded model is kept")
    given = parser.parse_args()
    keep_test_splits_shut()
    embedder = open_embedder(given.models)
    messages = [*_own(), *_public(given.data)]
    vectors = features_of([said.text for said in messages], embedder)[:, : embedder.dimension]
    WEIGHTS.write_text(fit(vectors, messages, embedder.fingerprint), encoding="utf-8")


def _own() -> Iterator[Said]:
    ours = [row for _, row in read_json_lines(ROOT / "evals" / "datasets" / "escalation" / "train.jsonl")]
    yield from (Said(row["text"], row["topic"], "own") for row in ours)
    known = {row["text"] for row in ours}
    for source in ("sample", "calibration"):
        for path in sorted((ROOT / "evals" / "datasets" / source).glob("*.jsonl")):
            if not path.name.startswith("test"):
                yield from (Said(row["question"], NONE, "shop") for _, row in read_json_lines(path))
    for _, row in read_json_lines(ROOT / "evals" / "datasets" / "sentiment" / "dev.jsonl"):
        if row["label"] != "angry" and row["text"] not in known:
            yield Said(row["text"], NONE, "shop")


def _public(data: Path) -> Iterator[Said]:
    bank = list(intents(data, "train"))
    yield from (Said(text, CRITICAL_INTENTS[name], "banking77") for text, name in bank if name in CRITICAL_INTENTS)
    yield from (Said(text, NONE, "banking77") for text, name in bank if name not in CRITICAL_INTENTS)
    others = [said for said in public_messages(data) if not said.kept_aside]
    yield from (Said(said.text, NONE, "asdc") for said in others if said.source == "asdc")
    yield from [Said(said.text, NONE, "goemotions") for said in others if said.source == "goemotions"][:GOEMOTIONS]


def fit(vectors: Matrix, messages: Sequence[Said], fingerprint: str) -> str:
    """The file's text; figures are printed, too."""
    counts = Counter(said.source for said in messages)
    sections, lines = [], []
    for topic in (*CRITICAL, ASKED):
        labels = np.array([said.topic == topic for said in messages])
        odds = _unseen(vectors, labels, messages)
        threshold = _threshold(odds, messages)
        own = np.array([said.source == "own" for said in messages])
        lines.append(
            f"{topic:16} found of ours, unseen: {np.mean(odds[labels & own] > threshold):.2f} of {(labels & own).sum()}"
        )
        print(lines[-1], flush=True)
        found = fitted(vectors, labels, _weights(messages, labels))
        sections.append(
            f"[topic.{topic}]\nintercept = {found[0]:.4f}\nthreshold = {threshold:.4f}\n"
            f"weights = [{numbers(found[1:], 3)}]\n"
        )
    sources = ", ".join(f"{n} of {source}" for source, n in sorted(counts.items()))
    return f"""\
# Which messages should not stay with a machine (app/answering/topics.py): logistic models over the question's vector.
# Written by `python -m evals.topics_fit` on {datetime.now(UTC).date()} from {sources}
# (Casanueva et al. 2020, CC BY 4.0; Accommodation Search Dialog Corpus, CC BY 4.0; GoEmotions, CC BY 4.0; ours:
# evals/datasets/escalation).
# Thresholds (log odds) let {ORDINARY:.2%} of the ordinary messages pass, by models that have not seen them.
{"".join(f"# {line}" + chr(10) for line in lines)}embedder = "{fingerprint}"

{chr(10).join(sections)}"""


def _weights(messages: Sequence[Said], labels: NDArray[np.bool_]) -> NDArray[np.float64]:
    weights = [
        {"own": OWN, "shop": SHOP}.get(said.source, BANK if label else 1.0)
        for said, label in zip(messages, labels, strict=True)
    ]
    return np.array(weights) * PENALTY


def _unseen(vectors: Matrix, labels: NDArray[np.bool_], messages: Sequence[Said]) -> NDArray[np.float64]:
    fold = np.array([share(said.text, FOLDS) for said in messages])
    weights, odds = _weights(messages, labels), np.zeros(len(messages))
    for n in range(FOLDS):
        found = fitted(vectors[fold != n], labels[fold != n], weights[fold != n])
        odds[fold == n] = found[0] + vectors[fold == n] @ found[1:]
    return odds


def _threshold(odds: NDArray[np.float64], messages: Sequence[Said]) -> float:
    ordinary = np.array([said.topic == NONE and said.source != "own" for said in messages])
    return max(LEAST, float(np.quantile(odds[ordinary], 1 - ORDINARY)))


if __name__ == "__main__":
    main()
