"""How much a message speaks to the machine instead of asking: a logistic model over its vector and its letters."""

import logging
import math
import tomllib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.domain.ports import Vector

WEIGHTS = Path(__file__).with_name("guard_head.toml")
BUCKETS = 4096  # of runs of letters, by hash
_RUNS = (2, 3, 4)  # letters
_LONGEST = 2000  # letters from either end that are read
_KATAKANA_TO_HIRAGANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Head:
    """`vector` has the embedder's dimension, `letters` BUCKETS; a score above `threshold` isolates."""

    intercept: float
    vector: Vector
    letters: Vector
    threshold: float

    def score(self, vector: Vector, unveiled: str) -> float:
        """In 0..1; `vector` is the question's own, `unveiled` its plain form."""
        logit = self.intercept + float(self.vector @ vector + self.letters @ letter_runs(unveiled))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def letter_runs(unveiled: str) -> Vector:
    """How often each run of 2 to 4 letters occurs, by bucket, square roots scaled to length 1: shape (BUCKETS,)."""
    text = unveiled.translate(_KATAKANA_TO_HIRAGANA)
    text = text if len(text) <= 2 * _LONGEST else text[:_LONGEST] + text[-_LONGEST:]
    codes = np.array([ord(letter) for letter in f" {' '.join(text.split())} "], dtype=np.uint32)
    counts: NDArray[np.int64] = np.zeros(BUCKETS, dtype=np.int64)
    for length in _RUNS:
        counts += np.bincount(_buckets(codes, length), minlength=BUCKETS)
    found = np.sqrt(counts, dtype=np.float32)
    return np.asarray(found / max(float(np.linalg.norm(found)), 1.0), dtype=np.float32)


def _buckets(codes: NDArray[np.uint32], length: int) -> NDArray[np.int64]:
    """FNV-1a over code points (Fowler, Noll & Vo 1991), its high half folded in."""
    rows = max(0, len(codes) - length + 1)
    hashed = np.full(rows, 2166136261 + length, dtype=np.uint32)
    for n in range(length):
        hashed = (hashed ^ codes[n : n + rows]) * np.uint32(16777619)
    return ((hashed ^ (hashed >> np.uint32(15))) % np.uint32(BUCKETS)).astype(np.int64)


def load_head(fingerprint: str, path: Path = WEIGHTS) -> Head | None:
    """None where the weights were fitted on another embedder's vectors: then rules judge alone."""
    fields = tomllib.loads(path.read_text(encoding="utf-8"))
    if fields["embedder"] != fingerprint:
        _log.warning("The guard's model knows %s only; with %s its rules judge alone.", fields["embedder"], fingerprint)
        return None
    weights = {name: np.array(fields["weights"][name], dtype=np.float32) for name in ("vector", "letters")}
    return Head(fields["intercept"], **weights, threshold=fields["threshold"])
