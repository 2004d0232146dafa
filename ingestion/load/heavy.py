"""Formats whose parsers are large, or are brought down by some file: imported by the worker process only."""

from pathlib import Path

from ingestion.load.loader import Loaded, Loader, LoadError


def load_heavy(path: Path, relative_path: str) -> Loaded:
    """The documents of one file, by its ending. Raises LoadError, and whatever a parser may raise."""
    return _loader(path.suffix.lower())(path, relative_path)


def _loader(ending: str) -> Loader:
    match ending:
        case ".pdf":
            from ingestion.load.pdf import load_pdf

            return load_pdf
        case ".docx":
            from ingestion.load.docx import load_docx

            return load_docx
        case ".pptx":
            from ingestion.load.pptx import load_pptx

            return load_pptx
        case ".xlsx":
            from ingestion.load.xlsx import load_xlsx

            return load_xlsx
        case ".epub":
            from ingestion.load.epub import load_epub

            return load_epub
        case ".eml":
            from ingestion.load.eml import load_eml

            return load_eml
    raise LoadError(None, f"files that end in {ending} are not read")
