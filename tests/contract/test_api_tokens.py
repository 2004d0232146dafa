"""What every store of integrations' tokens does: the shipped fake and the one on a database."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from app.adapters.api_tokens_memory import MemoryApiTokens
from app.adapters.clock import FixedClock
from app.adapters.sql_api_tokens import SqlApiTokens
from app.domain.people import Scope
from app.domain.people_ports import ApiTokens
from app.errors import NotFound
from tests.builders import NOON

LATER = NOON + timedelta(days=1)
ASK = frozenset({Scope.ASK})


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def tokens(database: Engine | None, clock: FixedClock) -> ApiTokens:
    return SqlApiTokens(database, clock) if database else MemoryApiTokens(clock)


def test_a_token_is_known_until_its_time(tokens: ApiTokens, clock: FixedClock) -> None:
    made, token = tokens.make("shop", ASK, LATER)
    assert token.startswith("kotae_")
    assert tokens.known(token) == made
    assert tokens.known(token + "x") is None
    clock.at = LATER
    assert tokens.known(token) is None


def test_its_last_use_is_noted(tokens: ApiTokens, clock: FixedClock) -> None:
    _, token = tokens.make("shop", ASK, LATER)
    assert tokens.tokens()[0].last_used_at is None
    tokens.known(token)
    clock.at += timedelta(minutes=5)
    tokens.known(token)
    assert tokens.tokens()[0].last_used_at == clock.at


def test_an_ended_token_is_worth_nothing(tokens: ApiTokens) -> None:
    made, token = tokens.make("shop", ASK, LATER)
    other, _ = tokens.make("crm", frozenset({Scope.ASK, Scope.AGENT}), LATER)
    assert tokens.end(made.id).name == "shop"
    assert tokens.known(token) is None
    assert tokens.tokens() == [other]
    with pytest.raises(NotFound):
        tokens.end(made.id)
