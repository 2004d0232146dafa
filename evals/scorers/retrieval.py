"""How well a ranking finds the right documents, question by question."""

from collections.abc import Mapping, Sequence

MEASURES = {
    "success_at_1": "Success@1",
    "success_at_5": "Success@5",
    "recall_at_5": "R@5",
    "mrr_at_10": "RR@10",
    "ndcg_at_10": "nDCG@10",
}

Relevant = Mapping[str, Mapping[str, int]]  # question -> documents that hold the answer, with their grades
Ranking = Mapping[str, Sequence[str]]  # question -> documents, best first


def score_ranking(relevant: Relevant, ranking: Ranking) -> dict[str, list[float]]:
    """By measure, one value for every question of `relevant`, in its order; a question without a ranking scores 0."""
    import ir_measures

    qrels = {question: dict(grades) for question, grades in relevant.items()}
    run = {question: _descending(ranking.get(question, ())) for question in relevant}
    measures = {name: ir_measures.parse_measure(text) for name, text in MEASURES.items()}
    found = {
        (metric.query_id, str(metric.measure)): metric.value
        for metric in ir_measures.iter_calc(list(measures.values()), qrels, run)
    }
    return {
        name: [found.get((question, str(measure)), 0.0) for question in relevant] for name, measure in measures.items()
    }


def _descending(documents: Sequence[str]) -> dict[str, float]:
    return {document: float(-rank) for rank, document in enumerate(documents)}
