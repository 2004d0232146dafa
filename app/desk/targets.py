"""`desk.toml`: presence, waits, clocks and priorities of the desk."""

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.domain.desk import Cause, Escalation
from app.domain.ticket import Priority
from app.errors import SettingsError

DESK = Path(__file__).with_name("desk.toml")

_FEELINGS = frozenset({Cause.ANGER, Cause.WORSENING_SENTIMENT})


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Presence(_Section):
    seconds: int = Field(ge=1)
    away_minutes: int = Field(ge=1)


class Waits(_Section):
    last: int = Field(ge=1)
    fewest: int = Field(ge=1)
    shortest: int = Field(ge=1)
    longest_times: int = Field(ge=1)


class Sla(_Section):
    warn_share: float = Field(ge=0, le=1)


class Target(_Section):
    """Minutes of opening hours."""

    first_reply: int = Field(ge=1, le=10_000)
    resolve: int = Field(ge=1, le=100_000)


class Priorities(_Section):
    urgent_topics: frozenset[str]
    high_score: float = Field(ge=0, le=1)
    long_tenure: int = Field(ge=1)


class DeskRules(_Section):
    presence: Presence
    waits: Waits
    sla: Sla
    targets: dict[Priority, Target]
    priority: Priorities

    def priority_of(self, escalation: Escalation, tenure: int | None) -> Priority:
        """`tenure`: years as a customer, where the site tells."""
        step = 1 if tenure is not None and tenure >= self.priority.long_tenure else 0
        return list(Priority)[max(self._usual(escalation).rank - step, 0)]

    def _usual(self, escalation: Escalation) -> Priority:
        if escalation.cause is Cause.CRITICAL_TOPIC:
            return Priority.URGENT if escalation.topic in self.priority.urgent_topics else Priority.HIGH
        if escalation.cause in _FEELINGS and escalation.score >= self.priority.high_score:
            return Priority.HIGH
        return Priority.LOW if escalation.cause is Cause.GUARD else Priority.NORMAL


def load_desk(path: Path = DESK) -> DeskRules:
    """Raises SettingsError with the file and the setting."""
    try:
        rules = DeskRules.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path} cannot be read ({error}); mend it.") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise SettingsError(f"{path}: {where}: {first['msg']}; correct it.") from None
    if missing := set(Priority) - set(rules.targets):
        raise SettingsError(f"{path}: targets: {', '.join(sorted(missing))} is missing; give it.")
    return rules
