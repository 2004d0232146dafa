"""What a staff member may open, by the table of routes."""

from dataclasses import dataclass

from app.access.routes import ACCESS, Anyone
from app.domain.people import User

# Pages of staff, in the order in which they are offered, each with its name in the catalogue.
_PAGES = {
    "/desk": "desk",
    "/desk/overview": "overview",
    "/admin": "users",
    "/admin/tokens": "tokens",
    "/admin/deliveries": "deliveries",
    "/admin/audit": "audit",
    "/admin/status": "status",
}


@dataclass(frozen=True, slots=True)
class Link:
    path: str
    label: str
    is_here: bool


def links_for(user: User, here: str) -> tuple[Link, ...]:
    def may_open(path: str) -> bool:
        access = ACCESS[f"GET {path}"]
        return isinstance(access, Anyone) or bool(access & user.roles)

    return tuple(Link(path, label, path == here) for path, label in _PAGES.items() if may_open(path))
