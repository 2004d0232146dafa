"""The service's log in a string, set up as `kotae serve` does, and taken down again."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from app.logs import set_up_logs

_NAMES = ("app", "ingestion", "uvicorn")


@contextmanager
def logged(level: str = "debug", form: str = "json") -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, before = root.handlers, root.level
    levels = {name: logging.getLogger(name).level for name in _NAMES}
    stream = io.StringIO()
    set_up_logs(level, form, stream)
    try:
        yield stream
    finally:
        logging.captureWarnings(False)
        root.handlers = handlers
        root.setLevel(before)
        for name in _NAMES:
            logging.getLogger(name).setLevel(levels[name])
