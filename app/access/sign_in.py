"""Signing in with a name and a password: whoever guesses has to wait ever longer."""

from datetime import timedelta

from app.domain.people import SignedIn, User
from app.domain.people_ports import Passwords, People
from app.domain.ports import Clock
from app.errors import Conflict, NotFound, NotSignedIn, TooMany

FREE_TRIES = 5  # wrong passwords in a row, of one name from one address
LONGEST_WAIT = 900  # seconds
INVITATION = timedelta(days=1)
SHORTEST_PASSWORD = 12  # characters: NIST SP 800-63B asks for 8, and 15 where there is nothing but a password


class SignIn:
    """Blocks for the time of a password's hash: call it in a worker thread, a few at a time."""

    def __init__(self, people: People, passwords: Passwords, clock: Clock, session: timedelta) -> None:
        self._people = people
        self._passwords = passwords
        self._clock = clock
        self._session = session

    def with_password(self, login: str, password: str, address: str) -> SignedIn:
        """Raises NotSignedIn alike for an unknown name, a disabled user and a wrong password, and TooMany."""
        who = f"{login.strip().lower()} {address}"
        self._require_patience(who)
        user, stored = self._known(login)
        if not self._passwords.fits(password, stored) or user is None or user.is_disabled or user.is_provided:
            self._people.add_failure(who)
            raise NotSignedIn("The name or the password is wrong.")
        self._people.forget_failures(who)
        return self.as_user(user)

    def as_user(self, user: User) -> SignedIn:
        """A new session, for somebody whose identity is proved."""
        until = self._clock.now() + self._session
        return SignedIn(user, self._people.open_session(user.id, until), until)

    def accept(self, invitation: str, password: str) -> SignedIn:
        """Raises NotFound for a link that is used up or too old."""
        return self.as_user(self._people.accept(invitation, self._passwords.hash(password)))

    def invite(self, user: User) -> str:
        """The token of a link with which they choose a password. Raises Conflict for whom a provider knows."""
        if user.is_provided:
            raise Conflict(f"{user.login} signs in at the identity provider and has no password here.")
        return self._people.invite(user.id, self._clock.now() + INVITATION)

    def _known(self, login: str) -> tuple[User | None, str | None]:
        try:
            return self._people.with_password(login)
        except NotFound:
            return None, None

    def _require_patience(self, who: str) -> None:
        count, last = self._people.failures(who)
        if last is None or count < FREE_TRIES:
            return
        until = last + timedelta(seconds=min(2 ** (count - FREE_TRIES), LONGEST_WAIT))
        if (left := (until - self._clock.now()).total_seconds()) > 0:
            raise TooMany("Too many wrong passwords; wait before the next try.", left)
