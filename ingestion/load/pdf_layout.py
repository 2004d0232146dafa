"""From the lines of all pages to drafts: running heads dropped, lines joined to paragraphs, headings by their size."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from app.domain.knowledge import BlockKind
from ingestion.load.article import Draft
from ingestion.load.grid import grid_drafts
from ingestion.load.html_blocks import joined_lines
from ingestion.load.pdf_tables import Table, with_tables
from ingestion.load.pdf_text import Line, Page, Run, joined
from ingestion.load.prose import ITEM, prose_drafts

_MARGIN = 0.12  # of the page's height, at the top and at the bottom
_NUMBER = re.compile(r"\d{1,4}")
_PAGE_NUMBER = re.compile(
    r"[-–—\s]*(?:p(?:age|\.)?\s*)?\d{1,4}(?:\s*(?:/|of|ページ|頁)\s*\d{0,4})?[-–—\s]*(?:ページ)?", re.IGNORECASE
)
_LEADER = re.compile(r"(?:[.・…‥·]\s?){5,}\s*[\divxlc]*$|[…‥]{2,}\s*\d*$", re.IGNORECASE)
_HEADING_RATIO = 1.13  # larger than the text by as much
_LONGEST_HEADING = 90  # characters
_NO_HEADING = ("。", "、", ",")  # how none ends
_LONGEST_MARK = 4  # characters of an item's number or bullet, which often stands apart
_ENDS_SENTENCE = re.compile(r"[。．.!?！？:：」）)]$")
_JAPANESE = "[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]"
# A wrapped line goes on without a space on either side of a Japanese letter, and a divided word without its hyphen.
_WRAPPED = re.compile(rf"(?<={_JAPANESE})\n|\n(?={_JAPANESE})|(?<=[a-z])[-\xad]\n(?=[a-z])|\xad\n?")
_WIDE = re.compile(r"[\u3000-\u9fff\uac00-\ud7af\uff00-\uffef]")
_LEADING = 2.1  # of the letter size: from line to line of a paragraph
_INDENT = 0.6
_SHORTEST_COLUMN = 12


@dataclass(frozen=True, slots=True)
class _Placed:
    """A line as one run. `is_apart`: it has wide gaps, and was never a part of running text; `has_mark`: only one,
    after a number or a bullet."""

    run: Run
    is_apart: bool
    has_mark: bool
    page: int
    reach: float = 0.0  # how far to the right the lines around it go


_Item = _Placed | tuple[Table, int]  # a table with its page


def layout(pages: Sequence[Page]) -> list[Draft]:
    running = _running(pages)
    items: list[_Item] = []
    for page in pages:
        lines = tuple(line for line in page.lines if (page.number, line) not in running)
        items += _placed(with_tables(replace(page, lines=lines)), page.number)
    sizes = _Sizes([item for item in items if isinstance(item, _Placed)])
    drafts: list[Draft] = []
    paragraph: list[_Placed] = []
    for item in items:
        if isinstance(item, _Placed) and (not paragraph or _goes_on(paragraph, item, sizes)):
            paragraph.append(item)
            continue
        drafts += _drafts(paragraph, sizes)
        paragraph = [item] if isinstance(item, _Placed) else []
        if not isinstance(item, _Placed):
            drafts += grid_drafts(item[0].grid, is_marked=item[0].is_marked, page=item[1])
    return [*drafts, *_drafts(paragraph, sizes)]


def _running(pages: Sequence[Page]) -> set[tuple[int, Line]]:
    """Lines that come again at the edge of other pages, their number aside; and entries of a table of contents."""
    found: defaultdict[tuple[bool, str, int], set[tuple[int, Line]]] = defaultdict(set)
    running: set[tuple[int, Line]] = set()
    for page in pages:
        highest = min((line[0].top for line in page.lines), default=0.0)
        lowest = max((line[0].top for line in page.lines), default=0.0)
        running |= {(page.number, line) for line in page.lines if _LEADER.search(line[-1].text)}
        for line in page.lines:
            is_head = line[0].top <= max(highest, _MARGIN * page.height)
            if is_head or line[0].top >= min(lowest, (1 - _MARGIN) * page.height):
                text = " ".join(run.text for run in line)
                for key, shift in _keys(text, page.number):
                    found[is_head, f"{_rounded(line[0])} {key}", shift].add((page.number, line))
                if _PAGE_NUMBER.fullmatch(text):
                    running.add((page.number, line))
    enough = 2 if len(pages) < 5 else 3
    for places in found.values():
        if len({number for number, _ in places}) >= enough:
            running |= places
    return running


def _keys(text: str, page: int) -> Iterator[tuple[str, int]]:
    """The text as it is, and with each number in it taken for that of the page, counted from some other."""
    yield text, 0
    for number in _NUMBER.finditer(text):
        yield f"{text[: number.start()]}\0{text[number.end() :]}", int(number[0]) - page


def _placed(items: Sequence[Line | Table], page: int) -> Iterator[_Item]:
    block: list[_Placed] = []
    for item in items:
        if isinstance(item, Table):
            yield from _reaching(block)
            yield item, page
            block = []
            continue
        has_mark = len(item) == 2 and len(item[0].text) <= _LONGEST_MARK
        line = _Placed(joined(item), len(item) > 1 and not has_mark, has_mark, page)
        if block and not _is_below(line.run, block[-1].run):
            yield from _reaching(block)
            block = []
        block.append(line)
    yield from _reaching(block)


def _is_below(run: Run, before: Run) -> bool:
    """Whether `run` is the next line of the same column."""
    is_near = 0 < run.top - before.top < _LEADING * run.size
    return is_near and _is_alike(before, run) and abs(run.left - before.left) <= 4 * run.size


def _is_alike(before: Run, run: Run) -> bool:
    return abs(before.size - run.size) <= 0.08 * run.size


def _reaching(block: Sequence[_Placed]) -> list[_Placed]:
    reach = max((line.run.right for line in block), default=0.0)
    return [replace(line, reach=reach) for line in block]


class _Sizes:
    """What the size of letters means: that of the text, and larger ones, the largest first, of headings."""

    def __init__(self, lines: Sequence[_Placed]) -> None:
        letters: Counter[float] = Counter()
        for line in lines:
            letters[_rounded(line.run)] += len(line.run.text)
        self._text = max(letters, key=lambda size: letters[size], default=0.0)
        larger = Counter(_rounded(line.run) for line in lines if self._is_large(line))
        self._headings = sorted(larger, reverse=True)
        # Where the largest comes again and again no heading stands above all others.
        self._shift = 2 if self._headings and larger[self._headings[0]] > 2 else 1

    def level(self, line: _Placed) -> int:
        """Of the heading that the line is by its size or weight, 1–6; 0 for text."""
        if self._is_large(line):
            return min(self._headings.index(_rounded(line.run)) + self._shift, 6)
        is_bold = line.run.is_bold and not line.is_apart and _rounded(line.run) >= self._text - 0.5
        is_heading = is_bold and _may_be_heading(line.run.text) and not line.run.text.endswith((".", ":", "："))
        return max(2, min(len(self._headings) + self._shift, 6)) if is_heading else 0

    def _is_large(self, line: _Placed) -> bool:
        is_large = _rounded(line.run) >= _HEADING_RATIO * self._text
        return is_large and not line.is_apart and _may_be_heading(line.run.text)


def _may_be_heading(text: str) -> bool:
    return len(text) <= _LONGEST_HEADING and not text.endswith(_NO_HEADING) and any(map(str.isalpha, text))


def _rounded(run: Run) -> float:
    return round(run.size * 2) / 2


def _goes_on(paragraph: Sequence[_Placed], line: _Placed, sizes: _Sizes) -> bool:
    """Whether `line` continues the paragraph."""
    last = paragraph[-1]
    before, run = last.run, line.run
    if not _is_alike(before, run) or sizes.level(last) != sizes.level(line):
        return False
    if last.is_apart or line.is_apart or ITEM.match(run.text) or _would_have_fitted(last, run):
        return False
    if sizes.level(line):
        return 0 < run.top - before.top < _LEADING * run.size and last.page == line.page
    if last.page != line.page or run.top < before.top - run.size:  # the next page or column
        return not _ENDS_SENTENCE.search(before.text)
    is_item = len(paragraph) == 1 and (last.has_mark or ITEM.match(before.text) is not None)
    is_indented = run.left - before.left > _INDENT * run.size and not is_item
    return 0 < run.top - before.top < _LEADING * run.size and not is_indented


def _would_have_fitted(last: _Placed, run: Run) -> bool:
    """Whether the next line's first word had room on the line before: then nobody wrapped it there.

    Lines among which none is long, such as those of an address, were not wrapped either.
    """
    first = run.text.split(" ", 1)[0]
    letter = (run.right - run.left) / max(len(run.text), 1)
    width = 2.5 * run.size if _WIDE.match(first) else letter * (len(first) + 1)
    return last.run.right + width < last.reach or last.reach - last.run.left < _SHORTEST_COLUMN * run.size


def _drafts(paragraph: Sequence[_Placed], sizes: _Sizes) -> list[Draft]:
    if not paragraph:
        return []
    text = _joined([line.run.text for line in paragraph])
    page, level = paragraph[0].page, sizes.level(paragraph[0])
    drafts = [Draft(BlockKind.HEADING, text, level)] if level else prose_drafts(text)
    return [replace(draft, page=page) for draft in drafts]


def _joined(lines: Sequence[str]) -> str:
    return joined_lines(_WRAPPED.sub("", "\n".join(lines)))
