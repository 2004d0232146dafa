"""Signing in over HTTP: sessions, CSRF tokens, who may see which page."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import httpx2
import pytest
from fastapi.testclient import TestClient

from app.access.sign_in import FREE_TRIES
from app.domain.delivery import Delivery, DeliveryState
from app.domain.people import Scope, StaffRole, User
from app.main import create_app
from tests.scripted import PlainPasswords, ScriptedServices, scripted_services

PASSWORD = "correct horse battery"
OURS = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}


@pytest.fixture
def services() -> ScriptedServices:
    return scripted_services()


@pytest.fixture
def browser(services: ScriptedServices) -> Iterator[TestClient]:
    app = create_app(services)
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False, headers=OURS) as browser:
        yield browser


@pytest.fixture
def aoi(services: ScriptedServices) -> User:
    user = services.people.add("aoi", "青井 葵", frozenset({StaffRole.ADMIN}))
    services.people.set_password(user.id, PlainPasswords().hash(PASSWORD))
    return user


def field(page: httpx2.Response, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found
    return found[1]


def sign_in(browser: TestClient, password: str = PASSWORD, then: str = "/admin", **fields: str) -> httpx2.Response:
    csrf = field(browser.get("/signin"), "csrf")
    form = {"csrf": csrf, "login": "aoi", "password": password, "then": then}
    return browser.post("/signin", data=form | fields)


def test_who_is_not_signed_in_is_sent_to_the_form_and_back(browser: TestClient, aoi: User) -> None:
    sent = browser.get("/admin")
    assert (sent.status_code, sent.headers["location"]) == (303, "/signin?then=/admin")
    signed = sign_in(browser)
    assert (signed.status_code, signed.headers["location"]) == (303, "/admin")
    assert browser.get("/admin").status_code == 200


def test_the_cookie_is_for_this_service_alone(browser: TestClient, aoi: User) -> None:
    cookie = sign_in(browser).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()
    secure = TestClient(browser.app, base_url="https://testserver", follow_redirects=False, headers=OURS)
    with secure:
        assert "secure" in sign_in(secure).headers["set-cookie"].lower()


def test_each_sign_in_has_a_token_of_its_own(browser: TestClient, aoi: User) -> None:
    sign_in(browser)
    first = browser.cookies["kotae_staff"]
    sign_in(browser)
    assert browser.cookies["kotae_staff"] != first


@pytest.mark.parametrize("login", ["aoi", "nobody", "aoi ", ""])
def test_a_wrong_password_and_an_unknown_name_are_told_alike(browser: TestClient, aoi: User, login: str) -> None:
    answer = sign_in(browser, "wrong", login=login)
    assert answer.status_code == 401
    assert "ユーザー名またはパスワードが違います。" in answer.text


def test_a_disabled_user_cannot_sign_in(browser: TestClient, aoi: User, services: ScriptedServices) -> None:
    services.people.add("sora", "Sora", frozenset({StaffRole.ADMIN}))
    services.people.change(aoi.id, is_disabled=True)
    assert sign_in(browser).status_code == 401


def test_who_guesses_waits_ever_longer_and_the_right_password_waits_too(
    browser: TestClient, aoi: User, services: ScriptedServices
) -> None:
    answers = [sign_in(browser, f"guess {n}") for n in range(24)]
    assert [answer.status_code for answer in answers] == [401] * FREE_TRIES + [429] * (24 - FREE_TRIES)
    assert answers[-1].headers["retry-after"] == "1"
    assert sign_in(browser).status_code == 429
    services.clock.at += timedelta(seconds=1)
    assert sign_in(browser, "guess").status_code == 401
    services.clock.at += timedelta(seconds=1)
    assert sign_in(browser).headers["retry-after"] == "1"
    services.clock.at += timedelta(seconds=1)
    assert sign_in(browser).status_code == 303
    assert sign_in(browser, "one typo").status_code == 401


def test_two_hundred_sign_ins_at_once_all_end_well(browser: TestClient, aoi: User, services: ScriptedServices) -> None:
    services.settings = services.settings.model_copy(update={"limit_requests": 0, "limit_streams": 0})
    form = {"csrf": field(browser.get("/signin"), "csrf"), "login": "aoi", "password": PASSWORD}
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: browser.post("/signin", data=form).status_code, range(200)))
    assert set(answers) <= {303, 403}  # the first of them took the form's cookie away
    assert 303 in answers


@pytest.mark.parametrize("then", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_nobody_is_led_elsewhere(browser: TestClient, aoi: User, then: str) -> None:
    assert sign_in(browser, then=then).headers["location"] == "/"


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "", "Origin": "https://evil"}]
)
def test_another_site_cannot_sign_anybody_in_or_out(browser: TestClient, aoi: User, headers: dict[str, str]) -> None:
    csrf = field(browser.get("/signin"), "csrf")
    form = {"csrf": csrf, "login": "aoi", "password": PASSWORD}
    assert browser.post("/signin", data=form, headers=headers).status_code == 403
    sign_in(browser)
    token = field(browser.get("/admin"), "csrf")
    assert browser.post("/signout", data={"csrf": token}, headers=headers).status_code == 403
    assert browser.get("/admin").status_code == 200


@pytest.mark.parametrize("csrf", ["", "0" * 64, "トークン"])
def test_a_form_needs_its_token(browser: TestClient, aoi: User, csrf: str) -> None:
    assert sign_in(browser, csrf=csrf).status_code == 403
    sign_in(browser)
    assert browser.post("/signout", data={"csrf": csrf}).status_code == 403


def test_signing_out_ends_the_session_itself(browser: TestClient, aoi: User) -> None:
    sign_in(browser)
    token = browser.cookies["kotae_staff"]
    signed_out = browser.post("/signout", data={"csrf": field(browser.get("/admin"), "csrf")})
    assert signed_out.headers["clear-site-data"] == '"storage"'  # replies that were typed and not sent
    browser.cookies.set("kotae_staff", token)
    assert browser.get("/admin").status_code == 303


def test_a_session_ends_by_itself(browser: TestClient, aoi: User, services: ScriptedServices) -> None:
    sign_in(browser)
    services.clock.at += timedelta(hours=12)
    assert browser.get("/admin").status_code == 303


def test_what_was_sent_after_the_session_had_ended_is_kept(
    browser: TestClient, aoi: User, services: ScriptedServices
) -> None:
    sign_in(browser)
    csrf = field(browser.get("/admin"), "csrf")
    services.clock.at += timedelta(hours=12)
    late = browser.post("/admin/users", data={"csrf": csrf, "login": "sora", "name": '空 "そら" <b>'})
    assert late.status_code == 401
    kept = field(late, "kept").replace("&#34;", '"').replace("&lt;", "<").replace("&gt;", ">")
    again = sign_in(browser, kept=kept, then=field(late, "then"))
    assert again.status_code == 200
    assert 'action="/admin/users"' in again.text
    assert "空 &#34;そら&#34; &lt;b&gt;" in again.text
    assert csrf not in again.text


def test_an_administrator_is_no_agent_and_the_other_way_round(
    browser: TestClient, aoi: User, services: ScriptedServices
) -> None:
    services.people.add("sora", "Sora", frozenset({StaffRole.ADMIN}))
    sign_in(browser)
    services.people.change(aoi.id, roles=frozenset({StaffRole.AGENT}))
    page = browser.get("/admin")
    assert page.status_code == 403
    assert "権限がありません" in page.text


def test_an_invitation_lets_somebody_choose_a_password_once(
    browser: TestClient, aoi: User, services: ScriptedServices
) -> None:
    address = f"/invite/{services.sign_in.invite(aoi)}"
    csrf = field(browser.get(address), "csrf")
    assert "12文字以上" in browser.post(address, data={"csrf": csrf, "password": "short"}).text
    done = browser.post(address, data={"csrf": csrf, "password": "another long one"})
    assert (done.status_code, done.headers["location"]) == (303, "/admin")
    assert browser.get(address).status_code == 404
    assert sign_in(browser).status_code == 401
    assert sign_in(browser, "another long one").status_code == 303


def test_what_staff_do_is_put_on_record_without_names_of_customers(
    browser: TestClient, aoi: User, services: ScriptedServices
) -> None:
    sign_in(browser, "wrong")
    sign_in(browser)
    csrf = field(browser.get("/admin"), "csrf")
    browser.post("/admin/users", data={"csrf": csrf, "login": "sora", "name": "空", "roles": ["agent", "qa"]})
    sora = services.people.find("sora")
    browser.post(f"/admin/users/{sora.id}", data={"csrf": csrf, "act": "roles", "roles": "qa"})
    browser.post(f"/admin/users/{sora.id}", data={"csrf": csrf, "act": "disable"})
    browser.get("/admin/audit.csv")
    browser.post("/signout", data={"csrf": csrf})
    on_record = [(entry.who, entry.act.value, entry.what) for entry in services.audit.entries()][::-1]
    assert on_record == [
        ("", "sign_in_refused", ""),
        (aoi.id, "sign_in", ""),
        (aoi.id, "user_added", f"{sora.id} agent qa"),
        (aoi.id, "roles", f"{sora.id} qa"),
        (aoi.id, "user_disabled", sora.id),
        (aoi.id, "export", "audit"),
        (aoi.id, "sign_out", ""),
    ]


def test_the_audit_page_filters_and_says_that_the_trail_is_whole(browser: TestClient, aoi: User) -> None:
    sign_in(browser)
    page = browser.get("/admin/audit", params={"act": "sign_in"}).text
    assert "記録はすべて揃っています。" in page
    assert page.count("<td>サインイン</td>") == 1
    assert "該当する記録はありません。" in browser.get("/admin/audit", params={"act": "erase"}).text
    assert browser.get("/admin/audit", params={"act": "nonsense"}).status_code == 422
    export = browser.get("/admin/audit.csv")
    assert export.headers["content-type"] == "text/csv; charset=utf-8"
    assert export.text.splitlines()[0] == "number,at,who,act,what,address,hash"


@pytest.fixture
def with_tokens(services: ScriptedServices) -> ScriptedServices:
    services.settings = services.settings.model_copy(update={"api_tokens": True})
    return services


def bearer(services: ScriptedServices, *scopes: Scope) -> dict[str, str]:
    _, token = services.api_tokens.make("shop", frozenset(scopes), services.clock.at + timedelta(days=1))
    return {"Authorization": f"Bearer {token}"}


def test_with_tokens_turned_on_an_integration_needs_one(browser: TestClient, with_tokens: ScriptedServices) -> None:
    question = {"model": "kotae", "messages": [{"role": "user", "content": "返品の送料は"}]}
    for headers in ({}, {"Authorization": "Bearer kotae_wrong"}, bearer(with_tokens, Scope.AGENT)):
        refused = browser.post("/v1/chat/completions", json=question, headers=headers)
        assert (refused.status_code, refused.json()["error"]["type"]) == (401, "invalid_request_error")
    ask = bearer(with_tokens, Scope.ASK)
    assert browser.post("/v1/chat/completions", json=question, headers=ask).status_code == 200
    with_tokens.clock.at += timedelta(days=1)
    assert browser.post("/v1/chat/completions", json=question, headers=ask).status_code == 401


def test_a_token_opens_what_its_scopes_name_and_nothing_while_tokens_are_off(
    browser: TestClient, with_tokens: ScriptedServices
) -> None:
    admin = bearer(with_tokens, Scope.ADMIN)
    assert browser.get("/admin", headers=admin).status_code == 200
    assert browser.get("/admin", headers=bearer(with_tokens, Scope.ASK, Scope.AGENT)).status_code == 403
    with_tokens.settings = with_tokens.settings.model_copy(update={"api_tokens": False})
    assert browser.get("/admin", headers=admin).status_code == 303


def test_customers_need_no_token_of_ours(browser: TestClient, with_tokens: ScriptedServices) -> None:
    begun = browser.post("/api/v1/conversations", json={"locale": "ja"}).json()
    own = {"Authorization": f"Bearer {begun['token']}"}
    assert browser.get(f"/api/v1/conversations/{begun['id']}", headers=own).status_code == 200


def test_an_administrator_sees_dead_letters_and_sends_one_again(
    browser: TestClient, aoi: User, services: ScriptedServices
) -> None:
    sign_in(browser)
    outbox, now = services.messages.outbox, services.clock.now()
    outbox.queue("mail", [Delivery("d-1", 1, "message.created", "c-1", "mail", now, now)], 1)
    [claimed] = outbox.claim("mail", 1, 60)
    outbox.settle(replace(claimed, state=DeliveryState.DEAD, problem="The mail server refused the recipient (550)."))
    page = browser.get("/admin/deliveries?state=dead")
    assert "The mail server refused the recipient (550)." in page.text
    assert "message.created" not in browser.get("/admin/deliveries?state=sent").text
    answer = browser.post(
        "/admin/deliveries/d-1",
        data={"csrf": field(page, "csrf")},
    )
    assert answer.status_code == 303
    assert [each.state for each in outbox.deliveries()] == [DeliveryState.QUEUED]
    assert services.audit.entries(limit=1)[0].what == "d-1"


def test_an_administrator_sets_which_tickets_an_agent_is_given(
    browser: TestClient, aoi: User, services: ScriptedServices
) -> None:
    sora = services.people.add("sora", "Sora", frozenset({StaffRole.AGENT}))
    sign_in(browser)
    form = {"csrf": field(browser.get("/admin"), "csrf"), "act": "skills"}
    done = browser.post(f"/admin/users/{sora.id}", data=form | {"skills": "repair  billing", "languages": ["ja"]})
    found = services.people.find("sora")
    assert (done.status_code, sorted(found.skills), sorted(found.languages)) == (303, ["billing", "repair"], ["ja"])
    assert 'value="billing repair"' in browser.get("/admin").text
    assert browser.post(f"/admin/users/{sora.id}", data=form | {"skills": "<b>"}).status_code == 422
    assert services.people.find("sora").skills == {"repair", "billing"}


def test_an_agent_who_chose_a_password_is_led_to_the_desk(browser: TestClient, services: ScriptedServices) -> None:
    sora = services.people.add("sora", "Sora", frozenset({StaffRole.AGENT}))
    path = f"/invite/{services.sign_in.invite(sora)}"
    chosen = browser.post(path, data={"csrf": field(browser.get(path), "csrf"), "password": PASSWORD})
    assert (chosen.status_code, chosen.headers["location"]) == (303, "/desk")
    assert browser.get("/desk").status_code == 200
