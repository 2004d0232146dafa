"""The pages: they work without JavaScript, keep the conversation in a cookie, and are the service's own."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.errors import NoIndex
from app.main import create_app
from app.settings import Settings
from app.web.deps import COOKIE
from tests.builders import VERSIONS, citation, document, outcome
from tests.scripted import ScriptedIndex, ScriptedServices, scripted_services

HOST = "http://testserver"
BROWSER = {"Accept": "text/html,application/xhtml+xml", "Accept-Language": "ja"}
OWN = BROWSER | {"Origin": HOST}


@pytest.fixture
def services() -> ScriptedServices:
    return scripted_services()


@pytest.fixture
def browser(services: ScriptedServices) -> Iterator[TestClient]:
    with TestClient(create_app(services), base_url=HOST, raise_server_exceptions=False, headers=BROWSER) as client:
        yield client


def post(browser: TestClient, path: str, data: dict[str, str] | None = None, **headers: str) -> Any:
    return browser.post(path, data=data, headers=OWN | headers)


def test_the_first_visit_offers_questions_and_begins_nothing(browser: TestClient, services: ScriptedServices) -> None:
    page = browser.get("/")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert "あおば家電" in page.text
    assert all(question in page.text for question in services.site.suggestions.ja)
    assert COOKIE not in browser.cookies


def test_a_question_posted_as_a_form_comes_back_with_its_answer(
    browser: TestClient, services: ScriptedServices
) -> None:
    page = post(browser, "/chat/messages", {"text": "返品の送料は誰が払いますか"})
    assert (page.status_code, page.url.path, page.url.fragment) == (200, "/", "last")
    assert "返品の送料は誰が払いますか" in page.text
    assert "未開封の商品は" in page.text
    assert "未開封の商品は" in browser.get("/").text  # a reload keeps the conversation
    post(browser, "/chat/messages", {"text": "もう一つ"})
    assert services.pipeline.asked == ["返品の送料は誰が払いますか", "もう一つ"]


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(browser: TestClient) -> None:
    answer = browser.post("/chat/messages", data={"text": "返品"}, headers=OWN, follow_redirects=False)
    [cookie] = [value for value in answer.headers.get_list("set-cookie") if value.startswith(COOKIE)]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": HOST, "Sec-Fetch-Site": "cross-site"},
        {"Origin": HOST, "Sec-Fetch-Site": "same-site"},
        {},
    ],
)
def test_another_sites_page_can_change_nothing(
    browser: TestClient, services: ScriptedServices, headers: dict[str, str]
) -> None:
    post(browser, "/chat/messages", {"text": "返品"})
    conversation_id = browser.cookies[COOKIE].split(".")[0]
    form = browser.post("/chat/messages", data={"text": "foreign"}, headers=headers)
    call = browser.post(f"/api/v1/conversations/{conversation_id}/handoff", json={}, headers=headers)
    begun = browser.post("/api/v1/conversations", json={}, headers=headers)
    assert (form.status_code, call.status_code) == (403, 404)
    assert "set-cookie" not in begun.headers
    assert services.pipeline.asked == ["返品"]


def test_the_pages_own_scripts_need_no_token(browser: TestClient) -> None:
    same = {"Sec-Fetch-Site": "same-origin"}
    conversation_id = browser.post("/api/v1/conversations", json={"locale": "ja"}, headers=same).json()["id"]
    path = f"/api/v1/conversations/{conversation_id}"
    assert browser.post(f"{path}/messages", json={"text": "返品"}, headers=same).status_code == 200
    assert len(browser.get(path).json()["messages"]) == 2
    assert f'data-conversation="{conversation_id}"' in browser.get("/").text


def test_a_cookie_of_a_lost_database_begins_anew(browser: TestClient) -> None:
    browser.cookies.set(COOKIE, "unknown.token")
    assert browser.get("/").status_code == 200
    assert "未開封" in post(browser, "/chat/messages", {"text": "返品"}).text


@pytest.mark.parametrize("value", ["", ".", "x", "a.b.c", "%00.x", "../../x.y", "あ.い"])
def test_a_broken_cookie_is_no_cookie(browser: TestClient, value: str) -> None:
    assert browser.get("/", headers=[(b"Cookie", f"{COOKIE}={value}".encode())]).status_code == 200


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "質問を入力してください。"),
        ("  \u3000", "質問を入力してください。"),
        ("あ" * 20_000, "読み取れませんでした"),
    ],
)
def test_a_form_that_is_no_question_comes_back_with_a_sentence(
    browser: TestClient, services: ScriptedServices, text: str, told: str
) -> None:
    page = post(browser, "/chat/messages", {"text": text})
    assert page.status_code == 422
    assert told in page.text
    assert services.pipeline.asked == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ('"><img src=x onerror=alert(1)>', "&#34;&gt;&lt;img src=x onerror=alert(1)&gt;"),
        ("{{ 7*7 }}", "{{ 7*7 }}"),
    ],
)
def test_nothing_that_was_typed_becomes_markup(browser: TestClient, text: str, shown: str) -> None:
    page = post(browser, "/chat/messages", {"text": text}).text
    assert [shown] == re.findall(r'<p class="bubble"[^>]+>([^<]*)</p>', page.partition("<template")[0])
    assert text == shown or text not in page


def test_a_person_is_asked_for_reached_and_withdrawn_by_forms(browser: TestClient) -> None:
    page = post(browser, "/chat/handoff")
    assert (page.url.path, page.url.fragment) == ("/", "handoff")
    assert "本日12:30までに返信いたします。" in page.text
    assert "090-0000-0000" in post(browser, "/chat/handoff", {"contact": "090-0000-0000"}).text
    assert "本日12:30までに返信いたします。" not in post(browser, "/chat/handoff/withdraw").text
    assert post(browser, "/chat/handoff/withdraw").status_code == 200


@pytest.mark.parametrize(("pressed", "kept"), [("true", True), ("false", False), ("", None)])
def test_a_vote_is_given_by_a_form(
    browser: TestClient, services: ScriptedServices, pressed: str, kept: bool | None
) -> None:
    post(browser, "/chat/messages", {"text": "返品"})
    conversation_id, _, token = browser.cookies[COOKIE].partition(".")
    message = services.store.get(conversation_id, token).messages[1]
    page = post(browser, "/chat/feedback", {"message_id": message.id, "helpful": pressed, "comment": "短い"})
    assert (page.status_code, page.url.fragment) == (200, f"m-{message.id}")
    assert services.store.get(conversation_id, token).messages[1].helpful is kept


def test_the_language_is_chosen_once_and_kept(browser: TestClient) -> None:
    assert '<html lang="ja">' in browser.get("/").text
    assert '<html lang="en">' in browser.get("/?lang=en").text
    assert '<html lang="en">' in browser.get("/").text
    assert '<html lang="en">' in browser.get("/?lang=xx").text


@pytest.mark.parametrize(("lang", "shown"), [("ja", "3ページ"), ("en", "p. 3")])
def test_a_source_that_has_pages_names_the_quoted_one(
    browser: TestClient, services: ScriptedServices, monkeypatch: pytest.MonkeyPatch, lang: str, shown: str
) -> None:
    manual = replace(document(), page_starts=(0, 0, 0, 20))
    monkeypatch.setattr(services.pipeline, "_outcome", lambda: outcome(citations=(citation(1, manual),)))
    monkeypatch.setattr(services, "index", ScriptedIndex({VERSIONS.index: [manual]}))
    browser.get(f"/?lang={lang}")
    post(browser, "/chat/messages", {"text": "置き場所は?"})
    page = browser.get("/").text
    assert f'<span class="page">{shown}</span>' in page
    assert re.search(rf'aria-label="[^"]*{document().title} {re.escape(shown)}"', page)
    assert shown in browser.get("/sources/ja-returns?span=0-18").text


def test_a_source_has_a_page_of_its_own_with_the_quoted_span_marked(browser: TestClient) -> None:
    page = browser.get("/sources/ja-returns?span=0-18").text
    assert f"<mark>{document().text[:18]}</mark>" in page
    assert document().text[18:] in page
    assert "<mark>" not in browser.get("/sources/ja-returns?span=nonsense").text


def test_privacy_has_a_page(browser: TestClient) -> None:
    assert "個人情報の扱い" in browser.get("/privacy").text


@pytest.mark.parametrize("path", ["/nothing-here", "/sources/unknown", "/chat/messages"])
def test_a_page_that_does_not_exist_has_a_page(browser: TestClient, path: str) -> None:
    page = browser.get(path)
    assert page.status_code in {404, 405}
    assert "ページが見つかりません" in page.text
    assert "0120-000-417" in page.text


def test_a_fault_of_ours_has_a_page_with_the_security_headers(browser: TestClient, services: ScriptedServices) -> None:
    services.pipeline.breaks = RuntimeError("SECRET internals")
    page = post(browser, "/chat/messages", {"text": "返品"})
    assert page.status_code == 500
    assert "ただいま表示できません" in page.text
    assert "SECRET" not in page.text
    assert page.headers["content-security-policy"]


def test_without_an_index_the_page_says_how_to_mend_it(browser: TestClient, services: ScriptedServices) -> None:
    services.index.error = NoIndex("Nothing is indexed yet: run kotae ingest.")
    for page in (browser.get("/"), post(browser, "/chat/messages", {"text": "返品"})):
        assert page.status_code == 503
        assert "準備中です" in page.text
        assert "run kotae ingest" in page.text


def test_static_files_are_kept_as_long_as_they_stay_the_same(browser: TestClient) -> None:
    page = browser.get("/").text
    addresses = re.findall(r'"(/static/[^"]+)"', page)
    assert addresses
    for address in addresses:
        assert "immutable" in browser.get(address).headers["cache-control"]
        assert browser.get(address.split("?")[0]).headers["cache-control"] == "no-cache"


def test_pages_hold_nothing_that_the_content_policy_forbids(browser: TestClient) -> None:
    page = post(browser, "/chat/messages", {"text": "返品"}).text
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", page)
    scripts = re.findall(r"<script([^>]*)>", page)
    assert all("src=" in script or 'type="application/json"' in script for script in scripts)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)


# --- personal data


@pytest.mark.parametrize(
    ("lang", "days", "url", "masks", "said"),
    [
        ("ja", 90, "", True, ("最後のやり取りから90日間保存", "外部のAIサービスには送りません", "伏せて扱います")),
        ("en", 30, "", True, ("kept for 30 days", "not sent to any outside AI service", "recognise is masked")),
        (
            "ja",
            0,
            "https://api.example/v1",
            True,
            ("ご依頼をいただくまで保存", "個人情報を伏せたうえで外部の", "伏せて"),
        ),
        (
            "en",
            0,
            "https://api.example/v1",
            False,
            ("until you ask us", "to an outside AI service.", "do not send passwords"),
        ),
        ("ja", 90, "http://127.0.0.1:8080/v1", False, ("90日間", "送りません", "パスワードやカード番号は入力しないで")),
    ],
)
def test_the_greeting_says_what_is_kept_and_where_it_goes(
    lang: str, days: int, url: str, masks: bool, said: tuple[str, ...]
) -> None:
    services = scripted_services()
    services.settings = Settings(retention_days=days, llm_base_url=url, redaction=masks)
    with TestClient(create_app(services)) as client:
        page = client.get(f"/?lang={lang}").text
        greeting = client.post("/api/v1/conversations", json={"locale": lang}).json()["greeting"]
    assert [words for words in said if words not in page] == []
    assert [words for words in said[:2] if words not in greeting] == []


def test_a_locked_conversation_is_shown_read_only_and_can_be_left(
    browser: TestClient, services: ScriptedServices
) -> None:
    post(browser, "/chat/messages", {"text": "送料の話"})
    conversation_id = browser.cookies[COOKIE].strip('"').partition(".")[0]
    services.store.add_question(conversation_id, "<PHONE_1> まで")  # of a vault that is gone
    page = browser.get("/").text
    assert "（非表示） まで" in page
    assert "表示だけができます" in page
    assert '<form class="composer" hidden' in page
    assert post(browser, "/chat/handoff", {"contact": "090-1234-5678"}).status_code == 409
    post(browser, "/chat/new")
    page = browser.get("/").text
    assert "送料の話" not in page
    assert '<form class="composer" method="post"' in page
