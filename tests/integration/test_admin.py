"""The administrators' pages besides users and the audit trail: tokens, status, and what each role is led to."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from app.disk import MB, Disk
from app.domain.audit import Act
from app.domain.desk import Cause, Effect, Escalation
from app.domain.people import Scope, StaffRole, User
from app.errors import DatabaseError, NoIndex
from app.main import create_app
from app.web.access import COOKIE, CSRF_HEADER, csrf_token
from app.web.navigation import links_for
from tests.builders import NOON, VERSIONS
from tests.scripted import ScriptedServices, scripted_services

SECRET = "a secret that nobody is to read anywhere"


@pytest.fixture
def services() -> ScriptedServices:
    return scripted_services()


@pytest.fixture
def browser(services: ScriptedServices) -> Iterator[TestClient]:
    user = services.people.add("aoi", "青井 葵", frozenset({StaffRole.ADMIN}))
    token = services.people.open_session(user.id, NOON + timedelta(days=30))
    headers = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html", CSRF_HEADER: csrf_token(token)}
    with TestClient(create_app(services), headers=headers, follow_redirects=False) as browser:
        browser.cookies.set(COOKIE, token)
        yield browser


def read(browser: TestClient, path: str, lang: str = "en") -> str:
    answer = browser.get(path, headers={"Accept-Language": lang})
    assert answer.status_code == 200
    return answer.text


def test_a_token_is_shown_once_and_ended_at_once(browser: TestClient, services: ScriptedServices) -> None:
    made = browser.post("/admin/tokens", data={"name": "shop", "scopes": ["ask", "agent"], "days": 7})
    token = made.text.partition('<p class="detail">')[2].partition("<")[0]
    known = services.api_tokens.known(token)
    assert made.status_code == 201
    assert known
    assert known.scopes == {Scope.ASK, Scope.AGENT}
    assert known.expires_at == NOON + timedelta(days=7)
    assert token not in read(browser, "/admin/tokens")
    assert browser.post(f"/admin/tokens/{known.id}").status_code == 303
    assert services.api_tokens.known(token) is None
    told = [(entry.act, entry.what) for entry in reversed(services.audit.entries())]
    assert told == [(Act.TOKEN_MADE, f"{known.id} agent ask"), (Act.TOKEN_ENDED, known.id)]


@pytest.mark.parametrize(
    "form",
    [
        {"scopes": "ask"},
        {"name": "shop"},
        {"name": "shop", "scopes": "root"},
        {"name": "s", "scopes": "ask", "days": 0},
    ],
    ids=str,
)
def test_half_a_token_is_not_made(browser: TestClient, services: ScriptedServices, form: dict[str, str]) -> None:
    assert browser.post("/admin/tokens", data=form).status_code == 422
    assert services.api_tokens.tokens() == []


@pytest.mark.parametrize(("lang", "off"), [("ja", "APIトークンは無効です。"), ("en", "API tokens are off")])
def test_whoever_makes_tokens_is_told_while_they_are_off(
    browser: TestClient, services: ScriptedServices, lang: str, off: str
) -> None:
    assert off in read(browser, "/admin/tokens", lang)
    services.settings = services.settings.model_copy(update={"api_tokens": True})
    assert off not in read(browser, "/admin/tokens", lang)


@pytest.mark.parametrize(
    ("lang", "shown"),
    [
        ("ja", ["稼働状況", "作成から</th><td>3日", "対応待ちの依頼</th><td>1", "会話の保存期間</th><td>90日"]),
        ("en", ["Status", "Age</th><td>3 days", "Open hand-offs</th><td>1", "Conversations are kept</th><td>90 days"]),
    ],
)
def test_the_status_tells_index_database_models_and_settings(
    browser: TestClient, services: ScriptedServices, lang: str, shown: list[str]
) -> None:
    services.clock.at += timedelta(days=3)
    asked = Escalation(Cause.ASKED_FOR_HUMAN, Effect.HAND_OFF, turn=0, score=1.0)
    services.desk.open(services.store.create("ja", "web", "token"), asked)
    page = read(browser, "/admin/status", lang)
    assert [words for words in [*shown, VERSIONS.index, "sqlite"] if words not in page] == []


def test_the_status_tells_no_secret(browser: TestClient, services: ScriptedServices) -> None:
    secret = {
        "customer_secret": SecretStr(SECRET),
        "llm_api_key": SecretStr(SECRET),
        "oidc_client_secret": SecretStr(SECRET),
    }
    addresses = {"database_url": f"postgresql://kotae:{SECRET}@db/kotae", "redis_url": f"redis://:{SECRET}@cache"}
    services.settings = services.settings.model_copy(update=secret | addresses)
    page = read(browser, "/admin/status")
    assert SECRET not in page
    assert "Customers are signed</th><td>on" in page
    assert "postgresql, answering" in page


def test_the_status_is_shown_where_nothing_works(
    browser: TestClient, services: ScriptedServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down() -> None:
        raise DatabaseError("The database cannot be reached.")

    services.index.error = NoIndex("Nothing is indexed yet.")
    monkeypatch.setattr(services.store, "ping", down)
    monkeypatch.setattr("app.web.admin_status.disk_of", lambda _: Disk(100 * MB))
    page = read(browser, "/admin/status")
    assert "Database</th><td>It does not answer." in page
    assert "100 MB, which is too little: make room" in page


@pytest.mark.parametrize(
    ("role", "paths"),
    [
        (StaffRole.ADMIN, ["/admin", "/admin/tokens", "/admin/deliveries", "/admin/audit", "/admin/status"]),
        (StaffRole.AGENT, []),
        (StaffRole.KB_OWNER, []),
        (StaffRole.QA, []),
    ],
)
def test_staff_are_led_to_what_their_role_may_open(role: StaffRole, paths: list[str]) -> None:
    links = links_for(User("u", "u", "U", frozenset({role})), "/admin/audit")
    assert [link.path for link in links if link.path.startswith("/admin")] == paths
    assert [link.path for link in links if link.is_here] == ["/admin/audit"] * bool(paths)


def test_every_page_of_an_administrator_has_the_same_navigation(browser: TestClient) -> None:
    for here in ("/admin", "/admin/tokens", "/admin/audit", "/admin/status"):
        nav = read(browser, here).partition('<nav class="staff"')[2].partition("</nav>")[0]
        assert nav.count("<a ") == len(links_for(User("u", "u", "U", frozenset({StaffRole.ADMIN})), here))
        assert f'href="{here}" aria-current="page"' in nav


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_programs_and_people_can_be_told_apart_on_the_trail(
    browser: TestClient, services: ScriptedServices, lang: str
) -> None:
    services.audit.add("service", Act.SETTINGS, "1a2b")
    services.audit.add("command line", Act.PURGE, "conversations: 1, days: 90")
    page = read(browser, "/admin/audit?who=service", lang)
    assert {"ja": "サービス（自動）</td>", "en": "The service itself</td>"}[lang] in page
    assert "1a2b" in page
    assert "conversations: 1" not in page
