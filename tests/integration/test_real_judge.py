"""ragas with a real model as judge, far too small to judge: what is looked at is the protocol, never its wit."""

from pathlib import Path
from typing import Any

import pytest

from app.adapters.embedder_hashing import HashingEmbedder
from app.settings import Settings
from evals.scorers.ragas import JUDGED, Case, open_ragas
from tests.model_server import model_server

pytestmark = pytest.mark.slow
CASE = Case(
    question="How much is delivery?",
    answer="Delivery costs 550 yen.",
    reference="Delivery is 550 yen.",
    passages=("Delivery costs 550 yen. It is free from 3,980 yen.",),
    quotes=("Delivery costs 550 yen.",),
    cited=(),
    gold=(),
)


async def measured(home: Path, url: str) -> dict[str, Any]:
    judge = {"judge_base_url": url, "judge_model": "smollm2"}
    ragas = open_ragas(Settings(home=home).model_copy(update=judge), HashingEmbedder(), judge_seconds=300)
    return dict(await ragas.measure(CASE))


async def test_every_metric_is_a_number_or_says_why_not_and_the_cache_repeats_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evals.scorers.ragas_metrics._MAX_TOKENS", 200)  # it would go on for ever
    with model_server() as url:
        first = await measured(tmp_path, url)
    for name in (scorer.name for scorer in JUDGED):
        value = first[name]
        assert value["not_measured"] if isinstance(value, dict) else 0 <= value <= 1
    assert list((tmp_path / "cache" / "judge").rglob("*.json"))
    print(first)
    assert await measured(tmp_path, url) == first  # the server is gone
