"""Tokens of integrations in the database."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from app.adapters.people_tables import ApiTokenRow
from app.adapters.sql_store import token_hash
from app.adapters.transactions import Transactions
from app.domain.people import API_TOKEN, ApiToken, Scope
from app.domain.ports import Clock
from app.errors import NotFound

_USE_NOTED = timedelta(minutes=1)  # not for every call


class SqlApiTokens:
    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._transactions = Transactions(engine)
        self._clock = clock

    def make(self, name: str, scopes: frozenset[Scope], until: datetime) -> tuple[ApiToken, str]:
        token = API_TOKEN + secrets.token_urlsafe(32)
        row = ApiTokenRow(
            id=secrets.token_hex(8),
            token_hash=token_hash(token),
            name=name,
            scopes=" ".join(sorted(scopes)),
            expires_at=until,
        )
        with self._transactions.changing() as session:
            session.add(row)
            return _token(row), token

    def tokens(self) -> list[ApiToken]:
        with self._transactions.reading() as session:
            return [_token(row) for row in session.exec(select(ApiTokenRow).order_by(col(ApiTokenRow.name)))]

    def end(self, token_id: str) -> ApiToken:
        with self._transactions.changing() as session:
            row = session.get(ApiTokenRow, token_id)
            if row is None:
                raise NotFound("There is no such API token; `kotae token list` shows which there are.")
            session.delete(row)
            return _token(row)

    def known(self, token: str) -> ApiToken | None:
        now = self._clock.now()
        with self._transactions.reading() as session:
            row = _of(session, token)
            if row is None or row.expires_at <= now:
                return None
            known = _token(row)
        if known.last_used_at is None or now - known.last_used_at >= _USE_NOTED:
            self._note_use(token, now)
        return known

    def _note_use(self, token: str, now: datetime) -> None:
        with self._transactions.changing() as session:
            if row := _of(session, token):  # ended meanwhile
                row.last_used_at = now
                session.add(row)


def _of(session: Session, token: str) -> ApiTokenRow | None:
    return session.exec(select(ApiTokenRow).where(ApiTokenRow.token_hash == token_hash(token))).first()


def _token(row: ApiTokenRow) -> ApiToken:
    scopes = frozenset(Scope(scope) for scope in row.scopes.split())
    return ApiToken(row.id, row.name, scopes, row.expires_at, row.last_used_at)
