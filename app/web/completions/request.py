"""What a client asks. Fields that are not named here (temperature, tools, n, …) are ignored."""

import re
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, BeforeValidator, StrictBool, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from app.domain.text import clean
from app.web.completions.errors import CompletionError
from app.web.payloads import MessageText
from app.web.problems import MAX_TEXT

MODEL = "kotae"
_QUESTION: TypeAdapter[str] = TypeAdapter(MessageText)
# What `Reply` adds to an answer for its readers: the marks behind a sentence, and the list at the end. Both patterns
# take time in proportion to the text, whatever it holds.
_SOURCES = re.compile(r"\n\n(?:出典|Sources):(?:\n\[\d+\] [^\n]*)+\Z")
_MARKS = re.compile(r"(?: \[\d{1,3}\]){1,20}$", re.MULTILINE)


def _text_of(content: Any) -> str:
    """Text parts are joined by line breaks."""
    if content is None:
        return ""
    if isinstance(content, str):
        return clean(content)
    if not isinstance(content, list) or not all(isinstance(part, dict) for part in content):
        raise PydanticCustomError("invalid_type", "it should be a string or a list of text parts")
    if any(part.get("type") not in {"text", "refusal"} for part in content):
        raise PydanticCustomError("unsupported_value", "Kotae reads text only, no images, sounds or files")
    texts = [part.get(part["type"]) for part in content]
    if not all(isinstance(text, str) for text in texts):
        raise PydanticCustomError("invalid_type", "a text part should have its text as a string")
    return clean("\n".join(texts))


class Turn(BaseModel):
    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: Annotated[str, BeforeValidator(_text_of)] = ""


class StreamOptions(BaseModel):
    include_usage: StrictBool | None = None


class ChatRequest(BaseModel):
    """As OpenAI's, the part of it that Kotae heeds."""

    model: str
    messages: list[Turn]
    stream: StrictBool | None = None
    stream_options: StreamOptions | None = None


class Said(NamedTuple):
    is_customer: bool
    text: str


def require_model(name: str) -> None:
    """Raises CompletionError for any name but ours."""
    if name != MODEL:
        message = f"There is no model of this name here; the one there is is called {MODEL}."
        raise CompletionError(message, "model", "model_not_found", 404)


def read_dialogue(request: ChatRequest) -> tuple[list[Said], str]:
    """What was said before, and the question: the last user message.

    System and developer messages are no source of facts and no orders: they stay out, and so do tools' results. Raises
    CompletionError.
    """
    require_model(request.model)
    asked = [n for n, turn in enumerate(request.messages) if turn.role == "user"]
    if not asked:
        raise CompletionError("messages should hold at least one user message.", "messages", "invalid_value")
    said = [_said(turn) for turn in request.messages[: asked[-1]] if turn.role in {"user", "assistant"}]
    return [turn for turn in said if turn.text], _question(request.messages[asked[-1]].content, asked[-1])


def _said(turn: Turn) -> Said:
    """An earlier answer as it was given, without marks and sources."""
    if turn.role == "user":
        return Said(True, turn.content.strip())
    return Said(False, _MARKS.sub("", _SOURCES.sub("", turn.content.strip())))


def _question(text: str, position: int) -> str:
    try:
        return _QUESTION.validate_python(text)
    except ValidationError as error:
        is_long = error.errors()[0]["type"] == "too_long"
        wish = f"have at most {MAX_TEXT:,} characters" if is_long else "have at least one character"
        code = "string_above_max_length" if is_long else "invalid_value"
        raise CompletionError(f"A question should {wish}.", f"messages[{position}].content", code) from None
