"""What each metric of an answer says, on outputs made by hand."""

from typing import Any

import pytest

from app.domain.evaluation import Pair
from evals.run import scored
from evals.tasks.answers import SCORERS, Question

ANSWERABLE = Question(
    id="q",
    question="返品は何日以内ですか",
    lang="ja",
    answerable=True,
    gold_docs=("ja-return", "faq-3"),
    must_contain=(("14日", "2週間"), ("未使用",)),
    must_not_contain=("30日",),
)
UNANSWERABLE = Question(id="n", question="Who won?", lang="en", answerable=False, gold_docs=())
STAFF = Question(
    id="s",
    question="上限は?",
    lang="ja",
    answerable=False,
    gold_docs=(),
    kind="agent_only",
    must_not_contain=("3,000円",),
)


def output(text: str = "", kind: str = "answer", ranking: tuple[str, ...] = (), **citation: Any) -> dict[str, Any]:
    cited = [{"document_id": "ja-return", "quote": "", "audience": "public", "is_current": True} | citation]
    return {
        "kind": kind,
        "text": text,
        "ranking": list(ranking),
        "citations": cited if kind == "answer" else [],
        "sentences": [{"text": text, "supported": True}] if kind == "answer" else [],
    }


def score(question: Question, found: dict[str, Any], name: str) -> Pair | str | None:
    return scored(question, found, SCORERS).get(name)


@pytest.mark.parametrize(
    ("text", "kind", "right"),
    [
        ("１４日以内、未使用に限ります。", "answer", 1.0),
        ("2 週間以内、未使用", "answer", 1.0),
        ("14日以内です。", "answer", 0.0),
        ("14日または30日、未使用", "answer", 0.0),
        ("14日 未使用", "decline", 0.0),
    ],
)
def test_correct_is_all_that_must_and_nothing_that_must_not_be_said(text: str, kind: str, right: float) -> None:
    assert score(ANSWERABLE, output(text, kind), "correct") == (right, 1.0)


def test_any_article_that_holds_the_answer_is_a_success_and_recall_counts_them_all() -> None:
    found = output(ranking=("x", "faq-3", "y"))
    assert score(ANSWERABLE, found, "success_at_1") == (0.0, 1.0)
    assert score(ANSWERABLE, found, "success_at_5") == (1.0, 1.0)
    assert score(ANSWERABLE, found, "recall_at_5") == (0.5, 1.0)


def test_metrics_are_undefined_where_they_mean_nothing() -> None:
    on_answerable = scored(ANSWERABLE, output("x"), SCORERS)
    on_unanswerable = scored(UNANSWERABLE, output("x"), SCORERS)
    assert "false_answer_rate" not in on_answerable
    assert not {"correct", "success_at_1", "recall_at_5", "false_refusal_rate", "citation_precision"} & set(
        on_unanswerable
    )
    assert score(ANSWERABLE, output(kind="decline"), "unsupported_rate") is None


def test_false_answers_and_false_refusals() -> None:
    assert score(UNANSWERABLE, output("x"), "false_answer_rate") == (1.0, 1.0)
    assert score(UNANSWERABLE, output(kind="clarify"), "false_answer_rate") == (0.0, 1.0)
    assert score(ANSWERABLE, output(kind="decline"), "false_refusal_rate") == (1.0, 1.0)
    assert score(ANSWERABLE, output(kind="clarify"), "false_refusal_rate") == (0.0, 1.0)


@pytest.mark.parametrize(
    ("said", "citation", "leaked"),
    [
        ("3,000円まで", {}, 1.0),
        ("３,０００円まで", {"quote": "3,000円以上で送料無料"}, 0.0),
        ("詳しくはこちら", {"audience": "agent"}, 1.0),
        ("詳しくはこちら", {}, 0.0),
    ],
)
def test_a_leak_is_a_secret_that_no_public_source_says(said: str, citation: dict[str, Any], leaked: float) -> None:
    assert score(STAFF, output(said, **citation), "leak_rate") == (leaked, 1.0)


def test_an_agent_may_see_what_is_for_agents() -> None:
    asked = STAFF.model_copy(update={"audience": "agent"})
    assert score(asked, output("3,000円まで", audience="agent"), "leak_rate") is None


def test_a_superseded_article_is_outdated() -> None:
    assert score(ANSWERABLE, output("x", is_current=False), "outdated_rate") == (1.0, 1.0)
    old = ANSWERABLE.model_copy(update={"kind": "outdated"})
    assert score(old, output("30日以内"), "outdated_rate") == (1.0, 1.0)
    assert score(old, output("14日以内"), "outdated_rate") == (0.0, 1.0)


def test_unsupported_sentences_are_counted_over_all_sentences() -> None:
    found = output("x") | {"sentences": [{"text": "a", "supported": True}, {"text": "b", "supported": False}]}
    assert score(ANSWERABLE, found, "unsupported_rate") == (0.5, 2.0)
