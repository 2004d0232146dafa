"""What the templates of staff pages are given; see `app.web.pages`."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.audit import Act, AuditEntry
from app.domain.delivery import Delivery, DeliveryState
from app.domain.people import ApiToken, Scope, User
from app.web.navigation import Link
from app.web.pages import FormPage


@dataclass(frozen=True, slots=True)
class StaffPage(FormPage):
    """`links`: what the reader may open; `name` is theirs."""

    links: tuple[Link, ...]
    name: str


@dataclass(frozen=True, slots=True)
class TokensPage(StaffPage):
    """`made`: the token just made, which is shown this once."""

    tokens: tuple[ApiToken, ...]
    are_on: bool
    made: str | None = None

    @property
    def scopes(self) -> tuple[str, ...]:
        return tuple(Scope)


@dataclass(frozen=True, slots=True)
class StatusPage(StaffPage):
    """`sections`: each a title and lines, which are a name and a value, in the page's language."""

    sections: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


@dataclass(frozen=True, slots=True)
class AdminPage(StaffPage):
    """`link`: of an invitation just made. `error`: the catalogue's key of why something was not done."""

    users: tuple[User, ...]
    link: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class AuditPage(StaffPage):
    """`people`: names by user id. `who`, `act`: what is filtered by. `broken_at`: the first line that does not fit."""

    entries: tuple[AuditEntry, ...]
    people: Mapping[str, str]
    who: str
    act: str
    broken_at: int | None

    @property
    def acts(self) -> tuple[str, ...]:
        return tuple(Act)


@dataclass(frozen=True, slots=True)
class DeliveriesPage(StaffPage):
    """`state`: what is filtered by, or ""."""

    deliveries: tuple[Delivery, ...]
    state: str

    @property
    def states(self) -> tuple[str, ...]:
        return tuple(DeliveryState)
