"""The spelling the readers of facts expect: the folded form of the search, with English contractions closed up."""

import re
from functools import lru_cache

from app.domain.text import fold

_KANA_OR_KANJI = re.compile(r"[\u3041-\u30fa\u4e00-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]")
_APOSTROPHE = re.compile(r"(?<=[a-z]) ?' ?(?=(?:s|t|m|re|ve|ll|d)\b)")
_SPACES = re.compile(r"[ \t]+")
_SPLIT_NUMBER = re.compile(r"(?<=\d) , (?=\d{3}(?!\d))")  # as some corpora are tokenised
_MARKUP = re.compile(r"[*_#>|]+")


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Folded (app.domain.text.fold), without Markdown's emphasis, single spaces."""
    folded = _APOSTROPHE.sub("'", _MARKUP.sub(" ", fold(text)))
    return _SPACES.sub(" ", _SPLIT_NUMBER.sub(",", folded)).strip()


def is_japanese(text: str) -> bool:
    """Kana and kanji are at least a quarter of the letters."""
    japanese = len(_KANA_OR_KANJI.findall(text))
    return japanese > 0 and 3 * japanese >= len(_LATIN.findall(text))


def blanked(text: str, spans: list[tuple[int, int]]) -> str:
    """`text` with the spans overwritten by a mark no reader reads; same length, so places stay true."""
    for start, end in spans:
        text = text[:start] + "\ue000" * (end - start) + text[end:]
    return text
