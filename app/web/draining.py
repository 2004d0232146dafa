"""The service is being stopped: what is under way may end, nothing new is to begin."""

import time


class Draining:
    """Begun once, from a signal or by the server; streams that would stay open for ever should end when it is on."""

    def __init__(self) -> None:
        self._since: float | None = None

    @property
    def is_on(self) -> bool:
        return self._since is not None

    def begin(self) -> None:
        if self._since is None:
            self._since = time.monotonic()

    def left(self, seconds: float) -> float:
        """Of so many since it began; a second at least, for what has all but ended."""
        begun = time.monotonic() if self._since is None else self._since
        return max(1.0, begun + seconds - time.monotonic())
