"""An identity provider on the loopback, with real keys and tokens; each test says what it does wrong."""

import base64
import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey
from joserfc.jws import JWSRegistry

from tests.loopback import serving

CLIENT, SECRET = "kotae", "the client's secret"


@dataclass
class OidcServer:
    """`claims` go into every token, on top of those that a good one has; `key` signs, `published` is what clients may
    check with. `status`: what it answers instead of anything."""

    issuer: str = ""
    key: Any = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "first"}))
    published: list[Any] = field(default_factory=list)
    algorithm: str = "RS256"
    claims: dict[str, Any] = field(default_factory=dict)
    status: int = 200
    metadata: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)  # what the browser brought, by code
    calls: list[tuple[str, str]] = field(default_factory=list)  # path and Authorization header

    def signs_in(self, query: str, code: str = "code-1") -> tuple[str, str]:
        """The browser came with `query`, and a person signed in: the code and the state it takes back."""
        asked = {name: values[0] for name, values in parse_qs(query).items()}
        self.codes[code] = asked
        return code, asked["state"]

    def rotate(self, kid: str = "second") -> None:
        self.key = RSAKey.generate_key(2048, {"kid": kid})
        self.published = [self.key]

    def id_token(self, nonce: str) -> str:
        now = int(time.time())
        good = {"iss": self.issuer, "sub": "person-1", "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce}
        claims = good | {"preferred_username": "aoi", "name": "青井 葵", "groups": ["support", "all"]} | self.claims
        header = {"alg": self.algorithm} | ({"kid": self.key.kid} if self.key else {})
        if self.algorithm == "none":
            return unsigned(header, claims)
        claims = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(header, claims, self.key, registry=JWSRegistry(algorithms=[self.algorithm]))


def unsigned(header: dict[str, Any], claims: dict[str, Any]) -> str:
    import json

    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, claims)]
    return ".".join([*parts, ""])


def symmetric(text: str) -> OctKey:
    """A "secret" that everybody knows."""
    return OctKey.import_key(text, {"kid": "first"})


@contextmanager
def oidc_server() -> Iterator[OidcServer]:
    server = OidcServer()
    server.published = [server.key]
    app = FastAPI()

    @app.middleware("http")
    async def count(request: Request, call_next: Any) -> Any:
        server.calls.append((request.url.path, request.headers.get("authorization", "")))
        return await call_next(request) if server.status == 200 else JSONResponse({}, server.status)

    @app.get("/.well-known/openid-configuration")
    def describe() -> dict[str, Any]:
        paths = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        return {"issuer": server.issuer} | {n: f"{server.issuer}/{p}" for n, p in paths.items()} | server.metadata

    @app.get("/keys")
    def keys() -> dict[str, Any]:
        return dict(KeySet(server.published).as_dict(private=False))

    @app.post("/token")
    async def token(request: Request) -> JSONResponse:
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        asked = server.codes.pop(form.get("code", ""), None)  # a code is good once
        if asked is None or not _is_authentic(request, form) or not _is_verified(asked, form):
            return JSONResponse({"error": "invalid_grant"}, 400)
        return JSONResponse({"token_type": "Bearer", "access_token": "a", "id_token": server.id_token(asked["nonce"])})

    with serving(app) as url:
        server.issuer = url
        yield server


def _is_authentic(request: Request, form: dict[str, str]) -> bool:
    pair = base64.b64encode(f"{CLIENT}:{SECRET.replace(' ', '+').replace(chr(39), '%27')}".encode()).decode()
    return request.headers.get("authorization") == f"Basic {pair}" or form.get("client_secret") == SECRET


def _is_verified(asked: dict[str, str], form: dict[str, str]) -> bool:
    """RFC 7636, section 4.6, and the address that the code was given to."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
    is_same = form["redirect_uri"] == asked["redirect_uri"]
    return is_same and asked["code_challenge_method"] == "S256" and digest == asked["code_challenge"]
