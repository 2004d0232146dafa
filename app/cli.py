"""The `kotae` command: thin, each command calls one function of the house.

Exit codes: 0 success, 1 a negative verdict or an error, 2 bad use. Progress and errors go to stderr. What a command
needs is imported inside it: `kotae --help` pays for nothing.
"""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app import cli_deliveries
from app.cli_audit import audit_app
from app.cli_backup import backup_app
from app.cli_desk import desk_app
from app.cli_drafts import add_drafts
from app.cli_eval import eval_app
from app.cli_privacy import privacy_app
from app.cli_token import token_app
from app.cli_user import user_app
from app.errors import BackupError, EvalError, KotaeError, SettingsError

if TYPE_CHECKING:
    from app.adapters.index_registry import FileIndexRegistry

app = typer.Typer(
    name="kotae",
    help="Customer support from your own articles, in Japanese and English, with citations that are verified.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
index_app = typer.Typer(help="Index versions: list, show, roll back, verify.", no_args_is_help=True)
db_app = typer.Typer(help="The database's schema.", no_args_is_help=True)
app.add_typer(index_app, name="index")
app.add_typer(db_app, name="db")
app.add_typer(eval_app, name="eval")
app.add_typer(privacy_app, name="privacy")
app.add_typer(user_app, name="user")
app.add_typer(token_app, name="token")
app.add_typer(audit_app, name="audit")
app.add_typer(backup_app, name="backup")
cli_deliveries.add_commands(desk_app)
add_drafts(desk_app)
app.add_typer(desk_app, name="desk")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def main() -> None:
    """Run the command line; an error of the house is one sentence on stderr."""
    try:
        app()
    except KotaeError as error:
        print(error, file=sys.stderr)
        sys.exit(2 if isinstance(error, SettingsError | EvalError | BackupError) else 1)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; KOTAE_HOST otherwise.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; KOTAE_PORT otherwise.")] = None,
) -> None:
    """Serve the chat page and the API."""
    from app.access.record import record_settings
    from app.bootstrap import build_services
    from app.logs import set_up_logs
    from app.main import create_app
    from app.model_check import warn_of_model
    from app.settings import load_settings
    from app.web.server import check_port, run
    from app.wiring.staff import open_staff

    settings = load_settings()
    settings = settings.model_copy(update={"host": host or settings.host, "port": port or settings.port})
    check_port(settings.host, settings.port)
    set_up_logs(settings.log_level, settings.log_format)
    services = build_services(settings)
    warn_of_model(settings)
    staff = open_staff(settings)
    record_settings(staff.audit, settings.fingerprint)
    if link := staff.first_invitation():
        print(
            f"Nobody can sign in yet. The administrator (user name: admin) chooses a password at {link}",
            file=sys.stderr,
        )
    run(create_app(services), settings)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="The question, in Japanese or English.")],
    locale: Annotated[str | None, typer.Option(help="Language where the question does not tell: ja or en.")] = None,
    as_json: AsJson = False,
) -> None:
    """Answer one question and print the sources."""
    import asyncio

    from app.ask import ask_once
    from app.bootstrap import build_services
    from app.settings import load_settings

    settings = load_settings()
    outcome = asyncio.run(ask_once(build_services(settings), question, _locale(locale or settings.default_locale)))
    if as_json:
        _print_json(outcome.model_dump(mode="json"))
        return
    print(outcome.text)
    for option in outcome.options:
        print(f"  - {option.label}")
    for citation in outcome.citations:
        page = f", page {citation.page}" if citation.page else ""
        print(f"[{citation.n}] {citation.title}{page}  {citation.document_id}:{citation.start}-{citation.end}")
    print(f"({outcome.kind}, confidence {outcome.confidence:.2f}, trace {outcome.trace_id})", file=sys.stderr)


@app.command()
def search(
    query: Annotated[str | None, typer.Argument(help="What to look for.")] = None,
    k: Annotated[int, typer.Option("--k", min=1, max=100, help="How many chunks, or documents of a batch.")] = 10,
    queries: Annotated[Path | None, typer.Option(help='JSON Lines of {"_id", "text"}: a batch.')] = None,
    out: Annotated[Path | None, typer.Option(help="Where the batch's TREC run is written.")] = None,
    audience: Annotated[str, typer.Option(help="Whose articles: public or agent.")] = "public",
    as_json: AsJson = False,
) -> None:
    """Show the chunks that are found, with their dense, lexical and fused scores."""
    from app.search import hits_for, open_retriever, write_run
    from app.settings import load_settings

    if (query is None) == (queries is None) or (queries is None) != (out is None):
        raise typer.BadParameter("give a query, or --queries FILE with --out FILE")
    settings = load_settings()
    retriever = open_retriever(settings)
    if queries and out:
        count = write_run(retriever, queries, out, settings.default_locale, k)
        print(f"{count} queries, written to {out}", file=sys.stderr)
        return
    hits = hits_for(retriever, query or "", settings.default_locale, audience, k)
    if as_json:
        _print_json(hits)
        return
    for n, hit in enumerate(hits, 1):
        print(
            f"{n:2}  fused {hit['fused']:.3f}  dense {hit['dense']:.3f}  lexical {hit['lexical']:6.2f}  {hit['chunk']}"
        )
        print(f"    {hit['title']} – {hit['text'][:80]}".replace("\n", " "))


@app.command()
def ingest(
    directory: Annotated[Path | None, typer.Argument(help="Folder of articles; KOTAE_KB_DIR otherwise.")] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 1, and promote nothing, if a file is skipped.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Index a folder of articles and serve it from now on."""
    from app.settings import load_settings
    from ingestion.run import ingest_folder

    settings, registry = load_settings(), _registry()
    before = registry.current()
    status = ingest_folder(settings, directory or settings.kb_dir, strict=strict, as_json=as_json)
    if (after := registry.current()) and after != before:
        _record_promotion(after)
    raise typer.Exit(status)


@app.command()
def replay(trace_id: Annotated[str, typer.Argument(help="From an outcome.")], as_json: AsJson = False) -> None:
    """Run a stored question again on the same versions and show any difference; exit 1 if there is one."""
    import asyncio

    from app.ask import replay_trace
    from app.bootstrap import build_services
    from app.settings import load_settings

    differences = asyncio.run(replay_trace(build_services(load_settings()), trace_id))
    if as_json:
        _print_json(differences)
    elif not differences:
        print("The same answer, from the same versions.")
    for difference in [] if as_json else differences:
        print(f"{difference['field']}\n  then: {difference['then']}\n  now:  {difference['now']}")
    raise typer.Exit(1 if differences else 0)


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Check settings, disk, database, models and index, and say what to do; exit 1 if something is wrong."""
    from app.doctor import Status, examine
    from app.settings import load_settings

    findings = []
    for finding in examine(load_settings):
        findings.append(finding)
        if not as_json:
            print(f"{finding.status:8} {finding.check:10} {finding.message}", flush=True)
    if as_json:
        _print_json([asdict(finding) for finding in findings])
    raise typer.Exit(1 if any(finding.status is Status.WRONG for finding in findings) else 0)


@index_app.command("list")
def index_list(as_json: AsJson = False) -> None:
    """The versions, newest first."""
    registry = _registry()
    current = registry.current()
    rows = [_summary(manifest) | {"current": manifest.version == current} for manifest in registry.versions()]
    if as_json:
        _print_json(rows)
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
    registry = _registry()
    manifest = registry.verify(version or _current(registry))
    shown = _summary(manifest) | {
        "skipped": [{"path": item.path, "line": item.line, "reason": item.reason} for item in manifest.skipped],
        "quarantined": [
            {"chunk": item.chunk, "path": item.path, "reason": item.reason} for item in manifest.quarantined
        ],
        "seconds": dict(manifest.seconds),
    }
    if as_json:
        _print_json(shown)
        return
    for name, value in shown.items():
        print(f"{name:10} {json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value}")


@index_app.command("rollback")
def index_rollback(
    version: Annotated[str | None, typer.Argument(help="The one before the current if none is named.")] = None,
    as_json: AsJson = False,
) -> None:
    """Serve an older version; answers switch at once."""
    registry = _registry()
    target = version or _version_before(registry)
    registry.promote(target)
    _record_promotion(target)
    _tell(f"{target} is served from now on.", as_json, version=target)


@index_app.command("release")
def index_release(
    passages: Annotated[list[str], typer.Argument(help="Passages that `kotae index show` lists as kept back.")],
    as_json: AsJson = False,
) -> None:
    """Let passages through that a build kept back; the next build searches and shows them while they are unchanged."""
    from app.adapters.releases import Releases

    registry = _registry()
    manifest = registry.verify(_current(registry))
    Releases(registry.directory).add(manifest, passages)
    _tell(f"Released: {', '.join(passages)}. Run `kotae ingest` to serve them.", as_json, released=passages)


@index_app.command("verify")
def index_verify(
    version: Annotated[str | None, typer.Argument(help="The current one if none is named.")] = None,
    as_json: AsJson = False,
) -> None:
    """Compare every file of a version with its manifest."""
    registry = _registry()
    manifest = registry.verify(version or _current(registry))
    _tell(f"{manifest.version} is whole: {len(manifest.files)} files.", as_json, version=manifest.version)


@db_app.command("upgrade")
def db_upgrade(as_json: AsJson = False) -> None:
    """Bring the database's schema up to this release; the data stays."""
    from app.adapters.database import open_engine, upgrade
    from app.settings import load_settings
    from app.wiring.records import make_home

    settings = load_settings()
    make_home(settings)
    upgrade(open_engine(settings.sqlalchemy_url))
    _tell("The database is up to date.", as_json, upgraded=True)


def _registry() -> "FileIndexRegistry":
    from app.adapters.index_registry import FileIndexRegistry
    from app.settings import load_settings

    return FileIndexRegistry(load_settings().index_dir)


def _record_promotion(version: str) -> None:
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


def _locale(value: str) -> Any:
    if value not in ("ja", "en"):
        raise typer.BadParameter("the locale is ja or en")
    return value


def _tell(sentence: str, as_json: bool, **fields: Any) -> None:
    if as_json:
        _print_json(fields)
    else:
        print(sentence)


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))
