"""Tables of messages: what a recogniser finds stands in ⟦brackets⟧."""

import re
from collections.abc import Callable, Iterable, Iterator

from app.adapters.pii.form import read_form
from app.adapters.pii.rule import Found

_MARK = re.compile(r"⟦([^⟧]*)⟧")


def lines(table: str) -> list[str]:
    """One message a line; \\n stands for a line break."""
    return [line.strip().replace("\\n", "\n") for line in table.strip().splitlines() if line.strip()]


def plain(marked: str) -> str:
    return _MARK.sub(r"\1", marked)


def values(marked: str) -> list[str]:
    return _MARK.findall(marked)


def found_by(find: Callable[[str], Iterable[Found]], text: str) -> list[str]:
    """What a recogniser finds in a message, as it was written; of overlapping spans the longest."""
    form = read_form(text)
    spans = sorted({form.raw_span(found.start, found.end) for found in find(form.text)})
    return [text[start:end] for start, end in _longest(spans)]


def _longest(spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    for span in spans:
        if not any(other != span and other[0] <= span[0] and span[1] <= other[1] for other in spans):
            yield span
