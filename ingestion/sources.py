"""Where articles come from: a folder."""

import os
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.domain.knowledge import Document, Skipped
from app.errors import KnowledgeError
from ingestion.hidden import hidden_speech
from ingestion.load import ENDINGS, HEAVY, LoadError, load
from ingestion.load.sidecar import ENDINGS as SIDECARS
from ingestion.load.sidecar import described_by
from ingestion.worker import Worker

_ROW = re.compile(r"(.+\.csv)#(\d+)", re.IGNORECASE)
_NOT_AN_ARTICLE = "readme.md"  # at the root: it is about the folder


@dataclass(frozen=True, slots=True)
class Articles:
    """What a source holds, in order of path; `skipped` is what it also holds and cannot be used."""

    documents: tuple[Document, ...]
    skipped: tuple[Skipped, ...]


class FolderSource:
    """Every readable file below a folder, the same on every machine: in order of path, hidden files left out."""

    def __init__(self, directory: Path) -> None:
        self._root = directory

    def read(self) -> Articles:
        """Raises KnowledgeError when there is no such folder, or nothing in it can be read."""
        if not self._root.is_dir():
            raise KnowledgeError(f"There is no folder {self._root}: name the folder that holds your articles.")
        tree = _Tree(self._root)
        skipped = [Skipped(path, None, reason) for path, reason in tree.refused.items()]
        heavy = {name for name, path in tree.files.items() if path.suffix.lower() in HEAVY}
        sidecars = [name for name in (*tree.files, *tree.refused) if described_by(name) in heavy]
        found: dict[str, tuple[Document, ...]] = {}
        with Worker() as worker:
            if heavy:
                worker.start()  # it gets ready while the light files are read
            for name in sorted(tree.files.keys() - sidecars, key=lambda name: (name in heavy, name)):
                try:
                    _check_sidecar(name, [each for each in sidecars if described_by(each) == name], tree)
                    loaded = (worker.load if name in heavy else load)(tree.files[name], name)
                except LoadError as error:
                    skipped.append(Skipped(name, error.line, error.reason))
                else:
                    found[name] = loaded.documents
                    skipped += (*loaded.skipped, *hidden_speech(tree.files[name], name))
        documents = _consistent([document for name in sorted(found) for document in found[name]], skipped)
        if not documents:
            raise KnowledgeError(_nothing_readable(self._root, skipped))
        return Articles(tuple(documents), tuple(sorted(skipped, key=lambda item: (item.path, item.line or 0))))


@dataclass
class _Tree:
    """Files by their path below the root, and links that were not followed with the reason.

    Links are followed after everything else, so that a file is known by its own name where it has one here.
    """

    root: Path
    files: dict[str, Path] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    _seen: set[Path] = field(default_factory=set)
    _links: list[Path] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._walk(self.root)
        while self._links:
            self._follow(self._links.pop(0))

    def _walk(self, folder: Path) -> None:
        self._seen.add(folder.resolve())
        try:
            entries = _entries(folder)
        except OSError as error:
            self.refused[self._relative(folder)] = f"cannot be opened: {error.strerror}"
            return
        for entry in entries:
            path = folder / entry.name
            if entry.is_symlink():
                self._links.append(path)
            elif entry.is_dir():
                self._walk(path)
            elif entry.is_file() and self._relative(path).lower() != _NOT_AN_ARTICLE:
                self._seen.add(path.resolve())
                self.files[self._relative(path)] = path

    def _follow(self, link: Path) -> None:
        name = self._relative(link)
        try:
            target = link.resolve(strict=True)
        except (OSError, RuntimeError):  # RuntimeError: Python 3.11 and 3.12 on links that lead to each other
            self.refused[name] = "is a link that leads nowhere"
            return
        if not target.is_relative_to(self.root.resolve()):
            self.refused[name] = "is a link that leads out of the folder"
        elif target in self._seen:
            self.refused[name] = "is a link to what is read under its own name"
        elif target.is_dir():
            self._walk(link)
        elif not target.is_file():
            self.refused[name] = "is a link to what is no file"
        else:
            self._seen.add(target)
            self.files[name] = link

    def _relative(self, path: Path) -> str:
        # Decomposed names (macOS) and composed ones are the same article.
        return unicodedata.normalize("NFC", _readable(path.relative_to(self.root).as_posix()))


def _check_sidecar(name: str, sidecars: Sequence[str], tree: _Tree) -> None:
    """Raises LoadError where a loader would not read what is said about the file, which may be that it is secret."""
    for sidecar in sidecars:
        if sidecar in tree.refused:
            raise LoadError(None, f"cannot be used with {sidecar}, which {tree.refused[sidecar]}")
        path = tree.files[name]
        if len(sidecars) > 1 or tree.files[sidecar] not in [path.with_name(path.name + ending) for ending in SIDECARS]:
            raise LoadError(None, f"cannot be used with {' and '.join(sidecars)}: name one {name}.yaml")


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return sorted((entry for entry in entries if not entry.name.startswith(".")), key=lambda entry: entry.name)


def _readable(name: str) -> str:
    """File names that are not UTF-8 come with lone surrogates, which nothing could print or store."""
    return name.encode("utf-8", "replace").decode("utf-8")


def _consistent(documents: list[Document], skipped: list[Skipped]) -> list[Document]:
    """The documents whose id is their own and whose successor exists; the others are added to `skipped`."""
    first: dict[str, Document] = {}
    for document in documents:
        if document.id in first:
            reason = f"its id {document.id} is already that of {first[document.id].path}"
            skipped.append(_skipped(document, reason))
        else:
            first[document.id] = document
    kept = []
    for document in first.values():
        successor = document.superseded_by
        if successor is None or (successor in first and successor != document.id):
            kept.append(document)
        else:
            skipped.append(_skipped(document, f"its superseded_by names {successor}, and no other article has that id"))
    return kept


def _skipped(document: Document, reason: str) -> Skipped:
    row = _ROW.fullmatch(document.path)
    return Skipped(row[1], int(row[2]), reason) if row else Skipped(document.path, None, reason)


def _nothing_readable(root: Path, skipped: list[Skipped]) -> str:
    if not skipped:
        return f"The folder {root} is empty: put articles into it that end in {', '.join(ENDINGS)}."
    first = skipped[0]
    return (
        f"No file in {root} (of {len(skipped)}) can be read as an article that ends in {', '.join(ENDINGS)}; "
        f"the first, {first.path}, {first.reason}."
    )
