"""What the benchmark's numbers rest on."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from app.adapters.chat_model import OpenAIChatModel
from app.adapters.embedder_hashing import HashingEmbedder
from evals.bench.datasets import sample_questions, titled_articles
from evals.bench.figure import Figure, percentile
from evals.bench.loopback_model import loopback_model
from evals.bench.rival_pipelines import langchain_faiss
from tests.writing import FIRST, SECOND, desk

BODY = "設定画面を開きます。" * 30


@pytest.mark.parametrize(
    ("value", "limit", "at_least", "met"),
    [(1.0, 1.0, False, True), (1.1, 1.0, False, False), (1.5, 1.5, True, True), (1.4, 1.5, True, False)],
)
def test_a_target_is_met_or_missed(value: float, limit: float, at_least: bool, met: bool) -> None:
    assert Figure("x", value, limit=limit, at_least=at_least).met is met


def test_a_figure_without_a_target_is_neither() -> None:
    assert Figure("x", 1.0).met is None


@pytest.mark.parametrize(("share", "value"), [(0, 1.0), (50, 3.0), (95, 5.0), (100, 5.0)])
def test_a_percentile_is_one_of_the_values(share: float, value: float) -> None:
    assert percentile([5.0, 1.0, 4.0, 2.0, 3.0], share) == value


def test_a_title_becomes_the_question_and_leaves_the_article(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "a.md").write_text(
        f"---\ntitle: 別の題\n---\n# 初期設定の手順\n\n初期設定の手順です。{BODY}", encoding="utf-8"
    )
    [question] = titled_articles({"ja": source}, tmp_path / "articles")
    [article] = (tmp_path / "articles").iterdir()
    text = article.read_text(encoding="utf-8")
    assert question.text == "初期設定の手順"
    assert question.documents == {article.stem}
    assert "初期設定の手順" not in text
    assert BODY in text
    assert "別の題" not in text


def test_translations_of_a_page_answer_each_others_questions(tmp_path: Path) -> None:
    for lang, title in (("ja", "初期設定"), ("en", "First steps")):
        (tmp_path / lang).mkdir()
        (tmp_path / lang / "start.md").write_text(f"# {title}\n\n{BODY}", encoding="utf-8")
    questions = titled_articles({"ja": tmp_path / "ja", "en": tmp_path / "en"}, tmp_path / "articles")
    assert [question.documents for question in questions] == [frozenset({"ja-0000", "en-0000"})] * 2
    assert "translation_of: ja-0000" in (tmp_path / "articles" / "en-0000.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "text", ["# 短い記事\n\nすぐ終わります。", f"# 題\n\n{BODY}"], ids=["short body", "short title"]
)
def test_a_page_that_asks_nothing_is_left_out(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.md").write_text(text, encoding="utf-8")
    assert titled_articles({"ja": tmp_path}, tmp_path / "articles") == []


def test_a_shared_title_is_left_out(tmp_path: Path) -> None:
    for name in ("a.md", "b.md"):
        (tmp_path / name).write_text(f"# よくある質問\n\n{BODY}", encoding="utf-8")
    assert titled_articles({"ja": tmp_path}, tmp_path / "articles") == []


def test_the_sample_has_questions_in_both_languages() -> None:
    assert {question.lang for question in sample_questions()} == {"ja", "en"}


async def test_the_loopback_model_says_two_sentences_of_its_first_passage(tmp_path: Path) -> None:
    with loopback_model() as model:
        writer = OpenAIChatModel(model.base_url, SecretStr(""), "loopback", 3.0)
        answered = await desk(writer, tmp_path).ask()
    assert answered.said == [FIRST, SECOND]
    assert answered.shortfall is None
    assert len(model.first) == len(model.whole) == 1
    assert 0 < model.first[0] <= model.whole[0]


def test_langchain_ranks_articles_each_once() -> None:
    articles = {"returns": "返品は14日以内です。\n" * 80, "delivery": "送料は550円です。\n" * 80}
    search = langchain_faiss(articles, HashingEmbedder(256))
    assert search("送料は550円です。") == ["delivery", "returns"]
