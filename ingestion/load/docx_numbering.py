"""The numbers of Word's lists: they are not in its text, and are counted here as Word counts them."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from docx.document import Document as Word
from docx.oxml.ns import qn

_PLACE = re.compile(r"%([1-9])")
_LETTERS = {"lowerLetter": "abcdefghijklmnopqrstuvwxyz", "upperLetter": "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
_LETTERS |= {
    "aiueo": "アイウエオカキクケコサシスセソタチツテト",
    "aiueoFullWidth": "アイウエオカキクケコサシスセソタチツテト",
}
_LETTERS |= {
    "iroha": "イロハニホヘトチリヌルヲワカヨタレソツネ",
    "irohaFullWidth": "イロハニホヘトチリヌルヲワカヨタレソツネ",
}
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_MOST_DEPTH = 8


@dataclass(frozen=True, slots=True)
class Marker:
    """`text` is the number with its punctuation and a space, or "" for a bullet."""

    text: str
    depth: int


@dataclass(frozen=True, slots=True)
class _Level:
    format: str
    text: str
    start: int


class Numbering:
    """Counts as it is asked for one paragraph after the other."""

    def __init__(self, word: Word) -> None:
        self._levels: dict[str, dict[int, _Level]] = {}  # by list
        self._abstract: dict[str, str] = {}
        self._counts: defaultdict[str, dict[int, int]] = defaultdict(dict)
        if any(relation.reltype.endswith("/numbering") for relation in word.part.rels.values()):
            self._read(word.part.numbering_part.element)

    def _read(self, root: Any) -> None:
        abstract = {
            kind.get(qn("w:abstractNumId")): dict(map(_level, kind.findall(qn("w:lvl"))))
            for kind in root.findall(qn("w:abstractNum"))
        }
        for number in root.findall(qn("w:num")):
            kind, name = number.find(qn("w:abstractNumId")), number.get(qn("w:numId"))
            key = kind.get(qn("w:val")) if kind is not None else ""
            overrides = [found for found in number.iter(qn("w:lvl")) if number.findall(qn("w:lvlOverride"))]
            self._levels[name] = abstract.get(key, {}) | dict(map(_level, overrides))
            restarts = next(number.iter(qn("w:startOverride")), None) is not None
            self._abstract[name] = f"restarted {name}" if restarts else key

    def marker(self, paragraph: Any, styles: Mapping[str, Any]) -> Marker | None:
        """None for a paragraph that is no item of a list. Counts on."""
        name, depth = _reference(paragraph, styles)
        level = self._levels.get(name, {}).get(depth)
        if level is None or level.format == "none":
            return None
        if level.format == "bullet":
            return Marker("", depth)
        counts = self._counts[self._abstract[name]]
        counts[depth] = counts.get(depth, level.start - 1) + 1
        for deeper in [other for other in counts if other > depth]:
            del counts[deeper]
        return Marker(self._expanded(name, level, counts), depth)

    def _expanded(self, name: str, level: _Level, counts: Mapping[int, int]) -> str:
        levels = self._levels[name]

        def number(place: re.Match[str]) -> str:
            depth = int(place[1]) - 1
            own = levels.get(depth, level)
            return _number(counts.get(depth, own.start), own.format)

        text = _PLACE.sub(number, level.text).strip()
        return f"{text} " if text else ""


def _level(element: Any) -> tuple[int, _Level]:
    def value(name: str, default: str) -> str:
        found = element.find(qn(name))
        return str(found.get(qn("w:val"), default)) if found is not None else default

    depth = int(element.get(qn("w:ilvl"), "0"))
    return depth, _Level(value("w:numFmt", "decimal"), value("w:lvlText", ""), int(value("w:start", "1")))


def _reference(paragraph: Any, styles: Mapping[str, Any]) -> tuple[str, int]:
    """The list that a paragraph, or its style, belongs to, and how deep; ("0", 0) for none."""
    properties = paragraph.pPr
    style = styles.get(properties.style) if properties is not None and properties.style else None
    sources = [paragraph]
    while style is not None:
        sources.append(style.element)
        style = style.base_style
    name = depth = None
    for source in sources:
        reference = source.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
        if reference is not None:
            number, level = reference.find(qn("w:numId")), reference.find(qn("w:ilvl"))
            name = name or (number.get(qn("w:val")) if number is not None else None)
            depth = depth or (level.get(qn("w:val")) if level is not None else None)
    return name or "0", min(int(depth or 0), _MOST_DEPTH)


def _number(n: int, form: str) -> str:
    letters = _LETTERS.get(form, "")
    if 1 <= n <= len(letters):
        return letters[n - 1]
    if form in {"lowerRoman", "upperRoman"} and 1 <= n < 40:
        roman = _roman(n)
        return roman if form == "lowerRoman" else roman.upper()
    return str(n)


def _roman(n: int) -> str:
    written = ""
    for value, letters in _ROMAN:
        written += letters * (n // value)
        n %= value
    return written
