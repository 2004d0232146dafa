"""`kotae index`: versions, which of them is served, and what a build kept back."""

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli_output import AsJson, print_json, tell
from app.errors import KotaeError

if TYPE_CHECKING:
    from app.adapters.index_registry import FileIndexRegistry

index_app = typer.Typer(help="Index versions: list, show, roll back, verify.", no_args_is_help=True)


@index_app.command("list")
def index_list(as_json: AsJson = False) -> None:
    """The versions, newest first."""
    registry = open_registry()
    current = registry.current()
    rows = [_summary(manifest) | {"current": manifest.version == current} for manifest in registry.versions()]
    if as_json:
        print_json(rows)
    elif not rows:
        print("Nothing is indexed yet: run `kotae ingest DIR`.", file=sys.stderr)
    for row in [] if as_json else rows:
        mark = "*" if row["current"] else " "
        print(f"{mark} {row['version']}  {row['documents']} documents, {row['chunks']} chunks")


@index_app.command("show")
def index_show(
    version: Annotated[str | None, typer.Argument(help="The current one if none is named.")] = None,
    as_json: AsJson = False,
) -> None:
    """What a version was built from, what was skipped and what is kept back."""
    registry = open_registry()
    manifest = registry.verify(version or _current(registry))
    shown = _summary(manifest) | {
        "skipped": [{"path": item.path, "line": item.line, "reason": item.reason} for item in manifest.skipped],
        "quarantined": [
            {"chunk": item.chunk, "path": item.path, "reason": item.reason} for item in manifest.quarantined
        ],
        "seconds": dict(manifest.seconds),
    }
    if as_json:
        print_json(shown)
        return
    for name, value in shown.items():
        print(f"{name:10} {json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value}")


@index_app.command("rollback")
def index_rollback(
    version: Annotated[str | None, typer.Argument(help="The one before the current if none is named.")] = None,
    as_json: AsJson = False,
) -> None:
    """Serve an older version; answers switch at once."""
    registry = open_registry()
    target = version or _version_before(registry)
    registry.promote(target)
    record_promotion_of(target)
    tell(f"{target} is served from now on.", as_json, version=target)


@index_app.command("release")
def index_release(
    passages: Annotated[list[str], typer.Argument(help="Passages that `kotae index show` lists as kept back.")],
    as_json: AsJson = False,
) -> None:
    """Let passages through that a build kept back; the next build searches and shows them while they are unchanged."""
    from app.adapters.releases import Releases

    registry = open_registry()
    manifest = registry.verify(_current(registry))
    Releases(registry.directory).add(manifest, passages)
    tell(f"Released: {', '.join(passages)}. Run `kotae ingest` to serve them.", as_json, released=passages)


@index_app.command("verify")
def index_verify(
    version: Annotated[str | None, typer.Argument(help="The current one if none is named.")] = None,
    as_json: AsJson = False,
) -> None:
    """Compare every file of a version with its manifest."""
    registry = open_registry()
    manifest = registry.verify(version or _current(registry))
    tell(f"{manifest.version} is whole: {len(manifest.files)} files.", as_json, version=manifest.version)


def open_registry() -> "FileIndexRegistry":
    from app.adapters.index_registry import FileIndexRegistry
    from app.settings import load_settings

    return FileIndexRegistry(load_settings().index_dir)


def record_promotion_of(version: str) -> None:
    """The version is served whatever becomes of the record."""
    from app.access.record import record_promotion
    from app.settings import load_settings
    from app.wiring.staff import open_staff

    try:
        record_promotion(open_staff(load_settings()).audit, version)
    except KotaeError as error:
        print(f"{version} is served, and that is not on the audit trail: {error}", file=sys.stderr)


def _current(registry: "FileIndexRegistry") -> str:
    from app.errors import NoIndex

    version = registry.current()
    if version is None:
        raise NoIndex("Nothing is indexed yet: run `kotae ingest DIR`.")
    return version


def _version_before(registry: "FileIndexRegistry") -> str:
    from app.errors import NotFound

    older = [manifest.version for manifest in registry.versions() if manifest.version < _current(registry)]
    if not older:
        raise NotFound("There is no version before the current one; see `kotae index list`.")
    return older[0]


def _summary(manifest: Any) -> dict[str, Any]:
    return {
        "version": manifest.version,
        "created_at": manifest.created_at.isoformat(),
        "model": manifest.model,
        "documents": manifest.documents,
        "chunks": manifest.chunks,
    }
