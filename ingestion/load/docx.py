"""DOCX: Word's paragraphs and tables. What Word does not print – deleted and hidden text – is left out."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import docx
from docx.document import Document as Word
from docx.oxml.ns import qn

from app.domain.knowledge import BlockKind
from ingestion.load.article import Draft, article
from ingestion.load.docx_numbering import Numbering
from ingestion.load.grid import grid_drafts
from ingestion.load.loader import Loaded, LoadError
from ingestion.load.package import opened_package
from ingestion.load.prose import prose_drafts
from ingestion.load.sidecar import about
from ingestion.load.title import chosen_title

Xml = Any  # an element of lxml

_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"  # says the same again
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_UNSEEN = {_FALLBACK, *map(qn, ("w:del", "w:moveFrom", "w:pPr", "w:rPr", "w:rt", "w:instrText"))}
_BREAKS = {qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:tab"): " ", qn("w:ptab"): " ", qn("w:noBreakHyphen"): "-"}
_WORDS = {qn("w:t"), _MATH}
_TEXT_BOX = qn("w:txbxContent")
_PLAIN_STYLES = {"Normal Table", "Table Grid", "Table Grid Light", "Plain Table 1"}
_FIRST_ROW = 0x0020  # of w:tblLook
_PLAIN_FILLS = {None, "auto", "FFFFFF"}


def load_docx(path: Path, relative_path: str) -> Loaded:
    """Title: the only heading of the first level, or that of the style "Title", or the property. Raises LoadError."""
    with opened_package(path):
        try:
            word = docx.Document(str(path))
        except ValueError:
            raise LoadError(None, "is no Word document") from None
    walk = _Walk(word)
    walk.blocks(word.element.body)
    title = chosen_title(walk.drafts, walk.title or word.core_properties.title)
    return Loaded((article(walk.drafts, about(path), relative_path, title=title),))


@dataclass
class _Walk:
    word: Word
    drafts: list[Draft] = field(default_factory=list)
    title: str = ""

    def __post_init__(self) -> None:
        self._styles = {style.style_id: style for style in self.word.styles}
        self._numbering = Numbering(self.word)

    def blocks(self, parent: Xml) -> None:
        for child in parent:
            if child.tag == qn("w:p"):
                self._paragraph(child)
            elif child.tag == qn("w:tbl"):
                self._table(child)
            elif child.tag not in _UNSEEN:  # content controls, tracked insertions
                self.blocks(child)

    def _paragraph(self, element: Xml) -> None:
        text = "".join(_words(element))
        name, outline = self._style(element)
        marker = self._numbering.marker(element, self._styles) if text.strip() else None
        if name.startswith("toc"):
            pass
        elif name == "title" and not self.title:
            self.title = text.strip()
            self.drafts.append(Draft(BlockKind.HEADING, text, 1))
        elif outline:
            self.drafts.append(Draft(BlockKind.HEADING, f"{marker.text if marker else ''}{text}", outline))
        elif marker:
            self.drafts.append(Draft(BlockKind.LIST_ITEM, text, marker.depth, marker.text))
        else:
            self.drafts += prose_drafts(text)
        for box in element.iter(_TEXT_BOX):
            if next(box.iterancestors(_FALLBACK), None) is None:
                self.blocks(box)

    def _style(self, element: Xml) -> tuple[str, int]:
        """The style's name, and the level of heading that it or the paragraph has: 1–6, or 0."""
        properties = element.pPr
        style_id = properties.style if properties is not None else None
        style = self._styles.get(style_id) if style_id else None
        name = str(style.name or "").lower() if style else ""
        sources = [element, *(base.element for base in _bases(style))]
        levels = [found for source in sources for found in source.findall(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")]
        level = int(levels[0].get(qn("w:val"), "9")) + 1 if levels else 10
        if name.startswith("heading ") and name[8:].isdecimal():
            level = int(name[8:])
        return name, min(level, 6) if level <= 9 else 0

    def _table(self, table: Xml) -> None:
        rows = table.findall(qn("w:tr"))
        cells = [[cell for cell in row.iter(qn("w:tc")) if next(cell.iterancestors(qn("w:tr"))) is row] for row in rows]
        if max(map(len, cells), default=0) < 2 or next(table.iterdescendants(qn("w:tbl")), None) is not None:
            for cell in (cell for row in cells for cell in row):  # a frame, or a table for the layout of the page
                self.blocks(cell)
            return
        named = table.find(f"{qn('w:tblPr')}/{qn('w:tblStyle')}")
        style = self._styles.get(named.get(qn("w:val"))) if named is not None else None
        is_marked = _is_marked(table, str(style.name) if style else "", rows, cells)
        self.drafts += grid_drafts(_grid(cells), is_marked=is_marked)


def _bases(style: Any) -> Iterator[Any]:
    while style is not None:
        yield style
        style = style.base_style


def _words(element: Xml) -> Iterator[str]:
    """The text of a paragraph; its text boxes are blocks of their own."""
    for child in element:
        if child.tag in _WORDS:
            yield child.text or ""
        elif child.tag in _BREAKS:
            yield _BREAKS[child.tag]
        elif child.tag not in _UNSEEN and child.tag != _TEXT_BOX and not _is_hidden(child):
            yield from _words(child)


def _is_hidden(element: Xml) -> bool:
    return element.tag == qn("w:r") and element.find(f"{qn('w:rPr')}/{qn('w:vanish')}") is not None


def _grid(rows: list[list[Xml]]) -> list[list[str]]:
    """The text of each cell, of one that spans others in every place it covers."""
    grid: list[list[str]] = []
    for row in rows:
        line: list[str] = []
        for cell in row:
            merged = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
            goes_on = merged is not None and merged.get(qn("w:val"), "continue") == "continue"
            above = grid[-1][len(line)] if goes_on and grid and len(line) < len(grid[-1]) else ""
            text = above or "\n".join("".join(_words(paragraph)) for paragraph in cell.iter(qn("w:p")))
            line += [text] * cell.grid_span
        grid.append(line)
    return grid


def _has_styled_header(table: Xml, style: str) -> bool:
    """Whether the table's style sets off the first row, which those of plain lines do not."""
    look = table.find(f"{qn('w:tblPr')}/{qn('w:tblLook')}")
    if look is None or not style or style in _PLAIN_STYLES:
        return False
    return look.get(qn("w:firstRow")) in {"1", "true"} or bool(int(look.get(qn("w:val"), "0"), 16) & _FIRST_ROW)


def _is_marked(table: Xml, style: str, rows: list[Xml], cells: list[list[Xml]]) -> bool | None:
    """Whether the first row is a header by Word's own mark or style, or alone in bold or on a coloured ground."""
    if rows[0].find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None or _has_styled_header(table, style):
        return True
    stands_out = [(all(map(_is_bold, row)), all(map(_is_shaded, row))) for row in cells[:2]]
    return True if len(stands_out) == 2 and stands_out[0] > stands_out[1] else None


def _is_bold(cell: Xml) -> bool:
    runs = [run for run in cell.iter(qn("w:r")) if "".join(_words(run)).strip()]
    return bool(runs) and all(run.find(f"{qn('w:rPr')}/{qn('w:b')}") is not None for run in runs)


def _is_shaded(cell: Xml) -> bool:
    shading = cell.find(f"{qn('w:tcPr')}/{qn('w:shd')}")
    return shading is not None and shading.get(qn("w:fill")) not in _PLAIN_FILLS
