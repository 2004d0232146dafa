"""Signing in at the identity provider: it says who somebody is and what they may do, each time anew."""

from app.access.sign_in import SignIn
from app.domain.audit import IDENTITY_PROVIDER, Act
from app.domain.people import Identity, SignedIn, User
from app.domain.people_ports import AuditTrail, People
from app.errors import Conflict, IdentityRefused

_NO_ROLE = "provider_no_role"


class ProviderSignIn:
    """Methods block."""

    def __init__(self, people: People, sign_in: SignIn, audit: AuditTrail) -> None:
        self._people = people
        self._sign_in = sign_in
        self._audit = audit

    def accept(self, identity: Identity, address: str) -> SignedIn:
        """A new session. Whoever comes for the first time is added; the roles are those that the provider gives now,
        and without any they get in no more. Raises IdentityRefused, and Conflict where no administrator would be left.
        """
        user = self._people.provided(identity.subject)
        if user is None and identity.roles:
            user = self._add(identity, address)
        elif user and user.roles != identity.roles:
            user = self._people.change(user.id, roles=identity.roles)
            self._record(Act.ROLES, user, address)
        if user is None or not user.roles:
            raise IdentityRefused("The identity provider gives none of the roles in KOTAE_OIDC_ROLES.", _NO_ROLE)
        if user.is_disabled:
            raise IdentityRefused("The user is disabled.", _NO_ROLE)
        return self._sign_in.as_user(user)

    def _add(self, identity: Identity, address: str) -> User:
        """Whoever has that login with a password here is somebody else, whatever the provider says."""
        try:
            user = self._people.add(identity.login, identity.name, identity.roles, identity.subject)
        except Conflict:
            raise IdentityRefused("The login is that of a user of this service.", "login_taken") from None
        self._record(Act.USER_ADDED, user, address)
        return user

    def _record(self, act: Act, user: User, address: str) -> None:
        self._audit.add(IDENTITY_PROVIDER, act, f"{user.id} {' '.join(sorted(user.roles))}", address)
