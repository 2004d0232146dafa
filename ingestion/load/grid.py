"""From the cells of a table to lines that say what they mean without the table around them."""

import re
from collections.abc import Sequence

from app.domain.knowledge import BlockKind
from ingestion.load.article import Draft

_LEAST_TEXT = 8  # characters: what is shorter may well stand in two columns, and what is longer covers both
_LONGEST_NAME = 40
_ANSWER = re.compile(r"[-+±¥$]?[\d.,:/%]+|.{1,2}|yes|true|false|none|可能|不可", re.IGNORECASE)
_AMOUNT = re.compile(r"[-+±~≦≧<>(]*[¥$€£]?\s?\d[\d.,:/%~-]*\s?\S{0,4}")


def grid_drafts(grid: Sequence[Sequence[str]], *, is_marked: bool | None = None, page: int = 0) -> list[Draft]:
    """A table row for each row of `grid`. `is_marked`: whether the first row names the columns; None: as it reads."""
    cells = [[" ".join(cell.split()).replace(" | ", " / ") for cell in row] for row in grid]
    rows = _without_empty_columns([row for row in cells if any(row)])
    has_header = len(rows) > 1 and (_names_columns(rows[0]) if is_marked is None else is_marked)
    lines = [labelled_row(rows[0], row) for row in rows[1:]] if has_header else [_plain_row(row) for row in rows]
    return [Draft(BlockKind.TABLE_ROW, line, page=page) for line in lines if line]


def labelled_row(header: Sequence[str], cells: Sequence[str]) -> str:
    """ "header: cell | header: cell"; cells without text are left out."""
    if len(set(cells)) == 1 and not _ANSWER.fullmatch(cells[0]):  # one cell across the table divides it
        return cells[0]
    header = [label.rstrip(":：") for label in header]
    labels = [*header, *[""] * (len(cells) - len(header))]
    pairs = zip(labels, cells, strict=False)
    return " | ".join(f"{label}: {cell}" if label and label != cell else cell for label, cell in pairs if cell)


def _names_columns(first: Sequence[str]) -> bool:
    """Whether an unmarked first row reads like a header: three names or more, all different, none of them an amount.

    Of two columns the left one more often names what stands in the right one.
    """
    names = [cell for cell in first if cell]
    if len(first) < 3 or len(names) < len(first) - 1 or len(set(names)) < len(names):
        return False
    return not any(_AMOUNT.fullmatch(name) or len(name) > _LONGEST_NAME for name in names)


def _plain_row(cells: Sequence[str]) -> str:
    """ "name: value" where there are two columns; else bare cells, those that cover several columns once."""
    filled = [cell for before, cell in zip(["", *cells], cells, strict=False) if cell and not _covers(before, cell)]
    if len(cells) == len(filled) == 2:
        return f"{filled[0].rstrip(':：')}: {filled[1]}"
    return " | ".join(filled)


def _covers(before: str, cell: str) -> bool:
    return before == cell and len(cell) >= _LEAST_TEXT


def _without_empty_columns(rows: list[list[str]]) -> list[list[str]]:
    width = max(map(len, rows), default=0)
    padded = [[*row, *[""] * (width - len(row))] for row in rows]
    used = [column for column in range(width) if any(row[column] for row in padded)]
    return [[row[column] for column in used] for row in padded]
