"""The project's own Python files, as the architecture tests read them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("app", "ingestion", "evals")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Source:
    path: str  # relative to the root, "/" between parts
    text: str
    tree: ast.Module

    @property
    def lines(self) -> int:
        return len(self.text.splitlines())

    def functions(self) -> Iterator[Function]:
        return (node for node in ast.walk(self.tree) if isinstance(node, Function))

    def imports(self) -> Iterator[str]:
        """Dotted names of everything imported, wherever in the file."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.module


def sources(*folders: str) -> list[Source]:
    files = (file for folder in folders for file in sorted((ROOT / folder).rglob("*.py")))
    texts = ((file, file.read_text(encoding="utf-8")) for file in files)
    return [Source(file.relative_to(ROOT).as_posix(), text, ast.parse(text)) for file, text in texts]
