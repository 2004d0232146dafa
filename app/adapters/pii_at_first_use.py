"""A detector that takes long to load, loaded by whoever needs it first."""

from collections.abc import Callable
from threading import Lock

from app.domain.outcome import Language
from app.domain.pii import PiiSpan
from app.domain.ports import PiiDetector


class PiiAtFirstUse:
    """Everyone else waits for it. What loading raises, the next use tries again."""

    def __init__(self, load: Callable[[], PiiDetector]) -> None:
        self._load = load
        self._loaded: PiiDetector | None = None
        self._lock = Lock()

    @property
    def version(self) -> str:
        return self._detector().version

    def detect(self, text: str, lang: Language | None = None) -> list[PiiSpan]:
        return self._detector().detect(text, lang)

    def _detector(self) -> PiiDetector:
        with self._lock:
            self._loaded = self._loaded or self._load()
            return self._loaded
