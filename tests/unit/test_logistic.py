"""A model that corrects another, as the mood's of customers corrects that of comments."""

import numpy as np

from evals.logistic import logistic

RNG = np.random.default_rng(7)
X = RNG.normal(size=(2_000, 3)).astype(np.float32)
ODDS = X @ np.array([2.0, -1.0, 0.0])
LABELS = (RNG.random(len(X)) < 1 / (1 + np.exp(-ODDS))).astype(np.float64)
ONES = np.ones(len(X))


def test_what_is_found_is_what_the_labels_were_drawn_from() -> None:
    assert np.allclose(logistic(X, LABELS, ONES), [0.0, 2.0, -1.0, 0.0], atol=0.25)


def test_where_the_offset_says_it_all_nothing_is_to_be_added() -> None:
    assert np.allclose(logistic(X, LABELS, ONES, ODDS), 0.0, atol=0.25)


def test_an_offset_that_is_sure_and_wrong_is_put_right() -> None:
    assert np.allclose(logistic(X, LABELS, ONES, -15.0 * ODDS), [0.0, 32.0, -16.0, 0.0], rtol=0.1, atol=0.6)
