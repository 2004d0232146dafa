"""What a loader is given and gives."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.domain.knowledge import Document, Skipped


class LoadError(Exception):
    """This file cannot be read as an article: it is skipped, and the build goes on."""

    def __init__(self, line: int | None, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Loaded:
    """`skipped` are rows that were left out; a file that cannot be read at all raises LoadError instead."""

    documents: tuple[Document, ...]
    skipped: tuple[Skipped, ...] = ()


Loader = Callable[[Path, str], Loaded]
