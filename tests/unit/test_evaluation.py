"""A number comes with its n and its error."""

import pytest

from app.domain.evaluation import mean, paired_difference


def test_an_interval_holds_the_mean_and_narrows_with_n() -> None:
    few, many = mean([0.0, 1.0] * 10), mean([0.0, 1.0] * 1000)
    assert few is not None
    assert many is not None
    assert few.value == many.value == 0.5
    assert few.low < many.low < 0.5 < many.high < few.high


def test_an_interval_agrees_with_the_normal_one_where_that_holds() -> None:
    estimate = mean([0.0, 1.0] * 200)
    assert estimate is not None
    assert estimate.high - estimate.low == pytest.approx(2 * 1.96 * 0.5 / 20, rel=0.05)


def test_values_that_do_not_vary_have_no_error() -> None:
    estimate = mean([0.25] * 7)
    assert estimate is not None
    assert (estimate.value, estimate.n, estimate.low, estimate.high) == (0.25, 7, 0.25, 0.25)


def test_nothing_measured_is_none_and_not_zero() -> None:
    assert mean([]) is None
    assert paired_difference([], []) is None


def test_pairing_finds_a_small_difference_that_two_intervals_would_hide() -> None:
    theirs = [float(n % 2) for n in range(200)]
    ours = [value + 0.01 for value in theirs]
    difference = paired_difference(ours, theirs)
    assert difference is not None
    assert difference.value == pytest.approx(0.01)
    assert difference.excludes_zero


def test_a_difference_by_chance_is_not_significant() -> None:
    difference = paired_difference([1.0, 0.0, 1.0, 0.0, 1.0], [0.0, 1.0, 0.0, 1.0, 1.0])
    assert difference is not None
    assert not difference.excludes_zero


def test_pairs_must_match() -> None:
    with pytest.raises(ValueError, match="cannot be paired"):
        paired_difference([1.0], [1.0, 0.0])
