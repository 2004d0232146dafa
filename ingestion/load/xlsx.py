"""XLSX: each sheet is a section, each row with its headers a line. What is hidden in it is left out."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from itertools import groupby, islice, product
from pathlib import Path
from typing import Any

import openpyxl

from app.domain.knowledge import BlockKind
from ingestion.load.article import Draft, article
from ingestion.load.grid import grid_drafts
from ingestion.load.loader import Loaded
from ingestion.load.package import opened_package
from ingestion.load.prose import prose_drafts
from ingestion.load.sidecar import about
from ingestion.load.title import chosen_title

Cells = Mapping[tuple[int, int], Any]  # those with a value, by row and column
_MOST_COVERED = 10_000  # places of one merged cell


def load_xlsx(path: Path, relative_path: str) -> Loaded:
    """Formulas are read as the value they had when the file was saved. Raises LoadError."""
    with opened_package(path):
        book = openpyxl.load_workbook(str(path), data_only=True)
    drafts: list[Draft] = []
    for sheet in book.worksheets:
        cells = _cells(sheet) if sheet.sheet_state == "visible" else {}
        if cells:
            drafts += [Draft(BlockKind.HEADING, sheet.title, 2), *_blocks(cells)]
    title = chosen_title(drafts, book.properties.title) or Path(relative_path).stem
    return Loaded((article(drafts, about(path), relative_path, title=title),))


def _cells(sheet: Any) -> Cells:
    """Those with a value that can be seen; a merged cell stands in every place that it covers."""
    # sheet.iter_rows() would make every cell up to the last one that was ever formatted: billions, in some files.
    cells = {place: cell for place, cell in sheet._cells.items() if cell.value is not None}
    for area in sheet.merged_cells.ranges:
        origin = cells.get((area.min_row, area.min_col))
        places = product(range(area.min_row, area.max_row + 1), range(area.min_col, area.max_col + 1))
        cells |= {} if origin is None else dict.fromkeys(islice(places, _MOST_COVERED), origin)
    rows = {number for number, row in sheet.row_dimensions.items() if row.hidden}
    columns = {
        number
        for column in sheet.column_dimensions.values()
        if column.hidden
        for number in range(column.min or 0, (column.max or 0) + 1)
    }
    return {place: cell for place, cell in cells.items() if place[0] not in rows and place[1] not in columns}


def _blocks(cells: Cells) -> Iterator[Draft]:
    """What empty rows divide, and within that what empty columns do."""
    for rows in _runs({row for row, _ in cells}):
        block = {place: cell for place, cell in cells.items() if place[0] in rows}
        parts = [
            {place: cell for place, cell in block.items() if place[1] in columns}
            for columns in _runs({column for _, column in block})
        ]
        if len(parts) > 1 and all(map(_is_table, parts)):
            for part in parts:
                yield from _blocks(part)
        else:
            yield from _block(block)


def _runs(numbers: Iterable[int]) -> list[set[int]]:
    """Numbers that follow on each other."""
    runs = groupby(enumerate(sorted(numbers)), lambda pair: pair[1] - pair[0])
    return [{number for _, number in run} for _, run in runs]


def _is_table(part: Cells) -> bool:
    """Whether it has two columns at least, and a first row without gaps: a table beside another."""
    first = min(row for row, _ in part)
    columns = {column for _, column in part}
    return len(columns) > 1 and all((first, column) in part for column in columns)


def _block(block: Cells) -> Iterator[Draft]:
    """A table; rows of one value above it are its title, and those below it notes."""
    rows = [[place for place in sorted(block) if place[0] == row] for row in sorted({row for row, _ in block})]
    while rows and len({id(block[place]) for place in rows[0]}) == 1:
        yield from prose_drafts(_text(block[rows.pop(0)[0]]))
    notes: list[str] = []
    while rows and len({id(block[place]) for place in rows[-1]}) == 1:
        notes.insert(0, _text(block[rows.pop()[0]]))
    columns = sorted({column for row in rows for _, column in row})
    grid = [[_text(block.get((row[0][0], column))) for column in columns] for row in rows]
    bold = [all(block[place].font.b for place in row) for row in rows[:2]]
    yield from grid_drafts(grid, is_marked=True if bold == [True, False] else None)
    for note in notes:
        yield from prose_drafts(note)


def _text(cell: Any) -> str:
    value = cell.value if cell is not None else None
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, int | float):
        return _number(value, str(cell.number_format))
    return "" if value is None else str(value).strip()


def _number(value: float, form: str) -> str:
    """As the sheet shows it, as far as that changes its meaning: percent, thousands, yen and dollars."""
    shown = form.split(";")[0]
    if "%" in shown:
        return f"{round(value * 100, 6):g}%"
    number = (f"{round(value, 6):,}" if "," in shown else f"{round(value, 6)}").removesuffix(".0")
    if "円" in shown:
        return f"{number}円"
    sign = "¥" if "¥" in shown or "\\" in shown else "$" if "$" in shown.replace("[$-", "") else ""
    return f"{sign}{number}"
