"""Staff and their sign-ins in the database. Of tokens only hashes are kept."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, Row, bindparam, delete
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from app.adapters.people_tables import FailureRow, InvitationRow, SessionRow, UserRow
from app.adapters.sql_store import token_hash
from app.adapters.transactions import Transactions
from app.domain.outcome import Language
from app.domain.people import LANGUAGES, SignedIn, StaffRole, User
from app.domain.ports import Clock
from app.errors import Conflict, NotFound

_FORGET_FAILURES = timedelta(days=1)
_USER: Any = UserRow.__table__  # type: ignore[attr-defined]
_SESSION: Any = SessionRow.__table__  # type: ignore[attr-defined]
_SIGNED_IN = (  # every request of staff asks for it: made once, and read without objects a third of the time
    sql_select(_USER, _SESSION.c.expires_at).join(_SESSION).where(_SESSION.c.token_hash == bindparam("hash"))
)


class SqlPeople:
    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._transactions = Transactions(engine)
        self._clock = clock

    def add(self, login: str, name: str, roles: frozenset[StaffRole], subject: str | None = None) -> User:
        with self._transactions.changing() as session:
            if session.exec(_by_login(login)).first():
                raise Conflict(f"There is already a user {login}; change that one.")
            row = UserRow(
                id=secrets.token_urlsafe(12),
                login=login.strip().lower(),
                name=name,
                roles=_words(roles),
                subject_hash=token_hash(subject) if subject else None,
                created_at=self._clock.now(),
            )
            session.add(row)
            return user_of(row)

    def provided(self, subject: str) -> User | None:
        with self._transactions.reading() as session:
            row = session.exec(select(UserRow).where(UserRow.subject_hash == token_hash(subject))).first()
            return user_of(row) if row else None

    def users(self) -> list[User]:
        with self._transactions.reading() as session:
            return [user_of(row) for row in session.exec(select(UserRow).order_by(col(UserRow.login)))]

    def find(self, login: str) -> User:
        return self.with_password(login)[0]

    def with_password(self, login: str) -> tuple[User, str | None]:
        with self._transactions.reading() as session:
            row = session.exec(_by_login(login)).first()
            if row is None:
                raise NotFound(f"There is no user {login}; `kotae user list` shows who there is.")
            return user_of(row), row.password

    def change(
        self,
        user_id: str,
        roles: frozenset[StaffRole] | None = None,
        is_disabled: bool | None = None,
        skills: frozenset[str] | None = None,
        languages: frozenset[Language] | None = None,
    ) -> User:
        with self._transactions.changing() as session:
            row = _row(session, user_id)
            was_admin = _is_admin(row)
            if roles is not None:
                row.roles = _words(roles)
            if is_disabled is not None:
                row.disabled_at = self._clock.now() if is_disabled else None
            row.skills = row.skills if skills is None else _words(skills)
            row.languages = row.languages if languages is None else _words(languages)
            session.add(row)
            if was_admin and not any(_is_admin(one) for one in session.exec(select(UserRow))):
                raise Conflict("The last administrator stays; make somebody else one first.")
            if row.disabled_at:
                _end_sessions(session, user_id)
            return user_of(row)

    def set_password(self, user_id: str, password: str) -> None:
        with self._transactions.changing() as session:
            _set_password(session, _row(session, user_id), password)

    def invite(self, user_id: str, until: datetime) -> str:
        token = secrets.token_urlsafe(32)
        with self._transactions.changing() as session:
            session.merge(InvitationRow(user_id=user_id, token_hash=token_hash(token), expires_at=until))
        return token

    def invited(self, token: str) -> User:
        with self._transactions.reading() as session:
            return user_of(self._invited(session, token))

    def accept(self, token: str, password: str) -> User:
        with self._transactions.changing() as session:
            row = self._invited(session, token)
            _set_password(session, row, password)
            session.exec(delete(InvitationRow).where(col(InvitationRow.user_id) == row.id))
            return user_of(row)

    def open_session(self, user_id: str, until: datetime) -> str:
        token = secrets.token_urlsafe(32)
        with self._transactions.changing() as session:
            session.exec(delete(SessionRow).where(col(SessionRow.expires_at) <= self._clock.now()))
            session.add(SessionRow(token_hash=token_hash(token), user_id=user_id, expires_at=until))
        return token

    def signed_in(self, token: str) -> SignedIn | None:
        with self._transactions.reading() as session:
            found = session.connection().execute(_SIGNED_IN, {"hash": token_hash(token)}).first()
        if found is None or found.expires_at <= self._clock.now() or found.disabled_at:
            return None
        return SignedIn(user_of(found), token, found.expires_at)

    def close_session(self, token: str) -> None:
        with self._transactions.changing() as session:
            session.exec(delete(SessionRow).where(col(SessionRow.token_hash) == token_hash(token)))

    def failures(self, who: str) -> tuple[int, datetime | None]:
        with self._transactions.reading() as session:
            row = session.get(FailureRow, token_hash(who))
            return (row.count, row.last_at) if row else (0, None)

    def add_failure(self, who: str) -> None:
        now = self._clock.now()
        with self._transactions.changing() as session:
            session.exec(delete(FailureRow).where(col(FailureRow.last_at) < now - _FORGET_FAILURES))
            row = session.get(FailureRow, token_hash(who)) or FailureRow(who=token_hash(who), count=0, last_at=now)
            row.count, row.last_at = row.count + 1, now
            session.add(row)

    def forget_failures(self, who: str) -> None:
        with self._transactions.changing() as session:
            session.exec(delete(FailureRow).where(col(FailureRow.who) == token_hash(who)))

    def _invited(self, session: Session, token: str) -> UserRow:
        invitation = session.exec(select(InvitationRow).where(InvitationRow.token_hash == token_hash(token))).first()
        if invitation is None or invitation.expires_at <= self._clock.now():
            raise NotFound("This link is used up or too old; ask for a new one.")
        return _row(session, invitation.user_id)


def _by_login(login: str) -> SelectOfScalar[UserRow]:
    return select(UserRow).where(UserRow.login == login.strip().lower())


def _row(session: Session, user_id: str) -> UserRow:
    row = session.get(UserRow, user_id)
    if row is None:
        raise NotFound("There is no such user.")
    return row


def _is_admin(row: UserRow) -> bool:
    return StaffRole.ADMIN in row.roles.split() and row.disabled_at is None


def user_of(row: UserRow | Row[Any]) -> User:
    roles = frozenset(StaffRole(role) for role in row.roles.split())
    return User(
        id=row.id,
        login=row.login,
        name=row.name,
        roles=roles,
        is_disabled=row.disabled_at is not None,
        has_password=row.password is not None,
        skills=frozenset(row.skills.split()),
        languages=frozenset(lang for lang in LANGUAGES if lang in row.languages.split()),
        is_provided=row.subject_hash is not None,
    )


def _words(words: Iterable[str]) -> str:
    return " ".join(sorted(words))


def _set_password(session: Session, row: UserRow, password: str) -> None:
    """Whoever is signed in has to sign in again."""
    row.password = password
    session.add(row)
    _end_sessions(session, row.id)


def _end_sessions(session: Session, user_id: str) -> None:
    session.exec(delete(SessionRow).where(col(SessionRow.user_id) == user_id))
