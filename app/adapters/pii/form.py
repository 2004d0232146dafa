"""The form in which recognisers read a text, with a way back to the text as it was written."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.text import fold_characters, normalise

_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
# A number written in kanji digits throughout, as in 〇九〇ー一二三四ー五六七八; seven and more are no count and no name.
_KANJI_NUMBER = re.compile(r"[〇零一二三四五六七八九](?:[-ー・の ()]{0,2}[〇零一二三四五六七八九]){6,24}")
_DASHES_IN_NUMBER = str.maketrans("ー・の", "---")
_LONG_MARK_IN_NUMBER = re.compile(r"(?<=\d)[ー一](?=\d)|(?<=[\d)])ー(?=[\d(])")


@dataclass(frozen=True, slots=True)
class Form:
    """`origins[i]` is the offset in the raw text that `text[i]` came from."""

    text: str
    origins: Sequence[int]
    raw_length: int

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """Where the non-empty `text[start:end]` stands in the raw text."""
        after = self.origins[end] if end < len(self.origins) else self.raw_length
        return self.origins[start], max(after, self.origins[end - 1] + 1)


def read_form(raw: str) -> Form:
    """NFKC, no invisible characters, one form of dashes and kanji variants, digits for a number written in kanji."""
    normalised = normalise(raw)
    text = fold_characters(normalised.text)
    if not text.isascii():
        text = _KANJI_NUMBER.sub(lambda found: found[0].translate(_DIGITS).translate(_DASHES_IN_NUMBER), text)
        text = _LONG_MARK_IN_NUMBER.sub("-", text)
    return Form(text, normalised.origins, len(raw))
