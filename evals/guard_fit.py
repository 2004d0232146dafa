"""Fits the guard's model and writes app/answering/guard_head.toml.

    python -m evals.guard_fit --data ../shared/data

Data: evals/datasets/guard/train_*.jsonl, the development questions of the sample and of evals/datasets/calibration, and
the public messages of evals/guard_data.py but for the part that is kept aside. Attacks are also put behind, before and
between ordinary messages, and ordinary messages are joined, so that length says nothing. SOURCE_WEIGHTS say what a
message of a source counts; all attacks together weigh as much as all ordinary messages.

The threshold lets ORDINARY of a shop's own kind of message be isolated: the mean of the sources in SHOP, by models that
have not seen the message's group (FOLDS).
"""

import argparse
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.answering.guard_head import BUCKETS, WEIGHTS
from app.domain.text import normalise
from app.settings import ROOT
from evals.guard_data import Labelled, public_messages, share
from evals.logistic import Matrix, features_of, fitted, numbers, open_embedder
from evals.samples import read_json_lines
from evals.tuning import keep_test_splits_shut

DATASETS = ROOT / "evals" / "datasets"
PENALTY = 0.01  # weight of the loss beside half the squared weights; best of 5 on dev.jsonl
ORDINARY = 0.01  # of ordinary messages, each source weighing the same; of all together it is less than half of that
SHOP = ("banking77", "asdc", "sample")
FOLDS = 5
JOINED = 600  # messages made of several, of either kind
SOURCE_WEIGHTS = {  # of one message; the sets differ in size and in how near they are to a shop's messages
    ("own", True): 2.0, ("own", False): 4.0, ("deepset", True): 3.0, ("deepset", False): 2.0,
    ("sample", False): 6.0, ("calibration", False): 6.0, ("asdc", False): 1.5,
}  # fmt: skip
_SEED = 20_261_122


def main() -> None:
    parser = argparse.ArgumentParser(description="Fit the guard's model.")
    parser.add_argument("--data", type=Path, required=True, help="folder of public data")
    parser.add_argument("--models", type=Path, default=Path("var/models"), help="where the embedded model is kept")
    given = parser.parse_args()
    keep_test_splits_shut()
    embedder = open_embedder(given.models)
    messages = training(given.data)
    features = features_of([said.text for said in messages], embedder)
    scores = _unseen(features, messages)
    threshold = _threshold(scores, messages)
    weights = _fitted(features, messages)
    lines = list(_figures(scores, threshold, messages))
    print("\n".join(lines))
    WEIGHTS.write_text(_toml(weights, threshold, embedder.fingerprint, messages, lines), encoding="utf-8")


def training(data: Path) -> list[Labelled]:
    """What is learnt from, in one order, each text once."""
    messages = [*_own(), *(said for said in public_messages(data) if not said.kept_aside)]
    once = list({normalise(said.text).text.strip(): said for said in messages}.values())
    return [*once, *_joined(once)]


def _own() -> Iterator[Labelled]:
    for path in sorted((DATASETS / "guard").glob("train_*.jsonl")):
        for _, row in read_json_lines(path):
            yield Labelled(row["text"], row["label"] == "attack", "own", row["lang"], group=row["text"])
    for source in ("sample", "calibration"):
        for path in sorted((DATASETS / source).glob("*.jsonl")):
            if not path.name.startswith("test"):
                for _, row in read_json_lines(path):
                    yield Labelled(row["question"], False, source, row["lang"])


def _joined(messages: Sequence[Labelled]) -> Iterator[Labelled]:
    """Long ordinary messages, and attacks with ordinary ones around them, in one language."""
    draw = random.Random(_SEED)  # noqa: S311 - a draw, no secret
    for lang in ("ja", "en"):
        plain = [said for said in messages if not said.is_attack and said.lang == lang and len(said.text) < 200]
        attacks = [said for said in messages if said.is_attack and said.lang == lang and len(said.text) < 300]
        for _ in range(JOINED // 2):
            source = draw.choice(plain).source
            several = draw.sample([said for said in plain if said.source == source], draw.randint(2, 9))
            yield Labelled(_paragraph(several, draw), False, "joined", lang, group=several[0].group)
            attack, others = draw.choice(attacks), draw.sample(plain, draw.randint(1, 3))
            others.insert(draw.randint(0, len(others)), attack)
            yield Labelled(_paragraph(others, draw), True, "joined", lang, group=attack.group or attack.text)


def _paragraph(messages: Sequence[Labelled], draw: random.Random) -> str:
    return draw.choice((" ", "\n", "\n\n")).join(said.text for said in messages)


def _fitted(features: Matrix, messages: Sequence[Labelled]) -> NDArray[np.float64]:
    labels = np.array([said.is_attack for said in messages])
    return fitted(features, labels, _weights(messages, labels) * PENALTY)


def _weights(messages: Sequence[Labelled], labels: NDArray[np.bool_]) -> NDArray[np.float64]:
    weights = np.array([SOURCE_WEIGHTS.get((said.source, said.is_attack), 1.0) for said in messages])
    for side in (labels, ~labels):
        weights[side] *= len(messages) / 2 / weights[side].sum()
    return weights


def _unseen(features: Matrix, messages: Sequence[Labelled]) -> NDArray[np.float64]:
    """The logit of each message by a model that has not seen its group."""
    fold = np.array([share(said.group or said.text, FOLDS) for said in messages])
    logits = np.zeros(len(messages))
    for n in range(FOLDS):
        seen = [said for said, number in zip(messages, fold, strict=True) if number != n]
        weights = _fitted(features[fold != n], seen)
        logits[fold == n] = weights[0] + features[fold == n] @ weights[1:]
    return logits


def _threshold(logits: NDArray[np.float64], messages: Sequence[Labelled]) -> float:
    """The least logit above which the mean share of SHOP's messages is ORDINARY, each source weighing the same."""
    parts = [logits[[said.source == source and not said.is_attack for said in messages]] for source in SHOP]
    for cut in np.sort(np.concatenate(parts)):
        if float(np.mean([np.mean(part > cut) for part in parts])) <= ORDINARY:
            return float(cut)
    raise ValueError("there are no ordinary messages")


def _figures(logits: NDArray[np.float64], cut: float, messages: Sequence[Labelled]) -> Iterator[str]:
    kinds = Counter((said.source, said.lang, said.is_attack) for said in messages)
    for kind in sorted(kinds):
        chosen = logits[[(said.source, said.lang, said.is_attack) == kind for said in messages]]
        name = f"{kind[0]} {kind[1]} {'attacks' if kind[2] else 'ordinary'}"
        yield f"{name:28} n {kinds[kind]:6}  flagged {np.mean(chosen > cut):.3f}"


def _toml(
    weights: NDArray[np.float64], cut: float, fingerprint: str, messages: Sequence[Labelled], lines: Sequence[str]
) -> str:
    attacks = sum(said.is_attack for said in messages)
    dimension, day = len(weights) - 1 - BUCKETS, datetime.now(UTC).date()
    return f"""\
# When a message speaks to the machine: a logistic model over the question's vector and its runs of letters
# (app/answering/guard_head.py). Written by `python -m evals.guard_fit` on {day} from {attacks} attacks and
# {len(messages) - attacks} ordinary messages. Sources and licences: evals/datasets/guard/README.md.
# Flagged above the threshold, by models that have not seen the message's group ("joined": made of the others):
{"".join(f"# {line}" + chr(10) for line in lines)}
embedder = "{fingerprint}"
threshold = {1 / (1 + np.exp(-cut)):.5f} # {ORDINARY:.1%} of {", ".join(SHOP)}, each weighing the same
intercept = {weights[0]:.4f}

[weights]
vector = [{numbers(weights[1 : dimension + 1], 4)}]
letters = [{numbers(weights[dimension + 1 :], 3)}]
"""


if __name__ == "__main__":
    main()
