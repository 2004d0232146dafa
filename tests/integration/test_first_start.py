"""Before anybody can sign in, the start prints a link for the first administrator."""

from pathlib import Path

import pytest

from app.domain.people import StaffRole
from app.errors import NotFound
from app.settings import Settings
from app.wiring.staff import Staff, open_staff

ADMIN = frozenset({StaffRole.ADMIN})


@pytest.fixture
def staff(tmp_path: Path) -> Staff:
    return open_staff(Settings(home=tmp_path, public_url="https://help.example.com"))


def token_in(told: str | None) -> str:
    assert told is not None
    _, found, token = told.partition("https://help.example.com/invite/")
    assert found
    return token


def test_the_first_administrator_is_made_and_given_a_link_that_works_once(staff: Staff) -> None:
    lost, token = (token_in(staff.first_invitation()) for _ in range(2))
    with pytest.raises(NotFound):
        staff.people.invited(lost)  # each start prints a new one
    assert staff.people.invited(token).roles == ADMIN
    assert staff.people.signed_in(staff.sign_in.accept(token, "correct horse battery").token)
    with pytest.raises(NotFound):
        staff.people.invited(token)
    assert staff.first_invitation() is None


def test_a_link_that_an_administrator_was_given_by_hand_stays_good(staff: Staff) -> None:
    aoi = staff.people.add("aoi@example.com", "Aoi", ADMIN)
    token = staff.invitation(aoi).rpartition("/")[2]
    told = staff.first_invitation()
    assert told is not None
    assert "kotae user password aoi@example.com" in told
    assert staff.people.invited(token) == aoi
    assert staff.people.users() == [aoi]


def test_where_passwords_are_turned_off_nobody_is_invited(tmp_path: Path) -> None:
    staff = open_staff(Settings(home=tmp_path, password_sign_in=False))
    assert (staff.first_invitation(), staff.people.users()) == (None, [])
