"""Markdown: CommonMark with tables, read through the HTML it stands for."""

import re
from collections.abc import MutableMapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from ingestion.load.article import Draft, article
from ingestion.load.decoding import read_text
from ingestion.load.front_matter import split_front_matter
from ingestion.load.html_blocks import html_drafts, parse_html
from ingestion.load.loader import Loaded

_CONTAINER = re.compile(r":{3,}[ \t]*(?P<kind>[\w-]*)[ \t]*(?P<title>.*)")
_TASK = re.compile(r"^\[[ xX]\] ")
# CommonMark leaves **「返品」**は as it is, since a bracket stands before Japanese; but 2**8 is no markup.
_STRAY_EMPHASIS = re.compile(r"(?<![0-9A-Za-z])\*\*|\*\*(?![0-9A-Za-z])")
_TAG = re.compile(r"<(/?)([A-Za-z][\w-]*)([^<>]*)>")
_HTML_NAMES = frozenset(
    "a abbr address article aside b base bdi bdo big blockquote body br button canvas caption center cite code col"
    " colgroup dd del details dfn dialog div dl dt em embed fieldset figcaption figure font footer form h1 h2 h3 h4 h5"
    " h6 head header hr html i iframe img input ins kbd label legend li link main map mark meta nav noscript object ol"
    " optgroup option p param picture pre q rp rt ruby s samp script section select small source span strike strong"
    " style sub summary sup svg table tbody td template textarea tfoot th thead time title tr tt u ul var video"
    " wbr".split()
)


def load_markdown(path: Path, relative_path: str) -> Loaded:
    """Front matter, then the article. Raises LoadError with the line in the file."""
    about, body = split_front_matter(read_text(path))
    return Loaded((article(markdown_drafts(body), about, relative_path),))


def markdown_drafts(text: str) -> list[Draft]:
    return html_drafts(parse_html(_parser().render(text)))


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    interrupts = ["paragraph", "reference", "blockquote", "list"]
    parser.block.ruler.before("fence", "container_mark", _container_mark, {"alt": interrupts})
    parser.add_render_rule("html_inline", _html_with_placeholders)
    parser.add_render_rule("html_block", _html_with_placeholders)
    parser.add_render_rule("text", _words)
    return parser


def _container_mark(state: StateBlock, line: int, _end_line: int, silent: bool) -> bool:
    """A line such as "::: tip Title" opens or closes a box on many sites: only the title is text."""
    start = state.bMarks[line] + state.tShift[line]
    mark = _CONTAINER.match(state.src[start : state.eMarks[line]])
    if mark is None or state.is_code_block(line):
        return False
    if silent:
        return True
    state.line = line + 1
    title = mark["title"].strip().strip(":").strip()
    if title:
        state.push("paragraph_open", "p", 1).map = [line, state.line]
        inline = state.push("inline", "", 0)
        inline.content, inline.map, inline.children = title, [line, state.line], []
        state.push("paragraph_close", "p", -1)
    return True


def _html_with_placeholders(
    _self: RendererHTML, tokens: Sequence[Token], position: int, _options: OptionsDict, _env: MutableMapping[str, Any]
) -> str:
    """Raw HTML as it is, but "<your name>", which only looks like it, as text."""
    return _TAG.sub(_escape_placeholder, tokens[position].content)


def _escape_placeholder(tag: re.Match[str]) -> str:
    closing, name, rest = tag.groups()
    if closing or "=" in rest or rest.endswith("/") or name.lower() in _HTML_NAMES:
        return tag[0]
    return f"&lt;{name}{rest}&gt;"


def _words(
    _self: RendererHTML, tokens: Sequence[Token], position: int, _options: OptionsDict, _env: MutableMapping[str, Any]
) -> str:
    """The text of a token, without the "[x]" of a task list and emphasis that was meant and not recognised."""
    text = _STRAY_EMPHASIS.sub("", tokens[position].content)
    text = _TASK.sub("", text) if position == 0 else text
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
