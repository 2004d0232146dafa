"""What is said about a file that cannot say it itself: `manual.pdf.yaml` beside `manual.pdf`, with the keys of front
matter."""

from pathlib import Path

from ingestion.load.decoding import read_text
from ingestion.load.front_matter import FrontMatter, parse_front_matter
from ingestion.load.loader import LoadError

ENDINGS = (".yaml", ".yml")


def described_by(name: str) -> str | None:
    """The file that a file of this name is about; None where it is about none."""
    stem, ending = name[: -len(Path(name).suffix) or None], Path(name).suffix.lower()
    return stem if ending in ENDINGS else None


def about(path: Path) -> FrontMatter:
    """Raises LoadError for one that cannot be used: the article is skipped then, and not published by a slip."""
    for ending in ENDINGS:
        sidecar = path.with_name(path.name + ending)
        if sidecar.exists():
            try:
                return parse_front_matter(read_text(sidecar), line=1)
            except LoadError as error:
                place = f"line {error.line} of {sidecar.name}" if error.line else sidecar.name
                raise LoadError(None, f"cannot be used with {place}: {error.reason}") from None
    return FrontMatter()
