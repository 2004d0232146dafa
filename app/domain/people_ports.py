"""The boundaries of the house where staff and integrations are concerned; see `app.domain.ports`."""

from datetime import datetime
from typing import Protocol

from app.domain.audit import Act, AuditEntry
from app.domain.outcome import Language
from app.domain.people import ApiToken, Scope, SignedIn, StaffRole, User


class People(Protocol):
    """Staff and their sign-ins, durably. Of tokens only hashes are kept. Methods block."""

    def add(self, login: str, name: str, roles: frozenset[StaffRole]) -> User:
        """Raises Conflict when the login is taken."""
        ...

    def users(self) -> list[User]:
        """By login."""
        ...

    def find(self, login: str) -> User:
        """Raises NotFound."""
        ...

    def with_password(self, login: str) -> tuple[User, str | None]:
        """The user and the hash of their password, if they have one. Raises NotFound."""
        ...

    def change(
        self,
        user_id: str,
        roles: frozenset[StaffRole] | None = None,
        is_disabled: bool | None = None,
        skills: frozenset[str] | None = None,
        languages: frozenset[Language] | None = None,
    ) -> User:
        """Whoever is disabled is signed out. Raises NotFound, and Conflict where no administrator would be left."""
        ...

    def set_password(self, user_id: str, password: str) -> None:
        """`password` is its hash; ends all sessions of the user. Raises NotFound."""
        ...

    def invite(self, user_id: str, until: datetime) -> str:
        """The token of a new invitation; earlier ones end."""
        ...

    def invited(self, token: str) -> User:
        """Raises NotFound for a token that is used up, replaced or too old."""
        ...

    def accept(self, token: str, password: str) -> User:
        """Set the password of whom it invites, once. Raises NotFound."""
        ...

    def open_session(self, user_id: str, until: datetime) -> str:
        """The token of a new session."""
        ...

    def signed_in(self, token: str) -> SignedIn | None:
        """None for a session that is unknown, closed or over, and for a user who is disabled."""
        ...

    def close_session(self, token: str) -> None: ...

    def failures(self, who: str) -> tuple[int, datetime | None]:
        """How many in a row, and when the last one was."""
        ...

    def add_failure(self, who: str) -> None: ...

    def forget_failures(self, who: str) -> None: ...


class ApiTokens(Protocol):
    """Tokens of integrations, durably; only hashes of them. Methods block."""

    def make(self, name: str, scopes: frozenset[Scope], until: datetime) -> tuple[ApiToken, str]:
        """What is kept of it, and the token."""
        ...

    def tokens(self) -> list[ApiToken]:
        """By name; those that are over stay until they are ended."""
        ...

    def end(self, token_id: str) -> ApiToken:
        """It is worth nothing from now on. Raises NotFound."""
        ...

    def known(self, token: str) -> ApiToken | None:
        """None for a token that is unknown, ended or over; its last use is noted, to the minute."""
        ...


class AuditTrail(Protocol):
    """Lines are only ever added. Methods block."""

    def add(self, who: str, act: Act, what: str = "", address: str = "") -> AuditEntry: ...

    def entries(
        self, who: str | None = None, act: Act | None = None, before: int | None = None, limit: int = 100
    ) -> list[AuditEntry]:
        """The newest first; of one person, one act, and with numbers below `before`, where these are given."""
        ...

    def broken_at(self) -> int | None:
        """The number of the first line that is missing or was altered; None when every line is as it was written."""
        ...


class Passwords(Protocol):
    def hash(self, password: str) -> str: ...

    def fits(self, password: str, stored: str | None) -> bool:
        """Takes as long when there is nothing `stored`."""
        ...
