"""A number comes with its n and its error: the arithmetic, against values printed in textbooks."""

import numpy as np
import pytest

from app.domain.evaluation import Pair, auc, difference, estimate, mean, paired_difference

# Darwin's maize: heights of crossed less self-fertilised plants, eighths of an inch (Fisher 1935, section 17).
DARWIN = [49.0, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48]
# Ratings 1–5 of CT images, 58 normal and 51 abnormal (Hanley & McNeil 1982).
NORMAL, ABNORMAL = (33, 6, 6, 11, 2), (3, 2, 2, 11, 33)


def rated() -> list[Pair]:
    groups = ((0.0, NORMAL), (1.0, ABNORMAL))
    return [(float(rating), label) for label, counts in groups for rating, n in enumerate(counts, 1) for _ in range(n)]


def test_an_interval_holds_the_mean_and_narrows_with_n() -> None:
    few, many = mean([0.0, 1.0] * 10), mean([0.0, 1.0] * 1000)
    assert few is not None
    assert many is not None
    assert few.value == many.value == 0.5
    assert few.low < many.low < 0.5 < many.high < few.high


def test_the_interval_of_a_rate_is_wilsons() -> None:
    """81 of 263: 0.2553 to 0.3662 (Newcombe 1998, method 3)."""
    found = mean([1.0] * 81 + [0.0] * 182)
    assert found is not None
    assert (round(found.low, 4), round(found.high, 4)) == (0.2553, 0.3662)


def test_a_rate_of_nothing_keeps_an_interval() -> None:
    """0 of 20: 0 to 0.1611 (Newcombe 1998, method 3)."""
    found = mean([0.0] * 20)
    assert found is not None
    assert (found.value, found.low, round(found.high, 4)) == (0.0, 0.0, 0.1611)


def test_a_bootstrap_agrees_with_the_normal_interval_where_that_holds() -> None:
    found = mean([0.2, 0.8] * 200)
    assert found is not None
    assert found.high - found.low == pytest.approx(2 * 1.96 * 0.3 / 20, rel=0.05)


def test_values_that_do_not_vary_have_no_error() -> None:
    found = mean([0.25] * 7)
    assert found is not None
    assert (found.value, found.n, found.low, found.high) == (0.25, 7, 0.25, 0.25)


def test_nothing_measured_is_none_and_not_zero() -> None:
    assert mean([]) is None
    assert paired_difference([], []) is None
    assert estimate([(1.0, 0.0)]) is None


def test_weights_make_a_mean_of_sums() -> None:
    """Precision over spans: 1 of 1 and 2 of 8 are 3 of 9, not the mean of 1 and .25."""
    found = estimate([(1.0, 1.0), (0.25, 8.0)])
    assert found is not None
    assert found.value == pytest.approx(3 / 9)


def test_the_area_under_the_curve_is_the_one_printed() -> None:
    found = estimate(rated(), auc)
    assert found is not None
    assert round(found.value, 3) == 0.893
    assert found.low < 0.893 < found.high
    # Standard error .0320 (the same paper).
    assert (found.high - found.low) / (2 * 1.96) == pytest.approx(0.032, abs=0.004)


def test_an_area_needs_both_labels() -> None:
    assert estimate([(0.3, 1.0), (0.7, 1.0)], auc) is None


def test_one_conversation_counts_as_one() -> None:
    """Ten copies of a conversation say no more than the conversation."""
    values: list[Pair] = [(0.2, 1.0), (0.4, 1.0), (0.9, 1.0), (0.6, 1.0)]
    alone = estimate(values)
    copied = estimate(values * 10, clusters=[n % 4 for n in range(40)])
    naive = estimate(values * 10)
    assert alone is not None
    assert copied is not None
    assert naive is not None
    assert copied.high - copied.low == pytest.approx(alone.high - alone.low, rel=0.01)
    assert naive.high - naive.low < 0.5 * (copied.high - copied.low)


def test_pairing_finds_a_small_difference_that_two_intervals_would_hide() -> None:
    theirs = [float(n % 2) for n in range(200)]
    found = paired_difference([value + 0.01 for value in theirs], theirs)
    assert found is not None
    assert found.value == pytest.approx(0.01)
    assert found.excludes_zero
    assert found.p < 0.001


def test_the_permutation_test_is_fishers() -> None:
    """Of 2^15 exchanges 1726 differ as much: p = .05267 (Fisher 1935, section 21)."""
    found = paired_difference(DARWIN, [0.0] * 15)
    assert found is not None
    assert found.p == 1726 / 2**15


def test_a_difference_by_chance_is_not_significant() -> None:
    found = paired_difference([1.0, 0.0, 1.0, 0.0, 1.0], [0.0, 1.0, 0.0, 1.0, 1.0])
    assert found is not None
    assert not found.excludes_zero
    assert found.p == 1.0


def test_areas_are_compared_pair_by_pair() -> None:
    random = np.random.default_rng(1)
    labels = [float(n % 2) for n in range(200)]
    good = [(label + random.normal(0, 0.5), label) for label in labels]
    noise = [(float(random.normal()), label) for label in labels]
    found = difference(good, noise, auc)
    same = difference(good, good, auc)
    assert found is not None
    assert same is not None
    assert found.low > 0.2
    assert found.p < 0.01
    assert (same.value, same.p) == (0.0, 1.0)


def test_pairs_must_match() -> None:
    with pytest.raises(ValueError, match="cannot be paired"):
        paired_difference([1.0], [1.0, 0.0])


def test_the_same_values_give_the_same_figures_to_the_digit() -> None:
    values: list[Pair] = [(n / 7, 1.0 + n % 3) for n in range(50)]
    assert estimate(values) == estimate(values)
    assert difference(values, values[::-1]) == difference(values, values[::-1])
