"""What a knowledge base is made of: documents, their chunks, and the index version both end up in.

All offsets are code points into `Document.text`, which is the normalised text that is stored, cited and shown:
`document.text[chunk.start:chunk.end] == chunk.text`, always.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class Audience(StrEnum):
    """Who may read. `AGENT` articles reach no customer: the filter acts inside both searches."""

    PUBLIC = "public"
    AGENT = "agent"

    @property
    def readable(self) -> frozenset["Audience"]:
        """The audiences whose articles this reader may see."""
        return frozenset({Audience.PUBLIC}) if self is Audience.PUBLIC else frozenset(Audience)


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open `[start, end)` in code points of the document's text."""

    start: int
    end: int


class BlockKind(StrEnum):
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE_ROW = "table_row"  # a table's header row is a row too: `level` is 1 for it, else 0
    QUESTION = "question"  # of a FAQ entry
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Block:
    """A run of the document's text with one role. Blocks are in order, do not overlap, leave only white space out."""

    kind: BlockKind
    start: int
    end: int
    level: int = 0  # heading depth 1–6; list nesting from 0


@dataclass(frozen=True, slots=True)
class Document:
    """One article as it was indexed."""

    id: str
    title: str
    lang: str  # "ja" or "en"
    text: str
    blocks: tuple[Block, ...]
    path: str  # relative to the source folder, "/" between parts; a CSV row appends "#<line>"
    sha256: str  # of text, blocks and the fields below: equal when nothing changed
    audience: Audience = Audience.PUBLIC
    owner: str | None = None
    reviewed_on: date | None = None
    review_every: str | None = None
    tags: tuple[str, ...] = ()
    url: str | None = None
    superseded_by: str | None = None
    translation_of: str | None = None
    page_starts: tuple[int, ...] = ()  # where each page begins, the first at 0; none where the format has no pages

    @property
    def is_current(self) -> bool:
        """Superseded articles are kept, and never searched."""
        return self.superseded_by is None

    def page_at(self, offset: int) -> int | None:
        """The page, from 1, on which the character at `offset` stands; None where the format has no pages."""
        return bisect_right(self.page_starts, offset) or None


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage that is found, cited and shown as a whole."""

    id: str  # "<document id>:<start>-<end>"
    document_id: str
    title: str
    lang: str
    audience: Audience
    heading_path: tuple[str, ...]  # headings above the chunk, without the title
    start: int
    end: int
    text: str
    sentences: tuple[Span, ...]  # in the document's offsets, inside start..end, in order
    question: str | None = None  # of a FAQ entry: the second vector

    @property
    def context(self) -> str:
        """What the embedder and the lexical index read before the text: title and headings."""
        return " > ".join((self.title, *self.heading_path))

    def sentence(self, n: int) -> str:
        span = self.sentences[n]
        return self.text[span.start - self.start : span.end - self.start]


def translated(chunks: Iterable[Chunk], originals: Mapping[str, str]) -> frozenset[str]:
    """The articles of `chunks` whose translation is among them, too, and may be read by whoever may read them;
    `originals` tells of an article's id what it is a translation of."""
    articles = {chunk.document_id: chunk for chunk in chunks}
    pairs = [pair for one, other in originals.items() for pair in ((one, other), (other, one))]
    return frozenset(
        one
        for one, other in pairs
        if one in articles
        and other in articles
        and articles[one].lang != articles[other].lang
        and articles[other].audience in articles[one].audience.readable
    )


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file, or a line of one, that was left out, and why."""

    path: str
    line: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A passage that is kept back, and why, until somebody releases it. `sha256` is of all that a writer would read."""

    chunk: str  # id
    path: str
    reason: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything needed to know what an index version is, and whether it is whole."""

    version: str  # "20261122T031500Z-1a2b3c4d": UTC time of the build and a hash of its content
    created_at: datetime
    model: str  # Embedder.fingerprint of the build; serving with another one is refused
    dimension: int
    documents: int
    chunks: int
    format: int  # of the files; raised when a reader of the old ones would go wrong
    skipped: tuple[Skipped, ...] = ()
    quarantined: tuple[Quarantined, ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)  # by stage
    files: dict[str, str] = field(default_factory=dict)  # name -> SHA-256
