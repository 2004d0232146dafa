"""From an HTML table to lines that say what they mean without the table around them."""

from collections.abc import Callable

from lxml.html import HtmlElement

from ingestion.load.grid import labelled_row

_MAX_SPAN = 50  # a span is what the page says it is, within reason


def table_rows(table: HtmlElement, text_of: Callable[[HtmlElement], str]) -> list[str]:
    """One line a row: "header: cell | header: cell"; without a header row, "first cell: second cell" or bare cells."""
    rows = [row for row in table.iter("tr") if next(row.iter("td", "th"), None) is not None]
    if not rows:
        return []

    def line_of(cell: HtmlElement) -> str:
        return " ".join(text_of(cell).split()).replace(" | ", " / ")

    if len(rows) > 1 and _is_header(rows[0]):
        header, *grid = _grid(rows, line_of)
        lines = [labelled_row(header, cells) for cells in grid]
    else:
        lines = [_plain_row(row, [line_of(cell) for cell in row.iter("td", "th")]) for row in rows]
    return [line for line in lines if line]


def _is_header(row: HtmlElement) -> bool:
    return next(row.iterancestors("thead"), None) is not None or next(row.iter("td"), None) is None


def _plain_row(row: HtmlElement, cells: list[str]) -> str:
    filled = [cell for cell in cells if cell]
    return (": " if len(filled) == 2 and next(row.iter("th"), None) is not None else " | ").join(filled)


def _grid(rows: list[HtmlElement], text_of: Callable[[HtmlElement], str]) -> list[list[str]]:
    """The cells of each row, those that span rows or columns repeated in every place they cover."""
    grid: list[list[str]] = []
    pending: dict[int, tuple[str, int]] = {}  # column -> text and how many more rows it covers
    for row in rows:
        cells: list[str] = []
        for cell in row.iterchildren("td", "th"):
            _fill(cells, pending)
            text, height = text_of(cell), _span(cell, "rowspan")
            for _ in range(_span(cell, "colspan")):
                if height > 1:
                    pending[len(cells)] = (text, height - 1)
                cells.append(text)
        _fill(cells, pending)
        grid.append(cells)
    return grid


def _fill(cells: list[str], pending: dict[int, tuple[str, int]]) -> None:
    """Put what earlier rows reach down with into the places that come next."""
    while len(cells) in pending:
        column = len(cells)
        text, left = pending.pop(column)
        if left > 1:
            pending[column] = (text, left - 1)
        cells.append(text)


def _span(cell: HtmlElement, name: str) -> int:
    value = cell.get(name, "1")
    return min(int(value), _MAX_SPAN) if value.isdecimal() and int(value) else 1
