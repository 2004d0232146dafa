"""Cited articles, as they were indexed in the version they were cited from."""

import re
from dataclasses import asdict, dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Response

from app.domain.knowledge import Audience, Document
from app.domain.outcome import Language
from app.domain.text import clean
from app.errors import IndexUnavailable, NotFound
from app.web.deps import Index, LanguageDep, Services, ServicesDep
from app.web.pages import SourcePage, site_facts, source_blocks
from app.web.payloads import BlockShown, SourceShown
from app.web.problems import documented
from app.web.rendering import render

router = APIRouter()
_VERSION = re.compile(r"[0-9A-Za-z-]{1,64}")
_SPAN = re.compile(r"(\d{1,9})-(\d{1,9})")


@dataclass(frozen=True, slots=True)
class Source:
    document: Document
    version: str
    withdrawn: bool
    outdated: bool


def find_source(index: Index, document_id: str, version: str | None, audience: Audience = Audience.PUBLIC) -> Source:
    """Raises NotFound, for an article that `audience` may not read as for one that does not exist."""
    if clean(document_id) != document_id or not _VERSION.fullmatch(version or "0"):
        raise NotFound("There is no such article.")
    document, version = index.document(document_id, version or None)
    current = _current(index, document_id)
    readers = {document.audience, current.audience if current else document.audience}
    if audience is Audience.PUBLIC and Audience.AGENT in readers:
        raise NotFound("There is no such article.")
    is_published = current is not None and current.is_current
    return Source(document, version, not is_published, current is not None and current.text != document.text)


def _current(index: Index, document_id: str) -> Document | None:
    try:
        return index.document(document_id)[0]
    except (NotFound, IndexUnavailable):
        return None


@router.get("/api/v1/sources/{document_id:path}", tags=["sources"], responses=documented(404, 422, 429, 503))
def source(document_id: str, services: ServicesDep, version: Annotated[str | None, Query()] = None) -> SourceShown:
    """The article as it was indexed in `version` (the served one if none is named), to highlight `start..end`."""
    found = find_source(services.index, document_id, version)
    document = found.document
    return SourceShown(
        document_id=document.id,
        title=document.title,
        lang=document.lang,
        url=document.url,
        version=found.version,
        reviewed_on=document.reviewed_on,
        tags=list(document.tags),
        text=document.text,
        blocks=[BlockShown(**asdict(block)) for block in document.blocks],
        withdrawn=found.withdrawn,
        outdated=found.outdated,
    )


@router.get("/sources/{document_id:path}", include_in_schema=False)
def source_page(
    document_id: str, services: ServicesDep, lang: LanguageDep, version: str | None = None, span: str = ""
) -> Response:
    """The same as a page of its own; `span` is "start-end"."""
    return render_source(services, lang, document_id, version, span)


def render_source(
    services: Services,
    lang: Language,
    document_id: str,
    version: str | None,
    span: str,
    audience: Audience = Audience.PUBLIC,
) -> Response:
    """Raises NotFound."""
    found = find_source(services.index, document_id, version, audience)
    edges = _SPAN.fullmatch(span)
    start, end = (int(edges[1]), int(edges[2])) if edges else (0, 0)
    page = SourcePage(
        *site_facts(services.site, lang),
        document=found.document,
        version=found.version,
        withdrawn=found.withdrawn,
        outdated=found.outdated,
        blocks=source_blocks(found.document, start, end),
        number=found.document.page_at(start) if edges else None,
    )
    return render("source.html", page)
