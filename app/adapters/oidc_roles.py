"""Which claims of an identity provider give which roles, as KOTAE_OIDC_ROLES says."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.people import StaffRole
from app.errors import SettingsError


@dataclass(frozen=True, slots=True)
class RoleRule:
    """Who has `value` in `claim` gets `role`. `claim` is a name, or a path with dots into a claim that is an object."""

    claim: str
    value: str
    role: StaffRole


def role_rules(entries: tuple[str, ...]) -> tuple[RoleRule, ...]:
    """Each entry is `claim:value=role`. Raises SettingsError."""
    rules = []
    for entry in entries:
        where, _, role = entry.rpartition("=")
        claim, _, value = where.rpartition(":")
        if not claim or not value or role not in set(StaffRole):
            known = ", ".join(StaffRole)
            raise SettingsError(f"KOTAE_OIDC_ROLES has {entry!r}; write claim:value=role, with one of {known} as role.")
        rules.append(RoleRule(claim, value, StaffRole(role)))
    return tuple(rules)


def roles_of(claims: Mapping[str, Any], rules: tuple[RoleRule, ...]) -> frozenset[StaffRole]:
    return frozenset(rule.role for rule in rules if rule.value in _values(claims, rule.claim))


def _values(claims: Mapping[str, Any], claim: str) -> list[str]:
    """A claim of exactly that name goes before a path."""
    found: Any = claims.get(claim)
    if found is None:
        found = claims
        for part in claim.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
    values = found if isinstance(found, list) else [found]
    return [value for value in values if isinstance(value, str)]
