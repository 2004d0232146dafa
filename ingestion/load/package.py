"""Office documents and e-books are ZIP archives of XML: what is checked before any of it is parsed."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.parsers import expat

from ingestion.load.loader import LoadError

MAX_UNPACKED = 300_000_000  # bytes of all parts together
_MAX_PARTS = 20_000
_STRICT = b"purl.oclc.org/ooxml"  # a second form of Office's formats, which few programs read
_OLE = b"\xd0\xcf\x11\xe0"  # Office wraps an encrypted document, and its formats before 2007, in this
_XML = (".xml", ".rels", ".opf", ".ncx", ".xhtml", ".html", ".htm", ".vml")
_PIECE = 65_536
# What zipfile and the parsers of its parts raise where a part is damaged or missing.
_BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, KeyError, UnicodeDecodeError)


@contextmanager
def opened_package(path: Path) -> Iterator[zipfile.ZipFile]:
    """The archive at `path`, once its size, its macros and the entities of its XML are known to be harmless.

    Raises LoadError for what is not, and for an archive that is encrypted or broken, also where that shows only later.
    """
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except OSError as error:
        raise LoadError(None, f"cannot be opened: {error.strerror}") from None
    if not start:
        raise LoadError(None, "is empty")
    if start == _OLE:
        raise LoadError(None, "is protected by a password, or in a format of Office before 2007")
    try:
        with zipfile.ZipFile(path) as package:
            _check(package)
            yield package
    except _BROKEN:
        raise LoadError(None, "is broken, or not in the format that its ending says") from None


def _check(package: zipfile.ZipFile) -> None:
    parts = package.infolist()
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MAX_UNPACKED:
        most = f"{MAX_UNPACKED / 1e6:.0f} MB is the most that is read"
        raise LoadError(None, f"unpacks to {unpacked / 1e6:,.0f} MB, and {most}")
    if _STRICT in _part(package, "_rels/.rels"):
        raise LoadError(None, "is Strict Open XML: save it in the program's usual form")
    if len(parts) > _MAX_PARTS:
        raise LoadError(None, f"holds {len(parts):,} parts, and {_MAX_PARTS:,} are the most that are read")
    if any(part.flag_bits & 1 for part in parts):
        raise LoadError(None, "is protected by a password")
    if any(part.filename.lower().endswith("vbaproject.bin") for part in parts):
        raise LoadError(None, "holds macros: save it without them")
    for part in parts:
        if part.filename.lower().endswith(_XML):
            _check_entities(package, part)


def _part(package: zipfile.ZipFile, name: str) -> bytes:
    return package.read(name) if name in package.namelist() else b""


def _check_entities(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """XML may define names for text, each of other such names: a few lines that unfold to gigabytes, or to files.

    They can stand only before the first element: what comes after it is not looked at.
    """
    state = {"is_prolog": True}
    parser = expat.ParserCreate()

    def refuse(*_: object) -> None:
        raise LoadError(None, f"defines XML entities in {part.filename}, as no program that writes documents does")

    def end(*_: object) -> None:
        state["is_prolog"] = False

    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = end
    with package.open(part) as file:
        while state["is_prolog"] and (piece := file.read(_PIECE)):
            try:
                parser.Parse(piece)
            except expat.ExpatError:
                return  # not well-formed: the format's own parser says so, or mends it
