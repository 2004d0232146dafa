"""An answer's sentences as the lines the page shows: those the article has on one line flow together.

`static/answer.js` does the same with sentences as they arrive.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from app.domain.outcome import Citation, Language, Outcome, Sentence

_CELL = " | "
_ITEM = re.compile(r"[・•①-⑳]|- |\d{1,2}[.)] ")
_JAPANESE = re.compile(r"[぀-ヿ㐀-鿿]")
_LEAD = re.compile(r".{10,}?[。.?？](?=\s|\Z|[^\x00-\x7f])", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence in its line. `space`: one stands before it; `chips`: the citations shown after it."""

    text: str
    best: bool
    space: bool
    chips: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph or list item with its sentences, or a table row with its cells (then `said` is the last cell)."""

    said: tuple[Said, ...]
    is_item: bool = False
    cells: tuple[str, ...] = ()

    @property
    def lang(self) -> Language:
        return lang_of("".join((*self.cells, *(said.text for said in self.said))))

    @property
    def is_row(self) -> bool:
        return bool(self.cells)


def lines(outcome: Outcome) -> tuple[Line, ...]:
    """Chips stand at the end of each run of sentences that cite the same passages."""
    cited = {citation.n: citation for citation in outcome.citations}
    groups: list[list[Said]] = []
    following = (*outcome.sentences[1:], None)
    at = 0
    for sentence, after in zip(outcome.sentences, following, strict=True):
        gap, at = _gap(sentence, cited, at if groups else 0)
        ends_run = after is None or after.citations != sentence.citations
        chips = tuple(cited[n] for n in sentence.citations if n in cited) if ends_run else ()
        joins = bool(groups) and gap is not None and "\n" not in gap
        if not joins:
            groups.append([])
        groups[-1].append(Said(sentence.text, sentence.best, joins and bool(gap), chips))
        at = 0 if ends_run else at
    return tuple(_line(group) for group in groups)


def _gap(sentence: Sentence, cited: dict[int, Citation], at: int) -> tuple[str | None, int]:
    """What the quoted passage has between the last sentence, which ended at `at`, and this one; and where this one ends."""
    quote = cited[sentence.citations[0]].quote if sentence.citations and sentence.citations[0] in cited else ""
    found = quote.find(sentence.text, at)
    if found < 0:
        return None, at
    return (quote[at:found] if at else None), found + len(sentence.text)


def _line(group: Sequence[Said]) -> Line:
    first = group[0].text
    if len(group) == 1 and _CELL in first:
        *cells, last = first.split(_CELL)
        return Line((Said(last, group[0].best, False, group[0].chips),), cells=tuple(cells))
    return Line(tuple(group), is_item=bool(_ITEM.match(first)))


def lang_of(text: str) -> Language:
    """For the `lang` attribute of a fragment: Japanese as soon as it holds one kana or kanji."""
    return "ja" if _JAPANESE.search(text) else "en"


def lead(text: str) -> tuple[str, str]:
    """The first sentence that is more than a word of apology, with what stands before it; and the rest."""
    found = _LEAD.match(text)
    end = found.end() if found else len(text)
    return text[:end], text[end:].strip()


FILTERS: dict[str, Callable[..., Any]] = {"lines": lines, "lang_of": lang_of, "lead": lead}  # of the Jinja environment
