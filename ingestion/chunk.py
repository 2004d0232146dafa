"""From a document to the passages that are found, cited and shown as a whole.

A chunk never crosses a heading. Within a section, what belongs together stays together: a list or table with the line
that introduces it, and a rule with the condition or exception after it. Chunks quote the document exactly:
`document.text[chunk.start:chunk.end] == chunk.text`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.domain.knowledge import Block, BlockKind, Chunk, Document, Span
from app.domain.text import sentence_spans


@dataclass(frozen=True, slots=True)
class _Sizes:
    """In characters. `target`: about what a reader takes in at once. `most`: with title and headings safely under the
    512 tokens that the embedder reads, at about 1.5 characters a token in Japanese and 4 in English."""

    target: int
    most: int


_SIZES = {"ja": _Sizes(350, 600), "en": _Sizes(900, 1600)}
_SHORT_TAIL = 3  # a rest under a third of the target joins the chunk before it
_LISTED = frozenset({BlockKind.LIST_ITEM, BlockKind.TABLE_ROW})
_CONDITION = re.compile(
    r"[(【\[]?(?:ただし|但し|なお、|※|\*|ご?注意|注[:)】]|例外|その場合|この場合"
    r"|However|Note|Please note|Except|Exception|Important|But |Unless|In this case)"
)
_INTRODUCES = re.compile(r":$|(?:次|以下|下記)の[^。]{0,30}。$|(?:following|below)[^.]{0,40}\.$")


def chunk(document: Document) -> list[Chunk]:
    """The chunks of one document in order; none of a superseded one, which is kept and never searched."""
    if not document.is_current:
        return []
    sizes = _SIZES[document.lang]
    question = _question(document)
    chunks: list[Chunk] = []
    for headings, blocks in _sections(document):
        for parts in _packed(document, blocks, sizes):
            chunks.append(_chunk(document, headings, parts, question))
    return chunks


def _question(document: Document) -> str | None:
    first = document.blocks[0]
    return document.text[first.start : first.end] if first.kind is BlockKind.QUESTION else None


def _sections(document: Document) -> Iterator[tuple[tuple[str, ...], list[Block]]]:
    """Runs of blocks under the same headings. The question of a FAQ entry is its title, and not in its chunk."""
    path: list[tuple[int, str]] = []
    blocks: list[Block] = []
    for block in document.blocks:
        if block.kind is BlockKind.HEADING:
            if blocks:
                yield tuple(text for _, text in path), blocks
            blocks = []
            path = [(level, text) for level, text in path if level < block.level]
            path.append((block.level, document.text[block.start : block.end]))
        elif block.kind is not BlockKind.QUESTION:
            blocks.append(block)
    if blocks:
        yield tuple(text for _, text in path), blocks


def _packed(document: Document, blocks: Sequence[Block], sizes: _Sizes) -> Iterator[list[Block]]:
    """Blocks of one section, gathered up to the target size; each result becomes a chunk."""
    gathered: list[list[Block]] = []
    for unit in _units(document, blocks, sizes.most):
        if gathered and _length(gathered[-1][0], unit[-1]) <= sizes.target:
            gathered[-1] += unit
        else:
            gathered.append(list(unit))
    if len(gathered) > 1:
        tail, before = gathered[-1], gathered[-2]
        if _length(tail[0], tail[-1]) * _SHORT_TAIL <= sizes.target and _length(before[0], tail[-1]) <= sizes.most:
            gathered[-2:] = [before + tail]
    yield from gathered


def _units(document: Document, blocks: Sequence[Block], most: int) -> Iterator[list[Block]]:
    """Blocks that stay together, none longer than `most`."""
    unit: list[Block] = []
    for block in blocks:
        if unit and not _belongs(document, unit[-1], block):
            yield from _fitting(document, unit, most)
            unit = []
        unit.append(block)
    yield from _fitting(document, unit, most)


def _belongs(document: Document, previous: Block, block: Block) -> bool:
    """Whether `block` would be misread without `previous`, or the other way round."""
    if block.kind in _LISTED:
        introduction = document.text[previous.start : previous.end]
        return previous.kind in _LISTED or _INTRODUCES.search(introduction) is not None
    return _CONDITION.match(document.text, block.start) is not None


def _fitting(document: Document, unit: list[Block], most: int) -> Iterator[list[Block]]:
    """The unit, or where it is too long its blocks gathered up to `most`; a block too long for itself is cut."""
    part: list[Block] = []
    for block in unit:
        for piece in _pieces(document, block, most):
            if part and _length(part[0], piece) > most:
                yield part
                part = []
            part.append(piece)
    yield part


def _pieces(document: Document, block: Block, most: int) -> Iterator[Block]:
    """A block as it is, or cut at sentence ends, or without any in reach at the next best place."""
    if block.end - block.start <= most:
        yield block
        return
    start = end = block.start
    for span in _short_spans(document, block, most):
        if end > start and span.end - start > most:
            yield Block(block.kind, start, end, block.level)
            start = span.start
        end = span.end
    yield Block(block.kind, start, end, block.level)


def _short_spans(document: Document, block: Block, most: int) -> Iterator[Span]:
    for span in _sentences(document, block):
        if span.end - span.start <= most:
            yield span
        else:
            yield from _cut_anywhere(document.text[span.start : span.end], span.start, most)


def _cut_anywhere(text: str, offset: int, most: int) -> Iterator[Span]:
    from langchain_text_splitters import RecursiveCharacterTextSplitter  # slow to import, and seldom needed

    splitter = RecursiveCharacterTextSplitter(
        separators=["\n", "。", "、", ", ", " ", ""],
        chunk_size=most,
        chunk_overlap=0,
        keep_separator="end",
        add_start_index=True,
    )
    for part in splitter.create_documents([text]):
        start = offset + int(part.metadata["start_index"])
        yield Span(start, start + len(part.page_content))


def _chunk(document: Document, headings: tuple[str, ...], blocks: Sequence[Block], question: str | None) -> Chunk:
    start, end = blocks[0].start, blocks[-1].end
    return Chunk(
        id=f"{document.id}:{start}-{end}",
        document_id=document.id,
        title=document.title,
        lang=document.lang,
        audience=document.audience,
        heading_path=headings,
        start=start,
        end=end,
        text=document.text[start:end],
        sentences=tuple(span for block in blocks for span in _sentences(document, block)),
        question=question,
    )


def _sentences(document: Document, block: Block) -> list[Span]:
    """A table row is one sentence: its cells say nothing without each other."""
    if block.kind is BlockKind.TABLE_ROW:
        return [Span(block.start, block.end)]
    found = sentence_spans(document.text[block.start : block.end], document.lang)
    return [Span(block.start + span.start, block.start + span.end) for span in found]


def _length(first: Block, last: Block) -> int:
    return last.end - first.start
