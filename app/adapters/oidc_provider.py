"""An identity provider by OpenID Connect Core 1.0: the authorisation code flow with PKCE (RFC 7636, S256).

What the provider publishes, its keys above all, is fetched for each sign-in: they are few, and a key that was changed
or withdrawn counts at once.
"""

import base64
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import SecretStr

from app.adapters.oidc_roles import RoleRule, roles_of
from app.adapters.safe_http import Fetched, SafeHttp
from app.domain.people import Identity, Journey
from app.domain.ports import Clock
from app.errors import FetchFailed, FetchRefused, IdentityRefused, ProviderFailed

_log = logging.getLogger(__name__)

# Asymmetric ones only: with "none" nobody signs, and with HS* whoever knows a public key could.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
LEEWAY = 310  # seconds: clocks may differ by five minutes, and the way takes some
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_LONGEST_LOGIN, _LONGEST_NAME = 254, 200


@dataclass(frozen=True, slots=True)
class Client:
    """Who this service is at the provider."""

    issuer: str
    id: str
    secret: SecretStr
    scope: str
    rules: tuple[RoleRule, ...]


class OidcProvider:
    def __init__(self, client: Client, http: SafeHttp, clock: Clock) -> None:
        self._client = client
        self._http = http
        self._clock = clock

    async def address(self, back_to: str, journey: Journey) -> str:
        about = await self._metadata()
        address: str = prepare_grant_uri(
            about["authorization_endpoint"],
            self._client.id,
            "code",
            redirect_uri=back_to,
            scope=self._client.scope,
            state=journey.state,
            nonce=journey.nonce,
            code_challenge=create_s256_code_challenge(journey.verifier),
            code_challenge_method="S256",
        )
        return address

    async def identity(self, back_to: str, journey: Journey, code: str) -> Identity:
        about = await self._metadata()
        given = await self._redeem(about, back_to, journey, code)
        published = _object(await self._fetch(about["jwks_uri"]), "its keys")
        try:
            claims = self._proved(given, published, journey)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            told = f"{type(error).__name__} {getattr(error, 'claim', '') or ''}".strip()
            _log.warning("An ID token of the identity provider was not accepted: %s.", told)
            raise IdentityRefused(f"The ID token is not accepted ({told}).") from None
        return self._identity(claims)

    async def _metadata(self) -> dict[str, Any]:
        """OpenID Connect Discovery 1.0, sections 4.2 and 4.3."""
        issuer = self._client.issuer
        about = _object(await self._fetch(issuer.rstrip("/") + "/.well-known/openid-configuration"), "its description")
        if about.get("issuer") != issuer:
            raise ProviderFailed("The identity provider calls itself otherwise than KOTAE_OIDC_ISSUER.")
        scheme = urlsplit(issuer).scheme
        for name in _ENDPOINTS:
            if urlsplit(str(about.get(name, ""))).scheme not in {scheme, "https"}:
                raise ProviderFailed(f"The identity provider names no {name}, or one that is less safe than itself.")
        return about

    async def _redeem(self, about: Mapping[str, Any], back_to: str, journey: Journey, code: str) -> dict[str, Any]:
        """RFC 6749, section 4.1.3; the secret goes as section 2.3.1 has it, or in the form where that is all the
        provider takes."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back_to,
            "code_verifier": journey.verifier,
            "client_id": self._client.id,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        secret = self._client.secret.get_secret_value()
        if "client_secret_basic" in about.get("token_endpoint_auth_methods_supported", ["client_secret_basic"]):
            pair = f"{quote_plus(self._client.id)}:{quote_plus(secret)}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            form["client_secret"] = secret
        answer = await self._reach(self._http.post(about["token_endpoint"], urlencode(form).encode(), headers))
        if 400 <= answer.status < 500:  # the code was used before, or is none
            _log.warning("The identity provider refused a code with status %d.", answer.status)
            raise IdentityRefused("The identity provider refused the code.")
        return _object(answer, "its token")

    def _proved(self, given: Mapping[str, Any], published: Mapping[str, Any], journey: Journey) -> Mapping[str, Any]:
        """OpenID Connect Core 1.0, section 3.1.3.7."""
        keys = [key for key in published["keys"] if key.get("use", "sig") == "sig" and key.get("kty") != "oct"]
        token = jwt.decode(given["id_token"], KeySet.import_key_set({"keys": keys}), algorithms=ALGORITHMS)
        expected = {"iss": self._client.issuer, "aud": self._client.id, "nonce": journey.nonce}
        options: Any = {name: {"essential": True, "value": value} for name, value in expected.items()}
        options["sub"] = {"essential": True}
        params = {"nonce": journey.nonce, "client_id": self._client.id, "access_token": given.get("access_token")}
        CodeIDToken(token.claims, token.header, options, params).validate(int(self._clock.now().timestamp()), LEEWAY)
        return token.claims

    def _identity(self, claims: Mapping[str, Any]) -> Identity:
        """The issuer is part of the subject: another provider may give the same. Customers read the name, so that
        nobody's mail address stands in its place."""
        subject = f"{self._client.issuer} {claims['sub']}"
        words = [claims.get(name) for name in ("preferred_username", "email", "sub")]
        login = next(word for word in words if isinstance(word, str) and word.strip())[:_LONGEST_LOGIN]
        name = claims.get("name")
        shown = name if isinstance(name, str) and name.strip() else login.partition("@")[0] or login
        return Identity(subject, login, shown[:_LONGEST_NAME], roles_of(claims, self._client.rules))

    async def _fetch(self, url: str) -> Fetched:
        return await self._reach(self._http.get(url))

    async def _reach(self, fetching: Any) -> Fetched:
        try:
            fetched: Fetched = await fetching
        except (FetchFailed, FetchRefused) as error:
            raise ProviderFailed(f"The identity provider cannot be reached: {error}") from None
        return fetched


def _object(answer: Fetched, what: str) -> dict[str, Any]:
    """Raises ProviderFailed for anything but a JSON object."""
    try:
        read = json.loads(answer.body)
    except (ValueError, RecursionError):
        read = None
    if answer.status != 200 or not isinstance(read, dict):
        raise ProviderFailed(f"The identity provider does not give {what} (status {answer.status}).")
    return read
