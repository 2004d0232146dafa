"""`kotae desk deliveries` and `redeliver`: mail and web hooks, and what became of them."""

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli_output import AsJson, print_json
from app.domain.delivery import DeliveryState

if TYPE_CHECKING:
    from app.domain.delivery import Outbox


def add_commands(desk: typer.Typer) -> None:
    desk.command("deliveries")(list_deliveries)
    desk.command("redeliver")(redeliver)


def list_deliveries(
    state: Annotated[DeliveryState | None, typer.Option(help="Only these, say `dead`.")] = None,
    target: Annotated[str | None, typer.Option(help="Only to this target.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Mail and web hooks, the newest first."""
    deliveries = _outbox().deliveries(state, target, limit)
    if as_json:
        print_json([asdict(delivery) for delivery in deliveries])
        return
    if not deliveries:
        print("There are none.", file=sys.stderr)
    for each in deliveries:
        tries = f"{each.attempts} {'try' if each.attempts == 1 else 'tries'}"
        print(f"{each.id}  {each.created_at:%Y-%m-%d %H:%M:%S}Z  {each.state:7}  {tries}  {each.kind}  {each.target}")
        if each.problem:
            print(f"    {each.problem}")


def redeliver(
    delivery_id: Annotated[str, typer.Argument(help="From `kotae desk deliveries`.")], as_json: AsJson = False
) -> None:
    """Send a dead letter, or anything that was sent, once more, under the same id."""
    delivery = _outbox().redeliver(delivery_id)
    if as_json:
        print_json(asdict(delivery))
    else:
        print(f"{delivery.id} is queued; a running server sends it within a few seconds.")


def _outbox() -> "Outbox":
    from app.settings import load_settings
    from app.wiring.messages import open_outbox

    return open_outbox(load_settings())
