"""Templates and static files: pages are rendered from their typed contexts, files are addressed by their content."""

import hashlib
from collections.abc import Hashable
from functools import cache, lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from app.domain.outcome import Language
from app.web.lines import FILTERS
from app.web.pages import Page
from app.words import words

_HERE = Path(__file__).parent
STATIC = _HERE / "static"
_FOR_A_YEAR = "public, max-age=31536000, immutable"


def render(template: str, page: Page, status: int = 200) -> HTMLResponse:
    text = _environment().get_template(template).render(page=page, w=words(page.lang))
    return HTMLResponse(text, status, headers={"Content-Language": page.lang})


@lru_cache(maxsize=1000)
def part(template: str, shown: Hashable, lang: Language) -> str:
    """HTML, escaped already; what is the same for all who look at it is rendered once."""
    return _environment().get_template(template).render(shown=shown, lang=lang, w=words(lang))


@cache
def asset(name: str) -> str:
    """The address of a static file; another one as soon as the file is another."""
    return f"/static/{name}?v={hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]}"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= FILTERS
    environment.globals |= {"asset": asset, "part": part}
    return environment


class Assets(StaticFiles):
    """A file asked for by its content's address is kept for a year, another is asked about each time."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = _FOR_A_YEAR if scope["query_string"].startswith(b"v=") else "no-cache"
        return response
