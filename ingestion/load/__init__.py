"""From files to documents: one loader for each ending.

What every loader makes of a format, whatever it is: `Document.text` is plain text that reads well on its own, without
markup and without the title. Blocks stand on lines of their own. List items begin with "・" (Japanese), "• " (English)
or their number; a table row is one line of "header: cell" pairs joined by " | ", so that it says what it means without
the rest of the table; links and pictures leave their words.
"""

from pathlib import Path

from ingestion.load.faq_table import load_faq_table
from ingestion.load.loader import Loaded, Loader, LoadError
from ingestion.load.markdown import load_markdown
from ingestion.load.plain_text import load_plain_text
from ingestion.load.sidecar import ENDINGS as SIDECARS
from ingestion.load.web_page import load_web_page

LOADERS: dict[str, Loader] = {
    ".md": load_markdown,
    ".html": load_web_page,
    ".htm": load_web_page,
    ".csv": load_faq_table,
    ".txt": load_plain_text,
}

HEAVY = frozenset({".pdf", ".docx", ".pptx", ".xlsx", ".epub", ".eml"})  # read by the worker: load/heavy.py
ENDINGS = (*LOADERS, *sorted(HEAVY))
_REFUSED = {
    **dict.fromkeys(SIDECARS, "is about no file: what is said about manual.pdf stands in manual.pdf.yaml"),
    **dict.fromkeys((".docm", ".dotm", ".pptm", ".ppsm", ".xlsm", ".xltm"), "may hold macros: save it without them"),
    **dict.fromkeys((".doc", ".ppt", ".xls"), "is in a format of Office before 2007: save it in the one of today"),
}

__all__ = ["ENDINGS", "HEAVY", "LOADERS", "LoadError", "Loaded", "Loader", "load"]


def load(path: Path, relative_path: str) -> Loaded:
    """The documents of one file that is not `HEAVY`; `relative_path` is its name below the source folder.

    Raises LoadError.
    """
    ending = path.suffix.lower()
    if ending in _REFUSED:
        raise LoadError(None, _REFUSED[ending])
    loader = LOADERS.get(ending)
    if loader is None:
        raise LoadError(None, f"files that end in {path.suffix or 'nothing'} are not read, only {', '.join(ENDINGS)}")
    try:
        return loader(path, relative_path)
    except RecursionError:
        raise LoadError(None, "is nested too deeply") from None
