"""From bytes to text: size, kind and encoding of a file."""

import re
from functools import lru_cache
from pathlib import Path

from app.domain.text import clean
from ingestion.load.loader import LoadError

MAX_BYTES = 50_000_000
_BINARY_STARTS = (
    b"%PDF",
    b"PK\x03\x04",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"\x1f\x8b",
    b"\xd0\xcf\x11\xe0",
    b"\x7fELF",
)
_CONTROL = re.compile("[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_ISO_2022 = re.compile(rb"\x1b(?:\$[@B(]|\([JI])")
# Half-width katakana, private letters, and one kanji inside a Latin word ("don稚" was "don’t" in another encoding).
_MISREAD = re.compile("[｡-ﾟ\ue000-\uf8ff]|(?<=[A-Za-z])[一-鿿](?=[A-Za-z]|[ .,]*[a-z])")
_UNASSIGNED = re.compile("[\x80\uf8f0-\uf8f3]")  # what Python makes of bytes that cp932 does not assign
_PLAUSIBLE = 0.3
_JAPANESE_ENCODINGS = ("cp932", "euc_jp", "euc_jis_2004")


def read_text(path: Path) -> str:
    """The cleaned text of a file in UTF-8, UTF-16, cp932, EUC-JP or ISO-2022-JP.

    Raises LoadError for a file that is empty, too large, not text, or broken (with the line of the first bad byte).
    """
    text = clean(decode(read_bytes(path)))
    if not text.strip():
        raise LoadError(None, "is empty")
    return text


def read_bytes(path: Path) -> bytes:
    """Raises LoadError for a file that is empty, too large or cannot be opened."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise LoadError(
                None, f"is {size / 1e6:.0f} MB large, and {MAX_BYTES / 1e6:.0f} MB is the most that is read"
            )
        data = path.read_bytes()
    except OSError as error:
        raise LoadError(None, f"cannot be opened: {error.strerror}") from None
    if not data.strip(b"\0 \r\n\t"):
        raise LoadError(None, "is empty")
    return data


def decode(data: bytes) -> str:
    """Strict: every byte must fit. Raises LoadError."""
    if data.startswith(_BINARY_STARTS):
        raise LoadError(None, "is not a text file")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decode_utf16(data, "utf-16", "surrogatepass")
    if encoding := _utf16_without_mark(data):
        return _decode_utf16(data, encoding, "strict")
    if len(_CONTROL.findall(data[:8192].decode("latin-1"))) * 50 > len(data[:8192]):
        raise LoadError(None, "is not a text file")
    if _ISO_2022.search(data):
        return _decode_iso2022(data)
    try:
        return data.decode("utf-8-sig", "surrogatepass")
    except UnicodeDecodeError as error:
        return _decode_japanese(data, error)


def _decode_utf16(data: bytes, encoding: str, errors: str) -> str:
    try:
        text = data.decode(encoding, errors)
    except UnicodeDecodeError:
        raise LoadError(None, "is broken UTF-16 text: save it as UTF-8") from None
    if len(_CONTROL.findall(text)) * 50 > len(text):
        raise LoadError(None, "is not a text file")
    return text


def _utf16_without_mark(data: bytes) -> str | None:
    """UTF-16 has a NUL beside every Latin letter; in other text a NUL is a stray."""
    even, odd = data[:8192:2].count(0), data[1:8192:2].count(0)
    if min(even, odd) * 10 > max(even, odd) or max(even, odd) < 4:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _decode_iso2022(data: bytes) -> str:
    try:
        return data.decode("iso2022_jp_ext")
    except UnicodeDecodeError as error:
        raise LoadError(_line(data, error.start), "is broken ISO-2022-JP text: save it as UTF-8") from None


def _decode_japanese(data: bytes, utf8_error: UnicodeDecodeError) -> str:
    """cp932 or EUC-JP, whichever reads as Japanese: each often decodes the other's bytes, to rare letters."""
    if _is_damaged_utf8(data):
        raise LoadError(_line(data, utf8_error.start), "is broken UTF-8 text: save it as UTF-8 again")
    readings = []
    line = _line(data, utf8_error.start)
    for encoding in _JAPANESE_ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            line = max(line, _line(data, error.start))
            continue
        if unassigned := _UNASSIGNED.search(text):
            line = max(line, text.count("\n", 0, unassigned.start()) + 1)
        else:
            readings.append(text)
    best = max(readings, key=_plausibility, default="")
    if _plausibility(best) < _PLAUSIBLE:
        raise LoadError(line, "is in no encoding that is known, or broken: save it as UTF-8")
    return best


def _is_damaged_utf8(data: bytes) -> bool:
    """Whether most of what is not ASCII is whole UTF-8 characters all the same."""
    lenient = data.decode("utf-8", "replace")
    bad = lenient.count("\ufffd")
    whole = sum(character > "\x7f" for character in lenient) - bad
    return whole > 2 * bad


def _plausibility(text: str) -> float:
    """From -1 to 1: how much of all that is not ASCII is common in Japanese, less what misreadings are full of."""
    foreign = [character for character in text if character > "\x7f"]
    misread = len(_MISREAD.findall(text))
    return (sum(map(_is_usual, foreign)) - 2 * misread) / len(foreign) if foreign else -1.0


@lru_cache(maxsize=8192)
def _is_usual(character: str) -> bool:
    """Kana, punctuation, symbols and the 2,965 kanji of JIS level 1; misreadings are mostly of level 2."""
    try:
        code = character.encode("euc_jis_2004")
    except UnicodeEncodeError:
        return False
    return len(code) == 2 and 0xA1 <= code[0] <= 0xCF


def _line(data: bytes, offset: int) -> int:
    return data.count(b"\n", 0, offset) + 1
