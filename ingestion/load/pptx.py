"""PPTX: each slide is a page. Hidden slides and speaker's notes, which no audience sees, are left out."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pptx
from pptx.enum.shapes import PP_PLACEHOLDER

from app.domain.knowledge import BlockKind
from ingestion.load.article import Draft, article, one_line
from ingestion.load.grid import grid_drafts
from ingestion.load.loader import Loaded, LoadError
from ingestion.load.package import opened_package
from ingestion.load.prose import prose_drafts
from ingestion.load.sidecar import about
from ingestion.load.title import chosen_title

_TITLES = {PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE, PP_PLACEHOLDER.VERTICAL_TITLE}
_RUNNING = {PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.SLIDE_NUMBER, PP_PLACEHOLDER.HEADER}
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_BULLETS = (f"{_A}buChar", f"{_A}buAutoNum", f"{_A}buBlip")


def load_pptx(path: Path, relative_path: str) -> Loaded:
    """Title: the property where a person wrote it, else that of the first slide. Raises LoadError."""
    with opened_package(path):
        try:
            slides = pptx.Presentation(str(path))
        except ValueError:
            raise LoadError(None, "is no PowerPoint presentation") from None
    drafts: list[Draft] = []
    for n, slide in enumerate(slides.slides, 1):
        if slide.element.get("show", "1") not in {"0", "false"}:
            drafts += [replace(draft, page=n) for draft in _slide(slide)]
    title = chosen_title(drafts, slides.core_properties.title)
    return Loaded((article(drafts, about(path), relative_path, title=title),))


def _slide(slide: Any) -> Iterator[Draft]:
    shapes = [shape for shape in _flat(slide.shapes) if _role(shape) not in _RUNNING]
    for shape in sorted(shapes, key=lambda shape: _role(shape) not in _TITLES):  # titles first, the others as they are
        if _role(shape) in _TITLES:
            yield Draft(BlockKind.HEADING, one_line(shape.text_frame.text), 2)
        elif getattr(shape, "has_table", False):
            yield from grid_drafts(_grid(shape.table), is_marked=shape.table.first_row or None)
        elif shape.has_text_frame:
            yield from _text(shape)


def _grid(table: Any) -> list[list[str]]:
    """The text of each cell, of one that spans others in every place it covers."""
    grid = [[cell.text for cell in row.cells] for row in table.rows]
    for i, row in enumerate(table.rows):
        for j, cell in enumerate(row.cells):
            if cell.is_merge_origin:
                for covered in range(i, i + cell.span_height):
                    grid[covered][j : j + cell.span_width] = [cell.text] * cell.span_width
    return grid


def _flat(shapes: Iterable[Any]) -> Iterator[Any]:
    for shape in shapes:
        if hasattr(shape, "shapes"):  # a group
            yield from _flat(shape.shapes)
        else:
            yield shape


def _role(shape: Any) -> Any:
    return shape.placeholder_format.type if shape.is_placeholder else None


def _text(shape: Any) -> Iterator[Draft]:
    """Paragraphs of a text box; those of a slide's body are items unless they say otherwise."""
    is_body = _role(shape) in {PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.OBJECT}
    for paragraph in shape.text_frame.paragraphs:
        text = paragraph.text.replace("\v", "\n")
        properties = paragraph._p.pPr
        marks = {child.tag for child in properties} if properties is not None else set()
        is_item = bool(marks.intersection(_BULLETS)) or (is_body and f"{_A}buNone" not in marks)
        if is_item and text.strip():
            yield Draft(BlockKind.LIST_ITEM, text, paragraph.level)
        else:
            yield from prose_drafts(text)
