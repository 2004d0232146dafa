"""`kotae desk stats, propose, macro …, candidates …`: what drafts are worth, macros, what conversations taught."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli_output import AsJson, print_json, tell

if TYPE_CHECKING:
    from app.domain.draft_ports import Learnings, MacroStore
    from app.domain.figure import Figure

macro_app = typer.Typer(help="Macros: add, list, remove, import.", no_args_is_help=True)
candidates_app = typer.Typer(help="Samples that drafts suggest: list, accept, reject.", no_args_is_help=True)

Team = Annotated[str, typer.Option(help="Of this team; everybody's otherwise.")]
Name = Annotated[str, typer.Argument(help="Name of the macro.")]
Candidate = Annotated[str, typer.Argument(help="Id of the candidate.")]


def add_drafts(desk_app: typer.Typer) -> None:
    """These commands join those on tickets."""
    desk_app.command("overview")(overview)
    desk_app.command("stats")(stats)
    desk_app.command("propose")(propose)
    desk_app.add_typer(macro_app, name="macro")
    desk_app.add_typer(candidates_app, name="candidates")


def overview(
    days: Annotated[int, typer.Option(min=1, max=366, help="Of conversations that began in the last days.")] = 28,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    as_json: AsJson = False,
) -> None:
    """What the service achieves: verified self-service, waiting, ratings, reasons for a person, drafts."""
    from datetime import timedelta

    from app.adapters.clock import SystemClock
    from app.adapters.site_file import load_site
    from app.desk.report import report
    from app.settings import load_settings
    from app.wiring.desk import open_courses, open_drafts
    from app.wiring.records import open_records

    settings, now = load_settings(), SystemClock().now()
    engine, since, zone = (
        open_records(settings).engine,
        now - timedelta(days=days),
        load_site(settings.site_file).time_zone,
    )
    found = report(open_courses(engine).since(since), open_drafts(engine).ended(since), now, zone)
    if as_json:
        print_json(found.as_json())
    elif as_csv:
        print(found.as_csv(settings.default_locale), end="")
    else:
        for figure in (*found.figures, *found.causes):
            print(f"{figure.name:28} {_shown(figure):>10}  n {figure.n:<6} {figure.counted[settings.default_locale]}")


def stats(
    days: Annotated[int | None, typer.Option(min=1, help="Only drafts of the last days.")] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    as_json: AsJson = False,
) -> None:
    """Acceptance, edits and time saved of drafts, by route, language and week."""
    from datetime import timedelta

    from app.adapters.clock import SystemClock
    from app.adapters.site_file import load_site
    from app.desk.overview import as_csv as csv_of
    from app.desk.overview import as_json as json_of
    from app.desk.stats import by_slice, draft_figures
    from app.settings import load_settings
    from app.wiring.desk import open_drafts
    from app.wiring.records import open_records

    settings = load_settings()
    since = SystemClock().now() - timedelta(days=days) if days else None
    ended = open_drafts(open_records(settings).engine).ended(since)
    figures, sliced = draft_figures(ended), by_slice(ended, load_site(settings.site_file).time_zone)
    if as_json:
        print_json(json_of(figures, sliced))
    elif as_csv:
        print(csv_of(figures, sliced, settings.default_locale), end="")
    else:
        for figure in figures:
            print(f"{figure.name:28} {_shown(figure):>10}  n {figure.n:<6} {figure.counted[settings.default_locale]}")


def propose(
    conversation: Annotated[str, typer.Argument(help="Id of a resolved conversation.")], as_json: AsJson = False
) -> None:
    """Write an article from a conversation, without personal data, for the owner of the articles to finish."""
    from app.adapters.clock import SystemClock
    from app.adapters.site_file import load_site
    from app.desk.learning import proposal_of
    from app.desk.scrub import Scrubber
    from app.settings import load_settings
    from app.wiring.desk import open_learnings
    from app.wiring.models import open_detector
    from app.wiring.records import open_records

    settings = load_settings()
    site, records = load_site(settings.site_file), open_records(settings)
    said = records.store.record(conversation).conversation
    scrub = Scrubber(open_detector(settings, site), records.vault).for_conversation(said.id, said.locale)
    today = SystemClock().now().astimezone(site.time_zone).date()
    proposal = proposal_of(said, scrub, today)
    open_learnings(settings.home).add_proposal(proposal)
    tell(f"The proposal is in {settings.home / 'proposals' / proposal.id}.md", as_json, id=proposal.id)


@macro_app.command("list")
def list_macros(
    find: Annotated[str, typer.Option(help="Only those that hold these words.")] = "", as_json: AsJson = False
) -> None:
    """All macros, or those that hold some words, by name."""
    from app.domain.macro import search

    known = _macros().macros()
    teams = sorted({macro.team for macro in known})
    found = [macro for macro in known if any(macro in search([macro], find, macro.language, team) for team in teams)]
    if as_json:
        print_json([asdict(macro) for macro in found])
        return
    for macro in found:
        print(f"{macro.name:12} {macro.team or '-':10} {macro.language}  used {macro.uses:<5} {macro.title}")


@macro_app.command("add")
def add_macro(
    name: Name,
    text: Annotated[str, typer.Option(help="What it says; {{variables}} are filled in by whoever uses it.")],
    lang: Annotated[str, typer.Option(help="ja or en.")] = "ja",
    title: Annotated[str, typer.Option(help="What it is for; its name otherwise.")] = "",
    team: Team = "",
    as_json: AsJson = False,
) -> None:
    """Add a macro, or replace the one of that name, language and team."""
    from app.domain.macro import Macro

    if lang not in ("ja", "en"):
        raise typer.BadParameter("the language is ja or en")
    _macros().put(Macro(name, "ja" if lang == "ja" else "en", title or name, text, team))
    tell(f"The macro {name} is kept.", as_json, name=name)


@macro_app.command("remove")
def remove_macro(name: Name, team: Team = "", as_json: AsJson = False) -> None:
    """Remove a macro in all languages."""
    _macros().remove(name, team)
    tell(f"The macro {name} is gone.", as_json, name=name)


@macro_app.command("import")
def import_macros(
    file: Annotated[Path | None, typer.Argument(help="A TOML file; the set to begin with otherwise.")] = None,
    as_json: AsJson = False,
) -> None:
    """Add the macros of a file; those of the same name, language and team are replaced."""
    from app.desk.macros import STARTERS, read_macros

    read, store = read_macros(file or STARTERS), _macros()
    for macro in read:
        store.put(macro)
    tell(f"{len(read)} macros were imported.", as_json, n=len(read))


@candidates_app.command("list")
def list_candidates(as_json: AsJson = False) -> None:
    """What waits for QA: `good` drafts that were sent, and `regression`s that were rejected."""
    found = _learnings().candidates()
    if as_json:
        print_json([asdict(candidate) for candidate in found])
        return
    for candidate in found:
        print(
            f"{candidate.id}  {candidate.kind:10}  {candidate.lang}  {candidate.note or '-':10}  {candidate.question}"
        )


@candidates_app.command("accept")
def accept_candidate(candidate: Candidate, as_json: AsJson = False) -> None:
    """Move it into the questions that `kotae eval answers` reads."""
    from app.adapters.learning_files import QUESTIONS

    _learnings().accept(candidate)
    tell(f"{candidate} is in KOTAE_HOME/{QUESTIONS} now.", as_json, id=candidate)


@candidates_app.command("reject")
def reject_candidate(candidate: Candidate, as_json: AsJson = False) -> None:
    """Forget it."""
    _learnings().reject(candidate)
    tell(f"{candidate} is forgotten.", as_json, id=candidate)


def _macros() -> "MacroStore":
    from app.settings import load_settings
    from app.wiring.desk import open_macros
    from app.wiring.records import open_records

    return open_macros(open_records(load_settings()).engine)


def _learnings() -> "Learnings":
    from app.settings import load_settings
    from app.wiring.desk import open_learnings

    return open_learnings(load_settings().home)


def _shown(figure: "Figure") -> str:
    if figure.value is None:
        return "–"
    return f"{figure.value:.1%}" if figure.unit == "share" else f"{figure.value:.1f}"
