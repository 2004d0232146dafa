"""How one answer came about: what each step saw and decided, and how long it took."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, JsonValue

from app.domain.conversation import Turn
from app.domain.desk import Escalation, Standing
from app.domain.outcome import Language, Outcome, Versions


class Step(BaseModel):
    model_config = ConfigDict(frozen=True)

    name: str
    seconds: float
    data: dict[str, JsonValue] = {}


class Trace(BaseModel):
    """Each step appends one `Step`; the outcome is added last. Stored as JSON and replayed by `kotae replay`."""

    id: str
    conversation_id: str
    question: str
    history: tuple[Turn, ...] = ()  # what the question was understood with; the customer's words and ours
    standing: Standing = Standing()
    locale: Language
    audience: str
    created_at: datetime
    versions: Versions
    steps: list[Step] = []
    escalation: Escalation | None = None  # to a person, at once or by an offer
    outcome: Outcome | None = None

    def add(self, name: str, seconds: float, **data: Any) -> None:
        """Append a step; `data` must be plain JSON values."""
        self.steps.append(Step(name=name, seconds=round(seconds, 6), data=data))
