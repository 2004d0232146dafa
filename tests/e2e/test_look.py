"""Every state of the page in both languages and both schemes: accessible, inside the window, and light to load."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from app.web.rendering import STATIC
from tests.e2e.conftest import Open, ask
from tests.e2e.stage import Stage

WORDS = {
    "ja": {
        "ask": "洗濯機にE02と出ました",
        "unknown": "今日の天気は",
        "which": "フィルターの交換",
        "slow": "slow 洗濯機",
    },
    "en": {"ask": "How long?", "unknown": "The weather?", "which": "Change a filter", "slow": "slow delivery?"},
}


def greeting(page: Page, lang: str) -> None:
    expect(page.locator(".greeting")).to_be_visible()


def answer(page: Page, lang: str) -> None:
    ask(page, WORDS[lang]["ask"])
    page.locator(".thumb").last.click()
    expect(page.locator(".reason")).to_be_visible()


def streaming(page: Page, lang: str) -> None:
    page.locator("#question").fill(WORDS[lang]["slow"])
    page.keyboard.press("Enter")
    page.wait_for_selector(".said .chip")


def panel(page: Page, lang: str) -> None:
    ask(page, WORDS[lang]["ask"])
    page.locator(".said .chip").first.click()
    page.wait_for_selector("#source mark")


def unknown(page: Page, lang: str) -> None:
    ask(page, WORDS[lang]["unknown"])
    expect(page.locator(".badge")).to_be_visible()


def clarify(page: Page, lang: str) -> None:
    ask(page, WORDS[lang]["which"])
    expect(page.locator(".card .choice").first).to_be_visible()


def handoff(page: Page, lang: str) -> None:
    page.locator("button.human").click()
    expect(page.locator("#handoff")).to_be_visible()


def offline(page: Page, lang: str) -> None:
    page.context.set_offline(True)
    page.locator("#question").fill(WORDS[lang]["ask"])
    page.keyboard.press("Enter")
    expect(page.locator(".failed")).to_be_visible()


STATES: list[Callable[[Page, str], None]] = [
    greeting,
    answer,
    streaming,
    panel,
    unknown,
    clarify,
    handoff,
    offline,
]


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_no_accessibility_violation(open_chat: Open, state: Callable[[Page, str], None], lang: str) -> None:
    page = open_chat(lang)
    state(page, lang)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        found = Axe().run(page).response["violations"]
        told = [(one["id"], [node["html"][:160] for node in one["nodes"]]) for one in found]
        assert told == [], scheme


@pytest.mark.parametrize("path", ["/privacy", "/nothing-here"])
def test_the_pages_of_their_own_have_no_accessibility_violation(open_chat: Open, path: str) -> None:
    page = open_chat()
    page.goto(path)
    expect(page.locator("h1")).to_be_visible()
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []


@pytest.mark.parametrize("state", [answer, panel, unknown, clarify, handoff], ids=lambda state: state.__name__)
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_nothing_scrolls_sideways_and_the_human_button_is_in_sight(
    open_chat: Open, state: Callable[[Page, str], None], lang: str
) -> None:
    page = open_chat(lang)
    state(page, lang)
    for width in (320, 390, 768, 1280):
        page.set_viewport_size({"width": width, "height": 700})
        wide = page.evaluate(
            """() => [document.scrollingElement, ...document.querySelectorAll('.log, .article')]
                .filter((box) => box.scrollWidth > box.clientWidth).map((box) => box.className)"""
        )
        assert wide == [], width
        box = page.locator(".top .human:visible").bounding_box()
        assert box
        assert min(box["x"], box["y"]) >= 0  # also when something in the log was scrolled to
        assert box["x"] + box["width"] <= width
        assert box["height"] >= 44
        clipped = page.evaluate(
            """() => [...document.querySelectorAll('button, a')].filter((one) => one.checkVisibility())
                .filter((one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 1)
                .map((one) => one.outerHTML.slice(0, 120))"""
        )
        assert clipped == [], width


def test_the_budget_of_the_chat_page(open_chat: Open, stage: Stage) -> None:
    page = open_chat()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto("/", wait_until="networkidle")
    icon = page.locator("link[rel=icon]").get_attribute("href")
    addresses = {*requests, f"{stage.url}{icon}"}  # a headless browser does not ask for the icon
    assert all(address.startswith(stage.url) for address in addresses)
    assert len(addresses) <= 6
    sizes = [len(page.request.get(address).body()) for address in addresses]
    assert sum(sizes) <= 60_000
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    assert paint < 1000


def test_the_budget_of_the_files() -> None:
    sheets = {sheet.name: len(sheet.read_bytes()) for sheet in STATIC.glob("*.css")}
    assert sheets.pop("staff.css") + sheets.pop("inbox.css") < 25_000  # which no customer loads
    assert sum(sheets.values()) < 25_000
    for script in STATIC.glob("*.js"):
        assert len(script.read_text(encoding="utf-8").splitlines()) <= 150, script.name


def test_print_and_reduced_motion_show_the_conversation(open_chat: Open) -> None:
    page = open_chat()
    answer(page, "ja")
    page.emulate_media(media="print")
    expect(page.locator(".said").first).to_be_visible()
    expect(page.locator(".compose")).to_be_hidden()
    assert page.locator(".log").evaluate("log => log.scrollHeight <= log.clientHeight + 1")
