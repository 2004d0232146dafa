"""After a hand-off: a person's replies arrive live, the AI is silent, and everything is said once."""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any, cast

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from app.domain.desk import Cause, Effect, Escalation
from app.domain.people import StaffRole, User
from app.domain.ticket import Ticket
from tests.e2e.conftest import Open, ask
from tests.e2e.stage import Stage, on_stage
from tests.e2e.test_look import WORDS

_logins = count()


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """One of its own: how fast people answered here decides what other customers are told."""
    with on_stage() as stage:
        yield stage


@pytest.fixture
def yamada(stage: Stage) -> User:
    return stage.services.people.add(f"yamada-{next(_logins)}", "山田", frozenset({StaffRole.AGENT}))


def ticket_of(stage: Stage, page: Page) -> Ticket:
    """The one whose number the page shows."""
    number = page.locator("#handoff [data-slot=ticket_id]")
    expect(number).not_to_have_text("")
    return stage.services.desk.ticket(number.inner_text())


def handed_off(stage: Stage, page: Page) -> Ticket:
    page.locator("button.human").click()
    expect(page.locator("#handoff")).to_be_visible()
    return ticket_of(stage, page)


def announced(page: Page) -> list[str]:
    return page.locator("#announcer p").all_inner_texts()


def offer_a_person(stage: Stage, page: Page) -> None:
    conversation = stage.services.store.find(page.locator("kotae-chat").get_attribute("data-conversation") or "")
    offered = Escalation(Cause.REPEATED_FAILURE, Effect.OFFER, turn=2, score=1.0)
    stage.services.desk.offer(conversation, offered)


def test_a_persons_reply_arrives_live_under_their_name_and_is_announced_once(
    open_chat: Open, stage: Stage, yamada: User
) -> None:
    page = open_chat()
    ask(page, WORDS["ja"]["ask"])
    ticket = handed_off(stage, page)
    stage.services.desk.take(ticket.id, yamada)
    expect(page.locator(".system").last).to_have_text("担当の山田が参加しました。ここから先は山田がお答えします。")
    expect(page.locator(".steps .assigned")).to_have_text("担当：山田")
    expect(page.locator(".steps [aria-current]:visible")).to_have_text("山田がこの画面でお答えします")
    expect(page.locator(".paused:visible")).to_contain_text("AIは停止しています")
    expect(page.locator("#question")).to_have_attribute("placeholder", "山田へのメッセージを入力してください")
    stage.services.desk.reply(ticket.id, yamada, "担当の山田です。\n型番をお知らせください。")
    person = page.locator(".person")
    expect(person.locator("b")).to_have_text("山田")
    expect(person.locator(".said")).to_have_text("担当の山田です。\n型番をお知らせください。")
    expect(page.locator("#announcer p", has_text="担当の山田です。")).to_have_count(1)
    assert page.evaluate("document.querySelectorAll('audio').length") == 0


def test_what_is_written_to_a_person_gets_no_answer_of_the_machine(open_chat: Open, stage: Stage, yamada: User) -> None:
    page = open_chat()
    ticket = handed_off(stage, page)
    stage.services.desk.take(ticket.id, yamada)
    expect(page.locator(".steps .assigned")).to_be_visible()
    page.locator("#question").fill("AW-80です")
    page.keyboard.press("Enter")
    expect(page.locator(".mine .bubble")).to_have_text("AW-80です")
    expect(page.locator("kotae-chat:not(.running)")).to_have_count(1)
    expect(page.locator("kotae-answer")).to_have_count(0)
    stage.services.desk.reply(ticket.id, yamada, "ありがとうございます。")
    expect(page.locator(".turn").last.locator(".said")).to_have_text("ありがとうございます。")


def test_a_reload_and_a_browser_without_scripts_show_the_same(open_chat: Open, stage: Stage, yamada: User) -> None:
    page = open_chat()
    ticket = handed_off(stage, page)
    stage.services.desk.reply(ticket.id, yamada, "担当の山田です。")
    expect(page.locator(".person .said")).to_have_text("担当の山田です。")
    before = page.locator(".handoff, .system, .person").all_inner_texts()
    page.reload()
    expect(page.locator(".person .said")).to_have_text("担当の山田です。")
    assert page.locator(".handoff, .system, .person").all_inner_texts() == before
    plain = open_chat(scripts=False)
    kept = [{"name": one["name"], "value": one["value"], "url": stage.url} for one in page.context.cookies()]
    plain.context.add_cookies(cast(Any, kept))
    plain.goto("/")
    expect(plain.locator(".person .said")).to_have_text("担当の山田です。")
    expect(plain.locator(".steps .assigned")).to_have_text("担当：山田")
    expect(plain.locator(".system")).to_have_text("担当の山田が参加しました。ここから先は山田がお答えします。")


def test_a_connection_that_breaks_off_is_told_and_nothing_is_lost_or_doubled(
    open_chat: Open, stage: Stage, yamada: User
) -> None:
    page = open_chat()
    ticket = handed_off(stage, page)
    stage.services.desk.reply(ticket.id, yamada, "一通目です。")
    expect(page.locator(".person")).to_have_count(1)
    page.route("**/events*", lambda route: route.abort())
    stage.app.state.watch.close()  # every stream ends
    expect(page.locator(".lost")).to_be_visible(timeout=15_000)
    stage.app.state.watch.is_closed = False
    stage.services.desk.reply(ticket.id, yamada, "二通目です。")
    page.unroute("**/events*")
    expect(page.locator(".person .said")).to_have_text(["一通目です。", "二通目です。"], timeout=15_000)
    expect(page.locator(".lost")).to_be_hidden()


def test_without_event_streams_it_asks_again_now_and_then(open_chat: Open, stage: Stage, yamada: User) -> None:
    page = open_chat()
    page.add_init_script("delete window.EventSource")
    page.reload()
    ticket = handed_off(stage, page)
    stage.services.desk.reply(ticket.id, yamada, "担当の山田です。")
    expect(page.locator(".person .said")).to_have_text("担当の山田です。", timeout=10_000)


def test_details_are_asked_one_at_a_time_and_can_be_skipped(open_chat: Open, stage: Stage) -> None:
    page = open_chat("en")
    ticket = handed_off(stage, page)
    label = page.locator(".details label")
    expect(label).to_have_text("What is your order number?")
    page.locator("#detail").fill("A-12345")
    page.get_by_role("button", name="Answer").click()
    expect(label).to_have_text("Which product is this about?")
    expect(page.locator("#detail")).to_be_focused()
    expect(page.locator("#detail")).to_have_value("")
    page.get_by_role("button", name="Skip this question").click()
    expect(label).to_have_text("What have you tried so far?")
    page.get_by_role("button", name="Skip this question").click()
    expect(page.locator(".details")).to_be_hidden()
    expect(page.locator("#contact")).to_be_visible()
    details = stage.services.desk.ticket(ticket.id).details
    assert dict(details) == {"order_number": "A-12345", "product": None, "tried": None}


@pytest.mark.parametrize(("answer", "line"), [("Yes, please", None), ("No, thank you", "All right, the AI continues.")])
def test_a_person_is_offered_and_the_customer_says_yes_or_no(
    open_chat: Open, stage: Stage, answer: str, line: str | None
) -> None:
    page = open_chat("en")
    ask(page, WORDS["en"]["ask"])
    offer_a_person(stage, page)
    ask(page, WORDS["en"]["ask"])
    expect(page.locator("#offer")).to_be_visible()
    page.get_by_role("button", name=answer).click()
    expect(page.locator("#offer")).to_have_count(0)
    if line:
        expect(page.locator(".system")).to_contain_text(line)
        expect(page.locator("#handoff")).to_have_count(0)
    else:
        expect(page.locator("#handoff")).to_be_visible()


def test_a_late_reply_is_told_with_a_new_time(open_chat: Open, stage: Stage) -> None:
    page = open_chat()
    ticket = handed_off(stage, page)
    clock, began = stage.services.clock, stage.services.clock.at
    try:
        clock.at = ticket.expected_reply_at.replace(second=1)
        stage.services.desk.tend()
        expect(page.locator(".system")).to_contain_text("お待たせしております。返信は")
    finally:
        clock.at = began


def test_a_resolved_request_is_rated_once(open_chat: Open, stage: Stage, yamada: User) -> None:
    page = open_chat()
    ticket = handed_off(stage, page)
    stage.services.desk.reply(ticket.id, yamada, "解決しました。")
    stage.services.desk.resolve(ticket.id, yamada)
    rating = page.locator("#rating")
    expect(rating).to_be_visible()
    expect(page.locator("#handoff")).to_have_count(0)
    rating.get_by_role("textbox").fill("早かったです")
    rating.get_by_role("button", name="5段階の4").click()
    expect(page.locator(".rating")).to_have_text("評価をありがとうございました。")
    [given] = stage.services.messages.ratings.of_conversation(ticket.conversation_id)
    assert (given.score, given.comment, given.ticket_id) == (4, "早かったです", ticket.id)
    page.reload()
    expect(page.locator(".person")).to_be_visible()
    expect(page.locator("#rating")).to_have_count(0)


def test_a_rating_and_a_detail_are_given_without_scripts(open_chat: Open, stage: Stage, yamada: User) -> None:
    page = open_chat("en", scripts=False)
    page.locator("button.human").click()
    page.locator("#detail").fill("A-12345")
    page.get_by_role("button", name="Answer").click()
    expect(page.locator(".details label")).to_have_text("Which product is this about?")
    page.get_by_role("button", name="Skip this question").click()
    ticket = ticket_of(stage, page)
    assert dict(ticket.details) == {"order_number": "A-12345", "product": None}
    stage.services.desk.resolve(ticket.id, yamada)
    page.reload()
    page.get_by_role("button", name="5 out of 5").click()
    expect(page.locator("#rating")).to_have_count(0)
    [given] = stage.services.messages.ratings.of_conversation(ticket.conversation_id)
    assert given.score == 5


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_page_that_mail_leads_to_is_accessible(open_chat: Open, stage: Stage, yamada: User, lang: str) -> None:
    page = open_chat(lang)
    ticket = handed_off(stage, page)
    stage.services.desk.resolve(ticket.id, yamada)
    page.context.clear_cookies()  # on another device
    page.goto(f"/rate/{stage.services.messages.links.token(ticket.conversation_id, ticket.id)}")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        assert Axe().run(page).response["violations"] == []
    page.locator("button[value='5']").click()
    expect(page.get_by_role("status")).to_be_visible()
    [given] = stage.services.messages.ratings.of_conversation(ticket.conversation_id)
    assert given.score == 5


def joined(page: Page, stage: Stage, yamada: User) -> None:
    ticket = handed_off(stage, page)
    stage.services.desk.reply(ticket.id, yamada, "担当の山田です。 This is Yamada.")
    expect(page.locator(".person")).to_be_visible()


def offered(page: Page, stage: Stage, yamada: User) -> None:
    ask(page, "weather")
    offer_a_person(stage, page)
    ask(page, "weather")
    expect(page.locator("#offer")).to_be_visible()


def asks_for_a_rating(page: Page, stage: Stage, yamada: User) -> None:
    ticket = handed_off(stage, page)
    stage.services.desk.reply(ticket.id, yamada, "解決しました。")
    stage.services.desk.resolve(ticket.id, yamada)
    expect(page.locator("#rating")).to_be_visible()


def lost(page: Page, stage: Stage, yamada: User) -> None:
    joined(page, stage, yamada)
    page.locator(".lost").evaluate("line => { line.hidden = false }")


STATES = [joined, offered, asks_for_a_rating, lost]


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_state_is_accessible_and_fits(
    open_chat: Open, stage: Stage, yamada: User, state: Callable[[Page, Stage, User], None], lang: str
) -> None:
    page = open_chat(lang)
    state(page, stage, yamada)
    for width in (390, 1280, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.locator(".log").evaluate("log => log.scrollWidth <= log.clientWidth"), width
        for scheme in ("light", "dark") if width != 320 else ():
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            found = Axe().run(page).response["violations"]
            told = [(one["id"], [node["html"][:160] for node in one["nodes"]]) for one in found]
            assert told == [], (width, scheme)
