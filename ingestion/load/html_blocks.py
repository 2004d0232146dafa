"""From an HTML tree to drafts: what a reader sees of its main content, in order."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml.etree import ParserError
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from app.domain.knowledge import BlockKind
from ingestion.load.article import Draft
from ingestion.load.prose import prose_drafts
from ingestion.load.table import table_rows

_UNSEEN = frozenset({
    "script", "style", "nav", "footer", "aside", "noscript", "template", "svg", "iframe", "object", "video", "audio",
    "canvas", "button", "input", "select", "textarea", "rt", "rp", "head",
})  # fmt: skip
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|(?:font-size|opacity)\s*:\s*0(?![.\d])")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_NESTED = ("ul", "ol", "table", "pre")  # what a list item may hold and does not say in one line
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


def html_drafts(root: HtmlElement) -> list[Draft]:
    """The visible blocks below `root`. `root` is changed: what nobody sees is taken out."""
    for element in list(root.iterdescendants()):
        if _is_unseen(element):
            element.drop_tree()
    walk = _Walk()
    walk.children(root)
    walk.end_paragraph()
    return walk.drafts


def parse_html(html: str) -> HtmlElement:
    """The `<html>` element of a page, or of a fragment as browsers complete it."""
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        return document_fromstring(html.encode(), parser)
    except ParserError:  # there is no element and no word in it
        return document_fromstring("<p>", parser)


def inline_text(node: HtmlElement) -> str:
    """The words of an element on one line, or several where it has <br>."""
    return joined_lines("".join(_words(node)))


def joined_lines(raw: str) -> str:
    """HTML's white space rule, with Japanese wrapped lines joined without a space."""
    raw = _MARKED.sub(_BREAK, raw)
    lines = (" ".join(_WRAPPED.sub("", line).split()) for line in raw.split(_BREAK))
    return "\n".join(lines).strip()


def _is_unseen(element: HtmlElement) -> bool:
    if element.tag in _UNSEEN or "hidden" in element.attrib or element.get("aria-hidden") == "true":
        return True
    if element.tag == "header":  # of the page; an article's own header holds its heading
        return next(element.iter(*_HEADINGS), None) is None
    return bool(_HIDDEN.search(element.get("style", "")))


def _parts(node: HtmlElement) -> Iterator[str | HtmlElement]:
    """What is directly in `node`: words and elements in order."""
    if node.text:
        yield node.text
    for child in node:
        yield child
        if child.tail:
            yield child.tail


def _words(node: HtmlElement) -> Iterator[str]:
    for part in _parts(node):
        if isinstance(part, str):
            yield part
        elif part.tag == "br":
            yield _BREAK
        elif part.tag == "img":
            yield picture_words(part)
        elif part.tag in _BLOCKS:
            yield from (_BREAK, *_words(part), _BREAK)
        else:
            yield from _words(part)


def picture_words(image: HtmlElement) -> str:
    alt = image.get("alt", "").strip()
    return "" if _FILE_NAME.fullmatch(alt) else alt


@dataclass
class _Walk:
    """Collects drafts; words outside any block gather in `_open` until a block begins or ends."""

    drafts: list[Draft] = field(default_factory=list)
    _open: list[str] = field(default_factory=list)

    def children(self, node: HtmlElement, depth: int = 0) -> None:
        for part in _parts(node):
            if isinstance(part, str):
                self._open.append(part)
            else:
                self._element(part, depth)

    def end_paragraph(self) -> None:
        text = joined_lines("".join(self._open))
        self._open.clear()
        self.drafts += prose_drafts(text)

    def _element(self, element: HtmlElement, depth: int) -> None:
        if element.tag not in _BLOCKS:
            if element.tag == "br":
                self._open.append(_BREAK)
            elif element.tag == "img":
                self._open.append(picture_words(element))
            else:  # an inline element, unless it wraps blocks
                self.children(element, depth)
            return
        self.end_paragraph()
        if element.tag in _HEADINGS:
            self.drafts.append(Draft(BlockKind.HEADING, inline_text(element), int(element.tag[1])))
        elif element.tag in {"ul", "ol"}:
            self._list(element, depth)
        elif element.tag == "table":
            self._table(element)
        elif element.tag == "dl":
            self._definitions(element)
        elif element.tag == "pre":
            self.drafts.append(Draft(BlockKind.PARAGRAPH, "".join(element.itertext()), is_verbatim=True))
        else:
            self.children(element, depth)
            self.end_paragraph()

    def _list(self, element: HtmlElement, depth: int) -> None:
        start = element.get("start", "1")
        number = int(start) if start.isdecimal() else 1
        for item in element.iterchildren("li", "ul", "ol"):
            if item.tag != "li":  # a list right inside a list: wrong, and common
                self._list(item, depth + 1)
                continue
            nested = [child for child in item.iterdescendants(*_NESTED) if _nearest(child, item)]
            for child in nested:
                child.drop_tree()
            marker = f"{number}. " if element.tag == "ol" else ""
            self.drafts.append(Draft(BlockKind.LIST_ITEM, _item_text(item), depth, marker))
            for child in nested:
                self._element(child, depth + 1)
            number += 1

    def _table(self, table: HtmlElement) -> None:
        caption = next(table.iter("caption"), None)
        if caption is not None:
            self.drafts.append(Draft(BlockKind.PARAGRAPH, inline_text(caption)))
        if next(table.iterdescendants("table"), None) is not None:  # a table for the layout of the page
            for cell in table.iter("td", "th"):
                if next(cell.iterancestors("table")) is table:
                    self.children(cell)
                    self.end_paragraph()
            return
        self.drafts += [Draft(BlockKind.TABLE_ROW, row) for row in table_rows(table, inline_text)]

    def _definitions(self, element: HtmlElement) -> None:
        term = ""
        for part in element.iter("dt", "dd"):
            if part.tag == "dt":
                term = inline_text(part)
            else:
                text = inline_text(part)
                self.drafts.append(Draft(BlockKind.LIST_ITEM, f"{term}: {text}" if term else text))


def _item_text(item: HtmlElement) -> str:
    return "\n".join(line for line in inline_text(item).splitlines() if line.strip())


def _nearest(child: HtmlElement, item: HtmlElement) -> bool:
    """Whether `child` lies in `item` with no other list, table or code between."""
    return next(child.iterancestors("li", *_NESTED)) is item
