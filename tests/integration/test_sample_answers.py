"""The sample knowledge base, asked as customers ask, with the embedded model.

The floors lie a little below what was measured when they were set; a change that falls under one has made answers worse.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from app.bootstrap import Services, build_services
from app.domain.knowledge import Audience
from app.domain.outcome import Kind, Language, Outcome
from app.domain.text import fold
from app.settings import ROOT, Settings
from ingestion.run import ingest_folder

pytestmark = pytest.mark.slow
DATASETS = ROOT / "evals" / "datasets" / "sample"


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory, embedded_model_dir: Path) -> Services:
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(embedded_model_dir, home / "models" / embedded_model_dir.name)
    settings = Settings(home=home)
    assert ingest_folder(settings, ROOT / "kb_sources", strict=True) == 0
    return build_services(settings)


async def ask(services: Services, question: str, lang: Language) -> Outcome:
    index = services.index.current()
    trace = services.pipeline.begin(index, question, lang, Audience.PUBLIC, "test")
    async for _ in services.pipeline.respond(index, trace):
        pass
    assert trace.outcome
    return trace.outcome


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATASETS / name).read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize(
    ("question", "lang", "article", "said"),
    [
        ("返品の送料は誰が払いますか", "ja", "ja-return-policy", "お客様のご負担"),
        ("How long does delivery take?", "en", "en-delivery-times", "2–4 days"),
        ("AW-80にE02と出ました", "ja", "ja-aw80-errors", "排水に15分以上"),
        ("送料はいくらですか", "ja", "ja-shipping-fee", "550円"),
    ],
)
async def test_the_right_article_is_quoted(
    services: Services, question: str, lang: Language, article: str, said: str
) -> None:
    outcome = await ask(services, question, lang)
    assert outcome.kind is Kind.ANSWER
    assert {citation.document_id for citation in outcome.citations} == {article}
    assert fold(said) in fold(outcome.text)


@pytest.mark.parametrize("question", ["今日の天気は", "What is the capital of France?", "ビットコインの今後の値動きは"])
async def test_what_has_nothing_to_do_with_the_shop_is_not_answered(services: Services, question: str) -> None:
    assert (await ask(services, question, "ja")).kind is Kind.DECLINE


async def test_of_two_products_that_fit_equally_one_is_asked_for(services: Services) -> None:
    asked, surplus, n = 0, 0, 0
    for row in rows("clarify_ja.jsonl") + rows("clarify_en.jsonl"):
        outcome = await ask(services, row["question"], row["lang"])
        n += 1
        if outcome.kind is Kind.CLARIFY:
            asked += bool(row["options"])
            surplus += not row["options"]
    assert n == 48
    assert asked >= 15  # of 30; 16 when this was written
    assert surplus <= 3  # of 18; 2 when this was written


async def test_questions_only_agents_may_have_answered_leak_nothing(services: Services) -> None:
    index = services.index.current()
    agents = {chunk.document_id for chunk in index.chunks if chunk.audience is Audience.AGENT}
    assert len(agents) >= 6
    for row in rows("dev_ja.jsonl") + rows("dev_en.jsonl"):
        outcome = await ask(services, row["question"], row["lang"])
        assert not agents & {citation.document_id for citation in outcome.citations}
        assert outcome.near is None or outcome.near.document_id not in agents
        for citation in outcome.citations:
            article = index.document(citation.document_id)
            assert article
            assert article.text[citation.start : citation.end] == citation.quote
            assert article.is_current
