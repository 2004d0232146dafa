"""HTML: the main content of a saved page."""

from pathlib import Path

from bs4 import BeautifulSoup, Tag

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
    soup = parse_html(read_text(path))
    about = _about(soup)
    root = _main_content(soup)
    heading = root.find("h1") or soup.find("title")
    title = inline_text(heading) if heading else ""
    document = article(html_drafts(root), about, relative_path, title=title, lang=_lang(soup))
    return Loaded((document,))


def _about(soup: BeautifulSoup) -> FrontMatter:
    values, lines = {}, {}
    for meta in soup.find_all("meta"):
        name = str(meta.get("name", "")).lower()
        if name.startswith(_PREFIX):
            key = name.removeprefix(_PREFIX)
            values[key] = str(meta.get("content", ""))
            lines[key] = meta.sourceline or 1
    if "url" not in values and (canonical := soup.find("link", rel="canonical")):
        address = str(canonical.get("href", ""))
        if address.startswith(("https://", "http://")):
            values["url"] = address
    return front_matter(values, lines)


def _main_content(soup: BeautifulSoup) -> Tag:
    articles = soup.find_all("article")
    only = articles[0] if len(articles) == 1 else None
    return soup.find("main") or soup.find(role="main") or only or soup.body or soup


def _lang(soup: BeautifulSoup) -> Language:
    """For text that does not show its language: templates often name another than the page is written in."""
    lang = str(soup.html.get("lang", "")) if soup.html else ""
    return "en" if lang.lower().startswith("en") else "ja"
