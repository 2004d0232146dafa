"""How everything is logged that is logged: one line each on stderr, JSON where nobody watches.

Whoever logs uses the standard library's `logging`; structlog makes the lines, and adds what is known of the request.
No line holds what a customer wrote: libraries, which may log whole requests, are heard from WARNING on whatever the
level is, and with one line each; of an exception only its kind and place are told, as its message may hold a value.
"""

import logging
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

import structlog

from app.errors import KotaeError

ROOT = Path(__file__).resolve().parent.parent
_OURS = ("app", "ingestion")
_SERVER = "uvicorn"
_LONGEST = 300  # characters of a library's line
_PLACES = 12  # of a traceback, from the innermost


def set_up_logs(level: str, form: str, stream: TextIO = sys.stderr) -> None:
    """`form`: `json`, `text`, or `auto`: text on a terminal, else JSON. Replaces what was set up before."""
    is_json = form == "json" or (form == "auto" and not stream.isatty())
    told: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        _cut_others,
        _tell_exception,
    ]
    render = structlog.processors.JSONRenderer(ensure_ascii=False) if is_json else _as_text
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=told,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, render],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(max(logging.WARNING, _number(level)))
    for name in _OURS:
        logging.getLogger(name).setLevel(_number(level))
    # Python's warnings are for developers, and repeat values.
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").setLevel(logging.CRITICAL)
    logging.getLogger(_SERVER).setLevel(max(logging.INFO, _number(level)))


def _number(level: str) -> int:
    return logging.getLevelNamesMapping()[level.upper()]


def _cut_others(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """asyncio, say, puts what a task was about below its first line, exceptions with their messages among it."""
    if line["logger"].partition(".")[0] not in _OURS:
        line["event"] = str(line["event"]).partition("\n")[0][:_LONGEST]
    return line


def _tell_exception(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """`exception` instead of `exc_info`."""
    given = line.pop("exc_info", None)
    error = given[1] if isinstance(given, tuple) else given if isinstance(given, BaseException) else None
    if error is not None:
        line["exception"] = _told(error)
    return line


def _told(error: BaseException) -> str:
    """Its kind and where it was raised; its message only where it is a sentence of ours. Also what caused it."""
    said = f"{type(error).__name__}: {error}" if isinstance(error, KotaeError) else type(error).__name__
    told = f"{said} at {' < '.join(_places(error.__traceback__))}"
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return f"{told}; from {_told(cause)}" if cause else told


def _places(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[::-1][:_PLACES]
    return [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]


def _short(file: str) -> str:
    path = Path(file)
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else "/".join(path.parts[-2:])


def _as_text(_logger: Any, _method: str, line: Mapping[str, Any]) -> str:
    """`12:00:00 info    A sentence.  name=value …`, on one line whatever is in it."""
    rest = {name: value for name, value in line.items() if name not in {"at", "level", "event", "logger"}}
    more = "".join(f"  {name}={value}" for name, value in rest.items() if value not in (None, ""))
    return f"{line['at'][11:19]} {line['level']:7} {line['event']}{more}".replace("\n", " ")
