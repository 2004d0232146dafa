"""PDF files for tests, written by hand: text at places, lines, pictures, nothing else (ISO 32000-1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

WIDTH, HEIGHT = 595, 842  # A4 in points
_FONTS = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /HeiseiKakuGo-W5 /Encoding /UniJIS-UTF16-H /DescendantFonts [4 0 R] >>",
    b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /HeiseiKakuGo-W5 /DW 1000 /W [1 [278] 2 94 500]"
    b" /CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >> /FontDescriptor 5 0 R >>",
    b"<< /Type /FontDescriptor /FontName /HeiseiKakuGo-W5 /Flags 4 /FontBBox [-92 -250 1010 922] /ItalicAngle 0"
    b" /Ascent 880 /Descent -120 /CapHeight 709 /StemV 114 >>",
    b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
)
_PIXEL = (
    b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 1 >>"
)


@dataclass(frozen=True, slots=True)
class Text:
    """`top` is the distance of the base line from the upper edge."""

    text: str
    left: float = 60
    top: float = 100
    size: float = 10
    is_bold: bool = False
    is_invisible: bool = False


@dataclass(frozen=True, slots=True)
class Stroke:
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Picture:
    """Over the whole page, as a scanner makes it."""


Drawn = Text | Stroke | Picture


def write_pdf(path: Path, *pages: Sequence[Drawn], title: str = "", is_locked: bool = False) -> Path:
    kids = " ".join(f"{10 + 2 * n} 0 R" for n in range(len(pages)))
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} /MediaBox [0 0 {WIDTH} {HEIGHT}] >>".encode(),
        **dict(enumerate(_FONTS, 3)),
        7: _stream(_PIXEL, b"\x80"),
        8: b"<< /Title <" + _utf16(title, mark=True) + b"> >>",
        9: f"<< /Filter /Standard /V 1 /R 2 /P -4 /O <{'00' * 32}> /U <{'11' * 32}> >>".encode(),
    }
    resources = b"<< /Font << /J 3 0 R /B 6 0 R >> /XObject << /P 7 0 R >> >>"
    for n, page in enumerate(pages):
        content = b"\n".join(map(_operators, page))
        about = f"<< /Type /Page /Parent 2 0 R /Contents {11 + 2 * n} 0 R /Resources ".encode()
        objects[10 + 2 * n] = about + resources + b" >>"
        objects[11 + 2 * n] = _stream(b"<< /Length %d >>" % len(content), content)
    path.write_bytes(_file(objects, b"/Encrypt 9 0 R /ID [<00> <00>]" if is_locked else b""))
    return path


def paragraph(*lines: str, left: float = 60, top: float = 100, size: float = 10) -> list[Text]:
    """Lines one below the other."""
    return [Text(line, left, top + n * 1.6 * size, size) for n, line in enumerate(lines)]


def table(rows: Sequence[Sequence[str]], *, left: float = 60, top: float = 300, is_drawn: bool = True) -> list[Drawn]:
    """Columns 120 points wide, rows 24 points high; `is_drawn`: with lines around the cells."""
    columns = len(rows[0])
    right, bottom = left + 120 * columns, top + 24 * len(rows)
    texts: list[Drawn] = [
        Text(cell, left + 120 * column + 6, top + 24 * row + 16)
        for row, cells in enumerate(rows)
        for column, cell in enumerate(cells)
        if cell
    ]
    across = [Stroke(left, top + 24 * row, right, top + 24 * row) for row in range(len(rows) + 1)]
    down = [Stroke(left + 120 * column, top, left + 120 * column, bottom) for column in range(columns + 1)]
    return [*texts, *across, *down] if is_drawn else texts


def _operators(drawn: Drawn) -> bytes:
    match drawn:
        case Text(text, left, top, size, is_bold, is_invisible):
            font, words = ("B", text.encode("latin-1").hex()) if is_bold else ("J", _utf16(text).decode())
            mode = 3 if is_invisible else 0
            return f"BT /{font} {size} Tf {mode} Tr {left} {HEIGHT - top} Td <{words}> Tj ET".encode()
        case Stroke(left, top, right, bottom):
            return f"0.5 w {left} {HEIGHT - top} m {right} {HEIGHT - bottom} l S".encode()
        case Picture():
            return f"q {WIDTH} 0 0 {HEIGHT} 0 0 cm /P Do Q".encode()


def _utf16(text: str, *, mark: bool = False) -> bytes:
    return ((b"\xfe\xff" if mark else b"") + text.encode("utf-16-be")).hex().encode()


def _stream(about: bytes, content: bytes) -> bytes:
    return about + b"\nstream\n" + content + b"\nendstream"


def _file(objects: dict[int, bytes], extra: bytes) -> bytes:
    body, places = b"%PDF-1.7\n", {}
    for number, content in sorted(objects.items()):
        places[number] = len(body)
        body += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % places[number] for number in sorted(places))
    size = max(objects) + 1
    trailer = b"trailer << /Size %d /Root 1 0 R /Info 8 0 R %b >>\nstartxref\n%d\n%%%%EOF" % (size, extra, len(body))
    return body + b"xref\n0 1\n0000000000 65535 f \n1 %d\n" % (size - 1) + table + trailer
