"""Lines that begin with a mark of their own are list items, in whatever format they stand."""

import re

from app.domain.knowledge import BlockKind
from ingestion.load.article import Draft

_BULLET = r"[・●○◎*•\-–][ \t\u3000]*(?=[^\s\-*])"
_NUMBER = r"(?P<circled>[①-⑳])[ \t\u3000]*|(?P<number>[(（]\d{1,2}[)）]|\d{1,2}[.)．）](?!\d))[ \t\u3000]*"
ITEM = re.compile(rf"[ \t\u3000]*(?:{_BULLET}|{_NUMBER})(?P<text>\S.*)")


def prose_drafts(text: str) -> list[Draft]:
    """The paragraph `text` as one block, or as blocks where lines of it are list items."""
    drafts: list[Draft] = []
    prose: list[str] = []
    for line in text.split("\n"):
        item = ITEM.fullmatch(line)
        if item is None:
            prose.append(line)
            continue
        drafts += _paragraph(prose)
        prose.clear()
        drafts.append(Draft(BlockKind.LIST_ITEM, item["text"], 0, _marker(item)))
    return drafts + _paragraph(prose)


def _paragraph(lines: list[str]) -> list[Draft]:
    text = "\n".join(lines).strip()
    return [Draft(BlockKind.PARAGRAPH, text)] if text else []


def _marker(item: re.Match[str]) -> str:
    if item["circled"]:
        return f"{ord(item['circled']) - ord('①') + 1}. "
    return f"{item['number']} " if item["number"] else ""
