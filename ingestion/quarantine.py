"""Passages that speak to the machine are kept back until a person has read and released them.

They are searched and shown nowhere: no chunk is made of them, and in the article's own text they are blacked out,
letter by letter, so that every other offset stays true.
"""

import hashlib
import re
import tomllib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from app.domain.knowledge import BlockKind, Chunk, Document, Quarantined
from app.domain.text.unveil import decoded, unveiled

RULES = Path(__file__).with_name("article_rules.toml")
_VISIBLE = re.compile(r"\S")
_BLACK = "█"
_LABELS = frozenset({BlockKind.HEADING, BlockKind.QUESTION})


@dataclass(frozen=True, slots=True)
class Kept:
    """`documents` and `chunks` without what is kept back."""

    documents: tuple[Document, ...]
    chunks: list[Chunk]
    quarantined: tuple[Quarantined, ...]


def quarantine(documents: Sequence[Document], chunks: Sequence[Chunk], released: Collection[str]) -> Kept:
    """`released` holds `Quarantined.sha256` of passages that a person has let through."""
    paths = {document.id: document.path for document in documents}
    held: dict[str, list[Chunk]] = {}
    found: list[Quarantined] = []
    for chunk in chunks:
        said = spoken(_read(chunk))
        if said and (sha := _sha256(chunk)) not in released:
            held.setdefault(chunk.document_id, []).append(chunk)
            found.append(Quarantined(chunk.id, paths[chunk.document_id], f'speaks to the machine: "{said}"', sha))
    back = {item.chunk for item in found}
    kept = [chunk for chunk in chunks if chunk.id not in back]
    shown = tuple(_blacked_out(document, held.get(document.id, ())) for document in documents)
    return Kept(shown, kept, tuple(found))


def spoken(text: str) -> str | None:
    """The first words in `text` that speak to the machine, as they read in its plain form."""
    found = _pattern().search(unveiled(text))
    if found:
        return " ".join(found[0].split())[:80]
    return next((said for said in map(spoken, decoded(text)) if said), None)


@cache
def _pattern() -> re.Pattern[str]:
    rules = tomllib.loads(RULES.read_text(encoding="utf-8"))["speaks_to_the_machine"]
    return re.compile("|".join(f"(?:{rule})" for rule in rules), re.MULTILINE)


def _read(chunk: Chunk) -> str:
    """All that a writer reads of it."""
    return "\n".join(filter(None, (*chunk.heading_path, chunk.title, chunk.question, chunk.text)))


def _sha256(chunk: Chunk) -> str:
    return hashlib.sha256(_read(chunk).encode()).hexdigest()


def _blacked_out(document: Document, held: Sequence[Chunk]) -> Document:
    if not held:
        return document
    spans = [(chunk.start, chunk.end) for chunk in held]
    labels = (block for block in document.blocks if block.kind in _LABELS)
    spans += [(block.start, block.end) for block in labels if spoken(document.text[block.start : block.end])]
    text = document.text
    for start, end in spans:
        text = text[:start] + _VISIBLE.sub(_BLACK, text[start:end]) + text[end:]
    title = _VISIBLE.sub(_BLACK, document.title) if spoken(document.title) else document.title
    return replace(document, text=text, title=title)
