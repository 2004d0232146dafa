"""Every route stands in the table of who may call it, and the table names no other."""

from collections.abc import Iterator, Sequence
from typing import Any, cast

from app.access.routes import ACCESS
from app.main import create_app


def _routes(routes: Sequence[Any], prefix: str = "") -> Iterator[str]:
    for route in routes:
        if inner := getattr(route, "original_router", None):
            yield from _routes(inner.routes, prefix)
        for method in getattr(route, "methods", None) or ():
            if method != "HEAD":
                yield f"{method} {prefix}{route.path}"


def test_every_route_stands_in_the_table_and_nothing_else_does() -> None:
    assert set(_routes(create_app(cast(Any, None)).routes)) == set(ACCESS)
