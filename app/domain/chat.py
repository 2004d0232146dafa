"""What is asked of a language model, and what one call took."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class Form(StrEnum):
    """How the reply is asked for, the strictest first; services understand different ones."""

    JSON_SCHEMA = "json_schema"
    TOOLS = "tools"
    JSON_OBJECT = "json_object"
    TEXT = "text"

    @property
    def looser(self) -> "Form | None":
        """The next one to try; none after TEXT, which everyone understands."""
        forms = list(Form)
        return next(iter(forms[forms.index(self) + 1 :]), None)


@dataclass(frozen=True, slots=True)
class Ask:
    """One request. `schema` (JSON Schema) is what the reply must be in every form but Form.TEXT."""

    system: str
    user: str
    form: Form
    schema: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Call:
    """What one call took and cost: filled while it runs, kept in the trace.

    `first_seconds`: until the first text of the try that brought it. `estimated`: the service did not tell its tokens.
    `cost` is in the currency of the prices in the settings.
    """

    form: Form
    tries: int = 0
    seconds: float = 0.0
    first_seconds: float | None = None
    tokens_in: int = 0
    tokens_out: int = 0
    estimated: bool = False
    cost: float = 0.0
    error: str | None = None

    @property
    def data(self) -> dict[str, Any]:
        """As plain JSON, times in milliseconds' precision."""
        first = None if self.first_seconds is None else round(self.first_seconds, 3)
        return asdict(self) | {"seconds": round(self.seconds, 3), "first_seconds": first, "cost": round(self.cost, 6)}
