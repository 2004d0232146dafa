"""Numbers the passages an answer rests on, in the order in which it needs them."""

from app.domain.outcome import Citation
from app.domain.ports import ChunkIndex


class Citations:
    """One citation a chunk: the whole passage, so that a sentence is read with its conditions."""

    def __init__(self, index: ChunkIndex) -> None:
        self._index = index
        self._by_chunk: dict[int, Citation] = {}

    def cite(self, position: int) -> tuple[Citation, bool]:
        """The citation of the chunk at `position`, and whether it is new."""
        known = self._by_chunk.get(position)
        if known:
            return known, False
        chunk = self._index.chunks[position]
        document = self._index.document(chunk.document_id)
        citation = Citation(
            n=len(self._by_chunk) + 1,
            document_id=chunk.document_id,
            title=chunk.title,
            url=document.url if document else None,
            start=chunk.start,
            end=chunk.end,
            quote=chunk.text,
            page=document.page_at(chunk.start) if document else None,
        )
        self._by_chunk[position] = citation
        return citation, True

    @property
    def all(self) -> tuple[Citation, ...]:
        return tuple(self._by_chunk.values())
