"""The promoted version in memory. A newly promoted one is noticed and takes over without a restart."""

import logging
from threading import Lock

from app.adapters.index_registry import FileIndexRegistry
from app.domain.knowledge import Document
from app.domain.ports import ChunkIndex
from app.errors import KotaeError, NoIndex, NotFound

_log = logging.getLogger(__name__)


class ServedIndex:
    """Shared by all threads. While one loads a new version, the others go on with the old one."""

    def __init__(self, registry: FileIndexRegistry) -> None:
        self._registry = registry
        self._loading = Lock()
        self._index: ChunkIndex | None = None
        self._refused: str | None = None  # a promoted version that could not be loaded, told once

    def current(self) -> ChunkIndex:
        """The version to answer from now.

        Raises NoIndex, DamagedIndex or ModelMismatch while there is none; once one is served, a newer one that cannot
        be loaded is logged and the old one goes on.
        """
        version = self._registry.current()
        served = self._index
        if served and version in (served.manifest.version, self._refused):
            return served
        if version is None:
            raise NoIndex("Nothing is indexed yet: run `kotae ingest DIR` (or `make index` for the sample articles).")
        if served and self._loading.locked():
            return served
        with self._loading:
            return self._switch_to(version)

    def load(self, version: str) -> ChunkIndex:
        """Any version, beside the one that is served. Raises NotFound, DamagedIndex or ModelMismatch."""
        return self._registry.load(version)

    def document(self, document_id: str, version: str | None = None) -> tuple[Document, str]:
        """The article and the version it was read from; the current index without `version`. Raises NotFound."""
        version = version or self.current().manifest.version
        document = self._registry.read_document(version, document_id)
        if document is None:
            raise NotFound(f"There is no article {document_id!r} in the index version {version}.")
        return document, version

    def _switch_to(self, version: str) -> ChunkIndex:
        if self._index and self._index.manifest.version == version:
            return self._index
        try:
            self._index = self._registry.load(version)
        except KotaeError as error:
            if self._index is None:
                raise
            self._refused = version
            _log.error("%s Until then %s goes on being served.", error, self._index.manifest.version)
        return self._index
