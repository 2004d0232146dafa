"""Every route, called with every party's credentials, does what the table in app/access/routes.py says, and shows or
changes nothing of a customer's conversation to anybody else. Routes that are added are tried without a word here."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient

from app.access.routes import ACCESS, Anyone
from app.domain.conversation import Conversation
from app.domain.desk import Cause, Effect, Escalation
from app.domain.people import Scope, StaffRole
from app.main import create_app
from app.web.access import COOKIE, CSRF_HEADER, csrf_token
from app.web.deps import COOKIE as CHAT_COOKIE
from app.web.signin import FORM_COOKIE
from tests.builders import NOON, outcome, trace
from tests.scripted import ScriptedServices, scripted_services

OWN_WORDS = "わたしだけの質問です"
OWN_TOKEN = "the owner's token"
OTHER_TOKEN = "the other customer's token"
UNTIL = NOON + timedelta(days=1)


@dataclass
class House:
    """A service with the conversation of a customer that somebody else may want to see."""

    services: ScriptedServices
    own: Conversation
    other: Conversation
    message_id: str = "m-own"


@dataclass(frozen=True)
class Party:
    """`secret` signs the forms they send; `roles` is what the table may let in."""

    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    secret: str = "form"
    roles: frozenset[StaffRole] = frozenset()
    may_ask: bool = False


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def staff(role: StaffRole | None) -> Callable[[House], Party]:
    def sign_in(house: House) -> Party:
        roles = frozenset({role} if role else ())
        user = house.services.people.add(f"{role}-member", str(role), roles)
        token = house.services.people.open_session(user.id, UNTIL)
        return Party(cookies={COOKIE: token}, secret=token, roles=roles)

    return sign_in


def integration(scope: Scope) -> Callable[[House], Party]:
    def hold(house: House) -> Party:
        _, token = house.services.api_tokens.make("shop", frozenset({scope}), UNTIL)
        roles = frozenset() if scope is Scope.ASK else frozenset({StaffRole(scope)})
        return Party(bearer(token), roles=roles, may_ask=scope is Scope.ASK)

    return hold


PARTIES: dict[str, Callable[[House], Party]] = {
    "nobody": lambda _: Party(),
    "another customer, by token": lambda _: Party(bearer(OTHER_TOKEN)),
    "another customer, by cookie": lambda house: Party(cookies={CHAT_COOKIE: f"{house.other.id}.{OTHER_TOKEN}"}),
    "another customer, by the owner's id": lambda house: Party(cookies={CHAT_COOKIE: f"{house.own.id}.{OTHER_TOKEN}"}),
    "a made-up token": lambda _: Party(bearer("kotae_made_up")),
    "a made-up session": lambda _: Party(cookies={COOKIE: "made up"}, secret="made up"),
    "staff without a role": staff(None),
    **{f"staff: {role}": staff(role) for role in StaffRole},
    **{f"integration: {scope}": integration(scope) for scope in Scope},
}

FOR_ONE_CUSTOMER = {
    "text": "返品の送料は誰が払いますか",
    "message_id": "m-own",
    "helpful": "true",
    "comment": "短い",
    "contact": "090-0000-0000",
    "messages": [{"role": "user", "content": "返品の送料は誰が払いますか"}],
    "model": "kotae",
    "login": "nobody",
    "password": "wrong",
    "ticket": "1001",
    "macro": "thanks/ja/",
    "draft": "no-such-draft",
    "reason": "other",
    "token": "<PHONE_1>",
    "seen": "2",
    "score": 5,
    "key": "product",
    "value": "洗濯機",
}


@pytest.fixture
def house() -> House:
    services = scripted_services()
    unlimited = {"limit_requests": 0, "limit_streams": 0, "limit_characters": 0, "api_tokens": True}
    services.settings = services.settings.model_copy(update=unlimited)
    services.people.add("first", "First", frozenset({StaffRole.ADMIN}))
    own, other = (services.store.create("ja", "web", token) for token in (OWN_TOKEN, OTHER_TOKEN))
    services.store.add_question(own.id, OWN_WORDS)
    services.store.add_answer(own.id, outcome("m-own", "t-own"), trace(own.id, "t-own", OWN_WORDS))
    services.store.add_question(other.id, "別の質問です")
    services.desk.open(own, Escalation(Cause.ASKED_FOR_HUMAN, Effect.HAND_OFF, turn=0, score=1.0))
    return House(services, own, other)


@pytest.fixture
def browser(house: House) -> Iterator[TestClient]:
    app = create_app(house.services)
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as browser:
        app.state.watch.close()  # streams without an end are over at once
        yield browser


def call(browser: TestClient, house: House, route: str, party: Party, accept: str = "*/*") -> httpx2.Response:
    method, _, path = route.partition(" ")
    headers = {"Sec-Fetch-Site": "same-origin", "Accept": accept, CSRF_HEADER: csrf_token(party.secret)}
    browser.cookies.clear()
    for name, value in ({FORM_COOKIE: party.secret} | party.cookies).items():
        browser.cookies.set(name, value)
    is_json = path.startswith(("/api/", "/v1/"))
    fields = {name: value for name, value in FOR_ONE_CUSTOMER.items() if is_json or isinstance(value, str)}
    body: dict[str, Any] = {} if method == "GET" else {"json" if is_json else "data": fields}
    return browser.request(method, filled(path, house), headers=headers | party.headers, **body)


def filled(path: str, house: House) -> str:
    """For a parameter that is not known here, the name of nothing."""
    values = {
        "conversation_id": house.own.id,
        "message_id": house.message_id,
        "document_id:path": "ja-returns",
        "user_id": house.services.people.users()[0].id,
        "token": "no-such-invitation",
        "token_id": "no-such-token",
        "ticket_id": "1001",
        "move": "take",
        "delivery_id": "no-such-delivery",
        "model": "kotae",
    }
    return re.sub(r"\{([^}]+)\}", lambda found: values.get(found[1], "no-such-thing"), path)


OWNED = [route for route, access in ACCESS.items() if access is Anyone.CUSTOMER and "{conversation_id}" in route]

everybody = pytest.mark.parametrize("name", PARTIES)


@everybody
@pytest.mark.parametrize("route", [route for route, access in ACCESS.items() if not isinstance(access, Anyone)])
def test_a_page_of_staff_is_open_to_the_roles_in_the_table(
    browser: TestClient, house: House, route: str, name: str
) -> None:
    party, access = PARTIES[name](house), ACCESS[route]
    assert isinstance(access, frozenset)
    is_known = bool(party.roles) or name == "staff without a role" or name.startswith("integration")
    refusal = 403 if is_known else 401
    status = call(browser, house, route, party).status_code
    assert status not in {401, 403} if party.roles & access else status == refusal
    assert status < 500


@everybody
@pytest.mark.parametrize("route", [route for route, access in ACCESS.items() if access is Anyone.INTEGRATION])
def test_what_integrations_call_takes_a_token_for_it(browser: TestClient, house: House, route: str, name: str) -> None:
    party = PARTIES[name](house)
    assert call(browser, house, route, party).status_code == (200 if party.may_ask else 401)


@everybody
@pytest.mark.parametrize("route", [route for route, access in ACCESS.items() if access is Anyone.PUBLIC])
def test_what_is_public_is_alike_for_everybody(browser: TestClient, house: House, route: str, name: str) -> None:
    nobody = call(browser, house, route, Party()).status_code
    answer = call(browser, house, route, PARTIES[name](house))
    assert answer.status_code == nobody < 500
    assert OWN_WORDS not in answer.text


@everybody
@pytest.mark.parametrize("accept", ["*/*", "text/event-stream", "text/html"])
@pytest.mark.parametrize("route", [route for route, access in ACCESS.items() if access is Anyone.CUSTOMER])
def test_nobody_sees_or_changes_the_conversation_of_another(
    browser: TestClient, house: House, route: str, name: str, accept: str
) -> None:
    before = house.services.store.record(house.own.id)
    answer = call(browser, house, route, PARTIES[name](house), accept)
    assert house.services.store.record(house.own.id) == before
    assert OWN_WORDS not in answer.text
    assert house.own.id not in answer.headers.get("set-cookie", "")
    if "{conversation_id}" in route:
        assert answer.status_code == 404


@pytest.mark.parametrize("by", ["token", "cookie"])
@pytest.mark.parametrize("route", OWNED)
def test_its_own_customer_is_let_in(browser: TestClient, house: House, route: str, by: str) -> None:
    cookie = {CHAT_COOKIE: f"{house.own.id}.{OWN_TOKEN}"}
    owner = Party(bearer(OWN_TOKEN)) if by == "token" else Party(cookies=cookie)
    status = call(browser, house, route, owner).status_code
    assert status < 300 or status == 409  # let in, and told that there is nothing to rate or to decline now


@pytest.mark.parametrize("route", OWNED)
def test_an_unknown_conversation_and_somebody_elses_are_told_alike(
    browser: TestClient, house: House, route: str
) -> None:
    foreign = call(browser, house, route, Party(bearer(OTHER_TOKEN)))
    house.own = Conversation("0" * 32, "ja", "web", NOON)
    unknown = call(browser, house, route, Party(bearer(OTHER_TOKEN)))
    assert (foreign.status_code, foreign.text) == (unknown.status_code, unknown.text)


@pytest.mark.parametrize("name", [name for name in PARTIES if not name.startswith("integration")])
@pytest.mark.parametrize(
    "route", [route for route, access in ACCESS.items() if not isinstance(access, Anyone) and "POST" in route]
)
def test_a_form_without_its_csrf_token_is_refused(browser: TestClient, house: House, route: str, name: str) -> None:
    """Programs are not asked for one: no browser sends their token by itself."""
    party = PARTIES[name](house)
    forged = Party(party.headers, party.cookies, "another form's", party.roles)
    assert call(browser, house, route, forged).status_code in {401, 403}
