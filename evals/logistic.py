"""Logistic models over a question's vector and its runs of letters: how the heads of app/answering are fitted."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.answering.guard_head import BUCKETS, letter_runs
from app.domain.ports import Embedder
from app.domain.text import normalise
from app.domain.text.unveil import unveiled

LETTERS = 15.0  # what the letters count beside the vector; best of 3 on the guard's dev.jsonl
_STRIDE = 4.0  # the most that a step changes any log odds: from far off, a whole one overshoots
Matrix = NDArray[np.float32]


def open_embedder(models: Path) -> Embedder:
    from app.adapters.e5_model import ensure_model
    from app.adapters.embedder_onnx import OnnxEmbedder

    return OnnxEmbedder(ensure_model(models))


def features_of(texts: Sequence[str], embedder: Embedder) -> Matrix:
    """Shape (texts, dimension + BUCKETS)."""
    plain = [normalise(text).text.strip() for text in texts]
    with ThreadPoolExecutor() as pool:
        vectors = np.array(list(pool.map(embedder.embed_query, plain)), dtype=np.float32)
    letters = np.array([letter_runs(unveiled(text)) for text in plain], dtype=np.float32)
    return np.hstack([vectors, letters])


def fitted(
    features: Matrix,
    labels: NDArray[np.bool_],
    weights: NDArray[np.float64],
    offset: NDArray[np.float64] | float = 0.0,
) -> NDArray[np.float64]:
    """The intercept, and a weight for each feature as it is served: unscaled. `features` as from `features_of`; letters
    may be left out. `weights` say what a row's loss counts beside half the squared weights of the model, `offset` the
    log odds that another model gives: then what is found is what to add to that."""
    dimension = features.shape[1] - (BUCKETS if features.shape[1] > BUCKETS else 0)
    mean = features[:, :dimension].mean(axis=0)
    spread = float((features[:, :dimension] - mean).std())
    scaled = np.hstack([(features[:, :dimension] - mean) / spread, features[:, dimension:] * LETTERS])
    found = logistic(scaled, labels.astype(np.float64), weights, offset)
    vector, letters = found[1 : dimension + 1] / spread, found[dimension + 1 :] * LETTERS
    return np.array([found[0] - float(vector @ mean), *vector, *letters])


def logistic(
    x: Matrix,
    labels: NDArray[np.float64],
    weights: NDArray[np.float64],
    offset: NDArray[np.float64] | float = 0.0,
) -> NDArray[np.float64]:
    """Intercept and coefficients of the least half their squared length plus weighted log loss; the intercept is not
    penalised. Truncated Newton (Nash 2000): the Hessian is only ever multiplied. `offset` as in `fitted`."""
    penalty = np.r_[0.0, np.ones(x.shape[1])]
    found = np.zeros(x.shape[1] + 1)
    for _ in range(30):
        p = 1 / (1 + np.exp(-np.clip(offset + found[0] + x @ found[1:].astype(np.float32), -30, 30)))
        slope = _columns(x, weights * (p - labels)) + penalty * found
        if float(np.abs(slope).max()) < 1e-3:
            break
        way = _solved(partial(_bent, x, weights * p * (1 - p), penalty), slope)
        reach = float(np.abs(way[0] + x @ way[1:].astype(np.float32)).max())
        found -= way * min(1.0, _STRIDE / reach)
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


def numbers(values: NDArray[Any], digits: int) -> str:
    """Rows of an array of TOML."""
    rounded = [f"{value:.{digits}f}".rstrip("0").rstrip(".") or "0" for value in values]
    rows = (", ".join(rounded[n : n + 16]) for n in range(0, len(rounded), 16))
    return "\n  " + ",\n  ".join(rows) + ",\n"
