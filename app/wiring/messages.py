"""The part of `app.bootstrap` that wires what is told outside the page."""

from collections.abc import Callable

from app.adapters.clock import SystemClock
from app.answering.redact import Redactor
from app.desk.dispatch import Dispatch
from app.desk.mail import CustomerMail
from app.desk.messages import Messages
from app.desk.rating_links import RatingLinks
from app.domain.conversation import Conversation
from app.domain.delivery import Notifier, Outbox
from app.domain.ports import Clock
from app.domain.site import Site
from app.errors import SettingsError
from app.settings import Settings, listed
from app.wiring.outside import open_http
from app.wiring.records import Records, make_home


def open_messages(settings: Settings, site: Site, records: Records, redactor: Redactor, clock: Clock) -> Messages:
    """Raises SettingsError."""
    from app.adapters.sql_outbox import SqlOutbox
    from app.adapters.sql_ratings import SqlRatings

    def read(conversation_id: str) -> Conversation:
        return redactor.restored(records.store.find(conversation_id))

    links = RatingLinks(lambda: [key.secret for key in records.keys.all()])
    notifiers = open_notifiers(settings, site, read, links, clock)
    outbox, ratings = SqlOutbox(records.engine, clock), SqlRatings(records.engine, clock)
    return Messages(outbox, Dispatch(records.events, outbox, notifiers, clock), ratings, links)


def open_notifiers(
    settings: Settings,
    site: Site,
    read: Callable[[str], Conversation],
    links: RatingLinks,
    clock: Clock,
) -> list[Notifier]:
    """Who is told outside the page; `read` gives a conversation as its customer sees it. Raises SettingsError."""
    hooks, secrets = (listed(value.get_secret_value()) for value in (settings.webhooks, settings.webhook_secret))
    if hooks and not secrets:
        raise SettingsError("KOTAE_WEBHOOKS is set without KOTAE_WEBHOOK_SECRET: receivers could not tell who calls.")
    notifiers: list[Notifier] = []
    if hooks:
        from app.adapters.web_hook import WebHook, read_secrets

        keys, client = read_secrets(secrets), open_http(settings)
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

    make_home(settings)
    return SqlOutbox(open_database(settings.sqlalchemy_url), SystemClock())
