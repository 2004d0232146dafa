"""E-mail addresses, also inside Japanese text without spaces, and with "@" spelt out."""

import re
from collections.abc import Iterator

from app.adapters.pii.rule import CERTAIN, LABELLED, Found

# RFC 5321 allows 64 characters before the @; every part is bounded, so the time is linear.
_LOCAL = r"[A-Za-z0-9_+](?:[A-Za-z0-9._%+'/=-]{0,62}[A-Za-z0-9_+-])?\.?"
_DOMAIN = (
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,6}(?:xn--[a-z0-9]{2,20}|[A-Za-z]{2,24})(?![A-Za-z0-9@])"
)
_ADDRESS = re.compile(rf"(?<![A-Za-z0-9._%+@-])(?P<local>{_LOCAL})(?:@| @ |@ )(?P<domain>{_DOMAIN})")
_AT = r"\s?(?:\(at\)|\[at\]|<at>|\{at\}|\(a\)|☆|★|◎|●|アットマーク|あっとまーく|\(アット\))\s?"
_DOT = r"(?:\.|\s?(?:\(dot\)|\[dot\]|ドット)\s?)"
_SPELT = re.compile(
    rf"(?<![A-Za-z0-9._%+-]){_LOCAL}{_AT}(?:[A-Za-z0-9-]{{1,63}}{_DOT}){{1,4}}[A-Za-z]{{2,12}}(?![A-Za-z0-9])",
    re.IGNORECASE,
)


def find(text: str) -> Iterator[Found]:
    if "@" in text:
        for found in _ADDRESS.finditer(text):
            yield Found(found.start(), found.end(), CERTAIN)
    for found in _SPELT.finditer(text):
        yield Found(found.start(), found.end(), LABELLED)
