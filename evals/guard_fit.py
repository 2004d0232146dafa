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
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.answering.guard_head import BUCKETS, WEIGHTS, letter_runs
from app.domain.ports import Embedder
from app.domain.text import normalise
from app.domain.text.unveil import unveiled
from app.settings import ROOT
from evals.guard_data import Labelled, public_messages, share
from evals.samples import read_json_lines
from evals.tuning import keep_test_splits_shut

DATASETS = ROOT / "evals" / "datasets"
LETTERS = 15.0  # what the letters count beside the vector; best of 3 on dev.jsonl
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
Matrix = NDArray[np.float32]


def main() -> None:
    parser = argparse.ArgumentParser(description="Fit the guard's model.")
    parser.add_argument("--data", type=Path, required=True, help="folder of public data")
    parser.add_argument("--models", type=Path, default=Path("var/models"), help="where the embedded model is kept")
    given = parser.parse_args()
    keep_test_splits_shut()
    embedder = _embedder(given.models)
    messages = training(given.data)
    features = features_of(messages, embedder)
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


def features_of(messages: Sequence[Labelled], embedder: Embedder) -> Matrix:
    """Shape (messages, dimension + BUCKETS)."""
    texts = [normalise(said.text).text.strip() for said in messages]
    with ThreadPoolExecutor() as pool:
        vectors = np.array(list(pool.map(embedder.embed_query, texts)), dtype=np.float32)
    letters = np.array([letter_runs(unveiled(text)) for text in texts], dtype=np.float32)
    return np.hstack([vectors, letters])


def _fitted(features: Matrix, messages: Sequence[Labelled]) -> NDArray[np.float64]:
    """The intercept, and a weight for each feature as it is served: unscaled."""
    dimension = features.shape[1] - BUCKETS
    mean = features[:, :dimension].mean(axis=0)
    spread = float((features[:, :dimension] - mean).std())
    scaled = np.hstack([(features[:, :dimension] - mean) / spread, features[:, dimension:] * LETTERS])
    labels = np.array([said.is_attack for said in messages])
    found = _logistic(scaled, labels.astype(np.float64), _weights(messages, labels) * PENALTY)
    vector, letters = found[1 : dimension + 1] / spread, found[dimension + 1 :] * LETTERS
    return np.array([found[0] - float(vector @ mean), *vector, *letters])


def _logistic(x: Matrix, labels: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Intercept and coefficients of the least half their squared length plus weighted log loss; the intercept is not
    penalised. Truncated Newton (Nash 2000): the Hessian is only ever multiplied."""
    penalty = np.r_[0.0, np.ones(x.shape[1])]
    found = np.zeros(x.shape[1] + 1)
    for _ in range(30):
        p = 1 / (1 + np.exp(-np.clip(found[0] + x @ found[1:].astype(np.float32), -30, 30)))
        slope = _columns(x, weights * (p - labels)) + penalty * found
        if float(np.abs(slope).max()) < 1e-3:
            break
        found -= _solved(partial(_bent, x, weights * p * (1 - p), penalty), slope)
    return found


def _bent(
    x: Matrix, bend: NDArray[np.float64], penalty: NDArray[np.float64], way: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The Hessian, whose diagonal over the rows is `bend`, times `way`."""
    return _columns(x, bend * (way[0] + x @ way[1:].astype(np.float32))) + penalty * way


def _columns(x: Matrix, rows: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.r_[rows.sum(), rows.astype(np.float32) @ x], dtype=np.float64)


def _solved(
    times: Callable[[NDArray[np.float64]], NDArray[np.float64]], wanted: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Conjugate gradients (Hestenes & Stiefel 1952), until a hundredth of `wanted` is left."""
    found, left = np.zeros_like(wanted), wanted.copy()
    way = left.copy()
    for _ in range(60):
        bent = times(way)
        pace = float(left @ left) / float(way @ bent)
        found, rest = found + pace * way, left - pace * bent
        if np.linalg.norm(rest) < 0.01 * np.linalg.norm(wanted):
            break
        way, left = rest + float(rest @ rest) / float(left @ left) * way, rest
    return found


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
vector = [{_numbers(weights[1 : dimension + 1], 4)}]
letters = [{_numbers(weights[dimension + 1 :], 3)}]
"""


def _numbers(values: NDArray[Any], digits: int) -> str:
    rounded = [f"{value:.{digits}f}".rstrip("0").rstrip(".") or "0" for value in values]
    rows = (", ".join(rounded[n : n + 16]) for n in range(0, len(rounded), 16))
    return "\n  " + ",\n  ".join(rows) + ",\n"


def _embedder(models: Path) -> Embedder:
    from app.adapters.e5_model import ensure_model
    from app.adapters.embedder_onnx import OnnxEmbedder

    return OnnxEmbedder(ensure_model(models))


if __name__ == "__main__":
    main()
