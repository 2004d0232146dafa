"""The part of `app.bootstrap` that wires what is told outside the page."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.adapters.clock import SystemClock
from app.desk.dispatch import Dispatch
from app.desk.mail import CustomerMail
from app.desk.messages import Messages
from app.desk.rating_links import RatingLinks
from app.domain.conversation import Conversation
from app.domain.delivery import Notifier, Outbox
from app.domain.desk_ports import EventLog
from app.domain.ports import Clock
from app.domain.site import Site
from app.errors import SettingsError
from app.settings import Settings, listed

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from app.adapters.safe_http import SafeHttp


def open_messages(
    engine: "Engine", events: EventLog, notifiers: list[Notifier], links: RatingLinks, clock: Clock
) -> Messages:
    from app.adapters.sql_outbox import SqlOutbox
    from app.adapters.sql_ratings import SqlRatings

    outbox = SqlOutbox(engine, clock)
    return Messages(outbox, Dispatch(events, outbox, notifiers, clock), SqlRatings(engine, clock), links)


def open_notifiers(
    settings: Settings,
    site: Site,
    read: Callable[[str], Conversation],
    links: RatingLinks,
    http: Callable[[], "SafeHttp"],
    clock: Clock,
) -> list[Notifier]:
    """Who is told outside the page; `read` gives a conversation as its customer sees it. Raises SettingsError."""
    hooks, secrets = (listed(value.get_secret_value()) for value in (settings.webhooks, settings.webhook_secret))
    if hooks and not secrets:
        raise SettingsError("KOTAE_WEBHOOKS is set without KOTAE_WEBHOOK_SECRET: receivers could not tell who calls.")
    notifiers: list[Notifier] = []
    if hooks:
        from app.adapters.web_hook import WebHook, read_secrets

        keys, client = read_secrets(secrets), http()
        notifiers += [WebHook(url, keys, client, clock) for url in dict.fromkeys(hooks)]
    if smtp := settings.smtp_url.get_secret_value():
        from app.adapters.mail_server import address_in, open_mail_server

        if address_in(settings.mail_from) != settings.mail_from:
            raise SettingsError(
                "KOTAE_SMTP_URL is set, so KOTAE_MAIL_FROM must be a mail address: support@example.com."
            )
        server = open_mail_server(smtp)
        notifiers.append(CustomerMail(server, read, address_in, links, settings.mail_from, site, settings.address))
    return notifiers


def open_outbox(settings: Settings) -> Outbox:
    """Raises SettingsError or DatabaseError."""
    from app.adapters.database import open_database
    from app.adapters.sql_outbox import SqlOutbox
    from app.wiring.records import make_home

    make_home(settings)
    return SqlOutbox(open_database(settings.sqlalchemy_url), SystemClock())
