"""From bytes to text: size, kind and encoding of a file."""

import re
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
_CONTROL = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_HALF_WIDTH_KATAKANA = re.compile("[｡-ﾟ]")
_JAPANESE = re.compile("[ぁ-ゖァ-ヺー、。「」・！？：（）\u3000]")
_JAPANESE_ENCODINGS = ("cp932", "euc_jp", "euc_jis_2004")


def read_text(path: Path) -> str:
    """The cleaned text of a file in UTF-8, UTF-16, cp932, EUC-JP or ISO-2022-JP.

    Raises LoadError for a file that is empty, too large, not text, or broken (with the line of the first bad byte).
    """
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
    text = clean(decode(data))
    if not text.strip():
        raise LoadError(None, "is empty")
    return text


def decode(data: bytes) -> str:
    """Strict: every byte must fit. Raises LoadError."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decode_utf16(data, "utf-16")
    if data.startswith(_BINARY_STARTS) or len(_CONTROL.findall(data[:8192])) > len(data[:8192]) / 50:
        raise LoadError(None, "is not a text file")
    if b"\0" in data[:8192] and (encoding := _utf16_without_mark(data)):
        return _decode_utf16(data, encoding)
    if b"\x1b$" in data:
        return _decode_iso2022(data)
    try:
        return data.decode("utf-8-sig", "surrogatepass")
    except UnicodeDecodeError as error:
        return _decode_japanese(data, error)


def _decode_utf16(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding, "surrogatepass")
    except UnicodeDecodeError:
        raise LoadError(None, "is broken UTF-16 text: save it as UTF-8") from None


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
    furthest = utf8_error.start
    for encoding in _JAPANESE_ENCODINGS:
        try:
            readings.append(data.decode(encoding))
        except UnicodeDecodeError as error:
            furthest = max(furthest, error.start)
    best = max(readings, key=_plausibility, default="")
    if _plausibility(best) <= 0:
        raise LoadError(_line(data, furthest), "is in no encoding that is known, or broken: save it as UTF-8")
    return best


def _is_damaged_utf8(data: bytes) -> bool:
    """Whether most of what is not ASCII is whole UTF-8 characters all the same."""
    lenient = data.decode("utf-8", "replace")
    bad = lenient.count("\ufffd")
    whole = sum(character > "\x7f" for character in lenient) - bad
    return whole > 2 * bad


def _plausibility(text: str) -> float:
    """Share of what running Japanese is full of among all that is not ASCII, less what only misreadings are full of."""
    foreign = sum(character > "\x7f" for character in text)
    if not foreign:
        return 0.0
    return (len(_JAPANESE.findall(text)) - len(_HALF_WIDTH_KATAKANA.findall(text)) - _private(text)) / foreign + 0.05


def _private(text: str) -> int:
    return sum("\ue000" <= character <= "\uf8ff" for character in text)


def _line(data: bytes, offset: int) -> int:
    return data.count(b"\n", 0, offset) + 1
