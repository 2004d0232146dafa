"""What a page hides from its readers and a machine would read: comments, hidden elements, invisible characters.

None of it is indexed; where it speaks to the machine, somebody should know.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from app.domain.knowledge import Skipped
from ingestion.load.decoding import decode, read_bytes
from ingestion.load.loader import LoadError
from ingestion.quarantine import spoken

MARKED_UP = frozenset({".md", ".html", ".htm"})
_MOST = 2_000_000  # characters of a file that are looked at
_COMMENT = re.compile(r"<!--(.{1,20000}?)-->", re.DOTALL)
_HIDDEN = re.compile(
    r"<(\w+)\b[^<>]{0,400}?(?:\bhidden\b|aria-hidden=\"true\"|style=\"[^\"]{0,200}?(?:display\s*:\s*none"
    r"|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])|opacity\s*:\s*0(?![.\d])))"
    r"[^<>]{0,400}>(.{1,5000}?)</\1>",
    re.DOTALL | re.IGNORECASE,
)
_TAGS = re.compile("[\U000e0020-\U000e007e]{4,}")  # letters that no screen draws


def hidden_speech(path: Path, name: str) -> Iterator[Skipped]:
    """Each hidden piece of a Markdown or HTML file that speaks to the machine, with its line."""
    if path.suffix.lower() not in MARKED_UP:
        return
    try:
        text = decode(read_bytes(path))[:_MOST]
    except LoadError:
        return  # reported by the loader
    for what, start, hidden in _hidden(text):
        if said := spoken(hidden):
            line = text.count("\n", 0, start) + 1
            yield Skipped(name, line, f'{what} speaks to the machine ("{said}"); it is not indexed')


def _hidden(text: str) -> Iterator[tuple[str, int, str]]:
    for found in _COMMENT.finditer(text):
        yield "a comment", found.start(), found[1]
    for found in _HIDDEN.finditer(text):
        yield "hidden text", found.start(), re.sub(r"<[^<>]{0,400}>", "", found[2])
    for found in _TAGS.finditer(text):
        yield "invisible text", found.start(), "".join(chr(ord(letter) - 0xE0000) for letter in found[0])
