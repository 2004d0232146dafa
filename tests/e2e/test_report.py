"""The report in a browser: accessible, inside the window at every width, and it asks nobody for anything."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from app.domain.outcome import Language
from evals.report import write_report
from evals.run import Record, write_run
from tests.e2e.conftest import SIZES
from tests.unit.evals.report_suite import HOSTILE, claim, question, rule, run_of, suite_of, unanswerable

LANGUAGES: tuple[Language, ...] = ("ja", "en")
RULES = [
    rule("correct", 0.85, not_worse=True),
    rule("false_answer_rate", 0.12, not_worse=True),
    rule("correct", 0.5, kind="numeric"),
    rule("leak_rate", 0),
    rule("auc", 0.85, run="claims", not_worse=True),
    rule("correct", 0.5, run="public"),
]


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with fail-ja.html, pass-en.html and so on: a suite that fails in every way, and one that holds."""
    folder = tmp_path_factory.mktemp("reports")
    before = [*(question(f"q{n}", lang="ja" if n % 2 else "en") for n in range(60)), *_near_misses(4)]
    now = [*_asked(), *_near_misses(9), question("n1", kind="numeric"), question("n2", kind="numeric", right=False)]
    was = [*before, question("n1", kind="numeric"), question("n2", kind="numeric")]
    write_run(run_of(was), folder / "fail" / "20261121T000000Z-suite" / "shop")
    claims = [claim(f"c{n}", supported=n % 2 == 0, kept=n % 3 == 0, score=n / 40) for n in range(40)]
    runs = {"shop": run_of([_unmeasured(record) for record in now]), "claims": run_of(claims, "faithfulness")}
    fails = suite_of(folder / "fail", RULES, runs, {"shop": run_of(was)})
    holds = suite_of(folder / "pass", [rule("correct", 0.8)], {"shop": run_of(before)}, {"shop": run_of(before)})
    for lang in LANGUAGES:
        write_report(fails, folder / f"fail-{lang}.html", lang)
        write_report(holds, folder / f"pass-{lang}.html", lang)
    return folder


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Afterwards no request but that for the file itself may have been made, and nothing refused."""
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    yield page
    context.close()
    assert all(url.startswith("file:") and url.endswith(".html") for url in asked)
    assert said == []


def _asked() -> list[Record]:
    """A tenth is declined now, one of them a question that would like to be HTML."""
    texts = {0: HOSTILE, 10: "送料" * 200, 20: "x" * 300}
    return [
        question(f"q{n}", lang="ja" if n % 2 else "en", right=n % 10 > 0, text=texts.get(n, "送料は？"))
        for n in range(60)
    ]


def _near_misses(wrong: int) -> list[Record]:
    return [unanswerable(f"u{n}", lang="ja" if n % 2 else "en", right=n >= wrong) for n in range(30)]


def _unmeasured(record: Record) -> Record:
    """No leak was measured in any sample."""
    return record.model_copy(update={"scores": {**record.scores, "leak_rate": "no result within 1 s"}})


@pytest.mark.parametrize("name", ["fail", "pass"])
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("width", [390, 1280])
def test_no_accessibility_violation(page: Page, reports: Path, name: str, lang: Language, width: int) -> None:
    page.set_viewport_size({"width": width, "height": SIZES[width]})
    page.goto((reports / f"{name}-{lang}.html").as_uri())
    for trace in page.locator("summary").all()[:3]:
        trace.click()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        found = Axe().run(page).response["violations"]
        assert [(one["id"], [node["html"][:160] for node in one["nodes"]]) for one in found] == [], scheme


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_scrolls_sideways_or_is_cut_off(page: Page, reports: Path, lang: Language) -> None:
    page.goto((reports / f"fail-{lang}.html").as_uri())
    page.locator("summary").first.click()
    for width in (320, 390, 768, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        beyond = page.evaluate(
            """() => [...document.querySelectorAll('body *')]
                .filter((one) => !one.closest('svg') && one.getBoundingClientRect().right > innerWidth)
                .map((one) => one.outerHTML.slice(0, 120))"""
        )
        assert beyond == [], width
        assert page.evaluate("document.scrollingElement.scrollWidth") == width


def test_the_link_of_the_verdict_leads_to_the_samples_and_a_trace_opens_by_keyboard(page: Page, reports: Path) -> None:
    page.goto((reports / "fail-en.html").as_uri())
    page.get_by_role("link", name="See the failing samples").press("Enter")
    expect(page.locator("#failing")).to_be_in_viewport()
    trace = page.locator("details").first
    trace.locator("summary").press("Enter")
    expect(trace.locator(".steps .bad")).to_be_visible()
    expect(trace.get_by_text("It can be answered, and was declined.")).to_be_visible()


def test_a_mark_stands_where_its_value_is(page: Page, reports: Path) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto((reports / "fail-en.html").as_uri())
    row = page.locator("table.rules").first.locator("tbody tr").first
    zero, mark = row.locator("line.zero").bounding_box(), row.locator("path.mark").bounding_box()
    assert zero
    assert mark
    assert mark["x"] + mark["width"] / 2 < zero["x"]
    assert row.locator("td.delta").inner_text().startswith("−")
