"""From the drafts of a loader to a document: one text, and blocks with exact offsets into it."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from pydantic import TypeAdapter

from app.domain.knowledge import Block, BlockKind, Document
from app.domain.outcome import Language
from app.domain.text import detect_language, normalise
from ingestion.load.front_matter import FrontMatter, slug
from ingestion.load.loader import LoadError

_json = TypeAdapter(Document)
_TIGHT = frozenset({BlockKind.LIST_ITEM, BlockKind.TABLE_ROW})
_NAMED = {".md", ".html", ".htm", ".csv", ".txt"}
_BULLET = {"ja": "・", "en": "• "}
_SPACES = re.compile(r"[ \t]+")
_STRAY_SPACE = re.compile(r"(?<=[。、]) +")  # markup such as **…。** needs one, Japanese does not
_BLANK_LINES = re.compile(r" ?\n ?(?:\s*\n)?")


@dataclass(frozen=True, slots=True)
class Draft:
    """A block before it has a place: `marker` is the number of a list item, or "" for a bullet."""

    kind: BlockKind
    text: str
    level: int = 0
    marker: str = ""
    is_verbatim: bool = False  # code: white space means something
    page: int = 0  # where it begins, from 1; 0 where the format has no pages


def article(
    drafts: Sequence[Draft], about: FrontMatter, path: str, *, title: str = "", lang: Language = "ja"
) -> Document:
    """A document of `drafts`; `title` is what the format itself says. Raises LoadError when there is no text.

    Title: front matter, else `title`, else the heading that stands for one, else the file's name. It is not repeated in
    the text. Language: front matter, else the script, else `lang`.
    """
    tidy = [draft for draft in map(_tidy, drafts) if draft.text]
    if all(draft.kind is BlockKind.HEADING for draft in tidy):
        raise LoadError(None, "holds no text")
    top = _title_heading(tidy)
    name = about.title or one_line(title) or (top.text if top else _stem(path))
    if top and top.text == name:
        tidy.remove(top)
    language = about.lang or detect_language("\n".join([name, *(draft.text for draft in tidy)]), lang)
    text, blocks = _assemble(tidy, language)
    document = _document(text, blocks, about, path, name, language)
    return _hashed(replace(document, page_starts=_page_starts(tidy, blocks)))


def _title_heading(drafts: Sequence[Draft]) -> Draft | None:
    """The first heading, where it is of level 1 or stands above everything: others are titles of their section."""
    first = next((draft for draft in drafts if draft.kind is BlockKind.HEADING), None)
    return first if first and (first.level == 1 or first is drafts[0]) else None


def one_line(text: str) -> str:
    return " ".join(normalise(text).text.split())


def path_id(path: str) -> str:
    """The id of an article that names none: its path, without the ending of formats in which it could name one.

    A manual often lies beside its own PDF.
    """
    named = PurePosixPath(path)
    return slug(str(named.with_suffix("") if named.suffix.lower() in _NAMED else named))


def _stem(path: str) -> str:
    return one_line(PurePosixPath(path).stem) or path


def _tidy(draft: Draft) -> Draft:
    text = normalise(draft.text).text
    if draft.is_verbatim:
        return replace(draft, text="\n".join(line.rstrip() for line in text.splitlines()).strip("\n").expandtabs(4))
    text = _STRAY_SPACE.sub("", _BLANK_LINES.sub("\n", _SPACES.sub(" ", text))).strip()
    return replace(draft, text=" ".join(text.split()) if draft.kind is BlockKind.HEADING else text)


def _assemble(drafts: Sequence[Draft], lang: str) -> tuple[str, tuple[Block, ...]]:
    pieces: list[str] = []
    blocks: list[Block] = []
    length = 0
    previous: BlockKind | None = None
    for draft in drafts:
        gap = _gap(previous, draft)
        text = _marked(draft, lang)
        start = length + len(gap)
        length = start + len(text)
        pieces += gap, text
        blocks.append(Block(draft.kind, start, length, draft.level))
        previous = draft.kind
    return "".join(pieces), tuple(blocks)


def _gap(previous: BlockKind | None, draft: Draft) -> str:
    if previous is None:
        return ""
    indent = "  " * draft.level if draft.kind is BlockKind.LIST_ITEM else ""
    return ("\n" if draft.kind is previous and draft.kind in _TIGHT else "\n\n") + indent


def _marked(draft: Draft, lang: str) -> str:
    if draft.kind is not BlockKind.LIST_ITEM:
        return draft.text
    return (draft.marker or _BULLET[lang]) + draft.text


def _document(text: str, blocks: tuple[Block, ...], about: FrontMatter, path: str, title: str, lang: str) -> Document:
    return Document(
        id=about.id or path_id(path),
        title=title,
        lang=lang,
        text=text,
        blocks=blocks,
        path=path,
        sha256="",
        audience=about.audience,
        owner=about.owner,
        reviewed_on=about.reviewed_on,
        review_every=about.review_every,
        tags=about.tags,
        url=about.url,
        superseded_by=about.superseded_by,
        translation_of=about.translation_of,
    )


def _page_starts(drafts: Sequence[Draft], blocks: Sequence[Block]) -> tuple[int, ...]:
    """A page on which no block begins starts where the next block does."""
    starts: list[int] = []
    for draft, block in zip(drafts, blocks, strict=True):
        starts += [block.start] * (draft.page - len(starts))
    return tuple(starts)


def _hashed(document: Document) -> Document:
    return replace(document, sha256=hashlib.sha256(_json.dump_json(document)).hexdigest())
