"""Question to highlighted source with nothing scripted: `kotae ingest`, `kotae serve`, and a browser."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import ask

ROOT = Path(__file__).resolve().parents[2]
KOTAE = [sys.executable, "-c", "from app.cli import main; main()"]
ARTICLES = ["ja/returns/*", "ja/delivery/*", "en/delivery/*", "ja/troubleshooting/ah120-smell.md"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, embedded_model_dir: Path) -> Iterator[str]:
    """The service on a part of the sample knowledge base."""
    home, articles = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("kb")
    (home / "models").symlink_to(embedded_model_dir.parent)
    sources = ROOT / "kb_sources"
    for source in (source for pattern in ARTICLES for source in sources.glob(pattern)):
        target = articles / source.relative_to(sources)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {"KOTAE_HOME": str(home), "KOTAE_PORT": str(port)}
    subprocess.run([*KOTAE, "ingest", str(articles)], cwd=ROOT, env=environment, check=True, timeout=300)
    service = subprocess.Popen([*KOTAE, "serve"], cwd=ROOT, env=environment)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_ready(url)
        yield url
    finally:
        service.terminate()
        service.wait(timeout=20)


def _wait_until_ready(url: str) -> None:
    for _ in range(240):
        try:
            with urlopen(f"{url}/readyz", timeout=5):  # noqa: S310 (our own service)
                return
        except OSError:  # refused, or too busy with the models to answer
            time.sleep(0.25)
    raise AssertionError("kotae serve did not become ready")


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    context = browser.new_context(base_url=site, viewport={"width": 1280, "height": 800})
    page = context.new_page()
    yield page
    context.close()


def marked(page: Page) -> str:
    page.wait_for_selector("#source mark")
    return "".join(page.locator("#source mark").all_inner_texts())


def test_a_japanese_question_is_answered_from_the_right_article(page: Page) -> None:
    page.goto("/?lang=ja")
    ask(page, "返品の送料は誰が払いますか")
    answer = page.locator("kotae-answer")
    expect(answer).to_contain_text("お客様のご負担です")
    expect(answer.locator(".source .name").first).to_have_text("返品について")
    best = answer.locator(".best").inner_text()
    page.locator(".said .chip").first.click()
    quote = re.sub(r"\s", "", marked(page))
    assert "返送の送料はお客様のご負担です" in quote
    assert re.sub(r"\s", "", best) in quote
    page.keyboard.press("Escape")
    page.locator("button.human").first.click()
    expect(page.locator("#handoff")).to_contain_text("返信いたします")
    page.reload()
    expect(answer).to_contain_text("お客様のご負担です")
    expect(page.locator("#handoff")).to_be_visible()
    page.get_by_role("button", name="取り下げる").click()
    expect(page.locator("#handoff")).to_have_count(0)


def test_an_english_question_is_answered_in_english(page: Page) -> None:
    page.goto("/?lang=en")
    ask(page, "How long does delivery take?")
    expect(page.locator("kotae-answer")).to_contain_text("2–4 days")
    page.locator(".said .chip").first.click()
    assert "2–4 days" in marked(page)


def test_a_question_outside_the_articles_gets_an_honest_answer(page: Page) -> None:
    page.goto("/?lang=ja")
    ask(page, "今日の天気は")
    expect(page.locator("kotae-answer .badge")).to_have_text("該当する出典なし")
    expect(page.locator("kotae-answer").get_by_role("button", name="担当者と話す")).to_be_visible()


def test_in_danger_the_emergency_number_stays_in_sight_on_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/?lang=ja")
    ask(page, "ヒーターから煙が出ています")
    expect(page.locator("#handoff")).to_have_count(1)
    notice = page.get_by_text("119番").first
    expect(notice).to_be_in_viewport()
    said = page.locator("kotae-answer .source .name").all_inner_texts()
    assert len(set(said)) == 1  # the article on smoke alone, from its first step on
    expect(page.locator("kotae-answer .said").first).to_contain_text("すぐに使用をやめてください")
