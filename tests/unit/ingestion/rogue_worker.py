"""A worker whose parser does to its process what the name of the file says."""

import os
import sys
import time
from pathlib import Path

from app.domain.knowledge import BlockKind
from ingestion.load.article import Draft, article
from ingestion.load.front_matter import FrontMatter
from ingestion.load.loader import Loaded, LoadError
from ingestion.worker import serve


def load(path: Path, relative_path: str) -> Loaded:
    match path.stem:
        case "hang":
            time.sleep(600)
        case "spin":
            while True:
                pass
        case "hog":
            return load(path, str(bytearray(2_000_000_000)))
        case "exit":
            os._exit(3)
        case "abort":
            os.abort()
        case "deep":
            return load(path, relative_path)
        case "print":
            os.write(1, b"parsers print what they like\n")
            print("{}", flush=True)
        case "refuse":
            raise LoadError(7, "is refused")
        case "raise":
            raise ValueError("of\nno\nuse")
        case "half":
            os.write(REPLIES, b'{"loaded": ')
            os._exit(0)
    text = f"{path.stem} was read by {os.getpid()}."
    return Loaded((article([Draft(BlockKind.PARAGRAPH, text)], FrontMatter(), relative_path),))


if __name__ == "__main__":
    REPLIES = os.dup(sys.stdout.fileno())
    serve(load)
