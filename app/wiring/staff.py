"""Who works here, and how they sign in."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from pydantic import SecretStr

from app.access.sign_in import SignIn
from app.adapters.clock import SystemClock
from app.domain.people import StaffRole, User
from app.domain.people_ports import ApiTokens, AuditTrail, IdentityProvider, People
from app.domain.ports import Clock
from app.errors import SettingsError
from app.settings import Settings, listed
from app.wiring.outside import open_http
from app.wiring.records import make_home

if TYPE_CHECKING:
    from sqlalchemy import Engine

_FIRST = "admin"


@dataclass(frozen=True, slots=True)
class Staff:
    """What commands about staff need."""

    people: People
    sign_in: SignIn
    api_tokens: ApiTokens
    audit: AuditTrail
    address: str
    has_passwords: bool

    def invitation(self, user: User) -> str:
        """A link with which they choose a password."""
        return f"{self.address}/invite/{self.sign_in.invite(user)}"

    def first_invitation(self) -> str | None:
        """What to tell at a start while nobody can sign in: a link for the first administrator, who is made here;
        a link that somebody was given by hand stays good. None once anybody has a password, or where none has one.
        """
        users = self.people.users()
        if not self.has_passwords or any(user.has_password for user in users):
            return None
        admins = {user.login: user for user in users if StaffRole.ADMIN in user.roles}
        if admins and _FIRST not in admins:
            login = next(iter(admins))
            return (
                f"Nobody can sign in yet. {login} was given a link to choose a password; "
                f"`kotae user password {login}` prints a new one."
            )
        link = self.invitation(admins.get(_FIRST) or self.people.add(_FIRST, _FIRST, frozenset({StaffRole.ADMIN})))
        return f"Nobody can sign in yet. The administrator (user name: {_FIRST}) chooses a password at {link}"


def open_staff(settings: Settings) -> Staff:
    """Raises SettingsError or DatabaseError."""
    from app.adapters.database import open_database

    make_home(settings)
    return staff_of(settings, open_database(settings.sqlalchemy_url), SystemClock())


def staff_of(settings: Settings, engine: "Engine", clock: Clock) -> Staff:
    from app.adapters.passwords import Argon2Passwords
    from app.adapters.sql_api_tokens import SqlApiTokens
    from app.adapters.sql_audit import SqlAuditTrail
    from app.adapters.sql_people import SqlPeople

    people = SqlPeople(engine, clock)
    sign_in = SignIn(people, Argon2Passwords(), clock, timedelta(hours=settings.session_hours))
    audit, has_passwords = SqlAuditTrail(engine, clock), settings.password_sign_in
    return Staff(people, sign_in, SqlApiTokens(engine, clock), audit, settings.address, has_passwords)


def open_provider(settings: Settings, clock: Clock) -> IdentityProvider | None:
    """Where staff sign in; None where the settings name none. Raises SettingsError for half a setting."""
    if not settings.oidc_issuer:
        if not settings.password_sign_in:
            raise SettingsError("KOTAE_PASSWORD_SIGN_IN is off without KOTAE_OIDC_ISSUER: nobody could sign in.")
        return None
    for name in ("oidc_client_id", "oidc_client_secret", "oidc_roles"):
        value = getattr(settings, name)
        if not (value.get_secret_value() if isinstance(value, SecretStr) else value):
            raise SettingsError(f"KOTAE_{name.upper()} is empty; an identity provider needs it.")
    from app.adapters.oidc_provider import Client, OidcProvider
    from app.adapters.oidc_roles import role_rules

    rules, secret = role_rules(listed(settings.oidc_roles)), settings.oidc_client_secret
    client = Client(settings.oidc_issuer, settings.oidc_client_id, secret, settings.oidc_scope, rules)
    return OidcProvider(client, open_http(settings), clock)
