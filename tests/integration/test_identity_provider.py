"""Signing in at an identity provider that runs on the loopback, and everything that must not let anybody in."""

import logging
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient
from joserfc.jwk import ECKey, RSAKey
from pydantic import SecretStr

from app.adapters.clock import FixedClock
from app.adapters.oidc_provider import Client, OidcProvider
from app.adapters.oidc_roles import role_rules, roles_of
from app.adapters.safe_http import SafeHttp
from app.domain.audit import Act
from app.domain.people import StaffRole
from app.errors import SettingsError
from app.main import create_app
from app.settings import Settings
from app.wiring.staff import open_provider
from tests.oidc_server import CLIENT, SECRET, OidcServer, oidc_server, symmetric
from tests.scripted import PlainPasswords, ScriptedServices, scripted_services

BROWSER = {"Accept": "text/html", "Accept-Language": "en", "Sec-Fetch-Site": "same-origin"}
ROLES = "groups:support=agent, groups:bosses=admin, realm_access.roles:writers=kb_owner"
NO_ROLE = "This account may not use this service. Ask an administrator."
NOT_CONFIRMED = "Your sign-in could not be confirmed. Please try again."
DOWN = "The service that knows your organisation&#39;s accounts cannot be reached. Please try again later."


@pytest.fixture(scope="module")
def running() -> Iterator[OidcServer]:
    with oidc_server() as server:
        yield server


@pytest.fixture
def server(running: OidcServer) -> Iterator[OidcServer]:
    key, published = running.key, running.published
    yield running
    running.key, running.published, running.algorithm, running.status = key, published, "RS256", 200
    running.claims, running.metadata = {}, {}
    running.codes.clear()
    running.calls.clear()


@pytest.fixture
def services(server: OidcServer) -> ScriptedServices:
    made = scripted_services()
    clock = FixedClock(datetime.now(UTC))
    client = Client(server.issuer, CLIENT, SecretStr(SECRET), "openid profile", role_rules(tuple(ROLES.split(", "))))
    made.provider = OidcProvider(client, SafeHttp(["127.0.0.1"], seconds=5), clock)
    return made


@pytest.fixture
def browser(services: ScriptedServices) -> Iterator[TestClient]:
    app = create_app(services)
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False, headers=BROWSER) as browser:
        yield browser


def leave(browser: TestClient, then: str = "/admin") -> httpx2.URL:
    left = browser.get("/signin/provider", params={"then": then})
    assert left.status_code == 303, left.text
    return httpx2.URL(left.headers["location"])


def sign_in(browser: TestClient, server: OidcServer) -> httpx2.Response:
    code, state = server.signs_in(leave(browser).query.decode())
    return browser.get("/signin/provider/back", params={"code": code, "state": state})


def acts(services: ScriptedServices) -> list[tuple[str, Act]]:
    return [(entry.who, entry.act) for entry in services.audit.entries()]


def test_the_form_has_a_way_to_the_provider(browser: TestClient) -> None:
    page = browser.get("/signin?then=/admin").text
    assert "Sign in with your organisation&#39;s account" in page
    assert 'href="/signin/provider?then=/admin"' in page
    assert "組織のアカウントでサインイン" in browser.get("/signin", headers={"Accept-Language": "ja"}).text


def test_the_browser_is_sent_with_state_nonce_and_a_challenge(browser: TestClient, server: OidcServer) -> None:
    there = leave(browser)
    assert str(there).startswith(f"{server.issuer}/authorize?")
    asked = dict(there.params)
    assert asked["redirect_uri"] == "http://testserver/signin/provider/back"
    assert (asked["response_type"], asked["scope"], asked["client_id"]) == ("code", "openid profile", CLIENT)
    assert asked["code_challenge_method"] == "S256"
    again = dict(leave(browser).params)
    assert all(asked[name] != again[name] for name in ("state", "nonce", "code_challenge"))
    assert SECRET not in str(there)


def test_whoever_has_a_role_is_added_at_the_first_sign_in(
    browser: TestClient, server: OidcServer, services: ScriptedServices
) -> None:
    answer = sign_in(browser, server)
    assert (answer.status_code, answer.headers["location"]) == (303, "/admin")
    user = services.people.find("aoi")
    assert (user.name, user.roles, user.is_provided) == ("青井 葵", frozenset({StaffRole.AGENT}), True)
    assert acts(services) == [(user.id, Act.SIGN_IN), ("identity provider", Act.USER_ADDED)]
    assert browser.get("/admin").status_code == 403
    sign_in(browser, server)
    assert len(services.people.users()) == 1


def test_whoever_has_no_name_there_is_not_called_by_a_mail_address_before_customers(
    browser: TestClient, server: OidcServer, services: ScriptedServices
) -> None:
    server.claims = {"name": None, "preferred_username": "aoi.aoki@shop.example"}
    sign_in(browser, server)
    assert services.people.find("aoi.aoki@shop.example").name == "aoi.aoki"


def test_the_providers_roles_count_from_the_next_sign_in_on(
    browser: TestClient, server: OidcServer, services: ScriptedServices
) -> None:
    services.people.add("boss", "Boss", frozenset({StaffRole.ADMIN}))
    sign_in(browser, server)
    server.claims = {"groups": ["bosses"], "realm_access": {"roles": ["writers"]}, "preferred_username": "renamed"}
    assert sign_in(browser, server).status_code == 303
    user = services.people.find("aoi")
    assert user.roles == {StaffRole.ADMIN, StaffRole.KB_OWNER}
    assert browser.get("/admin").status_code == 200
    assert ("identity provider", Act.ROLES) in acts(services)
    server.claims = {"groups": ["all"]}
    refused = sign_in(browser, server)
    assert (refused.status_code, NO_ROLE in refused.text) == (401, True)
    assert browser.get("/admin").status_code == 403  # nor is the session of before worth more


def test_nobody_without_a_role_gets_in(browser: TestClient, server: OidcServer, services: ScriptedServices) -> None:
    server.claims = {"groups": ["all"]}
    answer = sign_in(browser, server)
    assert (answer.status_code, NO_ROLE in answer.text) == (401, True)
    assert services.people.users() == []
    assert acts(services) == [("", Act.SIGN_IN_REFUSED)]
    assert "kotae_staff" not in browser.cookies


def test_who_is_disabled_stays_out(browser: TestClient, server: OidcServer, services: ScriptedServices) -> None:
    sign_in(browser, server)
    services.people.change(services.people.find("aoi").id, is_disabled=True)
    assert sign_in(browser, server).status_code == 401
    assert browser.get("/admin").status_code == 303


def test_a_login_of_this_service_is_not_taken_over(
    browser: TestClient, server: OidcServer, services: ScriptedServices
) -> None:
    services.people.add("aoi", "Another", frozenset({StaffRole.ADMIN}))
    refused = sign_in(browser, server)
    assert (refused.status_code, "This user name is already taken." in refused.text) == (401, True)
    assert services.people.find("aoi").name == "Another"


def test_the_last_administrator_stays_one(browser: TestClient, server: OidcServer, services: ScriptedServices) -> None:
    server.claims = {"groups": ["bosses"]}
    sign_in(browser, server)
    server.claims = {"groups": ["support"]}
    assert sign_in(browser, server).status_code == 409
    assert services.people.find("aoi").roles == {StaffRole.ADMIN}


FOREIGN = RSAKey.generate_key(2048, {"kid": "first"})
CURVE = ECKey.generate_key("P-256", {"kid": "curve"})
NOW = int(time.time())

PUBLIC = symmetric("x" * 32)

WRONG: dict[str, dict[str, Any]] = {
    "expired": {"claims": {"exp": NOW - 3600, "iat": NOW - 7200}},
    "without an end": {"claims": {"exp": None}},
    "of a time to come": {"claims": {"iat": NOW + 3600}},
    "not yet good": {"claims": {"nbf": NOW + 3600}},
    "of another issuer": {"claims": {"iss": "https://id.example"}},
    "for another client": {"claims": {"aud": "another"}},
    "for several, handed to another": {"claims": {"aud": [CLIENT, "another"], "azp": "another"}},
    "for several, handed to nobody": {"claims": {"aud": [CLIENT, "another"]}},
    "with another nonce": {"claims": {"nonce": "another"}},
    "without a nonce": {"claims": {"nonce": None}},
    "of nobody": {"claims": {"sub": None}},
    "with another's access token": {"claims": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}},
    "signed with a key of somebody else": {"key": FOREIGN},
    "signed with a key that is not published": {"key": CURVE, "algorithm": "ES256"},
    "not signed": {"algorithm": "none"},
    "signed with a public word": {"key": PUBLIC, "algorithm": "HS256"},
    "signed with a secret that is published": {"key": PUBLIC, "published": [PUBLIC], "algorithm": "HS256"},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_token_lets_nobody_in_that_is(
    browser: TestClient, server: OidcServer, services: ScriptedServices, wrong: str
) -> None:
    for name, value in WRONG[wrong].items():
        setattr(server, name, value)
    answer = sign_in(browser, server)
    assert (answer.status_code, NOT_CONFIRMED in answer.text) == (401, True)
    assert services.people.users() == []
    assert acts(services) == [("", Act.SIGN_IN_REFUSED)]


def test_a_public_key_is_no_secret_to_sign_with(browser: TestClient, server: OidcServer) -> None:
    """What RFC 8725, section 2.1, warns of."""
    public = server.published[0].as_pem(private=False)
    import base64
    import hashlib
    import hmac
    import json

    good = server.id_token("n").split(".")
    header = base64.urlsafe_b64encode(json.dumps({"alg": "HS256", "kid": "first"}).encode()).rstrip(b"=").decode()

    def forged(nonce: str) -> str:
        body = json.loads(base64.urlsafe_b64decode(good[1] + "==")) | {"nonce": nonce}
        payload = base64.urlsafe_b64encode(json.dumps(body).encode()).rstrip(b"=").decode()
        mac = hmac.new(public, f"{header}.{payload}".encode(), hashlib.sha256).digest()
        return f"{header}.{payload}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"

    server.id_token = forged  # type: ignore[method-assign]
    try:
        assert sign_in(browser, server).status_code == 401
    finally:
        del server.id_token


@pytest.mark.parametrize("skew", [timedelta(minutes=-5), timedelta(minutes=5)], ids=["behind", "ahead"])
def test_clocks_may_differ_by_five_minutes(
    browser: TestClient, server: OidcServer, services: ScriptedServices, skew: timedelta
) -> None:
    assert isinstance(services.provider, OidcProvider)
    assert isinstance(services.provider._clock, FixedClock)
    services.provider._clock.at += skew
    assert sign_in(browser, server).status_code == 303


def test_a_key_that_was_changed_counts_at_once(browser: TestClient, server: OidcServer) -> None:
    assert sign_in(browser, server).status_code == 303
    before = server.key
    server.rotate()
    assert sign_in(browser, server).status_code == 303
    server.key = before
    assert sign_in(browser, server).status_code == 401


def test_other_algorithms_with_two_keys_are_taken(browser: TestClient, server: OidcServer) -> None:
    server.key, server.algorithm = CURVE, "ES256"
    server.published = [*server.published, CURVE]
    assert sign_in(browser, server).status_code == 303


@pytest.mark.parametrize("state", ["", "another", "ステート"])
def test_an_answer_to_another_journey_is_none(browser: TestClient, server: OidcServer, state: str) -> None:
    code, _ = server.signs_in(leave(browser).query.decode())
    answer = browser.get("/signin/provider/back", params={"code": code, "state": state})
    assert (answer.status_code, NOT_CONFIRMED in answer.text) == (401, True)
    assert code in server.codes  # it was not even tried


def test_who_never_left_does_not_come_back(browser: TestClient, server: OidcServer) -> None:
    code, state = server.signs_in(leave(browser).query.decode())
    browser.cookies.clear()
    for query in ({"code": code, "state": state}, {"code": code}, {}, {"error": "access_denied", "state": state}):
        assert browser.get("/signin/provider/back", params=query).status_code == 401


def test_a_code_is_good_once(browser: TestClient, server: OidcServer) -> None:
    code, state = server.signs_in(leave(browser).query.decode())
    journey = browser.cookies["kotae_journey"]
    back = {"code": code, "state": state}
    assert browser.get("/signin/provider/back", params=back).status_code == 303
    assert browser.get("/signin/provider/back", params=back).status_code == 401  # its cookie is gone
    browser.cookies.set("kotae_journey", journey)
    assert browser.get("/signin/provider/back", params=back).status_code == 401  # and the provider knows


def test_a_code_of_somebody_else_is_worth_nothing_without_their_verifier(
    browser: TestClient, server: OidcServer
) -> None:
    stolen, _ = server.signs_in(leave(browser).query.decode(), "stolen")
    _, state = server.signs_in(leave(browser).query.decode(), "own")
    assert browser.get("/signin/provider/back", params={"code": stolen, "state": state}).status_code == 401


@pytest.mark.parametrize(
    "metadata",
    [{"issuer": "https://id.example"}, {"token_endpoint": None}, {"jwks_uri": "file:///etc/passwd"}, {"issuer": 1}],
    ids=str,
)
def test_a_provider_that_does_not_describe_itself_is_told_as_one_that_is_down(
    browser: TestClient, server: OidcServer, metadata: dict[str, Any]
) -> None:
    server.metadata = metadata
    answer = browser.get("/signin/provider")
    assert (answer.status_code, DOWN in answer.text) == (503, True)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_provider_that_is_down_is_told_in_one_sentence(
    browser: TestClient, server: OidcServer, language: str
) -> None:
    code, state = server.signs_in(leave(browser).query.decode())
    server.status = 502
    said = {"en": DOWN, "ja": "組織のアカウントの確認先につながりません。しばらくしてからもう一度お試しください。"}
    for path in ("/signin/provider", f"/signin/provider/back?code={code}&state={state}"):
        answer = browser.get(path, headers={"Accept-Language": language})
        assert (answer.status_code, said[language] in answer.text) == (503, True)


def test_an_issuer_inside_takes_a_place_on_the_list(
    browser: TestClient, server: OidcServer, services: ScriptedServices
) -> None:
    assert isinstance(services.provider, OidcProvider)
    services.provider._http = SafeHttp()
    assert browser.get("/signin/provider").status_code == 503
    assert server.calls == []


def test_the_secret_goes_to_the_provider_alone_and_into_no_log(
    browser: TestClient, server: OidcServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="app")
    server.claims = {"aud": "another"}
    sign_in(browser, server)
    server.metadata = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    server.claims = {}
    assert sign_in(browser, server).status_code == 303
    assert [path for path, authorization in server.calls if authorization] == ["/token"]
    assert caplog.records
    assert [word for word in (SECRET, "the+client", "code-1", "person-1") if word in caplog.text] == []


@pytest.mark.parametrize("then", ["https://evil.example/", "//evil.example"])
def test_nobody_is_led_elsewhere(browser: TestClient, server: OidcServer, then: str) -> None:
    code, state = server.signs_in(leave(browser, then).query.decode())
    assert browser.get("/signin/provider/back", params={"code": code, "state": state}).headers["location"] == "/"


def test_passwords_may_be_turned_off(browser: TestClient, services: ScriptedServices) -> None:
    user = services.people.add("sora", "Sora", frozenset({StaffRole.ADMIN}))
    services.people.set_password(user.id, PlainPasswords().hash("correct horse battery"))
    invitation = services.sign_in.invite(user)
    csrf = browser.get("/signin").text.partition('name="csrf" value="')[2][:64]
    services.settings = services.settings.model_copy(update={"password_sign_in": False})
    form = {"csrf": csrf, "login": "sora", "password": "correct horse battery"}
    assert browser.post("/signin", data=form).status_code == 403
    assert browser.get(f"/invite/{invitation}").status_code == 403
    assert 'name="password"' not in browser.get("/signin").text


def test_whom_the_provider_knows_has_no_password_here(
    browser: TestClient, server: OidcServer, services: ScriptedServices
) -> None:
    server.claims = {"groups": ["bosses"]}
    sign_in(browser, server)
    user = services.people.find("aoi")
    page = browser.get("/admin").text
    assert "organisation&#39;s account" in page
    assert 'value="invite"' not in page
    csrf = page.partition('name="csrf" value="')[2][:64]
    assert browser.post(f"/admin/users/{user.id}", data={"csrf": csrf, "act": "invite"}).status_code == 409


def test_without_a_provider_there_is_no_way_to_one(browser: TestClient, services: ScriptedServices) -> None:
    services.provider = None
    assert browser.get("/signin/provider").status_code == 404
    assert browser.get("/signin/provider/back?code=x&state=y").status_code == 404
    assert "/signin/provider" not in browser.get("/signin").text


def test_what_was_written_when_the_session_ended_stays_on_the_page(browser: TestClient) -> None:
    page = browser.post("/admin/users", data={"login": "new", "name": "長い文章"}).text
    assert "長い文章</textarea>" in page
    assert 'target="_blank"' in page


WHOLE: dict[str, Any] = {
    "oidc_issuer": "https://id.example",
    "oidc_client_id": "kotae",
    "oidc_client_secret": SecretStr("s"),
    "oidc_roles": "groups:support=agent",
}


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"oidc_client_id": ""}, "KOTAE_OIDC_CLIENT_ID"),
        ({"oidc_client_secret": SecretStr("")}, "KOTAE_OIDC_CLIENT_SECRET"),
        ({"oidc_roles": ""}, "KOTAE_OIDC_ROLES"),
        ({"oidc_roles": "groups=agent"}, "KOTAE_OIDC_ROLES"),
        ({"oidc_roles": "groups:support=boss"}, "KOTAE_OIDC_ROLES"),
        ({"oidc_issuer": "", "password_sign_in": False}, "KOTAE_PASSWORD_SIGN_IN"),
    ],
    ids=str,
)
def test_half_a_setting_stops_the_start(change: dict[str, Any], named: str) -> None:
    clock = FixedClock(datetime.now(UTC))
    assert open_provider(Settings(**WHOLE), clock)
    with pytest.raises(SettingsError, match=named):
        open_provider(Settings(**WHOLE | change), clock)


@pytest.mark.parametrize(
    ("claims", "roles"),
    [
        ({"groups": "support"}, ["agent"]),
        ({"groups": ["bosses", "support"]}, ["agent", "admin"]),
        ({"realm_access": {"roles": ["writers"]}}, ["kb_owner"]),
        ({"realm_access.roles": ["writers"]}, ["kb_owner"]),
        ({"realm_access": ["roles"]}, []),
        ({"groups": ["Support", "support "]}, []),
        ({"groups": {"support": True}}, []),
        ({"groups": None}, []),
        ({}, []),
    ],
    ids=str,
)
def test_a_claim_gives_a_role_only_as_it_is_written(claims: dict[str, Any], roles: list[str]) -> None:
    assert sorted(roles_of(claims, role_rules(tuple(ROLES.split(", "))))) == sorted(roles)


def test_a_claim_may_be_an_address() -> None:
    [rule] = role_rules(("https://shop.example/roles:lead=qa",))
    assert roles_of({"https://shop.example/roles": ["lead"]}, (rule,)) == {StaffRole.QA}
