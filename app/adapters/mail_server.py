"""Mail by SMTP, in worker threads, with a time limit on every step."""

import re
import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

import anyio.to_thread

from app.errors import NotDelivered, SettingsError

_SECONDS = 15.0  # for each step of a conversation with the server
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")


@dataclass(frozen=True, slots=True)
class MailServer:
    """Of `smtp://user:password@host:587` (STARTTLS where the server offers it, and always before a password is sent)
    or `smtps://`."""

    host: str
    port: int
    is_tls: bool
    user: str
    password: str = field(repr=False)

    async def send(self, message: EmailMessage) -> None:
        """Raises NotDelivered, in words without an address or the server's own."""
        try:
            await anyio.to_thread.run_sync(self._send, message)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            is_passing = any(code < 500 for code in codes)
            raise NotDelivered(f"The mail server refused the recipient ({codes[0]}).", is_passing) from None
        except smtplib.SMTPAuthenticationError as error:
            raise NotDelivered(f"The mail server refused the user or password ({error.smtp_code}).", True) from None
        except smtplib.SMTPResponseException as error:
            code = error.smtp_code
            raise NotDelivered(f"The mail server refused the message ({code}).", not 500 <= code < 600) from None
        except (OSError, smtplib.SMTPException) as error:
            why = f"The mail server could not be reached, or broke off ({type(error).__name__})."
            raise NotDelivered(why, is_passing=True) from None

    def _send(self, message: EmailMessage) -> None:
        tls = ssl.create_default_context()
        connection = (
            smtplib.SMTP_SSL(self.host, self.port, timeout=_SECONDS, context=tls)
            if self.is_tls
            else smtplib.SMTP(self.host, self.port, timeout=_SECONDS)
        )
        with connection:
            connection.ehlo()
            if not self.is_tls and connection.has_extn("starttls"):
                connection.starttls(context=tls)
                connection.ehlo()
            elif not self.is_tls and self.user:
                raise smtplib.SMTPNotSupportedError("no password is sent in the clear")
            if self.user:
                connection.login(self.user, self.password)
            connection.send_message(message)


def open_mail_server(url: str) -> MailServer:
    """Raises SettingsError."""
    parts = urlsplit(url)
    try:
        port = parts.port or {"smtp": 587, "smtps": 465}[parts.scheme]
    except (KeyError, ValueError):
        port = 0
    if not parts.hostname or not port:
        raise SettingsError("KOTAE_SMTP_URL is wrong: write smtp://user:password@host:587, or smtps://.")
    return MailServer(
        parts.hostname, port, parts.scheme == "smtps", unquote(parts.username or ""), unquote(parts.password or "")
    )


def address_in(text: str) -> str | None:
    """The first mail address in what somebody wrote, as ASCII: nothing in it can begin another header."""
    found = _ADDRESS.search(text)
    return found[0] if found else None
