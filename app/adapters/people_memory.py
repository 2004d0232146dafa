"""The fake of staff and their sign-ins: everything in this process, gone when it ends."""

import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime

from app.domain.outcome import Language
from app.domain.people import SignedIn, StaffRole, User
from app.domain.ports import Clock
from app.errors import Conflict, NotFound


@dataclass
class MemoryPeople:
    clock: Clock
    _users: dict[str, User] = field(default_factory=dict)
    _passwords: dict[str, str] = field(default_factory=dict)
    _sessions: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    _invitations: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    _failures: dict[str, tuple[int, datetime]] = field(default_factory=dict)

    def add(self, login: str, name: str, roles: frozenset[StaffRole]) -> User:
        login = login.strip().lower()
        if any(user.login == login for user in self._users.values()):
            raise Conflict(f"There is already a user {login}; change that one.")
        user = User(secrets.token_urlsafe(12), login, name, roles)
        self._users[user.id] = user
        return user

    def users(self) -> list[User]:
        return sorted(self._users.values(), key=lambda user: user.login)

    def find(self, login: str) -> User:
        return self.with_password(login)[0]

    def with_password(self, login: str) -> tuple[User, str | None]:
        for user in self._users.values():
            if user.login == login.strip().lower():
                return user, self._passwords.get(user.id)
        raise NotFound(f"There is no user {login}; `kotae user list` shows who there is.")

    def change(
        self,
        user_id: str,
        roles: frozenset[StaffRole] | None = None,
        is_disabled: bool | None = None,
        skills: frozenset[str] | None = None,
        languages: frozenset[Language] | None = None,
    ) -> User:
        before = self._user(user_id)
        after = replace(
            before,
            roles=before.roles if roles is None else roles,
            is_disabled=before.is_disabled if is_disabled is None else is_disabled,
            skills=before.skills if skills is None else skills,
            languages=before.languages if languages is None else languages,
        )
        if _is_admin(before) and not any(_is_admin(one) for one in [*self._others(user_id), after]):
            raise Conflict("The last administrator stays; make somebody else one first.")
        self._users[user_id] = after
        if after.is_disabled:
            self._end_sessions(user_id)
        return after

    def set_password(self, user_id: str, password: str) -> None:
        self._users[user_id] = replace(self._user(user_id), has_password=True)
        self._passwords[user_id] = password
        self._end_sessions(user_id)

    def invite(self, user_id: str, until: datetime) -> str:
        token = secrets.token_urlsafe(32)
        self._invitations = {key: kept for key, kept in self._invitations.items() if kept[0] != user_id}
        self._invitations[token] = (user_id, until)
        return token

    def invited(self, token: str) -> User:
        user_id, until = self._invitations.get(token, ("", self.clock.now()))
        if until <= self.clock.now():
            raise NotFound("This link is used up or too old; ask for a new one.")
        return self._user(user_id)

    def accept(self, token: str, password: str) -> User:
        user = self.invited(token)
        self.set_password(user.id, password)
        del self._invitations[token]
        return self._users[user.id]

    def open_session(self, user_id: str, until: datetime) -> str:
        token = secrets.token_urlsafe(32)
        self._sessions[token] = (user_id, until)
        return token

    def signed_in(self, token: str) -> SignedIn | None:
        user_id, until = self._sessions.get(token, ("", self.clock.now()))
        if until <= self.clock.now() or self._users[user_id].is_disabled:
            return None
        return SignedIn(self._users[user_id], token, until)

    def close_session(self, token: str) -> None:
        self._sessions.pop(token, None)

    def failures(self, who: str) -> tuple[int, datetime | None]:
        return self._failures.get(who, (0, None))

    def add_failure(self, who: str) -> None:
        self._failures[who] = (self.failures(who)[0] + 1, self.clock.now())

    def forget_failures(self, who: str) -> None:
        self._failures.pop(who, None)

    def _user(self, user_id: str) -> User:
        if user_id not in self._users:
            raise NotFound("There is no such user.")
        return self._users[user_id]

    def _others(self, user_id: str) -> list[User]:
        return [user for user in self._users.values() if user.id != user_id]

    def _end_sessions(self, user_id: str) -> None:
        self._sessions = {token: kept for token, kept in self._sessions.items() if kept[0] != user_id}


def _is_admin(user: User) -> bool:
    return StaffRole.ADMIN in user.roles and not user.is_disabled
