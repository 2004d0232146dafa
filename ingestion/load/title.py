"""The title that a document gives itself in its properties, where a person wrote it."""

import re

from app.domain.knowledge import BlockKind
from ingestion.load.article import Draft, one_line

# What programs put there: their own name, the name of a file, or that there is none.
_BY_A_PROGRAM = re.compile(
    r"(?:microsoft|powerpoint|word|excel)\b.*|.*\.(?:docx?|pdf|pptx?|xlsx?|indd|qxd|tex|dvi|jtd)"
    r"|\W*(?:untitled|anonymous|unspecified|no title|title|document|presentation|slide)\W*\d*"
    r"|\W*(?:無題|名称未設定|文書|プレゼンテーション)\W*\d*",
    re.IGNORECASE,
)


def chosen_title(drafts: list[Draft], property_title: str | None) -> str:
    """The one heading above all others; else what the properties say, where that is a title; else ""."""
    top = [draft for draft in drafts if draft.kind is BlockKind.HEADING and draft.level == 1]
    if len(top) == 1:
        return one_line(top[0].text)
    title = one_line(property_title or "")
    return "" if _BY_A_PROGRAM.fullmatch(title) else title
