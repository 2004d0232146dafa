"""What the documents show to developers works as it is written there, on a small index with the embedded model."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from openai import OpenAI

from app.ask import replay_trace
from app.bootstrap import Services, build_services
from app.main import create_app
from app.settings import ROOT, Settings
from ingestion.run import ingest_folder
from tests.loopback import serving

RETURNS = "# 返品について\n\n未開封の商品は14日以内に返品できます。返品の送料はお客様のご負担です。\n"
POINTS = "# ポイントについて\n\nポイントの有効期限は最後のお買い物から12か月です。\n"
SNIPPET = re.compile(r"```python\n(.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory, embedded_model_dir: Path) -> Services:
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(embedded_model_dir, home / "models" / embedded_model_dir.name)
    articles = tmp_path_factory.mktemp("articles")
    (articles / "returns.md").write_text(RETURNS, encoding="utf-8")
    (articles / "points.md").write_text(POINTS, encoding="utf-8")
    settings = Settings(home=home)
    assert ingest_folder(settings, articles, strict=True) == 0
    return build_services(settings)


@pytest.fixture(scope="module")
def url(services: Services) -> Iterator[str]:
    with serving(create_app(services)) as url:
        yield url


def snippets(page: str) -> list[str]:
    return SNIPPET.findall((ROOT / "docs" / page).read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", ["api.md", "langchain.md"])
def test_the_snippets_find_the_article(
    page: str, services: Services, url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KOTAE_HOME", str(services.settings.home))
    asking = [snippet for snippet in snippets(page) if "print(" in snippet]
    assert asking
    for snippet in asking:
        exec(snippet.replace("http://127.0.0.1:8000", url), {})  # noqa: S102 - what a reader would run
        assert "返品の送料はお客様のご負担です。" in capsys.readouterr().out


async def test_an_answer_is_replayed_from_its_trace(services: Services, url: str) -> None:
    client = OpenAI(base_url=f"{url}/v1", api_key="unused", max_retries=0)
    history = [{"role": "user", "content": "ポイントの期限は？"}, {"role": "assistant", "content": "12か月です。"}]
    question = {"role": "user", "content": "返品の送料は誰が払いますか"}
    completion = client.chat.completions.create(model="kotae", messages=[*history, question])  # type: ignore[list-item]
    assert completion.model_extra
    said = completion.model_extra["kotae"]
    assert (said["kind"], said["citations"][0]["document_id"]) == ("answer", "returns")
    assert await replay_trace(services, said["trace_id"]) == []
