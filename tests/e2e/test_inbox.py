"""The agents' inbox in Chromium: every state without a violation, by keyboard alone, and alive while it is open."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from app.domain.conversation import SignedCustomer
from app.domain.desk import Cause, Effect, Escalation
from app.domain.macro import Macro
from app.domain.outcome import Language
from app.domain.people import StaffRole
from app.domain.pseudonyms import PersonalData
from app.web.access import COOKIE
from tests.builders import draft, outcome, trace
from tests.e2e.stage import CARE, FEES, Stage, on_stage
from tests.scripted import ScriptedServices

SAID: dict[str, tuple[str, str]] = {
    "ja": ("洗濯機の返品はできますか。", "解決しません。<PHONE_1>に電話をください。"),
    "en": ("Can I return my washing machine?", "That is no answer. Please call <PHONE_1>."),
}
HEIGHTS = {390: 844, 768: 1024, 1280: 800}


@dataclass
class Desk:
    """A stage with one conversation that waits, and an agent who is signed in."""

    stage: Stage
    browser: Browser
    ticket: str
    conversation_id: str
    faults: list[str]
    agent: str
    session: str

    @property
    def services(self) -> ScriptedServices:
        return self.stage.services

    def page(self, path: str = "", lang: str = "ja", width: int = 1280, scheme: str = "light") -> Page:
        context = self.browser.new_context(
            base_url=self.stage.url,
            viewport={"width": width, "height": HEIGHTS[width]},
            color_scheme="dark" if scheme == "dark" else "light",
            locale=lang,
            reduced_motion="reduce",
        )
        context.add_cookies([{"name": COOKIE, "value": self.session, "url": self.stage.url}])
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda told: self.faults.append(told.text) if "Security Policy" in told.text else None)
        page.goto(f"/desk{path}")
        return page

    def opened(self, **how: str | int) -> Page:
        """With the draft in the form."""
        page = self.page(f"/{self.ticket}", **how)  # type: ignore[arg-type]
        expect(page.locator(".draft.drafted")).to_be_attached()
        return page

    def writes(self, text: str) -> None:
        self.services.store.clock.at += timedelta(seconds=1)  # type: ignore[attr-defined]
        self.services.store.add_question(self.conversation_id, text)

    def said(self) -> list[str]:
        return [message.text for message in self.services.store.find(self.conversation_id).messages]


def conversation(services: ScriptedServices, lang: Language) -> tuple[str, str]:
    """Its id and its ticket's: a question, an answer that cites, and an unhappy turn with a telephone number."""
    token = uuid4().hex
    known = SignedCustomer("<PERSON_1>", 26, "premium")
    made = services.store.create(lang, "web", token, customer="c-7", signed=known, signature=token)
    services.redactor._vault.keep(
        made.id, [PersonalData("PERSON", "髙橋はるか"), PersonalData("PHONE", "090-1234-5678")]
    )
    for n, text in enumerate(SAID[lang]):
        services.store.add_question(made.id, text)
        if n == 0:
            told = trace(made.id, token, text)
            told.add("understand", 0.001, sentiment={"negative": 0.7, "angry": 0.1})
            services.store.add_answer(made.id, outcome(f"m-{token}", token, (FEES, CARE)), told)
    asked = Escalation(Cause.ANGER, Effect.HAND_OFF, 2, 0.93, "complaint")
    return made.id, services.desk.open(services.store.find(made.id), asked).ticket_id


@pytest.fixture(scope="module")
def own_stage() -> Iterator[Stage]:
    with on_stage() as stage:
        macros = stage.services.drafting.macros
        for lang, text in (("ja", "お電話いたします。"), ("en", "We will call you.")):
            macros.put(Macro("call", "ja" if lang == "ja" else "en", "Call", text))
        yield stage


@pytest.fixture
def empty(own_stage: Stage, browser: Browser) -> Iterator[Desk]:
    services = own_stage.services
    agent = services.people.add(f"a-{uuid4().hex}", "空 みどり", frozenset({StaffRole.AGENT}))
    session = services.people.open_session(agent.id, services.clock.now() + timedelta(days=1))
    desk = Desk(own_stage, browser, "", "", [], agent.id, session)
    yield desk
    for context in browser.contexts:
        context.close()
    for queued in services.desk.queue():
        services.store.erase(queued.ticket.conversation_id)
    assert desk.faults == []


@pytest.fixture
def desk(empty: Desk) -> Desk:
    empty.conversation_id, empty.ticket = conversation(empty.services, "ja")
    return empty


def reveal(page: Page) -> None:
    page.locator(".log button.pii").first.click()
    expect(page.locator("#reveal")).to_be_visible()


def macros(page: Page) -> None:
    page.locator(".macros summary").click()
    expect(page.locator("#macro-search")).to_be_visible()


def note(page: Page) -> None:
    page.locator("#tab-note").click()
    expect(page.locator("#note")).to_be_visible()


def diff(page: Page) -> None:
    page.locator(".edit").click()
    page.locator("#text").press_sequentially("追記 added")
    page.locator("button.diff").click()
    expect(page.locator(".draft.changes ins")).to_be_visible()


STATES: dict[str, Callable[[Page], None]] = {"reveal": reveal, "macros": macros, "note": note, "diff": diff}


def check(page: Page, state: str) -> None:
    found = [(each["id"], each["nodes"][0]["html"][:120]) for each in Axe().run(page).response["violations"]]
    assert (state, found) == (state, [])
    assert page.evaluate("document.scrollingElement.scrollWidth <= document.scrollingElement.clientWidth"), state


@pytest.mark.parametrize(
    ("width", "lang", "scheme"),
    [
        (390, "ja", "light"),
        (768, "ja", "dark"),
        (768, "en", "light"),
        (1280, "ja", "light"),
        (1280, "en", "dark"),
        *(
            pytest.param(*each, marks=pytest.mark.slow)
            for each in [
                (768, "ja", "light"),
                (768, "en", "dark"),
                (1280, "ja", "dark"),
                (1280, "en", "light"),
            ]
        ),
    ],
)
def test_no_state_has_a_violation_or_scrolls_sideways(empty: Desk, width: int, lang: Language, scheme: str) -> None:
    how: dict[str, str | int] = {"lang": lang, "width": width, "scheme": scheme}
    check(empty.page(**how), "empty")  # type: ignore[arg-type]
    empty.conversation_id, empty.ticket = conversation(empty.services, lang)
    empty.services.drafting.replies.of = draft(staff="返金の上限は30,000円です。")  # type: ignore[attr-defined]
    check(empty.page(**how), "list")  # type: ignore[arg-type]
    page = empty.opened(**how)
    check(page, "conversation")
    for state, show in STATES.items():
        page.reload()
        expect(page.locator(".draft.drafted")).to_be_attached()
        show(page)
        check(page, state)


def test_a_draft_is_taken_and_accepted_with_two_keystrokes(desk: Desk) -> None:
    desk.services.drafting.replies.of = draft()  # type: ignore[attr-defined]
    page = desk.page()
    page.clock.install()
    page.goto("/desk")
    expect(page.locator(".rows a").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".draft.drafted")).to_be_attached()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".sending")).to_be_visible()
    page.clock.fast_forward(6_000)
    expect(page.locator(".log")).to_contain_text("14日以内")
    assert "14日以内" in desk.said()[-1]
    assert desk.services.desk.ticket(desk.ticket).agent == "空 みどり"
    expect(page).to_have_url(f"{desk.stage.url}/desk/{desk.ticket}")


def test_a_draft_with_text_for_staff_is_accepted_with_four_keystrokes(desk: Desk) -> None:
    inside = "返金の上限は30,000円です。"
    desk.services.drafting.replies.of = draft(staff=inside)  # type: ignore[attr-defined]
    page = desk.page()
    page.clock.install()
    page.goto("/desk")
    page.keyboard.press("Enter")
    expect(page.locator(".draft.drafted")).to_be_attached()
    page.keyboard.press("Control+Enter")
    page.clock.fast_forward(6_000)
    expect(page.locator(".reply .check input")).to_be_focused()
    assert inside not in desk.said()[-1]
    page.keyboard.press("Space")
    page.keyboard.press("Control+Enter")
    page.clock.fast_forward(6_000)
    expect(page.locator(".log")).to_contain_text(inside)
    assert inside in desk.said()[-1]


def test_a_sending_is_taken_back_within_five_seconds(desk: Desk) -> None:
    page = desk.page()
    page.clock.install()
    page.goto(f"/desk/{desk.ticket}")
    expect(page.locator(".draft.drafted")).to_be_attached()
    page.keyboard.press("Control+Enter")
    page.locator(".undo").click()
    page.clock.fast_forward(10_000)
    expect(page.locator(".sending")).to_be_hidden()
    assert len(desk.said()) == 3


def test_j_and_k_move_in_the_list_and_are_letters_elsewhere(desk: Desk) -> None:
    conversation(desk.services, "ja")
    page = desk.opened()
    rows = page.locator(".rows a")
    rows.first.focus()
    page.keyboard.press("j")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(rows.first).to_be_focused()
    page.locator(".edit").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("jk")
    expect(page.locator("#text")).to_have_value("jk")
    expect(page.locator("#text")).to_be_focused()


def test_a_macro_is_found_and_put_in_by_keyboard(desk: Desk) -> None:
    page = desk.opened()
    page.locator(".edit").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.press("Delete")
    page.keyboard.press(";")
    expect(page.locator("#macro-search")).to_be_focused()
    page.keyboard.type("call")
    page.keyboard.press("Enter")
    expect(page.locator("#text")).to_have_value("お電話いたします。")
    expect(page.locator("#text")).to_be_focused()


def test_a_customer_s_message_appears_and_what_is_typed_stays(desk: Desk) -> None:
    page = desk.opened()
    page.locator(".edit").click()
    page.locator("#text").fill("ただいま確認し")
    desk.writes("まだですか")
    expect(page.locator(".turn").last).to_contain_text("まだですか", timeout=1_000)
    expect(page.locator("#text")).to_be_focused()
    expect(page.locator("#text")).to_have_value("ただいま確認し")
    expect(page.locator(".stale")).to_be_visible()
    page.reload()
    expect(page.locator("#text")).to_have_value("ただいま確認し")


def test_an_untouched_draft_is_made_anew_when_the_customer_writes(desk: Desk) -> None:
    page = desk.opened()
    before = page.locator("input[name=draft]").first.input_value()
    desk.writes("やっぱり交換で")
    expect(page.locator("#panel-reply input[name=draft]")).not_to_have_value(before, timeout=2_000)


def test_an_open_page_asks_to_sign_in_once_the_session_is_over(desk: Desk) -> None:
    page = desk.opened()
    desk.services.people.close_session(desk.session)
    desk.writes("まだですか")
    page.wait_for_url(f"**/signin?then=/desk/{desk.ticket}", timeout=20_000)


def test_what_was_typed_outlives_a_role_that_is_withdrawn(desk: Desk) -> None:
    page = desk.page()
    page.clock.install()
    page.goto(f"/desk/{desk.ticket}")
    page.locator(".edit").click()
    page.locator("#text").fill("ただいま確認します。")
    desk.services.people.change(desk.agent, roles=frozenset({StaffRole.QA}))
    page.keyboard.press("Control+Enter")
    page.clock.fast_forward(6_000)
    expect(page.locator("kotae-inbox")).to_have_count(0)
    desk.services.people.change(desk.agent, roles=frozenset({StaffRole.AGENT}))
    page.goto(f"/desk/{desk.ticket}")
    expect(page.locator("#text")).to_have_value("ただいま確認します。")
    page.keyboard.press("Control+Enter")
    page.clock.fast_forward(6_000)
    expect(page.locator(".log")).to_contain_text("ただいま確認します。")
    expect(page.locator("#text")).not_to_have_value("ただいま確認します。")


def test_a_lost_connection_is_told_and_comes_back(desk: Desk) -> None:
    page = desk.opened()
    page.context.set_offline(True)
    expect(page.locator(".lost")).to_be_visible()
    desk.writes("届きますか")
    page.context.set_offline(False)
    expect(page.locator(".lost")).to_be_hidden()
    expect(page.locator(".turn").last).to_contain_text("届きますか")


def test_without_server_sent_events_the_page_asks(desk: Desk) -> None:
    page = desk.page()
    page.clock.install()
    page.add_init_script("delete window.EventSource")
    page.goto(f"/desk/{desk.ticket}")
    desk.writes("届きますか")
    page.clock.run_for(6_000)
    expect(page.locator(".turn").last).to_contain_text("届きますか")


def test_personal_data_is_shown_for_a_minute(desk: Desk) -> None:
    page = desk.page()
    page.clock.install()
    page.goto(f"/desk/{desk.ticket}")
    chip = page.locator(".log kotae-pii").first
    chip.locator("button").press("Enter")
    page.locator("#reveal button[value=show]").press("Enter")
    expect(chip).to_contain_text("090-1234-5678")
    page.clock.fast_forward(58_000)
    expect(chip).to_contain_text("090-1234-5678")
    page.clock.fast_forward(3_000)
    expect(chip).not_to_contain_text("090")
    expect(chip).to_contain_text("電話番号1")
    desk.services.redactor._vault._kept.clear()  # type: ignore[attr-defined]
    chip.locator("button").click()
    page.locator("#reveal button[value=show]").click()
    expect(page.locator("#reveal [role=alert]")).to_be_visible()


def test_colleagues_see_each_other(desk: Desk) -> None:
    page = desk.opened()
    other = desk.services.people.add(f"b-{uuid4().hex}", "青井 葵", frozenset({StaffRole.AGENT}))
    desk.services.looks.look(other.id, desk.conversation_id, is_typing=True)
    page.locator(".edit").click()
    page.keyboard.type("は")
    expect(page.locator(".others")).to_have_text("青井 葵が入力しています")
