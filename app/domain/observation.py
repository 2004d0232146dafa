"""What those who run the service may see of its work: times, counts and kinds, and nothing that anybody wrote."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.domain.desk import Cause
from app.domain.trace import Trace

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ServedRequest:
    """One that has ended. `route` is the template, as `/sources/{document_id}`, never the path; `began_at` in seconds
    since 1970; `trace_id` is that of its answer, where it was for one."""

    method: str
    route: str
    status: int
    began_at: float
    seconds: float
    trace_id: str | None = None


class Observer(Protocol):
    """Is told, and returns at once; it keeps nothing of a text. Called from several threads."""

    def served(self, request: ServedRequest) -> None: ...

    def answered(self, trace: Trace) -> None:
        """`trace` has its outcome."""
        ...

    def handed_off(self, cause: Cause) -> None:
        """A conversation waits for a person from now on, apart from an answer."""
        ...

    def close(self) -> None:
        """The service stops: hand on what is not handed on yet."""
        ...


class Metrics(Protocol):
    def exposition(self, index: str | None, waiting: int | None) -> bytes:
        """All metrics in Prometheus' text format, with the index version that is served and the number of customers
        who wait for a person; None where it is not known now."""
        ...


class Observers:
    """All of several. One that fails costs nobody an answer."""

    def __init__(self, observers: Sequence[Observer] = ()) -> None:
        self._observers = observers

    def served(self, request: ServedRequest) -> None:
        self._tell(lambda observer: observer.served(request))

    def answered(self, trace: Trace) -> None:
        self._tell(lambda observer: observer.answered(trace))

    def handed_off(self, cause: Cause) -> None:
        self._tell(lambda observer: observer.handed_off(cause))

    def close(self) -> None:
        self._tell(lambda observer: observer.close())

    def _tell(self, tell: Callable[[Observer], None]) -> None:
        for observer in self._observers:
            try:
                tell(observer)
            except Exception:
                _log.exception("%s could not take what it was told.", type(observer).__name__)
