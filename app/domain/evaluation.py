"""A number with its n and its error: what evaluations, gates and reports all need."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_RESAMPLES = 5_000
_AT_ONCE = 500
_SEED = 20_261_122  # the same values always give the same interval
_TAIL = 2.5  # per cent on either side: a 95 % interval


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over `n` samples with its 95 % interval."""

    value: float
    n: int
    low: float
    high: float

    @property
    def excludes_zero(self) -> bool:
        return self.low > 0 or self.high < 0


def mean(values: Sequence[float]) -> Estimate | None:
    """Percentile bootstrap (Efron & Tibshirani 1993, chapter 13). None for no values: nothing was measured."""
    if not values:
        return None
    data = np.asarray(values, dtype=np.float64)
    resampled = _resampled_means(data)
    low, high = np.percentile(resampled, [_TAIL, 100 - _TAIL])
    return Estimate(float(data.mean()), len(data), float(low), float(high))


def paired_difference(ours: Sequence[float], theirs: Sequence[float]) -> Estimate | None:
    """Mean of `ours[i] - theirs[i]` by paired bootstrap (Koehn 2004): significant where the interval excludes zero.

    Raises ValueError where the lengths differ: pairs belong to the same sample.
    """
    return mean([a - b for a, b in zip(ours, theirs, strict=True)])


def _resampled_means(data: NDArray[np.float64]) -> NDArray[np.float64]:
    """Means of resamples with replacement, some at a time to keep memory flat."""
    random = np.random.default_rng(_SEED)
    parts = (random.integers(len(data), size=(_AT_ONCE, len(data))) for _ in range(_RESAMPLES // _AT_ONCE))
    return np.concatenate([data[part].mean(axis=1) for part in parts])
