"""What the API reads and writes.

Unknown fields are ignored; text is freed of control characters and lone surrogates.
"""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from app.domain.conversation import Role
from app.domain.desk import State
from app.domain.knowledge import BlockKind
from app.domain.outcome import Language, Outcome
from app.domain.text import clean, normalise
from app.web.problems import MAX_TEXT


def _cleaned(value: Any) -> Any:
    return clean(value).strip() if isinstance(value, str) else value


def _or_none(value: str | None) -> str | None:
    return value or None


def _is_message(text: str) -> str:
    length = len(normalise(text).text.strip())
    if not length:
        raise PydanticCustomError("empty_message", "A message should have at least one character.")
    if length > MAX_TEXT:
        raise PydanticCustomError("too_long", "A message should have at most 4000 characters.")
    return text


MessageId = Annotated[str, BeforeValidator(_cleaned), Field(min_length=1, max_length=64)]
MessageText = Annotated[str, BeforeValidator(_cleaned), AfterValidator(_is_message)]
ShortText = Annotated[Annotated[str, Field(max_length=200)] | None, BeforeValidator(_cleaned), AfterValidator(_or_none)]
LongText = Annotated[Annotated[str, Field(max_length=1000)] | None, BeforeValidator(_cleaned), AfterValidator(_or_none)]


class NewConversation(BaseModel):
    locale: Language | None = None
    channel: str = Field("web", pattern=r"^[a-z][a-z0-9_-]{0,31}$")
    customer: ShortText = None


class ConversationCreated(BaseModel):
    """`token` is shown this once: it is the bearer token of every later call."""

    id: str
    token: str
    greeting: str


class NewMessage(BaseModel):
    text: MessageText


class HandoffWish(BaseModel):
    contact: ShortText = None


class HandoffDetail(BaseModel):
    """`value` null: the customer would rather not say."""

    key: str = Field(max_length=32)
    value: ShortText = None


class DetailQuestion(BaseModel):
    key: str
    text: str


class Feedback(BaseModel):
    """The latest one on a message counts; `helpful: null` without the others withdraws it."""

    message_id: MessageId
    helpful: bool | None = None
    csat: int | None = Field(None, ge=1, le=5)
    comment: LongText = None


class MessageShown(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: str
    role: Role
    text: str
    at: datetime
    outcome: Outcome | None
    helpful: bool | None
    author: str | None = None


class HandoffShown(BaseModel):
    """The request with the words that tell it, in the conversation's language and on the site's clock.

    `agent`: who has taken it. `asks`: the one detail that may be asked for now.
    """

    ticket_id: str
    requested_at: datetime
    expected_reply_at: datetime
    contact: str | None
    open: bool
    notice: str
    time: str
    day: str
    button: str
    requested_time: str
    state: State
    agent: str | None
    details: dict[str, str | None]
    asks: DetailQuestion | None


class ConversationShown(BaseModel):
    """`read_only`: some of its personal data cannot be read, and is shown as hidden."""

    id: str
    locale: Language
    channel: str
    created_at: datetime
    messages: list[MessageShown]
    handoff: HandoffShown | None
    state: State
    read_only: bool = False


class BlockShown(BaseModel):
    kind: BlockKind
    start: int
    end: int
    level: int


class SourceShown(BaseModel):
    """Offsets are code points of `text`. `withdrawn`: no longer published; `outdated`: published, but changed since."""

    document_id: str
    title: str
    lang: str
    url: str | None
    version: str
    reviewed_on: date | None
    tags: list[str]
    text: str
    blocks: list[BlockShown]
    withdrawn: bool
    outdated: bool


class Suggestions(BaseModel):
    suggestions: list[str]


class Health(BaseModel):
    status: str


class Readiness(BaseModel):
    status: str
    index: str
