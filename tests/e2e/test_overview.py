"""The overview in Chromium: no violation of axe, light and dark, at 768 and 1280 pixels, and nothing hangs over."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from app.domain.desk import Cause, Effect, Escalation
from app.domain.people import StaffRole
from app.web.access import COOKIE
from tests.e2e.stage import Stage


@pytest.fixture(params=[(768, "light", "ja"), (768, "dark", "en"), (1280, "light", "en"), (1280, "dark", "ja")])
def page(request: pytest.FixtureRequest, browser: Browser, stage: Stage) -> Iterator[Page]:
    width, scheme, lang = request.param
    context = browser.new_context(
        base_url=stage.url,
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
        locale=lang,
    )
    services = stage.services
    agent = services.people.add(f"overview-{width}-{scheme}", "青井 葵", frozenset({StaffRole.AGENT}))
    session = services.people.open_session(agent.id, services.clock.now() + timedelta(days=1))
    context.add_cookies([{"name": COOKIE, "value": session, "url": stage.url}])
    yield context.new_page()
    context.close()


def test_the_overview_is_clean_and_says_how_each_figure_is_counted(page: Page, stage: Stage) -> None:
    begun = stage.services.store.create("ja", "web", f"token of {page.viewport_size}")
    stage.services.store.add_question(begun.id, "洗濯機が水漏れします")
    stage.services.desk.open(begun, Escalation(Cause.ANGER, Effect.HAND_OFF, 0, 0.9))
    page.goto("/desk/overview")
    expect(page.locator("nav a[href='/desk/overview'][aria-current=page]")).to_be_visible()
    page.locator(".figures summary").first.click()
    expect(page.locator(".figures details p").first).to_be_visible()
    expect(page.locator("svg.trend[role=img]").first).to_be_visible()
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.scrollingElement.scrollWidth <= document.scrollingElement.clientWidth")
