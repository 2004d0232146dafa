"""CSV: questions and answers, one row each."""

import csv
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.domain.knowledge import BlockKind, Document, Skipped
from app.domain.text import normalise
from ingestion.load.article import Draft, article, one_line, path_id
from ingestion.load.decoding import read_text
from ingestion.load.front_matter import front_matter
from ingestion.load.loader import Loaded, LoadError

_DELIMITERS = ",\t;"
_MAX_CELL = 200_000
_JAPANESE_NAMES = {"質問": "question", "回答": "answer", "言語": "lang", "公開範囲": "audience", "タグ": "tags"}


def load_faq_table(path: Path, relative_path: str) -> Loaded:
    """A document for every good row; a bad one is skipped by its line. Raises LoadError for a file without the columns.

    Columns: question and answer, and any key of the front matter; an empty cell counts as absent.
    """
    text = read_text(path)
    csv.field_size_limit(_MAX_CELL)
    header_line = text.lstrip("\n").split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=header_line.count)
    rows = _rows(text, delimiter)
    _, header = next(rows)
    columns = _columns(header)
    documents: list[Document] = []
    skipped: list[Skipped] = []
    for line, row in rows:
        try:
            documents.append(_entry(columns, row, relative_path, line))
        except LoadError as error:
            skipped.append(Skipped(relative_path, line, error.reason))
    return Loaded(tuple(documents), tuple(skipped))


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str] | str]]:
    """(line where it begins, cells) of every row that is not empty; a string instead says why it cannot be read."""
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            row: list[str] | str = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            row = f"is not CSV: {error}"
        if row and (isinstance(row, str) or any(cell.strip() for cell in row)):
            yield line, row


def _columns(header: list[str] | str) -> list[str]:
    if isinstance(header, str):
        raise LoadError(1, f"its first line {header}")
    names = [normalise(cell).text.strip().lower() for cell in header]
    columns = [_JAPANESE_NAMES.get(name, name) for name in names]
    for name in ("question", "answer"):
        if columns.count(name) != 1:
            raise LoadError(1, f"its first line must name one column {name}")
    if columns.count("audience") > 1:
        raise LoadError(1, "its first line names the column audience twice")
    return columns


def _entry(columns: list[str], row: list[str] | str, path: str, line: int) -> Document:
    if isinstance(row, str):
        raise LoadError(line, row)
    while len(row) > len(columns) and not row[-1].strip():
        row.pop()
    # With a cell more or less every later one, the audience too, would stand under the wrong name.
    if len(row) != len(columns):
        raise LoadError(line, f"has {len(row)} cells, and the first line names {len(columns)} columns")
    cells: dict[str, Any] = {name: cell.strip() for name, cell in zip(columns, row, strict=True) if cell.strip()}
    for name in ("question", "answer"):
        if name not in cells:
            raise LoadError(line, f"has no {name}")
    question = one_line(cells["question"])
    cells.setdefault("id", f"{path_id(path)}-{hashlib.sha256(question.encode()).hexdigest()[:8]}")
    drafts = [Draft(BlockKind.QUESTION, question), Draft(BlockKind.ANSWER, cells["answer"])]
    about = front_matter({"title": question} | cells, {}, line)
    return article(drafts, about, f"{path}#{line}")
