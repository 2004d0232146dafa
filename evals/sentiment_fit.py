"""Fits how a customer's turn sounds and writes app/answering/sentiment_head.toml.

    python -m evals.sentiment_fit --data ../shared/data

A model of GoEmotions' train part is corrected by one of evals/datasets/sentiment/dev.jsonl, which starts from what the
first says and sees few of its comments, each for little: in one fit the comments, of which there are many more, drown
what only customers say. The logits, together with the signs the rules see, are then read as probabilities on what the
model has not seen: GoEmotions' dev part, and ours by the hand that wrote them. Ours hold more anger than a day's
messages, so they are weighed as if they held as much as the comments.
"""

import argparse
import re
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
from evals.logistic import Matrix, features_of, fitted, logistic, numbers, open_embedder
from evals.samples import read_json_lines
from evals.tuning import keep_test_splits_shut

COMMENTS = 20_000  # of GoEmotions' train part
PENALTY = 0.003  # weight of a comment's loss beside half the squared weights; best of 3 on GoEmotions' dev part
OWN_PENALTY = 0.005  # the same of a message of ours, in the correction; best of 3 by hands unseen
COMMENTS_BESIDE = 6_000  # in the correction
BESIDE = 0.03  # what each of them counts beside a message of ours: with more, ours are read worse, with less, comments
OWN_READ = 10.0  # what a message of ours counts beside a comment, when logits are read as probabilities
READ_PENALTY = 1.0
_HAND = re.compile(r"-([a-z])\d+$")  # in the id of a message: who wrote it; the first has no letter
_HEADS = {"negative": {Mood.NEGATIVE, Mood.ANGRY}, "angry": {Mood.ANGRY}, "positive": {Mood.POSITIVE}}
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Texts:
    """`features` as from `features_of`, `signs` as the rules see them; `hands` of ours, none of comments."""

    comments: tuple[Comment, ...]
    features: Matrix
    signs: Floats
    hands: tuple[str, ...] = ()

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

    def read(said: Sequence[Comment], hands: tuple[str, ...] = ()) -> Texts:
        texts = [normalise(comment.text).text.strip() for comment in said]
        signs = np.array([rules.signs(text, unveiled(text)) for text in texts])
        return Texts(tuple(said), features_of(texts, embedder), signs, hands)

    train, dev = read(comments(given.data, "train")[:COMMENTS]), read(comments(given.data, "dev"))
    WEIGHTS.write_text(fit(train, dev, read(*own_messages()), embedder.fingerprint), encoding="utf-8")


def own_messages() -> tuple[list[Comment], tuple[str, ...]]:
    """With the hand that wrote each."""
    rows = [row for _, row in read_json_lines(ROOT / "evals" / "datasets" / "sentiment" / "dev.jsonl")]
    hands = (_HAND.search(row["id"]) for row in rows)
    said = [Comment(row["text"], Mood(row["label"]), row["lang"]) for row in rows]
    return said, tuple(hand[1] if hand else "" for hand in hands)


def fit(train: Texts, dev: Texts, own: Texts, fingerprint: str) -> str:
    """The file's text; figures are printed, too."""
    heads, scales, alone, lines = {}, {}, {}, []
    for name in _HEADS:
        dimension = None if name == "negative" else own.features.shape[1] - BUCKETS
        of_comments = _of_comments(train, name, dimension)
        heads[name] = of_comments + _correction(of_comments, train, own, name)
        logits = np.r_[_logits(heads[name], dev), _unseen(of_comments, train, own, name)]
        scales[name] = _scale(logits, dev, own, name)
        alone[name] = _scale(np.zeros(len(logits)), dev, own, name)
        lines += [_figures(name, logits, scales[name], dev, own)]
        print(lines[-1], flush=True)
    return _toml(heads, scales, alone, fingerprint, lines, (len(train.comments), len(dev.comments), len(own.comments)))


def _of_comments(train: Texts, name: str, dimension: int | None) -> Floats:
    """`dimension`: how many of the features are read."""
    return fitted(train.features[:, :dimension], train.labels(name), np.full(len(train.comments), PENALTY))


def _correction(
    of_comments: Floats, train: Texts, own: Texts, name: str, seen: NDArray[np.bool_] | slice = slice(None)
) -> Floats:
    """What to add to the model of the comments; `seen`: which messages of ours are learnt from."""
    features = np.vstack([own.features[seen], train.features[:COMMENTS_BESIDE]])[:, : len(of_comments) - 1]
    labels = np.r_[own.labels(name)[seen], train.labels(name)[:COMMENTS_BESIDE]]
    weights = np.full(len(labels), OWN_PENALTY)
    weights[-COMMENTS_BESIDE:] *= BESIDE
    return fitted(features, labels, weights, of_comments[0] + features @ of_comments[1:])


def _logits(head: Floats, texts: Texts) -> Floats:
    return np.asarray(head[0] + texts.features[:, : len(head) - 1] @ head[1:], dtype=np.float64)


def _unseen(of_comments: Floats, train: Texts, own: Texts, name: str) -> Floats:
    """The logits of our messages by models that have seen nothing by the same hand."""
    hands, logits = np.array(own.hands), np.zeros(len(own.hands))
    for hand in np.unique(hands):
        head = of_comments + _correction(of_comments, train, own, name, hands != hand)
        logits[hands == hand] = _logits(head, own)[hands == hand]
    return logits


def _scale(logits: Floats, dev: Texts, own: Texts, name: str) -> Floats:
    """Intercept, slope, and a weight for each sign (Platt 1999, with the signs beside the logit)."""
    x = np.column_stack([logits, np.vstack([dev.signs, own.signs])]).astype(np.float32)
    of_comments, of_ours = dev.labels(name), own.labels(name)
    rarer = of_comments.mean() / (1 - of_comments.mean()) * (1 - of_ours.mean()) / of_ours.mean()
    weights = np.r_[np.ones(len(of_comments)), OWN_READ * np.where(of_ours, rarer, 1.0)]
    return logistic(x, np.r_[of_comments, of_ours].astype(np.float64), weights * READ_PENALTY)


def _figures(name: str, logits: Floats, scale: Floats, dev: Texts, own: Texts) -> str:
    odds = scale[0] + np.column_stack([logits, np.vstack([dev.signs, own.signs])]) @ scale[1:]
    labels = np.r_[dev.labels(name), own.labels(name)]
    groups = np.array(["goemotions"] * len(dev.comments) + [f"hand {hand or 'a'}" for hand in own.hands])
    groups = np.char.add(groups, [f" {comment.lang}" for comment in (*dev.comments, *own.comments)])
    told = (
        f"{group} {auc(np.column_stack([odds, labels])[groups == group]):.3f} of {(groups == group).sum()}"
        for group in np.unique(groups)
    )
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
# evals/datasets/sentiment/dev.jsonl; read as probabilities on {dev} comments of its dev part and ours, by hands unseen.
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
