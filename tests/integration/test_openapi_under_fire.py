"""Every call that the description names, with made-up arguments, by every party: no 500, and no status it does not name.

A few arguments for each call in `make test`, more in `make check-slow`; always the same ones.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import status_code_conformance

from app.domain.people import Scope, StaffRole
from app.main import create_app
from app.web.access import COOKIE
from app.web.deps import COOKIE as CHAT_COOKIE
from tests.builders import NOON, outcome, trace
from tests.loopback import serving
from tests.scripted import ScriptedServices, scripted_services

UNTIL = NOON + timedelta(days=1)
TOKEN = "the customer's token"
OURS = {"Sec-Fetch-Site": "same-origin"}
CALLS = [
    f"{method.upper()} {path}"
    for path, methods in create_app(cast(Any, None)).openapi()["paths"].items()
    for method in methods
]


@dataclass(frozen=True)
class Fired:
    """A service, and what a party sends along; `own` is the conversation whose token that is."""

    schema: Any
    headers: dict[str, str]
    own: str | None


def staff(role: StaffRole) -> Callable[[ScriptedServices, str], dict[str, str]]:
    def headers(services: ScriptedServices, _: str) -> dict[str, str]:
        user = services.people.add(f"{role}-member", str(role), frozenset({role}))
        return OURS | {"Cookie": f"{COOKIE}={services.people.open_session(user.id, UNTIL)}"}

    return headers


def integration(scope: Scope) -> Callable[[ScriptedServices, str], dict[str, str]]:
    def headers(services: ScriptedServices, _: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {services.api_tokens.make('shop', frozenset({scope}), UNTIL)[1]}"}

    return headers


PARTIES: dict[str, Callable[[ScriptedServices, str], dict[str, str]]] = {
    "anonymous": lambda *_: {},
    "customer": lambda *_: {"Authorization": f"Bearer {TOKEN}"},
    "customer at the page": lambda _, own: OURS | {"Cookie": f"{CHAT_COOKIE}={own}.{TOKEN.replace(' ', '%20')}"},
    **{f"staff: {role}": staff(role) for role in StaffRole},
    **{f"integration: {scope}": integration(scope) for scope in Scope},
}


@contextmanager
def under_fire(party: str) -> Iterator[Fired]:
    services = scripted_services()
    unlimited = {"limit_requests": 0, "limit_streams": 0, "limit_characters": 0}
    is_integration = party.startswith("integration")
    services.settings = services.settings.model_copy(update=unlimited | {"api_tokens": is_integration})
    own = services.store.create("ja", "web", TOKEN)
    services.store.add_answer(own.id, outcome("m-1", "t-1"), trace(own.id, "t-1"))
    headers = PARTIES[party](services, own.id)
    with serving(create_app(services)) as url:
        schema = schemathesis.openapi.from_url(f"{url}/openapi.json")
        yield Fired(schema, headers, own.id if party.startswith("customer") else None)


def fire(fired: Fired, call: str, mode: GenerationMode, examples: int) -> None:
    """With arguments as described, or with wrong ones; of the own conversation, where the party has one."""
    method, _, path = call.partition(" ")
    operation = fired.schema[path][method.lower()]
    own = {"path_parameters": {"conversation_id": fired.own}} if fired.own and "{conversation_id}" in path else {}

    @given(case=operation.as_strategy(generation_mode=mode, **own))
    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def shoot(case: Any) -> None:
        case.call_and_validate(headers=fired.headers, checks=[not_a_server_error, status_code_conformance])

    # Where a call takes no arguments there are no wrong ones.
    with suppress(*[Unsatisfiable] if mode is GenerationMode.NEGATIVE else []):
        shoot()


modes = pytest.mark.parametrize("mode", GenerationMode, ids=str)


@modes
def test_a_few_arguments(mode: GenerationMode) -> None:
    with under_fire("customer") as fired:
        for call in CALLS:
            fire(fired, call, mode, 3)


@pytest.mark.slow
@pytest.mark.parametrize("party", PARTIES)
@modes
def test_many_arguments(party: str, mode: GenerationMode) -> None:
    with under_fire(party) as fired:
        for call in CALLS:
            fire(fired, call, mode, 10)
