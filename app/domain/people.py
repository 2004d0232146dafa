"""The people who work with Kotae, and what they may do."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.outcome import Language
from app.errors import Unprocessable

_SKILL = re.compile(r"[A-Za-z0-9_-]{1,32}")
_MOST_SKILLS = 12
LANGUAGES: tuple[Language, ...] = ("ja", "en")

API_TOKEN = "kotae_"  # noqa: S105 – how one begins, by which scanners of source code know it


class StaffRole(StrEnum):
    """None contains another: a person has the roles that their work needs, and each can be taken away alone."""

    AGENT = "agent"
    KB_OWNER = "kb_owner"
    QA = "qa"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class User:
    """`login`, in lower case, is what the person signs in with: an e-mail address or a short name. `skills` (names of
    routes) and `languages` are those of the tickets they are given; without any, all."""

    id: str
    login: str
    name: str
    roles: frozenset[StaffRole]
    is_disabled: bool = False
    has_password: bool = False
    skills: frozenset[str] = frozenset()
    languages: frozenset[Language] = frozenset()


def named_skills(names: Iterable[str]) -> frozenset[str]:
    """As routes are named: words without spaces. Raises Unprocessable."""
    skills = frozenset(name.strip() for name in names if name.strip())
    if wrong := [name for name in skills if not _SKILL.fullmatch(name)]:
        raise Unprocessable(f"{wrong[0]!r} is no skill: use letters, digits, - and _, 32 at most.")
    if len(skills) > _MOST_SKILLS:
        raise Unprocessable(f"Nobody has more than {_MOST_SKILLS} skills.")
    return skills


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person at a browser; `token` is the session's, which only its cookie holds."""

    user: User
    token: str
    expires_at: datetime


class Scope(StrEnum):
    """What an integration may do: ask as customers do, or what staff with that role may."""

    ASK = "ask"
    AGENT = "agent"
    KB_OWNER = "kb_owner"
    QA = "qa"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class ApiToken:
    """Of an integration; the token itself is shown once, when it is made."""

    id: str
    name: str
    scopes: frozenset[Scope]
    expires_at: datetime
    last_used_at: datetime | None = None
