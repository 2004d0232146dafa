"""The one form in which text is stored, cited and shown: NFKC (Unicode Standard Annex 15), with a way back."""

import re
import unicodedata
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

# Every control (Cc but \n and \t), format (Cf: zero-width, bidirectional, BOM, tags …) and surrogate (Cs) code point.
_DROPPED = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f"
)
_LINE_BREAK = "\r\n?|[\x0b\x0c\x85\u2028\u2029]"
_UNCLEAN = re.compile(f"(?P<line_break>{_LINE_BREAK})|[{_DROPPED}]+")

# Full- and half-width forms that NFKC changes one for one: done first and in one pass, as whole texts are in them.
_WIDTH_FORMS = str.maketrans(
    {
        wide: narrow
        for wide in map(chr, [0x3000, *range(0xFF01, 0xFF9E)])
        if len(narrow := unicodedata.normalize("NFKC", wide)) == 1
    }
)

# Characters that NFKC leaves alone and that never compose with what stands before them: the bulk of both languages.
_INERT = "\n\t -~\u3001-\u3029\u3041-\u3096\u30a1-\u30fe\u4e00-\u9fff"
_ACTIVE = re.compile(f"[{_INERT}]?[^{_INERT}]+")


@dataclass(frozen=True, slots=True)
class Normalised:
    """`origins[i]` is the offset in the raw text that `text[i]` came from; it never decreases."""

    text: str
    origins: Sequence[int]


def normalise(raw: str) -> Normalised:
    """NFKC of `raw` without invisible and control characters, every kind of line break as "\\n".

    `text` equals `unicodedata.normalize("NFKC", …)` of the whole cleaned text, so marks that stand in a code point of
    their own (half-width ﾊﾞ, decomposed が) compose. Linear in the length of `raw`.
    """
    clean, clean_origins = _clean(raw)
    if unicodedata.is_normalized("NFKC", clean):
        return Normalised(clean, clean_origins)
    text, origins = _compose(clean.translate(_WIDTH_FORMS))
    if not isinstance(clean_origins, range):
        origins = array("I", map(clean_origins.__getitem__, origins))
    return Normalised(text, origins)


def clean(raw: str) -> str:
    """`raw` without invisible and control characters, every line break as "\\n"; what comes before `normalise`'s NFKC.

    For formats with a syntax of their own, which NFKC would change (＜ to <).
    """
    return _clean(raw)[0]


def _clean(raw: str) -> tuple[str, Sequence[int]]:
    if not _UNCLEAN.search(raw):
        return raw, range(len(raw))
    pieces: list[str] = []
    origins = array("I")
    done = 0
    for found in _UNCLEAN.finditer(raw):
        pieces.append(raw[done : found.start()])
        origins.extend(range(done, found.start()))
        if found["line_break"]:
            pieces.append("\n")
            origins.append(found.start())
        done = found.end()
    pieces.append(raw[done:])
    origins.extend(range(done, len(raw)))
    return "".join(pieces), origins


def _compose(text: str) -> tuple[str, Sequence[int]]:
    """NFKC by segments: only runs with a character that NFKC may change are looked at one by one."""
    pieces: list[str] = []
    origins = array("I")
    done = 0
    for run in _ACTIVE.finditer(text):
        pieces.append(text[done : run.start()])
        origins.extend(range(done, run.start()))
        for start, end in _segments(text, run.start(), run.end()):
            composed = unicodedata.normalize("NFKC", text[start:end])
            pieces.append(composed)
            origins.extend(range(start, end) if len(composed) == end - start else [start] * len(composed))
        done = run.end()
    pieces.append(text[done:])
    origins.extend(range(done, len(text)))
    return "".join(pieces), origins


def _segments(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Cut `text[start:end]` before every character that cannot compose with the one before it."""
    cuts = [start, *(i for i in range(start + 1, end) if _begins_segment(text[i])), end]
    return list(pairwise(cuts))


@lru_cache(maxsize=4096)
def _begins_segment(character: str) -> bool:
    """Only marks (Mn, Mc, Me) and Hangul vowels and finals can be the second half of a composition."""
    first = unicodedata.normalize("NFKD", character)[0]
    is_hangul_tail = "\u1160" <= first <= "\u11ff" or "\ud7b0" <= first <= "\ud7fb"
    return not is_hangul_tail and not unicodedata.category(first).startswith("M")
