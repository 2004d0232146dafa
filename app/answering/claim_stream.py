"""Claims out of a model's reply while it arrives: each is given as soon as it is complete."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

from app.domain.chat import Form

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "claims": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"text": {"type": "string"}, "passage": {"type": "integer"}},
                "required": ["text", "passage"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["claims"],
    "additionalProperties": False,
}
_MARK = re.compile(r"[\[［【]\s*(\d{1,3})\s*[\]］】]")
_THINKING = "<think>"
_THOUGHT = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)
_DEPTH = 8  # of objects; deeper ones are not read


@dataclass(frozen=True, slots=True)
class Written:
    """What the model says, and the number of the passage it says it from; None where it names none."""

    text: str
    passage: int | None


class ClaimStream(Protocol):
    @property
    def is_readable(self) -> bool:
        """Whether anything of the reply so far was in the form that was asked for."""
        ...

    def feed(self, piece: str) -> Iterator[Written]:
        """The claims that `piece` completes."""
        ...

    def end(self) -> Iterator[Written]:
        """What is left when the reply is over."""
        ...


def claim_stream(form: Form) -> ClaimStream:
    return LineClaims() if form is Form.TEXT else JsonClaims()


class JsonClaims:
    """Reads SCHEMA, and forgives what stands around it: a fence of backticks, a greeting, another wrapper."""

    def __init__(self) -> None:
        self.is_readable = False
        self._text = ""
        self._at = 0
        self._open: list[int] = []  # where the objects begin that are not closed yet
        self._in_string = False

    def feed(self, piece: str) -> Iterator[Written]:
        self._text = _THOUGHT.sub("", self._text + piece) if self._at == 0 else self._text + piece
        if self._at == 0 and _may_be_thinking(self._text):
            return
        while self._at < len(self._text):
            char = self._text[self._at]
            if self._in_string and char == "\\":
                if self._at + 1 == len(self._text):
                    return  # what it escapes has not arrived
                self._at += 1
            elif char == '"' and self._open:
                self._in_string = not self._in_string
            elif char == "{" and not self._in_string:
                self._open.append(self._at)
            elif char == "}" and self._open and not self._in_string:
                start = self._open.pop()
                if len(self._open) < _DEPTH:
                    yield from self._closed(self._text[start : self._at + 1])
            self._at += 1

    def end(self) -> Iterator[Written]:
        return iter(())

    def _closed(self, text: str) -> Iterator[Written]:
        with suppress(ValueError, RecursionError):
            read = json.loads(text)
            if isinstance(read.get("text"), str):
                self.is_readable = True
                yield Written(read["text"], _number(read.get("passage")))
            elif isinstance(read.get("claims"), list):
                self.is_readable = True


class LineClaims:
    """Reads sentences that end with the number of their passage: "Returns take 14 days. [2]"."""

    def __init__(self) -> None:
        self.is_readable = False
        self._text = ""

    def feed(self, piece: str) -> Iterator[Written]:
        self._text = _THOUGHT.sub("", self._text + piece)
        if _may_be_thinking(self._text):
            return
        while mark := _MARK.search(self._text):
            self.is_readable = True
            *uncited, cited = self._text[: mark.start()].split("\n")
            self._text = self._text[mark.end() :]
            yield from _lines(uncited)
            yield from (Written(said.text, int(mark[1])) for said in _lines([cited]))

    def end(self) -> Iterator[Written]:
        yield from _lines(self._text.split("\n"))


def _lines(lines: list[str]) -> Iterator[Written]:
    for line in lines:
        if text := line.strip(" \t　-*・•。."):
            yield Written(f"{text}{_full_stop(line)}", None)


def _full_stop(line: str) -> str:
    found = re.search(r"([。.])\s*$", line)
    return found[1] if found else ""


def _may_be_thinking(text: str) -> bool:
    """Some models think aloud before they write."""
    return _THINKING.startswith(text.lstrip()[: len(_THINKING)])


def _number(value: object) -> int | None:
    if isinstance(value, str) and value.strip().isdecimal():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
