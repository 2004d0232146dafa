"""An answer's sentences as the lines the page shows: those the article has on one line flow together.

`static/answer.js` does the same with sentences as they arrive.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.domain.outcome import Citation, Language, Outcome, Sentence

_BAR = re.compile(r"(?:^|\s)\|\s")  # between the cells of a table row, each "header: cell"
_ITEM = re.compile(r"[・•①-⑳]|- |\d{1,2}[.)] ")
_JAPANESE = re.compile(r"[぀-ヿ㐀-鿿ｦ-ﾟ]")
_LEAD = re.compile(r".{10,}?[。.?？](?=\s|\Z|[^\x00-\x7f])", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence, or its part in one cell. `space`: one stands before it; `chips`: the citations shown after it."""

    text: str
    best: bool
    space: bool
    chips: tuple[Citation, ...]
    key: str = ""  # the header that begins a cell, with its colon


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph or list item with its sentences; of a table row `cells` holds them instead."""

    said: tuple[Said, ...]
    is_item: bool
    cells: tuple[tuple[Said, ...], ...] = ()

    @property
    def lang(self) -> Language:
        return lang_of("".join(said.text for said in self.said))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a passage quotes a sentence: what stands between it and the one before, and the article's whole line."""

    gap: str | None
    end: int
    line: str

    @property
    def continues(self) -> bool:
        return self.gap is not None and "\n" not in self.gap


def lines(outcome: Outcome) -> tuple[Line, ...]:
    """Chips stand at the end of each run of sentences that cite the same passages."""
    cited = {citation.n: citation for citation in outcome.citations}
    groups: list[tuple[str, list[Said]]] = []
    at = 0
    for sentence, after in zip(outcome.sentences, (*outcome.sentences[1:], None), strict=True):
        place = _place(sentence, cited, at)
        ends_run = after is None or after.citations != sentence.citations
        chips = tuple(cited[n] for n in sentence.citations if n in cited) if ends_run else ()
        if not place.continues:
            groups.append((place.line, []))
        groups[-1][1].append(Said(sentence.text, sentence.best, bool(place.gap) and place.continues, chips))
        at = 0 if ends_run else place.end
    return tuple(_line(whole, group) for whole, group in groups)


def _place(sentence: Sentence, cited: dict[int, Citation], at: int) -> _Place:
    """`at`: where the last sentence ended in the passage that this one cites too; 0 for a new passage."""
    quote = cited[sentence.citations[0]].quote if sentence.citations and sentence.citations[0] in cited else ""
    found = quote.find(sentence.text, at)
    if found < 0:
        return _Place(None, at, sentence.text)
    end = found + len(sentence.text)
    line = quote[quote.rfind("\n", 0, found) + 1 : end + len(quote[end:].partition("\n")[0])]
    return _Place(quote[at:found] if at else None, end, line)


def _line(whole: str, group: Sequence[Said]) -> Line:
    cells = _cells(group) if _BAR.search(whole) else ()
    return Line(tuple(group), is_item=bool(_ITEM.match(group[0].text)), cells=cells)


def _cells(group: Sequence[Said]) -> tuple[tuple[Said, ...], ...]:
    cells: list[list[Said]] = []
    for said in group:
        parts = _BAR.split(said.text)
        for i, part in enumerate(parts):
            piece = replace(said, text=part, space=said.space and i == 0, chips=said.chips if part is parts[-1] else ())
            if i or not cells:
                key, colon, value = part.partition(": ")
                cells.append([replace(piece, text=value, key=key + colon) if colon else piece])
            elif part:
                cells[-1].append(piece)
    return tuple(tuple(cell) for cell in cells)


def lang_of(text: str) -> Language:
    """For the `lang` attribute of a fragment: Japanese as soon as it holds one kana or kanji."""
    return "ja" if _JAPANESE.search(text) else "en"


def lead(text: str) -> tuple[str, str]:
    """The first sentence that is more than a word of apology, with what stands before it; and the rest."""
    found = _LEAD.match(text)
    end = found.end() if found else len(text)
    return text[:end], text[end:].strip()


def on_clock(at: datetime, zone: str) -> str:
    """ "2026-11-20 14:40:05" on the clock of that time zone."""
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M:%S}"


FILTERS: dict[str, Callable[..., Any]] = {  # of the Jinja environment
    "lines": lines,
    "lang_of": lang_of,
    "lead": lead,
    "on_clock": on_clock,
}
