"""What responses tell browsers, which other sites may do what, and whose word on addresses is believed."""

import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient

from app.domain.people import StaffRole
from app.errors import SettingsError
from app.main import create_app
from app.settings import Settings, load_settings
from tests.loopback import serving
from tests.scripted import PlainPasswords, ScriptedServices, scripted_services

OURS = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
SITE = "https://www.example.com"
PROXY = "10.0.0.5"


@contextmanager
def serve(
    host: str = "192.0.2.1", services: ScriptedServices | None = None, **settings: object
) -> Iterator[TestClient]:
    made = services or scripted_services()
    made.settings = made.settings.model_copy(update=settings)
    with TestClient(create_app(made), client=(host, 50000), follow_redirects=False) as client:
        yield client


def ancestors(client: TestClient, path: str) -> str:
    policy = client.get(path, headers=OURS).headers["content-security-policy"]
    return policy.partition("frame-ancestors ")[2]


@pytest.mark.parametrize("path", ["/", "/?embed=1", "/privacy", "/sources/ja-returns", "/sources/nothing"])
def test_customers_pages_may_be_framed_by_the_sites_in_the_settings(path: str) -> None:
    with serve(embed_sites=f"{SITE}, https://shop.example:8443") as client:
        assert ancestors(client, path) == f"'self' {SITE} https://shop.example:8443"
    with serve() as client:
        assert ancestors(client, path) == "'self'"


@pytest.mark.parametrize("path", ["/signin", "/admin", "/invite/x", "/api/v1/suggestions", "/healthz", "/nothing"])
def test_nothing_else_may_be_framed_by_anybody(path: str) -> None:
    with serve(embed_sites=SITE) as client:
        assert ancestors(client, path) == "'none'"


@pytest.mark.parametrize("path", ["/", "/privacy", "/signin", "/sources/ja-returns"])
def test_nothing_inline_is_allowed_and_no_page_needs_it(path: str) -> None:
    with serve() as client:
        page = client.get(path, headers=OURS)
    assert "unsafe" not in page.headers["content-security-policy"]
    for inline in (" style=", " onclick=", " onload=", "<style", "javascript:"):
        assert inline not in page.text


@pytest.mark.parametrize("name", ["embed_sites", "cors_origins"])
@pytest.mark.parametrize("value", ["*", "https://a.example; script-src *", "a.example", "https://a.example/", "null"])
def test_a_site_is_a_scheme_and_a_host_and_nothing_more(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"KOTAE_{name.upper()}", value)
    with pytest.raises(SettingsError, match=f"KOTAE_{name.upper()} is wrong"):
        load_settings()


@pytest.mark.parametrize("value", ["*", "proxy.local", "10.0.0.1/8", "127.0.0.1 10.0.0.1"])
def test_a_trusted_proxy_is_an_address_or_a_network(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("KOTAE_TRUSTED_PROXIES", value)
    with pytest.raises(SettingsError, match="KOTAE_TRUSTED_PROXIES is wrong"):
        load_settings()


def test_without_the_setting_no_other_site_may_call() -> None:
    with serve() as client:
        answer = client.get("/api/v1/suggestions", headers={"Origin": SITE})
        asked = {"Origin": SITE, "Access-Control-Request-Method": "POST"}
        preflight = client.options("/api/v1/conversations", headers=asked)
    assert not [name for name in [*answer.headers, *preflight.headers] if name.startswith("access-control-")]
    assert preflight.status_code == 405


@pytest.mark.parametrize("path", ["/api/v1/conversations", "/v1/chat/completions"])
def test_a_site_in_the_setting_may_call_with_a_token_and_never_with_cookies(path: str) -> None:
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization, content-type"}
    with serve(cors_origins=SITE) as client:
        preflight = client.options(path, headers=asked | {"Origin": SITE})
        answer = client.post(path, json={}, headers={"Origin": SITE})
        other = client.options(path, headers=asked | {"Origin": "https://evil.example"})
    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-origin"] == SITE
    assert {"authorization", "content-type"} <= set(
        preflight.headers["access-control-allow-headers"].lower().split(", ")
    )
    assert answer.headers["access-control-allow-origin"] == SITE
    assert "access-control-allow-credentials" not in preflight.headers | answer.headers
    assert "access-control-allow-origin" not in other.headers


def test_a_refusal_can_be_read_by_the_site_that_called() -> None:
    with serve(cors_origins=SITE, limit_requests=1, limit_address=1) as client:
        refused = [client.get("/api/v1/suggestions", headers={"Origin": SITE}) for _ in range(2)][1]
    assert refused.status_code == 429
    assert refused.headers["access-control-allow-origin"] == SITE
    assert "retry-after" in refused.headers["access-control-expose-headers"].lower()


@pytest.mark.parametrize("path", ["/", "/signin", "/admin", "/sources/ja-returns"])
def test_pages_are_never_for_other_sites(path: str) -> None:
    with serve(cors_origins=SITE) as client:
        assert "access-control-allow-origin" not in client.get(path, headers={"Origin": SITE}).headers


def secure_cookie(client: TestClient, **headers: str) -> bool:
    made = client.post("/api/v1/conversations", json={}, headers=OURS | headers)
    return "secure" in made.headers["set-cookie"].lower()


def test_behind_tls_cookies_are_secure_and_the_browser_is_told_to_stay_there() -> None:
    with serve(PROXY, trusted_proxies=PROXY) as client:
        assert secure_cookie(client, **{"X-Forwarded-Proto": "https"})
        assert not secure_cookie(client, **{"X-Forwarded-Proto": "http"})
        page = client.get("/", headers={"X-Forwarded-Proto": "https"})
        assert page.headers["strict-transport-security"] == "max-age=31536000"
        assert "strict-transport-security" not in client.get("/").headers


def test_the_sign_in_cookie_is_secure_there_too() -> None:
    with serve(PROXY, trusted_proxies="10.0.0.0/8") as client:
        form = client.get("/signin", headers=OURS | {"X-Forwarded-Proto": "https"})
    assert "secure" in form.headers["set-cookie"].lower()


def test_nobody_else_says_that_there_is_tls() -> None:
    with serve("192.0.2.1", trusted_proxies=PROXY) as client:
        assert not secure_cookie(client, **{"X-Forwarded-Proto": "https"})


def statuses(client: TestClient, *forwarded: str) -> list[int]:
    return [client.get("/api/v1/suggestions", headers={"X-Forwarded-For": value}).status_code for value in forwarded]


def test_an_invented_address_is_no_way_around_the_limits() -> None:
    with serve("192.0.2.1", limit_requests=1, limit_address=1) as client:
        assert statuses(client, "198.51.100.1", "198.51.100.2", "198.51.100.3") == [200, 429, 429]


def test_through_a_trusted_proxy_each_customer_is_counted_alone() -> None:
    with serve(PROXY, trusted_proxies=f"127.0.0.1, {PROXY}", limit_requests=1, limit_address=1) as client:
        assert statuses(client, "198.51.100.1", "198.51.100.2", "198.51.100.1") == [200, 200, 429]


def test_what_a_customer_put_before_the_proxys_word_does_not_count() -> None:
    with serve(PROXY, trusted_proxies="10.0.0.0/8", limit_requests=1, limit_address=1) as client:
        said = [f"203.0.113.{n}, 198.51.100.1" for n in range(3)]
        assert statuses(client, *said, f"198.51.100.1, {PROXY}") == [200, 429, 429, 429]


def test_the_wait_after_wrong_passwords_follows_the_customer_behind_the_proxy() -> None:
    services = scripted_services()
    user = services.people.add("aoi", "Aoi", frozenset({StaffRole.ADMIN}))
    services.people.set_password(user.id, PlainPasswords().hash("right"))
    with serve(PROXY, services, trusted_proxies=PROXY) as client:

        def sign_in(password: str, address: str) -> int:
            headers = OURS | {"X-Forwarded-For": address}
            csrf = client.get("/signin", headers=headers).text.partition('name="csrf" value="')[2][:64]
            form = {"csrf": csrf, "login": "aoi", "password": password}
            return client.post("/signin", data=form, headers=headers).status_code

        assert [sign_in("guess", "198.51.100.1") for _ in range(6)] == [401] * 5 + [429]
        assert sign_in("right", "198.51.100.1") == 429
        assert sign_in("right", "198.51.100.2") == 303


def test_a_proxy_that_is_not_named_is_told_of_once(caplog: pytest.LogCaptureFixture) -> None:
    with serve("10.0.0.9") as client, caplog.at_level(logging.WARNING):
        statuses(client, "198.51.100.1", "198.51.100.2")
    assert [PROXY in message or "10.0.0.9" in message for message in caplog.messages] == [True]
    assert "KOTAE_TRUSTED_PROXIES" in caplog.messages[0]


@pytest.mark.parametrize("site", ["none", "cross-site", "same-site"])
def test_only_a_page_of_this_service_is_one(site: str) -> None:
    with serve() as client:
        made = client.post("/api/v1/conversations", json={}, headers={"Sec-Fetch-Site": site})
        assert (made.status_code, "set-cookie" in made.headers) == (201, False)
        assert client.post("/chat/messages", data={"text": "返品"}, headers={"Sec-Fetch-Site": site}).status_code == 403


@pytest.mark.parametrize("head", [b"X-Long: " + b"a" * 40_000, b"\r\n".join(b"X-%d: a" % n for n in range(5000))])
def test_an_endless_head_is_cut_off(head: bytes) -> None:
    with serving(create_app(scripted_services())) as address:
        where = urlsplit(address)
        with socket.create_connection((str(where.hostname), where.port or 0), timeout=10) as connection:
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n" + head)  # and no end
            answer = connection.recv(4096)
        with socket.create_connection((str(where.hostname), where.port or 0), timeout=10) as connection:
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
            assert b"200 OK" in connection.recv(4096)
    assert answer.split(b" ")[1] in {b"400", b"431"}


def test_the_settings_trust_nobody_by_default() -> None:
    fields = Settings.model_fields
    assert [fields[name].default for name in ("trusted_proxies", "embed_sites", "cors_origins")] == ["", "", ""]
