"""What an article says about itself: front matter, `<meta name="kotae:…">`, or columns of a table."""

import re
from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from reprlib import repr as short_repr
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from app.domain.knowledge import Audience
from app.domain.text import normalise
from ingestion.load.loader import LoadError

_FENCE = re.compile(r"---[ \t]*(?:\n|$)")
_CLOSING = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)

# The loader in C is five times as fast, and brings the process down where some 50,000 brackets are nested.
_FAST_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SHORT = 4000  # characters

# What PyYAML raises for 2026-02-30, `!!bool maybe`, `!!timestamp soon` and a thousand brackets.
_BAD_VALUES = (yaml.YAMLError, ValueError, LookupError, AttributeError, TypeError, RecursionError)


def slug(name: str) -> str:
    """An id that fits into an address and into a column: no white space, no slash."""
    return re.sub(r"[\s/\\]+", "-", normalise(name).text.strip())


def _plain(value: object) -> object:
    return " ".join(normalise(value).text.split()) if isinstance(value, str) else value


def _names(value: object) -> object:
    """A list, or names separated by ";" or ","."""
    names = re.split(r"[;,、]", value) if isinstance(value, str) else value
    return [_plain(name) for name in names if name != ""] if isinstance(names, list) else names


Plain = Annotated[str, BeforeValidator(_plain), Field(min_length=1)]
Id = Annotated[Plain, BeforeValidator(lambda value: slug(value) if isinstance(value, str) else value)]


class FrontMatter(BaseModel):
    """Every key that is known, and its type. Unknown keys are ignored; an empty one counts as absent."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)

    id: Id | None = None
    title: Plain | None = None
    lang: Literal["ja", "en"] | None = None
    audience: Audience = Audience.PUBLIC
    owner: Plain | None = None
    reviewed_on: date | None = None
    review_every: Annotated[str, Field(pattern=r"^[1-9]\d{0,4} ?[dwmy]$")] | None = None
    tags: Annotated[tuple[Plain, ...], BeforeValidator(_names)] = ()
    url: Annotated[str, Field(pattern=r"^(https?:/)?/\S+$")] | None = None
    superseded_by: Id | None = None
    translation_of: Id | None = None


def split_front_matter(text: str) -> tuple[FrontMatter, str]:
    """Front matter and body of `text`. Raises LoadError with the line of the key that is wrong."""
    text = text.lstrip("\n")
    opening = _FENCE.match(text)
    if not opening:
        return FrontMatter(), text
    closing = _CLOSING.search(text, opening.end())
    if not closing:
        raise LoadError(1, "its front matter is opened by --- and never closed")
    return parse_front_matter(text[opening.end() : closing.start()], line=2), text[closing.end() :]


def front_matter(values: Mapping[str, Any], lines: Mapping[str, int], line: int | None = None) -> FrontMatter:
    """Check `values`; `lines` has the line of each key, `line` is that of all others. Raises LoadError.

    An audience must be right to the letter: an article for agents must never be published by a slip.
    """
    known = {key: value for key, value in values.items() if value is not None or key == "audience"}
    for key in known.keys() - FrontMatter.model_fields.keys():
        if get_close_matches(key.lower(), ["audience"], cutoff=0.8):
            raise LoadError(lines.get(key, line), f"its key {key!r} is unknown: write audience")
    try:
        return FrontMatter.model_validate(known)
    except ValidationError as error:
        first = error.errors()[0]
        key = str(first["loc"][0])
        raise LoadError(lines.get(key, line), f"its {key} {_expected(key)}, not {short_repr(known[key])}") from None


def _expected(key: str) -> str:
    expected = {
        "lang": "must be ja or en",
        "audience": "must be public or agent",
        "reviewed_on": "must be a date such as 2026-09-18",
        "review_every": "must be an interval such as 180d",
        "tags": "must be a list of words",
        "url": "must begin with https://, http:// or /",
    }
    return expected.get(key, "must be a text of one line")


def parse_front_matter(block: str, line: int) -> FrontMatter:
    """Of YAML that begins in that line of its file. Raises LoadError."""
    try:
        loader = (_FAST_LOADER if len(block) <= _SHORT else yaml.SafeLoader)(block)
        node = loader.get_single_node()
        values = loader.construct_document(node) if node else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        at = mark.line + line if mark else None
        raise LoadError(at, f"its front matter is not YAML: {error.problem or error.context}") from None
    except _BAD_VALUES as error:
        raise LoadError(1, f"its front matter is not YAML: {error}") from None
    if node is None:
        return FrontMatter()
    if not isinstance(node, yaml.MappingNode) or not isinstance(values, dict):
        raise LoadError(line, "its front matter must be lines of the form key: value")
    return front_matter({str(key): value for key, value in values.items()}, _lines(node, line))


def _lines(node: yaml.MappingNode, first: int) -> dict[str, int]:
    """The line of each key in its file, whose line `first` is the first of the block. Raises LoadError for a key given
    twice."""
    lines: dict[str, int] = {}
    for key, _ in node.value:
        line = key.start_mark.line + first
        if lines.setdefault(str(key.value), line) != line:
            raise LoadError(line, f"its key {key.value} is given twice")
    return lines
