"""From an HTML tree to drafts: what a reader sees of its main content, in order."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PreformattedString

from app.domain.knowledge import BlockKind
from ingestion.load.article import Draft
from ingestion.load.prose import prose_drafts
from ingestion.load.table import table_rows

_UNSEEN = [
    "script", "style", "nav", "footer", "aside", "noscript", "template", "svg", "iframe", "object", "video", "audio",
    "canvas", "button", "input", "select", "textarea", "rt", "rp", "head",
]  # fmt: skip
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden")
_HEADING = re.compile(r"h([1-6])")
_BLOCKS = frozenset(
    {
        "address", "article", "blockquote", "body", "center", "dd", "details", "dialog", "div", "dl", "dt", "fieldset",
        "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "html", "li", "main",
        "ol", "p", "pre", "section", "summary", "table", "ul",
    }
)  # fmt: skip
_FILE_NAME = re.compile(r"[\w .()-]*\.(?:png|jpe?g|gif|svg|webp|bmp)", re.IGNORECASE)
_JAPANESE = "\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef"
# A wrapped line goes on without a space between Japanese letters, and with one elsewhere.
_WRAPPED = re.compile(f"(?<=[{_JAPANESE}])[ \t]*\n[ \t\n]*(?=[{_JAPANESE}])")
# A line that a mark of its own begins was never wrapped.
_MARKED = re.compile(r"\n[ \t\u3000]*(?=[①-⑳・●○※]|[(（]\d{1,2}[)）])")
_BREAK = "\0"  # stands for <br> until white space is joined; cleaned text holds no NUL


def html_drafts(root: Tag) -> list[Draft]:
    """The visible blocks below `root`. `root` is changed: what nobody sees is taken out."""
    _remove_unseen(root)
    walk = _Walk()
    walk.children(root)
    walk.end_paragraph()
    return walk.drafts


def parse_html(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "lxml")


def inline_text(node: Tag) -> str:
    """The words of an element on one line, or several where it has <br>."""
    return joined_lines("".join(_words(node)))


def joined_lines(raw: str) -> str:
    """HTML's white space rule, with Japanese wrapped lines joined without a space."""
    raw = _MARKED.sub(_BREAK, raw)
    lines = (" ".join(_WRAPPED.sub("", line).split()) for line in raw.split(_BREAK))
    return "\n".join(lines).strip()


def _remove_unseen(root: Tag) -> None:
    for comment in root.find_all(string=lambda text: isinstance(text, PreformattedString)):
        comment.extract()
    for element in root.find_all(_is_unseen):
        if not element.decomposed:
            element.decompose()


def _is_unseen(element: Tag) -> bool:
    if element.name in _UNSEEN or element.has_attr("hidden") or element.get("aria-hidden") == "true":
        return True
    if element.name == "header":  # of the page; an article's own header holds its heading
        return element.find(_HEADING) is None
    return bool(_HIDDEN.search(str(element.get("style", ""))))


def _words(node: Tag) -> Iterator[str]:
    for child in node.children:
        if isinstance(child, NavigableString):
            yield str(child)
        elif isinstance(child, Tag):
            if child.name == "br":
                yield _BREAK
            elif child.name == "img":
                yield picture_words(child)
            elif child.name in _BLOCKS:
                yield from (_BREAK, *_words(child), _BREAK)
            else:
                yield from _words(child)


def picture_words(image: Tag) -> str:
    alt = str(image.get("alt", "")).strip()
    return "" if _FILE_NAME.fullmatch(alt) else alt


@dataclass
class _Walk:
    """Collects drafts; words outside any block gather in `_open` until a block begins or ends."""

    drafts: list[Draft] = field(default_factory=list)
    _open: list[str] = field(default_factory=list)

    def children(self, node: Tag, depth: int = 0) -> None:
        for child in list(node.children):
            if isinstance(child, NavigableString):
                self._open.append(str(child))
            elif isinstance(child, Tag):
                self._element(child, depth)

    def end_paragraph(self) -> None:
        text = joined_lines("".join(self._open))
        self._open.clear()
        self.drafts += prose_drafts(text)

    def _element(self, element: Tag, depth: int) -> None:
        if element.name not in _BLOCKS:
            if element.name == "br":
                self._open.append(_BREAK)
            elif element.name == "img":
                self._open.append(picture_words(element))
            else:  # an inline element, unless it wraps blocks
                self.children(element, depth)
            return
        self.end_paragraph()
        if heading := _HEADING.fullmatch(element.name):
            self.drafts.append(Draft(BlockKind.HEADING, inline_text(element), int(heading[1])))
        elif element.name in {"ul", "ol"}:
            self._list(element, depth)
        elif element.name == "table":
            self._table(element)
        elif element.name == "dl":
            self._definitions(element)
        elif element.name == "pre":
            self.drafts.append(Draft(BlockKind.PARAGRAPH, element.get_text(), is_verbatim=True))
        else:
            self.children(element, depth)
            self.end_paragraph()

    def _list(self, element: Tag, depth: int) -> None:
        number = int(str(element.get("start", "1"))) if str(element.get("start", "1")).isdecimal() else 1
        for item in element.find_all(["li", "ul", "ol"], recursive=False):
            if item.name != "li":  # a list right inside a list: wrong, and common
                self._list(item, depth + 1)
                continue
            nested = [child for child in item.find_all(["ul", "ol", "table", "pre"]) if _nearest(child, item)]
            for child in nested:
                child.extract()
            marker = f"{number}. " if element.name == "ol" else ""
            self.drafts.append(Draft(BlockKind.LIST_ITEM, _item_text(item), depth, marker))
            for child in nested:
                self._element(child, depth + 1)
            number += 1

    def _table(self, table: Tag) -> None:
        caption = table.find("caption")
        if caption:
            self.drafts.append(Draft(BlockKind.PARAGRAPH, inline_text(caption)))
        if table.find("table"):  # a table for the layout of the page
            for cell in table.find_all(["td", "th"]):
                if cell.find_parent("table") is table:
                    self.children(cell)
                    self.end_paragraph()
            return
        self.drafts += [Draft(BlockKind.TABLE_ROW, row) for row in table_rows(table, inline_text)]

    def _definitions(self, element: Tag) -> None:
        term = ""
        for part in element.find_all(["dt", "dd"]):
            if part.name == "dt":
                term = inline_text(part)
            else:
                text = inline_text(part)
                self.drafts.append(Draft(BlockKind.LIST_ITEM, f"{term}: {text}" if term else text))


def _item_text(item: Tag) -> str:
    return "\n".join(line for line in inline_text(item).splitlines() if line.strip())


def _nearest(child: Tag, item: Tag) -> bool:
    """Whether `child` lies in `item` with no other list, table or code between."""
    return child.find_parent(["li", "ul", "ol", "table", "pre"]) is item
