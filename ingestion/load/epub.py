"""EPUB: the chapters of an e-book in reading order, each a web page (EPUB 3.3, W3C)."""

import posixpath
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from lxml import etree

from app.domain.outcome import Language
from app.domain.text import clean
from ingestion.load.article import Draft, article
from ingestion.load.decoding import decode
from ingestion.load.html_blocks import html_drafts, parse_html
from ingestion.load.loader import Loaded, LoadError
from ingestion.load.package import opened_package
from ingestion.load.sidecar import about

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_PAGES = {"application/xhtml+xml", "text/html"}


def load_epub(path: Path, relative_path: str) -> Loaded:
    """One document. Raises LoadError, for a book with digital rights management too."""
    with opened_package(path) as book:
        try:
            folder, package = _package(book)
            chapters = _chapters(package, folder)
            if locked := _locked(book).intersection(chapters):
                raise LoadError(None, f"is encrypted (digital rights management): {sorted(locked)[0]}")
            drafts: list[Draft] = []
            for name in chapters:
                drafts += html_drafts(parse_html(clean(decode(book.read(name)))))
        except (KeyError, etree.XMLSyntaxError):
            raise LoadError(None, "is broken, or no EPUB") from None
    title = package.findtext(".//{*}metadata/{*}title") or ""
    lang: Language = "en" if (package.findtext(".//{*}metadata/{*}language") or "").startswith("en") else "ja"
    return Loaded((article(drafts, about(path), relative_path, title=title, lang=lang),))


def _package(book: zipfile.ZipFile) -> tuple[str, Any]:
    """The folder of the package document, and its root element."""
    rootfile = _xml(book, _CONTAINER).find(".//{*}rootfile")
    if rootfile is None:
        raise KeyError(_CONTAINER)
    name = rootfile.get("full-path", "")
    return posixpath.dirname(name), _xml(book, name)


def _chapters(package: Any, folder: str) -> list[str]:
    """Names of the pages in the order of the spine, without the table of contents."""
    items = {item.get("id"): item for item in package.findall(".//{*}manifest/{*}item")}
    spine = [items[reference.get("idref")] for reference in package.findall(".//{*}spine/{*}itemref")]
    pages = [item for item in spine if item.get("media-type") in _PAGES and item.get("properties") != "nav"]
    return [posixpath.normpath(posixpath.join(folder, unquote(item.get("href", "")))) for item in pages]


def _locked(book: zipfile.ZipFile) -> set[str]:
    """Encrypted files; fonts often are, without any harm."""
    if _ENCRYPTION not in book.namelist():
        return set()
    return {unquote(found.get("URI", "")) for found in _xml(book, _ENCRYPTION).iter("{*}CipherReference")}


def _xml(book: zipfile.ZipFile, name: str) -> Any:
    return etree.fromstring(book.read(name), etree.XMLParser(resolve_entities=False, no_network=True))
