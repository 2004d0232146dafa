"""The fake of integrations' tokens: everything in this process."""

import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime

from app.domain.people import API_TOKEN, ApiToken, Scope
from app.domain.ports import Clock
from app.errors import NotFound


@dataclass
class MemoryApiTokens:
    clock: Clock
    _tokens: dict[str, ApiToken] = field(default_factory=dict)

    def make(self, name: str, scopes: frozenset[Scope], until: datetime) -> tuple[ApiToken, str]:
        token = API_TOKEN + secrets.token_urlsafe(32)
        self._tokens[token] = ApiToken(secrets.token_hex(8), name, scopes, until)
        return self._tokens[token], token

    def tokens(self) -> list[ApiToken]:
        return sorted(self._tokens.values(), key=lambda token: token.name)

    def end(self, token_id: str) -> ApiToken:
        for token, kept in self._tokens.items():
            if kept.id == token_id:
                return self._tokens.pop(token)
        raise NotFound("There is no such API token; `kotae token list` shows which there are.")

    def known(self, token: str) -> ApiToken | None:
        kept = self._tokens.get(token)
        if kept is None or kept.expires_at <= self.clock.now():
            return None
        self._tokens[token] = replace(kept, last_used_at=self.clock.now())
        return kept
