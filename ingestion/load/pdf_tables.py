"""Tables on a page of a PDF: those with drawn cells, and those whose columns only stand in line."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ingestion.load.html_blocks import joined_lines
from ingestion.load.pdf_text import Line, Page, Rule, Run

_NEAR = 3.0  # points: what is drawn so close is meant to touch
_MOST_RULES = 1500  # on one page; drawings have more
_LONGEST_CELL = 600  # characters: more is a page laid out in boxes
_LEAST_FILLED = 0.4
_CONTINUES = 0.85  # of the usual distance of rows: lines that are closer belong to one cell


@dataclass(frozen=True, slots=True)
class Table:
    """`is_marked`: whether the first row alone is in bold; None where bold letters say nothing."""

    grid: tuple[tuple[str, ...], ...]
    is_marked: bool | None


def with_tables(page: Page) -> list[Line | Table]:
    """The lines of a page in order, tables in the place of their first line."""
    items: list[Line | Table] = list(page.lines)
    for box in _boxes(page.rules):
        runs = [run for item in items if not isinstance(item, Table) for run in item if box.holds(run)]
        if table := box.table(runs):
            items = _replaced(items, set(runs), table)
    return list(_with_aligned(items))


def _replaced(items: list[Line | Table], used: set[Run], table: Table) -> list[Line | Table]:
    result: list[Line | Table] = []
    is_placed = False
    for item in items:
        if isinstance(item, Table):
            result.append(item)
            continue
        rest = tuple(run for run in item if run not in used)
        if len(rest) < len(item) and not is_placed:
            result.append(table)
            is_placed = True
        if rest:
            result.append(rest)
    return result


@dataclass(frozen=True, slots=True)
class _Box:
    """Cells between drawn lines: `xs` and `ys` are where columns and rows begin and end, at least three each."""

    xs: list[float]
    ys: list[float]
    rules: list[Rule]

    def holds(self, run: Run) -> bool:
        x, y = run.middle
        return self.xs[0] < x < self.xs[-1] and self.ys[0] < y < self.ys[-1]

    def table(self, runs: Sequence[Run]) -> Table | None:
        """None where the boxes hold too little text, or too much."""
        rows, columns = len(self.ys) - 1, len(self.xs) - 1
        owners = self._owners(rows, columns)
        cells: dict[tuple[int, int], list[Run]] = {}
        for run in runs:
            place = bisect_right(self.ys, run.middle[1]) - 1, bisect_right(self.xs, run.middle[0]) - 1
            cells.setdefault(owners[place], []).append(run)
        if any(map(_has_columns, cells.values())):
            return None
        texts = {place: _cell_text(found) for place, found in cells.items()}
        owned = set(owners.values())
        if len(cells) < _LEAST_FILLED * len(owned) or len(cells) < 3 or max(map(len, texts.values())) > _LONGEST_CELL:
            return None
        grid = [[texts.get(owners[row, column], "") for column in range(columns)] for row in range(rows)]
        depth = 2 if _has_two_headers(owners, rows, columns) else 1
        bold = [[run.is_bold for run in runs if self.ys[row] < run.middle[1] < self.ys[row + 1]] for row in range(rows)]
        is_marked = True if depth == 2 else _is_marked(bold)
        header = [" ".join(dict.fromkeys(row[column] for row in grid[:depth])) for column in range(columns)]
        return Table((tuple(header), *map(tuple, grid[depth:])), is_marked)

    def _owners(self, rows: int, columns: int) -> dict[tuple[int, int], tuple[int, int]]:
        """The first place of the cell that covers each place: no line is drawn inside a cell."""
        owners: dict[tuple[int, int], tuple[int, int]] = {}
        middles_x = [(a + b) / 2 for a, b in pairwise(self.xs)]
        middles_y = [(a + b) / 2 for a, b in pairwise(self.ys)]
        for row in range(rows):
            for column in range(columns):
                owners[row, column] = (row, column)
                if column and not self._is_drawn(self.xs[column], middles_y[row], is_horizontal=False):
                    owners[row, column] = owners[row, column - 1]
                elif row and not self._is_drawn(middles_x[column], self.ys[row], is_horizontal=True):
                    owners[row, column] = owners[row - 1, column]
        return owners

    def _is_drawn(self, x: float, y: float, *, is_horizontal: bool) -> bool:
        return any(
            rule.is_horizontal is is_horizontal
            and rule.left - _NEAR <= x <= rule.right + _NEAR
            and rule.top - _NEAR <= y <= rule.bottom + _NEAR
            for rule in self.rules
        )


def _has_two_headers(owners: dict[tuple[int, int], tuple[int, int]], rows: int, columns: int) -> bool:
    """Whether the first row groups columns that the second one names, beside a name that reaches over both."""
    if rows < 3:
        return False
    groups = any(owners[0, column] == owners[0, column - 1] for column in range(1, columns))
    reaches = any(owners[1, column] == owners[0, column] for column in range(columns))
    return groups and reaches and len({owners[0, column] for column in range(columns)}) > 1


def _has_columns(runs: Sequence[Run]) -> bool:
    """Whether more than one line has gaps: then it is a frame around something, and no cell."""
    return sum(len(line) > 1 for line in _levels(runs)) > 1


def _cell_text(runs: Sequence[Run]) -> str:
    texts = (" ".join(run.text for run in sorted(line, key=lambda run: run.left)) for line in _levels(runs))
    return joined_lines("\n".join(texts))


def _levels(runs: Sequence[Run]) -> list[list[Run]]:
    """In lines from the top; runs about level are one line."""
    lines: list[list[Run]] = []
    for run in sorted(runs, key=lambda run: run.top):
        if lines and run.middle[1] < lines[-1][0].bottom - run.size / 4:
            lines[-1].append(run)
        else:
            lines.append([run])
    return lines


def _boxes(rules: Sequence[Rule]) -> Iterator[_Box]:
    """Groups of lines that touch each other and make at least two rows and two columns."""
    distinct = list({(round(r.left), round(r.right), round(r.top), round(r.bottom)): r for r in rules}.values())
    groups = _touching(distinct) if len(distinct) <= _MOST_RULES else []
    for group in groups:
        across = [rule for rule in group if rule.is_horizontal]
        down = [rule for rule in group if not rule.is_horizontal]
        if across and down:
            xs = _clustered([rule.left for rule in down] + [min(r.left for r in across), max(r.right for r in across)])
            ys = _clustered([rule.top for rule in across] + [min(r.top for r in down), max(r.bottom for r in down)])
            if len(xs) > 2 and len(ys) > 2:
                yield _Box(xs, ys, group)


def _touching(rules: list[Rule]) -> list[list[Rule]]:
    groups: list[list[Rule]] = []
    left = rules
    while left:
        group, left = [left[0]], left[1:]
        for member in group:  # grows while it is read
            joined = [rule for rule in left if _touch(member, rule)]
            group += joined
            left = [rule for rule in left if not _touch(member, rule)] if joined else left
        groups.append(group)
    return groups


def _touch(a: Rule, b: Rule) -> bool:
    return (
        a.left - _NEAR <= b.right
        and b.left - _NEAR <= a.right
        and a.top - _NEAR <= b.bottom
        and b.top - _NEAR <= a.bottom
    )


def _clustered(places: list[float]) -> list[float]:
    clusters: list[float] = []
    for place in sorted(places):
        if not clusters or place - clusters[-1] > 2 * _NEAR:
            clusters.append(place)
    return clusters


def _with_aligned(items: list[Line | Table]) -> Iterator[Line | Table]:
    at = 0
    while at < len(items):
        lines = _aligned(items[at:])
        if lines:
            yield _aligned_table(lines)
        else:
            yield items[at]
        at += len(lines) or 1


def _aligned(items: Sequence[Line | Table]) -> list[Line]:
    """The lines from the first on that stand in common columns: three of two runs, or two of three; else none."""
    lines: list[Line] = []
    columns: list[tuple[float, float]] = []
    for item in items:
        if isinstance(item, Table) or (not lines and len(item) < 2):
            break
        if lines and not (0 < item[0].top - lines[-1][0].top <= 3.5 * item[0].size and _fits(item, columns)):
            break
        lines.append(item)
        columns = _widened(columns, item)
    while lines and len(lines[-1]) < 2 and lines[-1][0].left <= columns[0][1]:
        lines.pop()
    full = [line for line in lines if len(line) > 1]
    is_table = len(full) >= 3 or (len(full) == 2 and min(map(len, full)) >= 3)
    return lines if is_table else []


def _fits(line: Line, columns: Sequence[tuple[float, float]]) -> bool:
    """Whether each run stands in a column of its own, at its left edge, in its middle, or at its right edge."""
    found = [[i for i, (left, right) in enumerate(columns) if run.left < right and run.right > left] for run in line]
    places = [places[0] for places in found if len(places) == 1]
    if len(set(places)) < len(line):
        return False
    return all(_is_in_line(run, columns[place]) for run, place in zip(line, places, strict=True))


def _is_in_line(run: Run, column: tuple[float, float]) -> bool:
    left, right = column
    offsets = run.left - left, run.right - right, (run.left + run.right - left - right) / 2
    return min(map(abs, offsets)) <= 0.7 * run.size


def _widened(columns: list[tuple[float, float]], line: Line) -> list[tuple[float, float]]:
    if not columns:
        return [(run.left, run.right) for run in line]
    return [
        (min([left, *(r.left for r in line if r.left < right and r.right > left)]),
         max([right, *(r.right for r in line if r.left < right and r.right > left)]))
        for left, right in columns
    ]  # fmt: skip


def _aligned_table(lines: Sequence[Line]) -> Table:
    columns: list[tuple[float, float]] = []
    for line in lines:
        columns = _widened(columns, line)
    rows: list[list[str]] = []
    steps = [b[0].top - a[0].top for a, b in pairwise(lines)]
    usual = median(steps)
    for i, line in enumerate(lines):
        cells = [" ".join(r.text for r in line if r.left < right and r.right > left) for left, right in columns]
        if rows and not cells[0] and steps[i - 1] < _CONTINUES * usual:
            rows[-1] = [joined_lines(f"{above}\n{cell}") for above, cell in zip(rows[-1], cells, strict=True)]
        else:
            rows.append(cells)
    return Table(tuple(map(tuple, rows)), _is_marked([[run.is_bold for run in line] for line in lines]))


def _is_marked(bold: Sequence[Sequence[bool]]) -> bool | None:
    """`bold`: of each run of each row. Bold letters in other rows too are names beside values."""
    first, others = bold[0], [is_bold for row in bold[1:] for is_bold in row]
    if all(first) and first and not all(others):
        return True
    return False if any(first) and any(others) else None
