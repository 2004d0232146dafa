"""Fits how a customer's turn sounds and writes app/answering/sentiment_head.toml.

    python -m evals.sentiment_fit --data ../shared/data

Learnt from: GoEmotions' train part and evals/datasets/sentiment/dev.jsonl, each message of ours weighing OWN. The
logits, together with the signs the rules see, are then read as probabilities on what the model has not seen:
GoEmotions' dev part, and ours by FOLDS; that ours are angrier than comments is taken out by a term of its own.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.answering.guard_head import BUCKETS
from app.answering.sentiment import SIGNS, WEIGHTS, SentimentRules
from app.domain.evaluation import auc
from app.domain.text import normalise
from app.domain.text.unveil import unveiled
from app.domain.understanding import Mood
from app.settings import ROOT
from evals.emotions import Comment, comments
from evals.guard_data import share
from evals.logistic import Matrix, features_of, fitted, logistic, numbers, open_embedder
from evals.samples import read_json_lines
from evals.tuning import keep_test_splits_shut

OWN = 30.0  # what a message of a shop counts beside a comment
OWN_READ = 10.0  # the same, when logits are read as probabilities
COMMENTS = 20_000  # of GoEmotions' train part
COMMENTS_BESIDE = 5_000  # of them, beside our messages in each of FOLDS
PENALTY = 0.003  # weight of the loss beside half the squared weights; best of 3 on GoEmotions' dev part
READ_PENALTY = 1.0
FOLDS = 5
_HEADS = {"negative": {Mood.NEGATIVE, Mood.ANGRY}, "angry": {Mood.ANGRY}, "positive": {Mood.POSITIVE}}
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Texts:
    """`features` as from `features_of`, `signs` as the rules see them, `moods` in the same order."""

    comments: tuple[Comment, ...]
    features: Matrix
    signs: Floats
    is_own: bool

    def labels(self, head: str) -> NDArray[np.bool_]:
        return np.array([comment.mood in _HEADS[head] for comment in self.comments])


def main() -> None:
    parser = argparse.ArgumentParser(description="Fit how a customer's turn sounds.")
    parser.add_argument("--data", type=Path, required=True, help="folder of public data")
    parser.add_argument("--models", type=Path, default=Path("var/models"), help="where the embedded model is kept")
    given = parser.parse_args()
    keep_test_splits_shut()
    embedder = open_embedder(given.models)
    rules = SentimentRules.load()

    def read(said: Sequence[Comment], is_own: bool = False) -> Texts:
        texts = [normalise(comment.text).text.strip() for comment in said]
        signs = np.array([rules.signs(text, unveiled(text)) for text in texts])
        return Texts(tuple(said), features_of(texts, embedder), signs, is_own)

    train, dev = read(comments(given.data, "train")[:COMMENTS]), read(comments(given.data, "dev"))
    own = read(own_messages(), is_own=True)
    WEIGHTS.write_text(fit(train, dev, own, embedder.fingerprint), encoding="utf-8")


def own_messages() -> list[Comment]:
    path = ROOT / "evals" / "datasets" / "sentiment" / "dev.jsonl"
    return [Comment(row["text"], Mood(row["label"]), row["lang"]) for _, row in read_json_lines(path)]


def fit(train: Texts, dev: Texts, own: Texts, fingerprint: str) -> str:
    """The file's text; figures are printed, too."""
    heads, scales, alone, lines = {}, {}, {}, []
    for name in _HEADS:
        dimension = None if name == "negative" else own.features.shape[1] - BUCKETS
        heads[name] = _head(train, own, name, dimension)
        logits = np.r_[_logits(heads[name], dev, dimension), _unseen(train, own, name, dimension)]
        scales[name] = _scale(logits, dev, own, name)
        alone[name] = _scale(np.zeros(len(logits)), dev, own, name)
        lines += [_figures(name, logits, scales[name], dev, own)]
        print(lines[-1], flush=True)
    return _toml(heads, scales, alone, fingerprint, lines, (len(train.comments), len(dev.comments), len(own.comments)))


def _head(train: Texts, own: Texts, name: str, dimension: int | None, seen: NDArray[np.bool_] | None = None) -> Floats:
    """`dimension`: how many of the features are read; `seen`: which messages of ours are learnt from."""
    chosen = np.ones(len(own.comments), dtype=bool) if seen is None else seen
    features = np.vstack([train.features[:, :dimension], own.features[chosen][:, :dimension]])
    labels = np.r_[train.labels(name), own.labels(name)[chosen]]
    weights = np.r_[np.ones(len(train.comments)), np.full(int(chosen.sum()), OWN)] * PENALTY
    return fitted(features, labels, weights)


def _logits(head: Floats, texts: Texts, dimension: int | None) -> Floats:
    return np.asarray(head[0] + texts.features[:, :dimension] @ head[1:], dtype=np.float64)


def _unseen(train: Texts, own: Texts, name: str, dimension: int | None) -> Floats:
    """The logits of our messages by models that have not seen them."""
    few = Texts(train.comments[:COMMENTS_BESIDE], train.features[:COMMENTS_BESIDE], train.signs, is_own=False)
    fold = np.array([share(comment.text, FOLDS) for comment in own.comments])
    logits = np.zeros(len(fold))
    for n in range(FOLDS):
        head = _head(few, own, name, dimension, fold != n)
        logits[fold == n] = _logits(head, own, dimension)[fold == n]
    return logits


def _scale(logits: Floats, dev: Texts, own: Texts, name: str) -> Floats:
    """Intercept, slope, and a weight for each sign (Platt 1999, with the signs beside the logit)."""
    is_own = np.r_[np.zeros(len(dev.comments)), np.ones(len(own.comments))]
    x = np.column_stack([logits, np.vstack([dev.signs, own.signs]), is_own]).astype(np.float32)
    labels = np.r_[dev.labels(name), own.labels(name)].astype(np.float64)
    found = logistic(x, labels, np.where(is_own > 0, OWN_READ, 1.0) * READ_PENALTY)
    return found[:-1]


def _figures(name: str, logits: Floats, scale: Floats, dev: Texts, own: Texts) -> str:
    odds = scale[0] + np.column_stack([logits, np.vstack([dev.signs, own.signs])]) @ scale[1:]
    told = []
    for said, part in ((dev, odds[: len(dev.comments)]), (own, odds[len(dev.comments) :])):
        for lang in ("en", "ja"):
            chosen = np.array([comment.lang == lang for comment in said.comments])
            if chosen.any():
                found = auc(np.column_stack([part[chosen], said.labels(name)[chosen]]))
                told.append(f"{'own' if said.is_own else 'goemotions'} {lang} {found:.3f} of {chosen.sum()}")
    return f"{name:9} AUC, unseen: " + ", ".join(told)


def _toml(
    heads: dict[str, Floats],
    scales: dict[str, Floats],
    alone: dict[str, Floats],
    fingerprint: str,
    lines: Sequence[str],
    counts: tuple[int, int, int],
) -> str:
    train, dev, own = counts
    dimension = len(heads["angry"]) - 1
    return f"""\
# How a customer's turn sounds (app/answering/sentiment.py): logistic models over the question's vector, of what is
# negative over its runs of letters too, read together with the signs of the rules ({", ".join(SIGNS)}).
# Written by `python -m evals.sentiment_fit` on {datetime.now(UTC).date()}.
# Learnt from {train} comments of GoEmotions' train part (Demszky et al. 2020, CC BY 4.0; negative: anger, annoyance,
# disappointment, disapproval, disgust, embarrassment, fear, grief, nervousness, remorse, sadness) and {own} messages of
# evals/datasets/sentiment/dev.jsonl; read as probabilities on {dev} comments of its dev part and ours, unseen.
{"".join(f"# {line}" + chr(10) for line in lines)}embedder = "{fingerprint}"
intercepts = [{", ".join(f"{heads[name][0]:.4f}" for name in _HEADS)}] # {", ".join(_HEADS)}

{"".join(_scale_table("scales", name, scales[name]) for name in _HEADS)}\
{"".join(_scale_table("alone", name, alone[name]) for name in _HEADS)}[weights]
negative = [{numbers(heads["negative"][1 : dimension + 1], 4)}]
letters = [{numbers(heads["negative"][dimension + 1 :], 3)}]
angry = [{numbers(heads["angry"][1:], 4)}]
positive = [{numbers(heads["positive"][1:], 4)}]
"""


def _scale_table(table: str, name: str, scale: Floats) -> str:
    signs = ", ".join(f"{weight:.3f}" for weight in scale[2:])
    return f"[{table}.{name}]\nintercept = {scale[0]:.4f}\nslope = {scale[1]:.4f}\nsigns = [{signs}]\n\n"


if __name__ == "__main__":
    main()
