"""IP addresses of somebody's machine: not a router's own page, the machine itself, a well-known resolver or a version."""

import re
from collections.abc import Iterator
from ipaddress import ip_address

from app.adapters.pii.label import words
from app.adapters.pii.rule import CERTAIN, Found

_V4 = re.compile(r"(?<![\d.A-Za-z])(?:\d{1,3}\.){3}\d{1,3}(?![\dA-Za-z]|\.\d)(?!/\d)")
_V6 = re.compile(r"(?<![A-Za-z\d_:.])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![A-Za-z\d_:]|\.\d)")
_VERSION = words(
    "バージョン", "ファーム", "ver", "version", "v", "firmware", "release", "build", "第", "セクション", "section"
)
_EVERYBODYS = frozenset("8.8.8.8 8.8.4.4 1.1.1.1 1.0.0.1 9.9.9.9 255.255.255.0 255.255.0.0 255.255.255.255".split())
_ROUTERS = (".1", ".254")
_REACH = 12


def find(text: str) -> Iterator[Found]:
    for pattern in (_V4, _V6):
        for found in pattern.finditer(text):
            before = text[max(0, found.start() - _REACH) : found.start()]
            if _is_somebodys(found[0]) and not _VERSION.search(before):
                yield Found(found.start(), found.end(), CERTAIN)


def _is_somebodys(candidate: str) -> bool:
    try:
        address = ip_address(candidate)
    except ValueError:
        return False
    if address.is_loopback or address.is_unspecified or address.is_multicast or candidate in _EVERYBODYS:
        return False
    return not (
        address.is_private and candidate.startswith(("10.", "172.", "192.168.")) and candidate.endswith(_ROUTERS)
    )
