"""The desk's pages in Chromium: from the list to a reply, without a violation, at the widths and colours there are."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from app.domain.desk import Cause, Effect, Escalation
from app.domain.people import StaffRole
from tests.e2e.stage import Stage
from tests.scripted import ScriptedServices

PASSWORD = "correct horse battery"


@pytest.fixture(params=[(768, "light", "ja"), (1280, "dark", "ja"), (768, "dark", "en"), (390, "light", "en")])
def page(request: pytest.FixtureRequest, browser: Browser, stage: Stage) -> Iterator[Page]:
    width, scheme, lang = request.param
    context = browser.new_context(
        base_url=stage.url,
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
        locale=lang,
    )
    yield context.new_page()
    context.close()


def check(page: Page) -> None:
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.scrollingElement.scrollWidth <= document.scrollingElement.clientWidth")


def ticket_of(services: ScriptedServices) -> str:
    conversation = services.store.create("ja", "web", "token")
    services.store.add_question(conversation.id, "洗濯機から水が漏れています。注文番号はA-20931です。")
    asked = Escalation(Cause.ASKED_FOR_HUMAN, Effect.HAND_OFF, 0, 1.0)
    return services.desk.open(services.store.find(conversation.id), asked).ticket_id


def test_an_agent_takes_a_ticket_from_the_list_and_replies(page: Page, stage: Stage) -> None:
    services = stage.services
    agent = services.people.add(f"agent-{len(services.people.users())}", "空 みどり", frozenset({StaffRole.AGENT}))
    ticket = ticket_of(services)
    page.goto(f"/invite/{services.sign_in.invite(agent)}")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form.stack button").click()
    expect(page).to_have_url(f"{stage.url}/desk")
    page.goto("/desk?show=all")
    check(page)
    page.locator(f'a[href="/desk/{ticket}"]').click()
    check(page)
    page.locator('button[value="take"]').click()
    expect(page.locator('button[value="take"]')).to_have_count(0)
    page.locator("textarea").first.fill("蛇口を閉めてください。")
    page.locator("form.stack button.primary").click()
    expect(page.locator("#last")).to_contain_text("蛇口を閉めてください。")
    check(page)
