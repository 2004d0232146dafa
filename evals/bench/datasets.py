"""Questions with the documents that hold their answers: the sample's own, and public articles found by their titles."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.domain.outcome import Language
from app.domain.text import clean
from app.settings import ROOT

_SAMPLE = ROOT / "evals" / "datasets" / "sample"
_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_TITLE = re.compile(r"^title:\s*(.+)$", re.MULTILINE)
_FIRST_HEADING = re.compile(r"^#\s+(.+)$", re.MULTILINE)
_LEAST_BODY = 200  # characters: shorter pages are lists of links
_LEAST_TITLE = 4


@dataclass(frozen=True, slots=True)
class Question:
    """`documents` hold the answer; empty where none does."""

    id: str
    text: str
    lang: Language
    documents: frozenset[str]
    kind: str = ""


def sample_questions() -> list[Question]:
    """The hand-written questions about the sample articles, both languages."""
    rows = [
        json.loads(line)
        for path in sorted(_SAMPLE.glob("dev_*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line
    ]
    return [Question(row["id"], row["question"], row["lang"], frozenset(row["gold_docs"])) for row in rows]


def titled_articles(sources: Mapping[Language, Path], folder: Path) -> list[Question]:
    """Writes the Markdown articles below `sources` to `folder` without their titles; returns the titles as questions.

    Pages that are too short, and titles that several pages share, are left out. Pages of the same relative path are
    translations of each other: each answers the other's question.
    """
    folder.mkdir(parents=True, exist_ok=True)
    same: dict[str, list[str]] = {}  # relative path -> its articles; all others translate the first
    asked: list[tuple[str, str, Language, str]] = []
    for lang, source in sources.items():
        pages = [
            (str(path.relative_to(source)), *page) for path in sorted(source.rglob("*.md")) for page in _page(path)
        ]
        shared = Counter(title for _, title, _ in pages)
        for n, (path, title, body) in enumerate(page for page in pages if shared[page[1]] == 1):
            name = f"{lang}-{n:04}"
            original = same.setdefault(path, [name])[0]
            front = f"id: {name}\nlang: {lang}\n"
            if original != name:
                same[path].append(name)
                front += f"translation_of: {original}\n"
            (folder / f"{name}.md").write_text(f"---\n{front}---\n{body}", encoding="utf-8")
            asked.append((name, title, lang, path))
    return [Question(name, title, lang, frozenset(same[path])) for name, title, lang, path in asked]


def _page(path: Path) -> Iterator[tuple[str, str]]:
    """Title and body without it: nothing for a page that asks no question."""
    text = clean(path.read_text(encoding="utf-8", errors="replace")).replace("\r\n", "\n")
    front = _FRONT_MATTER.match(text)
    body = text[front.end() :] if front else text
    heading = _FIRST_HEADING.search(body)
    named = _TITLE.search(front[0]) if front else None
    found = heading or named
    title = found[1].strip(" \"'") if found else ""
    body = body.replace(heading[0], "", 1) if heading else body
    body = body.replace(title, "") if title else body
    if len(title) >= _LEAST_TITLE and len(body) >= _LEAST_BODY:
        yield title, body
