"""What stands where on a page of a PDF, in points from its upper left corner (PDFium's text page and path objects).

A PDF knows no paragraphs, headings or tables, only letters at places: pdf_tables.py and pdf_layout.py find those.
"""

import ctypes
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import hypot

import pypdfium2 as pdfium
import pypdfium2.raw as pdf_api

_WORD = re.compile(r"\S+")
_LINE = re.compile(r"[^\r\n]+")
_GAP = 1.0  # of the letter size: wider than a space between words, even of justified text
_THIN = 3.0  # points: a rectangle as thin as that is a line
_BOLD = 600  # of the weights 100–900
_BOLD_NAME = re.compile(rb"bold|heavy|black|-[Ww][6-9]\b", re.IGNORECASE)
_LONGEST_NAME = 128  # bytes
_MOST_OBJECTS = 20_000  # of one page; drawings and maps have more, and no tables
_SOFT_HYPHENS = str.maketrans("\x02\ufffe", "\xad\xad")  # what PDFium makes of a hyphen at the end of a line


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one line that stand together: a whole line, or one cell of it."""

    text: str
    left: float
    right: float
    top: float
    bottom: float
    size: float  # of the letters
    is_bold: bool

    @property
    def middle(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


Line = tuple[Run, ...]  # from left to right, at least one


@dataclass(frozen=True, slots=True)
class Rule:
    """A drawn line, horizontal (`top` about `bottom`) or vertical (`left` about `right`)."""

    left: float
    right: float
    top: float
    bottom: float

    @property
    def is_horizontal(self) -> bool:
        return self.right - self.left >= self.bottom - self.top


@dataclass(frozen=True, slots=True)
class Page:
    """`lines` in the order of the file, which is nearly always that of reading."""

    number: int
    height: float
    lines: tuple[Line, ...]
    rules: tuple[Rule, ...]
    has_pictures: bool


def read_page(document: pdfium.PdfDocument, number: int) -> Page:
    """`number` from 1. Raises pdfium.PdfiumError for a page that is broken."""
    page = document[number - 1]
    try:
        text = page.get_textpage()
        height = page.get_height()
        lines = tuple(_lines(text, height))
        text.close()
        kinds, rules = _drawn(page, height)
        return Page(number, height, lines, rules, pdf_api.FPDF_PAGEOBJ_IMAGE in kinds)
    finally:
        page.close()


def _lines(page: pdfium.PdfTextPage, height: float) -> Iterator[Line]:
    letters = _letters(page)
    for line in _LINE.finditer(letters):
        words = [_word(page, height, found) for found in _WORD.finditer(letters, line.start(), line.end())]
        if words:
            yield tuple(_runs(words))


def _letters(page: pdfium.PdfTextPage) -> str:
    """One character for each index of the text page; what has no character, and surrogates, become spaces."""
    count = page.count_chars()
    buffer = (ctypes.c_ushort * (count + 1))()
    written = pdf_api.FPDFText_GetText(page, 0, count, buffer) - 1
    text = bytes(buffer)[: 2 * max(written, 0)].decode("utf-16-le", "replace")
    if len(text) != count:
        codes = (pdf_api.FPDFText_GetUnicode(page, i) for i in range(count))
        text = "".join(chr(code) if code and not 0xD800 <= code < 0xE000 else " " for code in codes)
    return text.translate(_SOFT_HYPHENS)


def _word(page: pdfium.PdfTextPage, height: float, found: re.Match[str]) -> Run:
    first, last = _box(page, found.start()), _box(page, found.end() - 1)
    is_bold = _is_bold(page, found.start())
    left, right = min(first.left, last.left), max(first.right, last.right)
    top, bottom = height - max(first.top, last.top), height - first.bottom
    size = _size(page, found.start()) or bottom - top
    return Run(found[0], left, right, top, bottom, size, is_bold)


def _size(page: pdfium.PdfTextPage, index: int) -> float:
    """Of one letter, as it is printed: fonts are often set at 1 and enlarged; 0 where that is not known."""
    matrix = pdf_api.FS_MATRIX()
    if not pdf_api.FPDFText_GetMatrix(page, index, matrix):
        return 0.0
    return float(pdf_api.FPDFText_GetFontSize(page, index)) * hypot(matrix.c, matrix.d)


def _is_bold(page: pdfium.PdfTextPage, index: int) -> bool:
    """By the font's weight, or its name, where it says."""
    if pdf_api.FPDFText_GetFontWeight(page, index) >= _BOLD:
        return True
    name = ctypes.create_string_buffer(_LONGEST_NAME)
    pdf_api.FPDFText_GetFontInfo(page, index, name, _LONGEST_NAME, None)
    return _BOLD_NAME.search(name.value) is not None


def _box(page: pdfium.PdfTextPage, index: int) -> pdf_api.FS_RECTF:
    box = pdf_api.FS_RECTF()
    pdf_api.FPDFText_GetLooseCharBox(page, index, box)
    return box


def _runs(words: list[Run]) -> Iterator[Run]:
    """Words with a wide gap between them, or of which the later stands before the earlier, are runs of their own."""
    run = words[0]
    for word in words[1:]:
        if -run.size < word.left - run.right <= _GAP * run.size:
            run = joined((run, word))
        else:
            yield run
            run = word
    yield run


def joined(runs: Sequence[Run]) -> Run:
    """Runs of one line as one, with the size of the longest."""
    return Run(
        " ".join(run.text for run in runs),
        runs[0].left,
        runs[-1].right,
        min(run.top for run in runs),
        max(run.bottom for run in runs),
        max(runs, key=lambda run: len(run.text)).size,
        all(run.is_bold for run in runs),
    )


def _drawn(page: pdfium.PdfPage, height: float) -> tuple[set[int], tuple[Rule, ...]]:
    """The kinds of objects on a page, and those of its lines that could belong to a table."""
    kinds: set[int] = set()
    rules: list[Rule] = []
    for _, drawn in zip(range(_MOST_OBJECTS), page.get_objects(max_depth=3), strict=False):
        kinds.add(drawn.type)
        if drawn.type == pdf_api.FPDF_PAGEOBJ_PATH:
            left, bottom, right, top = drawn.get_bounds()
            rules += _edges(Rule(left, right, height - top, height - bottom))
    return kinds, tuple(rules)


def _edges(box: Rule) -> list[Rule]:
    """A thin box is a line; another, the frame or the ground of a cell, has four."""
    width, depth = box.right - box.left, box.bottom - box.top
    if min(width, depth) <= _THIN:
        return [box] if max(width, depth) > 2 * _THIN else []
    return [
        Rule(box.left, box.right, box.top, box.top),
        Rule(box.left, box.right, box.bottom, box.bottom),
        Rule(box.left, box.left, box.top, box.bottom),
        Rule(box.right, box.right, box.top, box.bottom),
    ]
