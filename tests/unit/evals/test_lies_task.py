"""A model that lies: what is made of an article's sentences, and what of it a customer sees."""

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from app.adapters.chat_model_scripted import ScriptedChatModel
from app.bootstrap import Services
from app.domain.evaluation import Pair
from app.errors import EvalError
from evals.lies import retold
from evals.run import scored
from evals.samples import Dataset
from evals.task import Output
from evals.tasks.lies import SCORERS, Liar, Lies, Told, _check_sources
from tests.builders import chunk_of, document
from tests.writing import ARTICLES, FIRST, QUESTION, SECOND, desk

EN = "Repairs take 12 days in our workshop. You cannot return opened filters. If it is broken, you can get a refund in March."
JA = "修理には12日間かかります。開封したフィルターは返品できません。不良の場合は、3月1日まで交換できます。"


def made(text: str, lang: str) -> dict[str, set[str]]:
    """What is told, by kind, of an article with this text."""
    found: dict[str, set[str]] = {}
    for each in retold([chunk_of(document("a", text, "Rules", lang=lang))]):
        found.setdefault(each.kind, set()).add(each.told)
    return found


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("changed_number", "Repairs take 24 days in our workshop."),
        ("swapped_unit", "Repairs take 12 weeks in our workshop."),
        ("flipped_negation", "You can return opened filters."),
        ("swapped_product", "You cannot return opened remote control."),
        ("dropped_condition", "You can get a refund in March."),
        ("honest_quote", "Repairs take 12 days in our workshop."),
        ("honest_reworded", "Please note that you can't return opened filters."),
    ],
)
def test_an_english_sentence_is_retold(kind: str, told: str) -> None:
    assert told in made(EN, "en")[kind]


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("changed_number", "修理には24日間かかります。"),
        ("swapped_unit", "修理には12週間かかります。"),
        ("flipped_negation", "開封したフィルターは返品できます。"),
        ("swapped_date", "不良の場合は、10月1日まで交換できます。"),
        ("dropped_condition", "3月1日まで交換できます。"),
        ("honest_reworded", "開封したフィルターは返品できかねます。"),
    ],
)
def test_a_japanese_sentence_is_retold(kind: str, told: str) -> None:
    assert told in made(JA, "ja")[kind]


def test_a_promise_is_added_and_the_same_articles_give_the_same_lies() -> None:
    assert all(told.startswith("修理には12日間かかりますし、") for told in made(JA[:14], "ja")["added_promise"])
    assert made(JA, "ja") == made(JA, "ja")


async def outcome_of(home: Path, **said: str) -> tuple[Told, Output]:
    told = Told.model_validate({"id": "t", "lang": "ja", "kind": "k", "question": QUESTION, **said})
    liar = Liar()
    with_liar = desk(ScriptedChatModel(liar), home)
    index = SimpleNamespace(current=lambda: with_liar.index)
    services = cast(Services, SimpleNamespace(pipeline=with_liar.pipeline, index=index))
    return told, await Lies(services, liar, Dataset("d", (told,), {})).run(told)


@pytest.mark.parametrize(
    ("label", "kind", "source", "said", "metric", "score"),
    [
        ("lie", "changed_number", FIRST, "未開封の商品は28日以内に返品できます。", "caught", (1.0, 1.0)),
        ("lie", "invented_citation", FIRST, "未開封の商品は、14日以内に返品できます。", "caught", (1.0, 1.0)),
        ("lie", "no lie at all", FIRST, FIRST, "caught", (0.0, 1.0)),
        ("honest", "honest_quote", SECOND, SECOND, "kept", (1.0, 1.0)),
        ("honest", "in truth a lie", SECOND, "返送料は当店が負担します。", "kept", (0.0, 1.0)),
    ],
)
async def test_what_the_customer_sees_is_scored(
    tmp_path: Path, label: str, kind: str, source: str, said: str, metric: str, score: Pair
) -> None:
    told, output = await outcome_of(tmp_path, label=label, kind=kind, source=source, told=said)
    assert scored(told, output, SCORERS) == {metric: score}


async def test_a_lie_that_could_not_be_told_is_not_measured(tmp_path: Path) -> None:
    told, output = await outcome_of(tmp_path, label="lie", source="ほかの記事の一文です。", told="うそです。")
    assert "not asked" in str(scored(told, output, SCORERS)["caught"])


def test_a_source_that_no_article_has_is_refused() -> None:
    told = Told(id="t", lang="ja", label="lie", kind="k", source="どこにもない。", told="うそです。")
    with pytest.raises(EvalError, match=r"f\.jsonl, line 1: no article says"):
        _check_sources(Dataset("d", (told,), {"t": "f.jsonl, line 1"}), [chunk_of(article) for article in ARTICLES])
