"""Measures of a ranking, checked against values worked out by hand."""

import math

import pytest

from evals.scorers.retrieval import score_ranking


@pytest.mark.parametrize(
    ("ranking", "first", "top_five", "mrr", "ndcg"),
    [
        (["a", "x"], 1.0, 1.0, 1.0, 1.0),
        (["x", "a"], 0.0, 1.0, 0.5, 1 / math.log2(3)),
        (["p", "q", "r", "s", "t", "a"], 0.0, 0.0, 1 / 6, 1 / math.log2(7)),
        (["x", "y"], 0.0, 0.0, 0.0, 0.0),
        ([], 0.0, 0.0, 0.0, 0.0),
    ],
)
def test_one_right_document(ranking: list[str], first: float, top_five: float, mrr: float, ndcg: float) -> None:
    scores = score_ranking({"q": {"a": 1}}, {"q": ranking})
    assert scores == {
        "success_at_1": [first],
        "success_at_5": [top_five],
        "recall_at_5": [top_five],
        "mrr_at_10": [pytest.approx(mrr)],
        "ndcg_at_10": [pytest.approx(ndcg)],
    }


def test_recall_counts_every_right_document() -> None:
    scores = score_ranking({"q": {"a": 1, "b": 1}}, {"q": ["a", "x", "y", "z", "w", "b"]})
    assert (scores["recall_at_5"], scores["success_at_5"]) == ([0.5], [1.0])


def test_values_keep_the_order_of_the_questions_and_miss_none() -> None:
    relevant = {"first": {"a": 1}, "second": {"b": 1}, "third": {"c": 1}}
    scores = score_ranking(relevant, {"third": ["c"], "first": ["x", "a"]})
    assert scores["mrr_at_10"] == [0.5, 0.0, 1.0]
