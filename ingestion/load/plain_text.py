"""Plain text: paragraphs between blank lines, and the marks that writers put in place of markup."""

import re
from pathlib import Path

from app.domain.knowledge import BlockKind
from ingestion.load.article import Draft, article
from ingestion.load.decoding import read_text
from ingestion.load.front_matter import split_front_matter
from ingestion.load.html_blocks import joined_lines
from ingestion.load.loader import Loaded
from ingestion.load.prose import prose_drafts

_PARAGRAPHS = re.compile(r"\n[ \t\u3000]*\n\s*")
_HEADING = re.compile(r"[■□◆◇▼▽][ \u3000]*(?P<marked>.{1,40})|【(?P<bracketed>[^】]{1,40})】")
_TITLE_LENGTH = 100
_WRAP_LENGTH = 30  # shorter lines are lines of their own: addresses, hours


def load_plain_text(path: Path, relative_path: str) -> Loaded:
    """The first line serves as title when more follows and it is short. Raises LoadError."""
    about, body = split_front_matter(read_text(path))
    lines = body.strip().split("\n", 1)
    title = ""
    if len(lines) == 2 and len(lines[0]) <= _TITLE_LENGTH and not about.title:
        title, body = _unmarked(lines[0].strip()), lines[1]
    return Loaded((article(paragraph_drafts(body), about, relative_path, title=title),))


def paragraph_drafts(text: str) -> list[Draft]:
    return [draft for paragraph in _PARAGRAPHS.split(text.strip("\n")) for draft in _drafts(paragraph)]


def _unmarked(line: str) -> str:
    heading = _HEADING.fullmatch(line)
    return (heading["marked"] or heading["bracketed"]) if heading else line


def _drafts(paragraph: str) -> list[Draft]:
    drafts: list[Draft] = []
    prose: list[str] = []
    for line in map(str.strip, paragraph.split("\n")):
        heading = _HEADING.fullmatch(line)
        if heading is None:
            prose.append(line)
            continue
        drafts += prose_drafts(_unwrapped(prose))
        prose.clear()
        drafts.append(Draft(BlockKind.HEADING, heading["marked"] or heading["bracketed"], 2))
    return drafts + prose_drafts(_unwrapped(prose))


def _unwrapped(lines: list[str]) -> str:
    """Lines of about one length were wrapped at a margin and are joined; others stay as the writer broke them."""
    longest = max(map(len, lines), default=0)
    is_wrapped = longest >= _WRAP_LENGTH and all(len(line) >= 0.7 * longest for line in lines[:-1])
    ends_sentences = all(line.endswith(("。", "!", "?", "!", "?")) for line in lines[:-1])
    return joined_lines("\n".join(lines)) if is_wrapped and not ends_sentences else "\n".join(lines)
