"""EML: a saved e-mail. Its subject is the title; who wrote to whom is left out."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from pathlib import Path

from app.domain.knowledge import Skipped
from app.domain.text import clean
from ingestion.load.article import Draft, article, one_line
from ingestion.load.decoding import decode, read_bytes
from ingestion.load.html_blocks import html_drafts, parse_html
from ingestion.load.loader import Loaded, LoadError
from ingestion.load.plain_text import paragraph_drafts
from ingestion.load.sidecar import about

_QUOTED = re.compile(r"^(?:> ?)+", re.MULTILINE)
_ENCRYPTED = {"multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"}
# As Japanese programs label what they write.
_MEANT = {"iso-2022-jp": "iso2022_jp_ext", "shift_jis": "cp932", "shift-jis": "cp932", "x-sjis": "cp932"}


def load_eml(path: Path, relative_path: str) -> Loaded:
    """The message's HTML, or else its plain text; attachments are reported as skipped. Raises LoadError."""
    message = message_from_bytes(read_bytes(path), policy=policy.default)
    if not message.keys() or not {"from", "subject", "date", "mime-version"}.intersection(
        map(str.lower, message.keys())
    ):
        raise LoadError(None, "is no e-mail")
    if message.get_content_type() in _ENCRYPTED:
        raise LoadError(None, "is encrypted")
    body = message.get_body(("html", "plain"))
    if body is None:
        raise LoadError(None, "holds no text")
    subject = one_line(str(message.get("subject", "")))
    document = article(_drafts(body), about(path), relative_path, title=subject)
    return Loaded((document,), tuple(_attachments(message, relative_path)))


def _drafts(body: MIMEPart) -> list[Draft]:
    text = clean(_decoded(body))
    if body.get_content_type() == "text/html":
        return html_drafts(parse_html(text))
    return paragraph_drafts(_QUOTED.sub("", text))


def _decoded(body: MIMEPart) -> str:
    data = body.get_payload(decode=True)
    assert isinstance(data, bytes)  # noqa: S101 - it is a text part
    charset = (body.get_content_charset() or "utf-8").lower()
    try:
        return data.decode(_MEANT.get(charset, charset))
    except (LookupError, UnicodeDecodeError):
        return decode(data)


def _attachments(message: EmailMessage, path: str) -> list[Skipped]:
    names = [part.get_filename() or part.get_content_type() for part in message.iter_attachments()]
    reason = "is attached and not read: put it into the folder as a file of its own"
    return [Skipped(path, None, f"{one_line(name)} {reason}") for name in names]
