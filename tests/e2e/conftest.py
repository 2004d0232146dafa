"""A real browser in front of the real application."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e.stage import Stage, on_stage

FLAGS = "--no-sandbox --disable-gpu --disable-dev-shm-usage --disable-background-networking --no-first-run".split()
SIZES = {320: 640, 390: 844, 768: 1024, 1280: 800}

Open = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if not chromium and not os.environ.get("CI"):
        pytest.skip("Debian's chromium is not installed; `make test` installs it as root")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    with on_stage() as stage:
        yield stage


@pytest.fixture
def open_chat(browser: Browser, stage: Stage) -> Iterator[Open]:
    """Opens the chat of a new customer; after the test no script may have failed and nothing may have been refused."""
    opened: list[Page] = []
    faults: list[str] = []

    def open_page(lang: str = "ja", width: int = 390, scheme: str = "light", scripts: bool = True) -> Page:
        context = browser.new_context(
            base_url=stage.url,
            viewport={"width": width, "height": SIZES[width]},
            color_scheme="dark" if scheme == "dark" else "light",
            java_script_enabled=scripts,
            reduced_motion="reduce",
        )
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text) if "Security Policy" in message.text else None)
        page.goto(f"/?lang={lang}")
        opened.append(page)
        return page

    yield open_page
    for page in opened:
        page.context.close()
    assert faults == []


def ask(page: Page, question: str) -> None:
    """Ask and wait for the end of the answer."""
    before = page.locator("kotae-answer").count()
    page.get_by_role("textbox").first.fill(question)
    page.keyboard.press("Enter")
    page.wait_for_function(
        "n => document.querySelectorAll('kotae-answer').length > n && !document.querySelector('.running')", arg=before
    )
