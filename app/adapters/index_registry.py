"""The versions below `KOTAE_HOME/index` and the pointer to the one that is served."""

import os
import re
from pathlib import Path
from uuid import uuid4

from app.adapters.index_files import DocumentFile, LoadedIndex, check_files, damaged, read_manifest, sync
from app.domain.knowledge import Document, Manifest
from app.domain.ports import Embedder
from app.errors import DamagedIndex, ModelMismatch, NotFound

_VERSION = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}")


class FileIndexRegistry:
    """`directory` holds a folder per version and the file `current`; a version is only loaded where `embedder`, the one
    that serves, made it.

    No version is ever removed: an answer's citations open the article as it was in the version they were cited from.
    """

    def __init__(self, directory: Path, embedder: Embedder | None = None) -> None:
        self.directory = directory
        self._embedder = embedder
        self._documents: dict[str, DocumentFile] = {}

    def versions(self) -> list[Manifest]:
        """Newest first; a version without a readable manifest, or with a file missing, is left out."""
        manifests = []
        for folder in sorted(self.directory.glob("*Z-*"), reverse=True):
            try:
                manifest = read_manifest(folder)
            except DamagedIndex:
                continue
            if all((folder / name).is_file() for name in manifest.files):
                manifests.append(manifest)
        return manifests

    def current(self) -> str | None:
        """One small read: cheap enough to ask every second."""
        try:
            return (self.directory / "current").read_text(encoding="ascii").strip() or None
        except FileNotFoundError:
            return None

    def promote(self, version: str) -> None:
        self.verify(version)
        pointer = self.directory / f".current-{uuid4().hex}"
        with pointer.open("w", encoding="ascii") as file:
            file.write(f"{version}\n")
            file.flush()
            os.fsync(file.fileno())
        pointer.replace(self.directory / "current")
        sync(self.directory)

    def load(self, version: str) -> LoadedIndex:
        manifest = self.verify(version)
        model = self._embedder.fingerprint if self._embedder else manifest.model
        if manifest.model != model:
            raise ModelMismatch(
                f"The index version {version} was built with the embedding model {manifest.model}, and Kotae runs with "
                f"{model}: build the index again with `kotae ingest`, or set KOTAE_EMBEDDING_MODEL back."
            )
        return LoadedIndex(self.directory / version, manifest)

    def verify(self, version: str) -> Manifest:
        """Checks every file against the manifest. Raises NotFound or DamagedIndex."""
        folder = self._folder(version)
        manifest = read_manifest(folder)
        check_files(folder, manifest)
        return manifest

    def read_document(self, version: str, document_id: str) -> Document | None:
        """The article as it was indexed in `version`; no vectors are loaded. Raises NotFound or DamagedIndex."""
        if version not in self._documents:
            folder = self._folder(version)
            try:
                self._documents[version] = DocumentFile(folder / "documents.jsonl")
            except (OSError, ValueError):
                raise damaged(folder, "documents.jsonl is missing or unreadable") from None
        return self._documents[version].get(document_id)

    def _folder(self, version: str) -> Path:
        # The pattern also keeps a version that came in with a request from naming another folder.
        folder = self.directory / version
        if not _VERSION.fullmatch(version) or not folder.is_dir():
            raise NotFound(f"There is no index version {version!r} in {self.directory}: see `kotae index list`.")
        return folder
