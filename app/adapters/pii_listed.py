"""The detector that knows what it looks for: for tests, and with an empty list where redaction is turned off."""

import re
from collections.abc import Mapping, Sequence

from app.domain.outcome import Language
from app.domain.pii import PiiSpan


class ListedPii:
    """Finds every occurrence of the given values, by type; of values that overlap the longest."""

    version = "listed"

    def __init__(self, values: Mapping[str, Sequence[str]]) -> None:
        self._types = {value: kind for kind, listed in values.items() for value in listed}
        longest_first = sorted(self._types, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    def detect(self, text: str, lang: Language | None = None) -> list[PiiSpan]:
        found = self._pattern.finditer(text)
        return [PiiSpan(match.start(), match.end(), self._types[match.group()], 1.0) for match in found]
