"""`kotae audit`: what was put on record, and whether the record is whole."""

import json
import sys
from dataclasses import asdict
from typing import Annotated

import typer

from app.cli_output import AsJson, print_json
from app.domain.audit import Act

audit_app = typer.Typer(help="The audit trail: list, verify.", no_args_is_help=True)


@audit_app.command("list")
def list_entries(
    who: Annotated[str | None, typer.Option(help="Only of this user id.")] = None,
    act: Annotated[Act | None, typer.Option(help="Only this act.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many lines.")] = 50,
    as_json: AsJson = False,
) -> None:
    """What was done, the newest first."""
    from app.settings import load_settings
    from app.wiring.staff import open_staff

    entries = open_staff(load_settings()).audit.entries(who, act, limit=limit)
    if as_json:
        print_json([asdict(entry) for entry in entries])
        return
    for entry in entries:
        print(f"{entry.number}  {entry.at:%Y-%m-%d %H:%M:%S}Z  {entry.who}  {entry.act}  {entry.what}  {entry.address}")


@audit_app.command()
def verify(as_json: AsJson = False) -> None:
    """Exit with 1 when a line is missing or was altered."""
    from app.settings import load_settings
    from app.wiring.staff import open_staff

    broken = open_staff(load_settings()).audit.broken_at()
    if as_json:
        print(json.dumps({"whole": broken is None, "broken_at": broken}))
    elif broken is None:
        print("The audit trail is whole.")
    else:
        print(
            f"The audit trail is broken at line {broken}: it, or one before it, is missing or was altered.",
            file=sys.stderr,
        )
    if broken is not None:
        raise typer.Exit(1)
