"""`kotae desk`: what is open at the desk, and one ticket."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli_output import AsJson, print_json

if TYPE_CHECKING:
    from app.desk.desk import Desk
    from app.domain.desk import State
    from app.domain.ports import ConversationStore
    from app.domain.ticket import Ticket

desk_app = typer.Typer(help="The desk: list, show.", no_args_is_help=True)


@desk_app.command("list")
def list_tickets(
    done: Annotated[bool, typer.Option("--done", help="Those that are resolved or closed, the newest first.")] = False,
    as_json: AsJson = False,
) -> None:
    """Open tickets, the most pressing first; with tokens for personal data."""
    desk, _ = _open()
    found = desk.queue(not done, 1000)
    if as_json:
        shown = [_shown(desk, each.ticket, each.state) | {"subject": each.subject} for each in found]
        print_json(shown)
        return
    for each in found:
        ticket = each.ticket
        first, _ = desk.clocks(ticket)
        who = ticket.agent or "nobody"
        about = (ticket.id, ticket.priority, each.state, ticket.cause, who, first.standing, each.subject[:60])
        print("  ".join(about).rstrip())


@desk_app.command()
def show(ticket_id: Annotated[str, typer.Argument(help="The number of the ticket.")], as_json: AsJson = False) -> None:
    """A ticket with its conversation and the notes of colleagues; with tokens for personal data."""
    desk, store = _open()
    ticket = desk.ticket(ticket_id)
    conversation, notes = store.find(ticket.conversation_id), desk.notes(ticket.conversation_id)
    if as_json:
        said = [
            {"role": each.role, "author": each.author, "at": each.at, "text": each.text}
            for each in conversation.messages
        ]
        noted = [{"author": note.author, "at": note.at, "text": note.text} for note in notes]
        shown = _shown(desk, ticket, conversation.state) | {"messages": said, "notes": noted}
        print_json(shown)
        return
    print(
        f"Ticket {ticket.id}: {conversation.state}, {ticket.priority}, {ticket.cause}, with {ticket.agent or 'nobody'}"
    )
    for message in conversation.messages:
        print(f"{message.at:%Y-%m-%d %H:%M}Z  {message.author or message.role}: {message.text}")
    for note in notes:
        print(f"{note.at:%Y-%m-%d %H:%M}Z  note of {note.author}: {note.text}")


def _open() -> "tuple[Desk, ConversationStore]":
    from app.adapters.clock import SystemClock
    from app.adapters.site_file import load_site
    from app.bootstrap import open_desk
    from app.settings import load_settings
    from app.wiring.records import open_records

    settings = load_settings()
    records = open_records(settings)
    return open_desk(records.engine, load_site(settings.site_file), SystemClock()), records.store


def _shown(desk: "Desk", ticket: "Ticket", state: "State") -> dict[str, Any]:
    from app.web.desk_payloads import ticket_shown

    return ticket_shown(desk, ticket, state).model_dump(mode="json")
