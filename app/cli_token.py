"""`kotae token`: the tokens of integrations."""

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli_output import AsJson, print_json
from app.domain.audit import COMMAND_LINE, Act
from app.domain.people import Scope

if TYPE_CHECKING:
    from app.domain.people import ApiToken
    from app.wiring.staff import Staff

token_app = typer.Typer(help="Tokens of integrations; KOTAE_API_TOKENS turns them on.", no_args_is_help=True)


@token_app.command()
def add(
    name: Annotated[str, typer.Argument(help="Who will use it.")],
    scopes: Annotated[list[Scope], typer.Option("--scope", help="Once for each: ask, agent, kb_owner, qa, admin.")],
    days: Annotated[int, typer.Option(min=1, max=3650, help="How long it is good.")] = 90,
    as_json: AsJson = False,
) -> None:
    """Make a token and print it: it is not shown again."""
    from app.adapters.clock import SystemClock

    staff = _staff()
    made, token = staff.api_tokens.make(name, frozenset(scopes), SystemClock().now() + timedelta(days=days))
    staff.audit.add(COMMAND_LINE, Act.TOKEN_MADE, f"{made.id} {' '.join(sorted(made.scopes))}")
    if as_json:
        print_json(_shown(made) | {"token": token})
    else:
        print(token)


@token_app.command("list")
def list_tokens(as_json: AsJson = False) -> None:
    """Which there are, until when, and when each was used last."""
    shown = [_shown(token) for token in _staff().api_tokens.tokens()]
    if as_json:
        print_json(shown)
        return
    for token in shown:
        used = f"used {token['last_used_at']}" if token["last_used_at"] else "never used"
        print(f"{token['id']}  {token['name']}  {', '.join(token['scopes'])}  until {token['expires_at']}  {used}")


@token_app.command()
def end(
    token_id: Annotated[str, typer.Argument(metavar="ID", help="As `kotae token list` shows it.")],
    as_json: AsJson = False,
) -> None:
    """Make a token worth nothing, at once."""
    staff = _staff()
    ended = staff.api_tokens.end(token_id)
    staff.audit.add(COMMAND_LINE, Act.TOKEN_ENDED, ended.id)
    print(json.dumps(_shown(ended), ensure_ascii=False, indent=2) if as_json else f"{ended.name}: ended")


def _staff() -> "Staff":
    from app.settings import load_settings
    from app.wiring.staff import open_staff

    return open_staff(load_settings())


def _shown(token: "ApiToken") -> dict[str, Any]:
    used = token.last_used_at
    return {
        "id": token.id,
        "name": token.name,
        "scopes": sorted(token.scopes),
        "expires_at": token.expires_at.isoformat(timespec="seconds"),
        "last_used_at": used.isoformat(timespec="seconds") if used else None,
    }
