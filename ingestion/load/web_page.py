"""HTML: the main content of a saved page."""

from pathlib import Path

from lxml.html import HtmlElement

from app.domain.outcome import Language
from ingestion.load.article import article
from ingestion.load.decoding import read_text
from ingestion.load.front_matter import FrontMatter, front_matter
from ingestion.load.html_blocks import html_drafts, inline_text, parse_html
from ingestion.load.loader import Loaded

_PREFIX = "kotae:"


def load_web_page(path: Path, relative_path: str) -> Loaded:
    """`<main>`, else the only `<article>`, else the body; `<meta name="kotae:…">` stands for front matter.

    Title: `kotae:title`, else the main content's `<h1>`, else `<title>`. Raises LoadError.
    """
    page = parse_html(read_text(path))
    about, lang = _about(page), _lang(page)
    root = _main_content(page)
    heading = next(root.iter("h1"), next(page.iter("title"), None))
    title = inline_text(heading) if heading is not None else ""
    document = article(html_drafts(root), about, relative_path, title=title, lang=lang)
    return Loaded((document,))


def _about(page: HtmlElement) -> FrontMatter:
    values, lines = {}, {}
    for meta in page.iter("meta"):
        name = meta.get("name", "").lower()
        if name.startswith(_PREFIX):
            key = name.removeprefix(_PREFIX)
            values[key] = meta.get("content", "")
            lines[key] = meta.sourceline or 1
    canonical = next((link for link in page.iter("link") if "canonical" in link.get("rel", "").split()), None)
    if "url" not in values and canonical is not None:
        address = canonical.get("href", "")
        if address.startswith(("https://", "http://")):
            values["url"] = address
    return front_matter(values, lines)


def _main_content(page: HtmlElement) -> HtmlElement:
    articles = list(page.iter("article"))
    only = articles if len(articles) == 1 else []
    return [*page.iter("main"), *page.xpath("//*[@role='main']"), *only, *page.iter("body"), page][0]


def _lang(page: HtmlElement) -> Language:
    """For text that does not show its language: templates often name another than the page is written in."""
    return "en" if page.get("lang", "").lower().startswith("en") else "ja"
