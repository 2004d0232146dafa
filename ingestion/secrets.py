"""Passwords, keys and tokens that somebody left in an article: reported, never repeated."""

import re
from collections.abc import Iterator

from app.domain.knowledge import Document, Skipped

_KEYS = {
    "an API key": re.compile(
        r"\b(?:AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{30,}|glpat-[\w-]{20}|sk-[A-Za-z0-9_-]{20,}|AIza[\w-]{35}"
        r"|xox[abprs]-[\w-]{10,})",
        re.ASCII,
    ),
    "a private key": re.compile(r"-----BEGIN (?:[A-Z]+ ){0,2}PRIVATE KEY-----"),
    "a token": re.compile(r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}", re.ASCII),
}
_PASSWORD = re.compile(
    r"(?:パスワード|暗証番号|合言葉|password|passwd|passphrase|secret|api[ _-]?key|token)[\"'`]?\s*(?:は|:|=|\bis\b)"
    r"\s*[「\"'`]?(?P<value>[!-~]{6,80})",
    re.IGNORECASE | re.ASCII,
)
_LETTER_AND_DIGIT = re.compile(r"(?=.*[A-Za-z])(?=.*\d)")
_PLACEHOLDER = re.compile(r"x{3,}|\*{3,}|[<>{}$()\[\]]|your|example|sample|dummy|https?:|1234|\.{3}", re.IGNORECASE)


def secrets_in(document: Document) -> Iterator[Skipped]:
    """What kind of secret stands where; its value is not told."""
    for kind, pattern in _KEYS.items():
        for found in pattern.finditer(document.text):
            yield _note(document, found.start(), kind)
    for found in _PASSWORD.finditer(document.text):
        value = found["value"]
        if _LETTER_AND_DIGIT.match(value) and not _PLACEHOLDER.search(value):
            yield _note(document, found.start(), "a password")


def _note(document: Document, at: int, kind: str) -> Skipped:
    return Skipped(
        document.path,
        None,
        f"holds what looks like {kind}, in line {document.text.count(chr(10), 0, at) + 1} of its text",
    )
