"""`kotae privacy`: what customers may ask for. Exit codes: 0 done, 1 there is no such conversation, 2 bad use."""

from typing import Annotated

import typer

from app.cli_output import AsJson, print_json, tell

privacy_app = typer.Typer(help="Customers' data: export, erase, purge, and the vault's key.", no_args_is_help=True)

Conversations = Annotated[list[str] | None, typer.Argument(help="Ids of conversations.")]
Customer = Annotated[str | None, typer.Option(help="All conversations of this customer, as the site refers to them.")]


@privacy_app.command("export")
def export(conversations: Conversations = None, customer: Customer = None) -> None:
    """Print all that is kept of conversations, as a JSON array, with the customer's own data in it."""
    from app.privacy import export_conversations
    from app.settings import load_settings

    print_json(export_conversations(load_settings(), conversations or [], _one_of(conversations, customer)))


@privacy_app.command("erase")
def erase(conversations: Conversations = None, customer: Customer = None, as_json: AsJson = False) -> None:
    """Erase conversations with their messages, traces, votes, requests, and what their tokens stood for."""
    from app.privacy import erase_conversations
    from app.settings import load_settings

    erased = erase_conversations(load_settings(), conversations or [], _one_of(conversations, customer))
    tell(f"Erased: {_conversations(erased)}.", as_json, erased=erased)


@privacy_app.command("purge")
def purge(
    days: Annotated[int | None, typer.Option(min=0, help="KOTAE_RETENTION_DAYS otherwise.")] = None,
    as_json: AsJson = False,
) -> None:
    """Erase the conversations whose last message is older; a running service does so every day by itself."""
    from app.privacy import purge_conversations
    from app.settings import load_settings

    erased = purge_conversations(load_settings(), days)
    tell(f"Erased: {_conversations(erased)}.", as_json, erased=erased)


@privacy_app.command("rotate")
def rotate(as_json: AsJson = False) -> None:
    """Encrypt the vault with a new key: one that is made now, or the first of KOTAE_VAULT_KEY."""
    from app.privacy import rotate_key
    from app.settings import load_settings

    done = rotate_key(load_settings())
    tell(f"{done.encrypted} values were encrypted with the key {done.key}.", as_json, key=done.key, n=done.encrypted)
    if done.left:
        typer.echo(
            f"Some values are under keys that are not here ({', '.join(done.left)}): they stay hidden.", err=True
        )
        raise typer.Exit(1)


def _one_of(conversations: list[str] | None, customer: str | None) -> str | None:
    if bool(conversations) == bool(customer):
        raise typer.BadParameter("name conversations, or --customer")
    return customer


def _conversations(count: int) -> str:
    return f"{count} conversation{'' if count == 1 else 's'}"
