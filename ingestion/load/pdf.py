"""PDF: text with its page numbers. Pages that are pictures of text are reported; nothing here reads pictures."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as pdf_api

from app.domain.knowledge import BlockKind, Skipped
from ingestion.load.article import article
from ingestion.load.loader import Loaded, LoadError
from ingestion.load.pdf_layout import layout
from ingestion.load.pdf_text import Page, read_page
from ingestion.load.sidecar import about
from ingestion.load.title import chosen_title

MAX_PAGES = 2_000
_NO_TEXT = "no text: needs OCR"


def load_pdf(path: Path, relative_path: str) -> Loaded:
    """One document; pages that are broken, or pictures of text, are skipped. Raises LoadError."""
    with _opened(path) as document:
        if len(document) > MAX_PAGES:
            raise LoadError(None, f"has {len(document):,} pages, and {MAX_PAGES:,} are the most that are read")
        pages, broken = _read(document)
        property_title = document.get_metadata_value("Title")
    if not any(page.lines for page in pages):
        raise LoadError(None, _no_text(pages))
    drafts = layout(pages)
    if all(draft.kind is BlockKind.HEADING for draft in drafts):
        raise LoadError(None, "holds no text but headings")
    made = article(drafts, about(path), relative_path, title=chosen_title(drafts, property_title))
    scanned = [page.number for page in pages if page.has_pictures and not page.lines]
    reasons = [*_reported(scanned, _NO_TEXT), *_reported(broken, "broken")]
    return Loaded((made,), tuple(Skipped(relative_path, None, reason) for reason in reasons))


def _read(document: pdfium.PdfDocument) -> tuple[list[Page], list[int]]:
    """The pages, and the numbers of those that cannot be read."""
    pages: list[Page] = []
    broken: list[int] = []
    for number in range(1, len(document) + 1):
        try:
            pages.append(read_page(document, number))
        except pdfium.PdfiumError:
            broken.append(number)
    return pages, broken


def _no_text(pages: Sequence[Page]) -> str:
    if not pages:
        return "is broken on every page"
    return _NO_TEXT if any(page.has_pictures for page in pages) else "holds no text"


def _opened(path: Path) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        if error.err_code == pdf_api.FPDF_ERR_PASSWORD:
            raise LoadError(None, "is protected by a password") from None
        raise LoadError(None, "is broken, or no PDF" if path.stat().st_size else "is empty") from None


def _reported(numbers: Sequence[int], what: str) -> list[str]:
    """One reason for each run of pages."""
    runs = [[number for _, number in run] for _, run in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0])]
    return [f"page {run[0]}: {what}" if len(run) == 1 else f"pages {run[0]}–{run[-1]}: {what}" for run in runs]
