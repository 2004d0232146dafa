"""What the API of drafts reads and writes. Texts hold tokens for personal data; nothing here is restored."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from app.desk.drafts import Check, why_none
from app.domain.diff import ChangeKind
from app.domain.draft import Draft, End, Lack, Rejection, Tone
from app.domain.macro import Macro
from app.domain.outcome import Citation, Language, Versions
from app.domain.summary import LineKind
from app.web.payloads import MessageShown, MessageText


class _Shown(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class SummaryLineShown(_Shown):
    """`text` is in `lang`; `turn` counts all turns from 0."""

    kind: LineKind
    label: str
    text: str
    lang: Language
    turn: int
    message_id: str


class SummaryShown(_Shown):
    language: Language
    lines: list[SummaryLineShown]
    by: str


class DraftSentenceShown(_Shown):
    text: str
    citations: list[int]
    agent_only: bool


class DraftShown(BaseModel):
    """`agent_only`: sending it takes `confirm_agent_only`; `stale`: something was said since it was made. Without
    sentences `why` tells the reason. `agent_documents` are those of the cited articles that are for staff."""

    id: str
    language: Language
    tone: Tone
    made_at: datetime
    text: str
    sentences: list[DraftSentenceShown]
    citations: list[Citation]
    agent_documents: list[str]
    agent_only: bool
    stale: bool
    asked: list[str]
    open: list[str]
    lack: Lack | None
    why: str | None
    versions: Versions


class NewDraft(BaseModel):
    tone: Tone = Tone.PLAIN


class DraftText(BaseModel):
    text: MessageText


class Sending(DraftText):
    """`seen`: how many messages were read; `anyway`: send it though the customer wrote since."""

    seen: int | None = Field(None, ge=0)
    anyway: bool = False
    confirm_agent_only: bool = False


class RejectionShown(BaseModel):
    reason: Rejection


class CheckShown(_Shown):
    agent_only: list[str]
    stale: bool
    withdrawn: list[str]
    additions: list[str]


class ChangeShown(_Shown):
    kind: ChangeKind
    text: str


class SentShown(BaseModel):
    message: MessageShown
    end: End
    distance: float
    changes: list[ChangeShown]
    additions: list[str]
    withdrawn: list[str]


class MacroShown(_Shown):
    name: str
    language: Language
    title: str
    text: str
    team: str
    uses: int
    variables: list[str]


class MacroValues(BaseModel):
    lang: Language
    team: str = Field("", max_length=64)
    values: dict[str, str] = {}


def draft_shown(draft: Draft, messages: int, lang: Language) -> DraftShown:
    """`lang` is the agent's."""
    plain: dict[str, Any] = {name: getattr(draft, name) for name in DraftShown.model_fields if hasattr(draft, name)}
    return DraftShown.model_validate(
        plain
        | {
            "sentences": [DraftSentenceShown.model_validate(sentence) for sentence in draft.sentences],
            "agent_documents": sorted(draft.agent_documents),
            "agent_only": draft.is_agent_only,
            "stale": draft.is_stale(messages),
            "why": why_none(draft.lack, lang) if draft.lack else None,
        }
    )


def check_shown(checked: Check) -> CheckShown:
    return CheckShown.model_validate(checked)


def macro_shown(macro: Macro) -> MacroShown:
    told = {name: getattr(macro, name) for name in MacroShown.model_fields}
    return MacroShown.model_validate(told | {"variables": sorted(macro.variables)})
