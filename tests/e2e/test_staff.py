"""The staff pages in Chromium: a link to choose a password, users, the audit trail."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from app.domain.delivery import Delivery, DeliveryState
from app.domain.people import StaffRole
from tests.e2e.conftest import SIZES
from tests.e2e.stage import Stage

PASSWORD = "correct horse battery"


@pytest.fixture(params=[(390, "light", "ja"), (1280, "dark", "ja"), (390, "dark", "en"), (1280, "light", "en")])
def page(request: pytest.FixtureRequest, browser: Browser, stage: Stage) -> Iterator[Page]:
    width, scheme, lang = request.param
    context = browser.new_context(
        base_url=stage.url,
        viewport={"width": width, "height": SIZES[width]},
        color_scheme="dark" if scheme == "dark" else "light",
        locale=lang,
    )
    yield context.new_page()
    context.close()


def check(page: Page) -> None:
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.scrollingElement.scrollWidth <= document.scrollingElement.clientWidth")


def test_an_administrator_chooses_a_password_adds_somebody_and_sees_it_on_record(page: Page, stage: Stage) -> None:
    name = f"admin-{len(stage.services.people.users())}"
    admin = stage.services.people.add(name, "青井 葵", frozenset({StaffRole.ADMIN}))
    page.goto("/admin")
    expect(page).to_have_url(f"{stage.url}/signin?then=/admin")
    check(page)
    page.goto(f"/invite/{stage.services.sign_in.invite(admin)}")
    check(page)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form.stack button").click()
    expect(page).to_have_url(f"{stage.url}/admin")
    form = page.locator("form.stack")
    form.locator("input[name=login]").fill(f"{name}-agent")
    form.locator("input[name=name]").fill("空 みどり")
    form.locator("input[value=agent]").check()
    form.locator("button").click()
    expect(page.locator(".detail")).to_contain_text("/invite/")
    check(page)
    page.goto("/admin/tokens")
    page.locator("form.stack input[name=name]").fill("shop")
    page.locator("form.stack input[value=ask]").check()
    page.locator("form.stack button").click()
    expect(page.locator(".detail")).to_contain_text("kotae_")
    check(page)
    page.goto("/admin/status")
    expect(page.locator("table").first).to_be_visible()
    check(page)
    page.locator("nav a[href='/admin/audit']").click()
    expect(page.locator("tbody tr").first).to_contain_text("青井 葵")
    check(page)
    outbox, now = stage.services.messages.outbox, stage.services.clock.now()
    outbox.queue(name, [Delivery(name, 1, "message.created", "c-1", name, now, now)], 1)
    [claimed] = outbox.claim(name, 1, 60)
    outbox.settle(replace(claimed, state=DeliveryState.DEAD, problem="The receiver answered 410."))
    page.goto("/admin/deliveries")
    expect(page.locator("tbody tr", has_text=name)).to_contain_text("The receiver answered 410.")
    check(page)
    page.locator("tbody tr", has_text=name).get_by_role("button").click()
    expect(page.locator("tbody tr", has_text=name).get_by_role("button")).to_have_count(0)
    page.locator("header form button").click()
    page.goto("/admin")
    page.locator("input[name=login]").fill(name)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form.stack button").click()
    expect(page).to_have_url(f"{stage.url}/admin")
