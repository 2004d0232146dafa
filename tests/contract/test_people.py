"""What every store of staff does: the shipped fake and the one on a database."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from app.adapters.clock import FixedClock
from app.adapters.people_memory import MemoryPeople
from app.adapters.sql_people import SqlPeople
from app.domain.people import StaffRole, User
from app.domain.people_ports import People
from app.errors import Conflict, NotFound
from tests.builders import NOON

LATER = NOON + timedelta(hours=1)
AGENT, ADMIN = frozenset({StaffRole.AGENT}), frozenset({StaffRole.ADMIN})


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def people(database: Engine | None, clock: FixedClock) -> People:
    return SqlPeople(database, clock) if database else MemoryPeople(clock)


@pytest.fixture
def aoi(people: People) -> User:
    return people.add("Aoi@Example.com ", "青井 葵", ADMIN)


def test_whom_a_provider_knows_is_found_by_its_name_for_them(people: People, aoi: User) -> None:
    sora = people.add("sora", "Sora", AGENT, "https://id.example 1")
    assert people.provided("https://id.example 1") == people.find("sora") == sora
    assert (sora.is_provided, aoi.is_provided) == (True, False)
    assert people.provided("https://id.example 2") is None
    assert people.change(sora.id, roles=ADMIN).is_provided


def test_a_user_is_found_by_login_in_any_case(people: People, aoi: User) -> None:
    assert (aoi.login, aoi.name, aoi.roles) == ("aoi@example.com", "青井 葵", ADMIN)
    assert people.find("AOI@example.com") == aoi
    with pytest.raises(NotFound, match="no user sora"):
        people.find("sora")


def test_a_login_is_taken_once(people: People, aoi: User) -> None:
    with pytest.raises(Conflict):
        people.add("aoi@EXAMPLE.com", "Another", AGENT)
    assert people.users() == [aoi]


def test_users_are_listed_by_login(people: People, aoi: User) -> None:
    sora = people.add("a.sora", "Sora", AGENT)
    assert people.users() == [sora, aoi]


def test_the_last_administrator_stays(people: People, aoi: User) -> None:
    for change in ({"roles": AGENT}, {"is_disabled": True}):
        with pytest.raises(Conflict):
            people.change(aoi.id, **change)
    assert people.find(aoi.login) == aoi
    people.add("sora", "Sora", ADMIN)
    assert people.change(aoi.id, roles=AGENT).roles == AGENT


def test_a_session_is_known_by_its_token_until_it_ends(people: People, aoi: User, clock: FixedClock) -> None:
    token = people.open_session(aoi.id, LATER)
    signed_in = people.signed_in(token)
    assert signed_in is not None
    assert (signed_in.user, signed_in.expires_at) == (aoi, LATER)
    assert people.signed_in(token + "x") is None
    clock.at = LATER
    assert people.signed_in(token) is None


def test_signing_out_ends_one_session_and_no_other(people: People, aoi: User) -> None:
    one, other = (people.open_session(aoi.id, LATER) for _ in range(2))
    people.close_session(one)
    assert people.signed_in(one) is None
    assert people.signed_in(other) is not None


@pytest.mark.parametrize("what", ["disabled", "password"])
def test_who_is_disabled_or_gets_a_new_password_is_signed_out(people: People, aoi: User, what: str) -> None:
    people.add("sora", "Sora", ADMIN)
    token = people.open_session(aoi.id, LATER)
    if what == "disabled":
        assert people.change(aoi.id, is_disabled=True).is_disabled
        people.change(aoi.id, is_disabled=False)
    else:
        people.set_password(aoi.id, "hash")
    assert people.signed_in(token) is None


def test_an_invitation_sets_a_password_once(people: People, aoi: User) -> None:
    token = people.invite(aoi.id, LATER)
    assert people.invited(token) == aoi
    assert people.accept(token, "hash").has_password
    assert people.with_password(aoi.login)[1] == "hash"
    with pytest.raises(NotFound):
        people.accept(token, "another hash")


def test_an_older_invitation_ends_with_a_newer_one_and_each_with_its_time(
    people: People, aoi: User, clock: FixedClock
) -> None:
    older, newer = people.invite(aoi.id, LATER), people.invite(aoi.id, LATER)
    with pytest.raises(NotFound):
        people.invited(older)
    clock.at = LATER
    with pytest.raises(NotFound):
        people.invited(newer)


def test_failures_are_counted_by_who_until_they_are_forgotten(people: People) -> None:
    for _ in range(2):
        people.add_failure("aoi 192.0.2.1")
    assert people.failures("aoi 192.0.2.1") == (2, NOON)
    assert people.failures("aoi 192.0.2.2") == (0, None)
    people.forget_failures("aoi 192.0.2.1")
    assert people.failures("aoi 192.0.2.1") == (0, None)
