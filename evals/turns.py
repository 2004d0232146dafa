"""A conversation as a data set has it, before it was handed over."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from app.domain.conversation import Conversation, Message, Role
from app.domain.outcome import Kind, Language, Outcome, Versions

_WHEN = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
_NO_VERSIONS = Versions(index="", prompts="", model="", policy="")


class Said(BaseModel):
    """A turn; `kind` is how the assistant's ended."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    role: Role
    text: str
    kind: Literal["answer", "clarify", "decline"] = "answer"


def conversation_of(
    name: str, lang: Language, turns: Sequence[Said], redacted: Callable[[str], str] = lambda text: text
) -> Conversation:
    """`redacted` is what the service keeps of a text."""
    messages = tuple(
        Message(f"{name}-{n}", said.role, text, _WHEN, _outcome(said, text, lang))
        for n, said in enumerate(turns)
        for text in [redacted(said.text)]
    )
    return Conversation(name, lang, "eval", _WHEN, messages)


def _outcome(said: Said, text: str, lang: Language) -> Outcome | None:
    if said.role is not Role.ASSISTANT:
        return None
    kind = Kind(said.kind)
    return Outcome(
        message_id="", kind=kind, language=lang, text=text, confidence=0.0, versions=_NO_VERSIONS, trace_id=""
    )
