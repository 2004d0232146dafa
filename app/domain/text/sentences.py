"""Where sentences begin and end, in both languages, without a model."""

import re
from collections.abc import Iterator

from app.domain.knowledge import Span

_CLOSING_OF = dict(zip("「『(（【〔《〈[［〚", "」』)）】〕》〉]］〛", strict=True))
_END = re.compile(r"[。．｡.!?！？]+[」』)）】〕》〉\]］”’\"']*")

# A Japanese clause goes on after a closed quotation or parenthesis: 「…。」と, (…。)ので.
_CONTINUES = re.compile(r"[とがをにのもやでへかっ、,，。.」』)）]|は(?!い)")
# These are followed by a name or a number, and do not end a sentence.
_ABBREVIATION = re.compile(
    r"(?:^|[^A-Za-z])(?:Mr|Mrs|Ms|Dr|Prof|St|vs|e\.g|i\.e|cf|approx|ca|Fig|Figs|Sec|Vol|Ver|pp|Tel|Ext|incl|excl|max|min|Jan|Feb"
    r"|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)\.$"
)
# These end a sentence only where the next word begins one.
_NUMBER_SIGN = re.compile(r"(?:^|[^A-Za-z])(?:Nos?|Art|Model)\.$")
_INITIAL = re.compile(r"(?:^|[\s(])[A-Z]\.$")
_VISIBLE = re.compile(r"\S")
_ENUMERATOR = re.compile(r"\s*(?:\d{1,3}|[A-Za-z])\.")
_JAPANESE = re.compile(r"[぀-ヿ㐀-鿿々]")


def sentence_spans(text: str, lang: str) -> list[Span]:
    """Sentences of normalised `text`, without the white space around them, in order; together they cover all the rest.

    A line break always ends one (the loaders have joined wrapped lines): list items and table rows stand alone. Nothing
    is cut inside brackets that are closed on their line, so 「…。」と and (see p. 5. Thanks) stay whole. A full stop
    counts before white space only, and not after an abbreviation, an initial or a list number; `lang` "ja" also lets
    ! and ? end a sentence with no space after them.
    """
    spans: list[Span] = []
    start = 0
    for line in text.splitlines(keepends=True):
        begin = start
        for end in (*_ends(line, lang), len(line)):
            piece = text[begin : start + end]
            first = begin + len(piece) - len(piece.lstrip())
            last = begin + len(piece.rstrip())
            if first < last:
                spans.append(Span(first, last))
            begin = start + end
        start += len(line)
    return spans


def _ends(line: str, lang: str) -> Iterator[int]:
    depth = _bracket_depth(line)
    begin = 0
    for found in _END.finditer(line):
        rest = line[found.end() : found.end() + 2]
        if depth[found.end()]:
            continue
        if depth[found.start()]:
            ends = not _CONTINUES.match(rest) and _is_whole_sentence(line, begin, found)
        else:
            ends = _is_end(line, begin, found, lang)
        if ends:
            yield found.end()
            begin = found.end()


def _is_end(line: str, begin: int, found: re.Match[str], lang: str) -> bool:
    mark, end = found[0], found.end()
    following = line[end : end + 1]
    if not following:
        return True
    if "。" in mark or "．" in mark or "｡" in mark:
        return True
    if mark[0] == ".":
        return _full_stop_ends(line, begin, found)
    if following.isspace():
        return not _next_visible(line, end).islower()
    previous = line[found.start() - 1 : found.start()]
    is_brand = previous.isascii() and previous.isalpha()  # Yahoo!ショッピング, and ? in an address
    return lang == "ja" and not is_brand and not (previous.isascii() and following.isascii())


def _is_whole_sentence(line: str, begin: int, found: re.Match[str]) -> bool:
    """Of a sentence that ended inside brackets: Japanese, or the brackets hold all of it, as in (It is free.)"""
    return bool(_JAPANESE.match(line[found.start() - 1])) or _next_visible(line, begin) in _CLOSING_OF


def _full_stop_ends(line: str, begin: int, found: re.Match[str]) -> bool:
    following = line[found.end() : found.end() + 1]
    previous = line[found.start() - 1 : found.start()]
    if not following.isspace():  # 1.5, aoba.example; but Japanese written with full-width stops ends here
        return bool(_JAPANESE.match(previous) and _JAPANESE.match(following) and found[0].count(".") == 1)
    before = line[max(begin, found.start() - 12) : found.start() + 1]
    next_character = _next_visible(line, found.end())
    if _ENUMERATOR.fullmatch(line, begin, found.end()):
        return False
    if _ABBREVIATION.search(before) or _INITIAL.search(before):
        return False
    if _NUMBER_SIGN.search(before) and (next_character.isdigit() or next_character == "#"):
        return False
    return not next_character.islower()


def _next_visible(line: str, start: int) -> str:
    found = _VISIBLE.search(line, start)
    return found[0] if found else ""


def _bracket_depth(line: str) -> list[int]:
    """How many brackets closed on this line are open before each character; one entry more than characters."""
    change = [0] * (len(line) + 1)
    open_at: list[tuple[int, str]] = []
    for i, character in enumerate(line):
        if character in _CLOSING_OF:
            open_at.append((i, _CLOSING_OF[character]))
        elif open_at and character == open_at[-1][1]:
            opened, _ = open_at.pop()
            change[opened + 1] += 1
            change[i + 1] -= 1
    depth, depths = 0, []
    for step in change:
        depth += step
        depths.append(depth)
    return depths
