"""`python -m ingestion [DIR] [--strict] [--json]`: what the service starts to build an index."""

import argparse
import sys
from pathlib import Path

from app.errors import KotaeError
from app.settings import load_settings
from ingestion.run import ingest_folder


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m ingestion", description="Index a folder of articles and serve it.")
    parser.add_argument("directory", nargs="?", type=Path, help="folder of articles; KOTAE_KB_DIR otherwise")
    parser.add_argument("--strict", action="store_true", help="exit 1, and promote nothing, if a file is skipped")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    given = parser.parse_args()
    try:
        settings = load_settings()
        return ingest_folder(settings, given.directory or settings.kb_dir, strict=given.strict, as_json=given.json)
    except KotaeError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
