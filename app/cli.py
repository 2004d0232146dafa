"""The `kotae` command: thin, each command calls one function of the house.

Exit codes: 0 success, 1 a negative verdict or an error, 2 bad use. Progress and errors go to stderr. What a command
needs is imported inside it: `kotae --help` pays for nothing.
"""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from app import cli_deliveries
from app.cli_audit import audit_app
from app.cli_backup import backup_app
from app.cli_desk import desk_app
from app.cli_drafts import add_drafts
from app.cli_eval import eval_app
from app.cli_index import index_app, open_registry, record_promotion_of
from app.cli_output import AsJson, print_json, tell
from app.cli_privacy import privacy_app
from app.cli_token import token_app
from app.cli_user import user_app
from app.errors import BackupError, EvalError, KotaeError, SettingsError

app = typer.Typer(
    name="kotae",
    help="Customer support from your own articles, in Japanese and English, with citations that are verified.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
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
    if told := staff.first_invitation():
        print(told, file=sys.stderr)
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
        print_json(outcome.model_dump(mode="json"))
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
        print_json(hits)
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

    settings, registry = load_settings(), open_registry()
    before = registry.current()
    status = ingest_folder(settings, directory or settings.kb_dir, strict=strict, as_json=as_json)
    if (after := registry.current()) and after != before:
        record_promotion_of(after)
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
        print_json(differences)
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
        print_json([asdict(finding) for finding in findings])
    raise typer.Exit(1 if any(finding.status is Status.WRONG for finding in findings) else 0)


@db_app.command("upgrade")
def db_upgrade(as_json: AsJson = False) -> None:
    """Bring the database's schema up to this release; the data stays."""
    from app.adapters.database import open_engine, upgrade
    from app.settings import load_settings
    from app.wiring.records import make_home

    settings = load_settings()
    make_home(settings)
    upgrade(open_engine(settings.sqlalchemy_url))
    tell("The database is up to date.", as_json, upgraded=True)


def _locale(value: str) -> Any:
    if value not in ("ja", "en"):
        raise typer.BadParameter("the locale is ja or en")
    return value
