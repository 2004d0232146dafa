"""A number with its n and its error, and two of them compared: what evaluations, gates and reports need.

Every sample contributes one *pair*: (value, weight) for a weighted mean, (score, label) for an area under the curve.
A rate is a mean of 0 and 1; recall, precision and F1 over spans are weighted means too (precision: the share of a
sample's spans that are right, weighted by how many it has). Samples of one conversation are resampled together.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SEED = 20_261_122  # the same values always give the same interval
_RESAMPLES = 5_000
_RESAMPLES_OF_CURVES = 1_000
_AT_ONCE = 500
_TAIL = 2.5  # per cent on either side: a 95 % interval
_Z = 1.959963984540054  # of the normal distribution, 97.5 %
_EXACT_UP_TO = 15  # clusters: all 2^15 exchanges are counted; above, as many as _RESAMPLES are drawn

Floats = NDArray[np.float64]
Pair = tuple[float, float]
Statistic = Callable[[Floats], float | None]  # of pairs, shape (n, 2); None where it is undefined


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value over `n` samples with its 95 % interval."""

    value: float
    n: int
    low: float
    high: float

    @property
    def excludes_zero(self) -> bool:
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class Difference(Estimate):
    """Ours less theirs; `p` is the probability of one as large, either way, if the two were exchangeable."""

    p: float


def weighted_mean(pairs: Floats) -> float | None:
    """Of (value, weight); None without any weight."""
    weight = pairs[:, 1].sum()
    return float((pairs[:, 0] * pairs[:, 1]).sum() / weight) if weight else None


def auc(pairs: Floats) -> float | None:
    """Of (score, label 0 or 1): the probability that a positive scores above a negative, ties counted half (Hanley &
    McNeil 1982); None unless both labels are there."""
    scores, positive = pairs[:, 0], pairs[:, 1] > 0
    positives, negatives = int(positive.sum()), int((~positive).sum())
    if not positives or not negatives:
        return None
    _, places, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[places]
    return float((ranks[positive].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def estimate(
    pairs: Sequence[Pair], statistic: Statistic = weighted_mean, clusters: Sequence[Hashable] | None = None
) -> Estimate | None:
    """None where nothing was measured. Rates of independent samples, and means that are 0 or 1 all over, get Wilson's
    interval (Wilson 1927; n is the number of clusters), which keeps a width there; everything else a percentile
    bootstrap over clusters (Efron & Tibshirani 1993, chapter 13)."""
    data = _array(pairs)
    value = statistic(data) if len(data) else None
    if value is None:
        return None
    groups = _groups(clusters, len(data))
    independent = int(groups.max()) + 1
    if statistic is weighted_mean and (value in (0.0, 1.0) or (_is_rate(data) and independent == len(data))):
        return Estimate(value, len(data), *_wilson(value, independent))
    return Estimate(value, len(data), *_interval(_resampled(data[None], groups, statistic)[0]))


def difference(
    ours: Sequence[Pair],
    theirs: Sequence[Pair],
    statistic: Statistic = weighted_mean,
    clusters: Sequence[Hashable] | None = None,
) -> Difference | None:
    """Of the same samples in the same order: paired bootstrap (Koehn 2004) and paired permutation test, exact up to 15
    clusters (Fisher 1935; above, drawn, with the correction of Phipson & Smyth 2010). None where either is undefined.

    Raises ValueError where the lengths differ: pairs belong to the same sample.
    """
    if len(ours) != len(theirs):
        raise ValueError(f"{len(ours)} samples cannot be paired with {len(theirs)}")
    both = np.stack([_array(ours), _array(theirs)])
    values = [statistic(side) for side in both] if len(ours) else [None, None]
    if values[0] is None or values[1] is None:
        return None
    groups = _groups(clusters, len(ours))
    one, other = _resampled(both, groups, statistic)
    change = values[0] - values[1]
    return Difference(change, len(ours), *_interval(one - other), p=_permuted(both, groups, statistic, change))


def mean(values: Sequence[float]) -> Estimate | None:
    """The mean of independent values, each of the same weight; None for no values."""
    return estimate([(value, 1.0) for value in values])


def paired_difference(ours: Sequence[float], theirs: Sequence[float]) -> Difference | None:
    """Mean of `ours[i] - theirs[i]`. Raises ValueError where the lengths differ."""
    return difference([(value, 1.0) for value in ours], [(value, 1.0) for value in theirs])


def _array(pairs: Sequence[Pair]) -> Floats:
    return np.asarray(pairs, dtype=np.float64).reshape(-1, 2)


def _groups(clusters: Sequence[Hashable] | None, n: int) -> NDArray[np.intp]:
    """The number of each sample's cluster, from 0, in order of appearance."""
    if clusters is None:
        return np.arange(n)
    numbers = {cluster: number for number, cluster in enumerate(dict.fromkeys(clusters))}
    return np.array([numbers[cluster] for cluster in clusters], dtype=np.intp)


def _is_rate(data: Floats) -> bool:
    return bool(np.isin(data[:, 0], (0.0, 1.0)).all() and (data[:, 1] == 1.0).all())


def _wilson(share: float, n: int) -> tuple[float, float]:
    centre = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z / (1 + _Z**2 / n) * float(np.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2)))
    return max(0.0, centre - half), min(1.0, centre + half)


def _interval(resampled: Floats) -> tuple[float, float]:
    low, high = np.nanpercentile(resampled, [_TAIL, 100 - _TAIL])
    return float(low), float(high)


def _resampled(sides: Floats, groups: NDArray[np.intp], statistic: Statistic) -> Floats:
    """The statistic of each side, shape (sides, resamples), over the same clusters drawn with replacement."""
    random = np.random.default_rng(SEED)
    clusters = int(groups.max()) + 1
    if statistic is weighted_mean:
        sums = _cluster_sums(sides, groups)
        times = (_times_drawn(random, clusters) for _ in range(_RESAMPLES // _AT_ONCE))
        return np.concatenate([_ratio(drawn @ sums) for drawn in times], axis=1)
    members = [np.flatnonzero(groups == cluster) for cluster in range(clusters)]
    draws = (
        np.concatenate([members[cluster] for cluster in random.integers(clusters, size=clusters)])
        for _ in range(_RESAMPLES_OF_CURVES)
    )
    return np.array([[_number(statistic(side[picked])) for side in sides] for picked in draws]).T


def _times_drawn(random: np.random.Generator, clusters: int) -> Floats:
    """How often each cluster is in each of some resamples, shape (_AT_ONCE, clusters)."""
    picked = random.integers(clusters, size=(_AT_ONCE, clusters)) + clusters * np.arange(_AT_ONCE)[:, None]
    return np.bincount(picked.ravel(), minlength=_AT_ONCE * clusters).reshape(_AT_ONCE, clusters).astype(np.float64)


def _permuted(both: Floats, groups: NDArray[np.intp], statistic: Statistic, change: float) -> float:
    """Share of exchanges of ours and theirs, cluster by cluster, that differ at least as much as `change`."""
    clusters = int(groups.max()) + 1
    exact = clusters <= _EXACT_UP_TO
    if exact:
        swaps = (np.arange(2**clusters)[:, None] >> np.arange(clusters)) & 1 > 0
    else:
        swaps = np.random.default_rng(SEED).random((_RESAMPLES, clusters)) < 0.5
    if statistic is weighted_mean:
        sums = _cluster_sums(both, groups)
        found = np.concatenate([_swapped(sums, some) for some in np.array_split(swaps, -(-len(swaps) // _AT_ONCE))])
    else:
        swaps = swaps[:_RESAMPLES_OF_CURVES] if not exact else swaps
        found = np.array([_exchanged(both, swap[groups], statistic) for swap in swaps])
    extreme = int((np.abs(found) >= abs(change) - 1e-12).sum())
    return extreme / len(found) if exact else (extreme + 1) / (len(found) + 1)


def _cluster_sums(sides: Floats, groups: NDArray[np.intp]) -> Floats:
    """Shape (sides, clusters, 2): the sums of value times weight, and of weight."""
    parts = np.stack([sides[..., 0] * sides[..., 1], sides[..., 1]], axis=-1)
    sums = np.zeros((len(sides), int(groups.max()) + 1, 2))
    for side, part in zip(sums, parts, strict=True):
        np.add.at(side, groups, part)
    return sums


def _ratio(sums: Floats) -> Floats:
    with np.errstate(invalid="ignore"):
        return np.asarray(sums[..., 0] / sums[..., 1])


def _swapped(sums: Floats, swaps: NDArray[np.bool_]) -> Floats:
    """The difference after each exchange, shape (exchanges,)."""
    total, gap = sums.sum(axis=1), sums[1] - sums[0]
    moved = swaps.astype(np.float64) @ gap
    return _ratio(total[0] + moved) - _ratio(total[1] - moved)


def _exchanged(both: Floats, swap: NDArray[np.bool_], statistic: Statistic) -> float:
    ours, theirs = (np.where(swap[:, None], both[1 - side], both[side]) for side in (0, 1))
    return _number(statistic(ours)) - _number(statistic(theirs))


def _number(value: float | None) -> float:
    return np.nan if value is None else value
