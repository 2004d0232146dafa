"""Heavy formats are parsed in a process of their own, which a bad file may bring down without the build.

The build writes one JSON line a file to the worker's standard input, `{"path", "name"}`, and reads one from its
standard output, a `_Reply`. One worker reads many files; it ends with the build, even with
one that is killed, since its standard input is closed then.
"""

import contextlib
import json
import os
import queue
import resource
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from pydantic import TypeAdapter

from ingestion.load.heavy import load_heavy
from ingestion.load.loader import Loaded, Loader, LoadError

SECONDS = 30  # for one file
MEMORY = 1_000_000_000  # bytes of address space
_GRACE_S = 5
_A_MOMENT = 0.2  # seconds
_PIECE = 1 << 20
_MOST_SAID = 200  # characters
_GROWN = 500_000_000  # bytes resident, after which the next file gets a fresh worker
_COMMAND = (sys.executable, "-m", "ingestion.worker")


@dataclass(frozen=True, slots=True)
class _Reply:
    """`loaded`, or else `line` and `reason`. `is_last`: this worker has grown, and reads no more."""

    loaded: Loaded | None = None
    line: int | None = None
    reason: str = ""
    is_last: bool = False


_reply_json = TypeAdapter(_Reply)


class Worker:
    """The build's side. The process starts with the first file, and again after one that it did not survive."""

    def __init__(self, command: Sequence[str] = _COMMAND, seconds: float = SECONDS) -> None:
        self._command = command
        self.seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._kill()

    def start(self) -> None:
        """Begin to get ready, without waiting for it."""
        self._running()

    def load(self, path: Path, relative_path: str) -> Loaded:
        """The documents of one file. Raises LoadError, also where the file is too slow, too large or deadly."""
        request = json.dumps({"path": str(path.absolute()), "name": relative_path}).encode() + b"\n"
        reply = self._exchange(request)
        if reply is None:
            self._kill()
            raise LoadError(None, f"takes longer than {self.seconds:g} s to read")
        if not reply.endswith(b"\n"):
            raise LoadError(None, f"brings down the program that reads it ({self._kill()})")
        answer = _reply_json.validate_json(reply)
        if answer.is_last:
            self._kill()
        if answer.loaded is None:
            raise LoadError(answer.line, answer.reason)
        return answer.loaded

    def _exchange(self, request: bytes) -> bytes | None:
        """The reply as far as it came; None when the time was up."""
        process = self._running()
        assert process.stdin is not None  # noqa: S101 - both are pipes
        assert process.stdout is not None  # noqa: S101
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(request)
            process.stdin.flush()
        return _line(process.stdout, time.monotonic() + self.seconds)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._kill()
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        return self._process

    def _kill(self) -> str:
        """Ends the process, if there is one, and says how it ended."""
        process, self._process = self._process, None
        if process is None:
            return ""
        with process:  # at the end its output is closed
            with contextlib.suppress(BrokenPipeError, subprocess.TimeoutExpired):
                process.communicate(timeout=_A_MOMENT)  # it ends as its input does, unless it cannot any more
            process.kill()
        code = process.returncode
        return f"exit code {code}" if code >= 0 else signal.Signals(-code).name


def _line(pipe: IO[bytes], deadline: float) -> bytes | None:
    """A line, or what came of it until the end of the pipe; None when the deadline passed."""
    pieces: list[bytes] = []
    while select.select([pipe], [], [], max(0, deadline - time.monotonic()))[0]:
        piece = os.read(pipe.fileno(), _PIECE)
        pieces.append(piece)
        if not piece or piece.endswith(b"\n"):
            return b"".join(pieces)
    return None


def serve(load: Loader) -> None:
    """The worker's side: reads files until standard input ends, which ends the process in the midst of one too."""
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # a parser may print what it likes
    # openpyxl takes NumPy where it finds it, which takes memory for each of the machine's cores: out of the limit.
    sys.modules["numpy"] = None  # type: ignore[assignment]
    with contextlib.suppress(OSError, ValueError):  # not every system has these limits
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the build decides
    requests: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(requests,), daemon=True).start()
    while True:
        request = json.loads(requests.get())
        signal.alarm(SECONDS + _GRACE_S)  # the last resort, should nobody be left to kill this process
        reply = _answer(load, Path(request["path"]), request["name"])
        replies.write(_reply_json.dump_json(reply) + b"\n")
        replies.flush()
        signal.alarm(0)


def _listen(requests: "queue.SimpleQueue[bytes]") -> None:
    for line in sys.stdin.buffer:
        requests.put(line)
    os._exit(0)


def _answer(load: Loader, path: Path, name: str) -> _Reply:
    try:
        loaded = load(path, name)
    except LoadError as error:
        return _Reply(None, error.line, error.reason, _has_grown())
    except MemoryError:
        return _Reply(reason=f"needs more than {MEMORY / 1e9:g} GB of memory to read", is_last=True)
    except RecursionError:
        return _Reply(reason="is nested too deeply", is_last=_has_grown())
    except Exception as error:  # a parser's own, of which each has many
        said = " ".join(str(error).split())[:_MOST_SAID]
        return _Reply(reason=f"cannot be read ({type(error).__name__}: {said})", is_last=_has_grown())
    return _Reply(loaded, is_last=_has_grown())


def _has_grown() -> bool:
    """Parsers leak, and memory once used is seldom given back. (`ru_maxrss` would count that of the parent, too.)"""
    with contextlib.suppress(OSError):  # Linux alone tells
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return pages * resource.getpagesize() > _GROWN
    return False


if __name__ == "__main__":
    serve(load_heavy)
