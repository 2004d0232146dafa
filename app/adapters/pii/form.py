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
# Digits read aloud, as a transcript has them: ゼロキュウゼロ、いちにさんよん; "oh seven double seven".
_SAID = {
    **dict.fromkeys("ゼロ ぜろ れい レイ まる マル zero oh o".split(), "0"),
    **dict.fromkeys("いち イチ one".split(), "1"),
    **dict.fromkeys("に ニ にい ニイ two".split(), "2"),
    **dict.fromkeys("さん サン three".split(), "3"),
    **dict.fromkeys("よん ヨン し シ four".split(), "4"),
    **dict.fromkeys("ご ゴ ごう ゴウ five".split(), "5"),
    **dict.fromkeys("ろく ロク six".split(), "6"),
    **dict.fromkeys("なな ナナ しち シチ seven".split(), "7"),
    **dict.fromkeys("はち ハチ eight".split(), "8"),
    **dict.fromkeys("きゅう キュウ きゅー キュー く ク nine".split(), "9"),
}
_KANA = "|".join(sorted(filter(str.isalpha, (each for each in _SAID if not each.isascii())), key=len, reverse=True))
_ENGLISH = "|".join(each for each in _SAID if each.isascii())
_SAID_NUMBER = re.compile(
    rf"(?<![0-9ァ-ヶー])(?:{_KANA})ー?(?:[-・、の ]{{0,2}}(?:{_KANA})ー?){{6,24}}"
    rf"|\b(?:(?:double|triple) )?(?:{_ENGLISH})(?:[ ,-]{{1,2}}(?:(?:double|triple) )?(?:{_ENGLISH})\b){{5,24}}",
    re.IGNORECASE,
)
_SAID_DIGIT = re.compile(
    rf"(?P<kana>{_KANA})ー?|(?:(?P<times>double|triple) )?\b(?P<english>{_ENGLISH})\b ?", re.IGNORECASE
)
_TIMES = {"double": 2, "triple": 3}


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
    return Form(*_with_digits_said(text, normalised.origins), len(raw))


def _with_digits_said(text: str, origins: Sequence[int]) -> tuple[str, Sequence[int]]:
    """A digit for each word of a number read aloud; it comes from where its word begins."""
    numbers = list(_SAID_NUMBER.finditer(text))
    if not numbers:
        return text, origins
    pieces: list[str] = []
    places: list[int] = []
    done = 0
    for said in (word for number in numbers for word in _SAID_DIGIT.finditer(text, *number.span())):
        digits = _SAID[(said["kana"] or said["english"]).lower()] * _TIMES.get((said["times"] or "").lower(), 1)
        pieces += text[done : said.start()], digits
        places += [*origins[done : said.start()], *[origins[said.start()]] * len(digits)]
        done = said.end()
    return "".join([*pieces, text[done:]]), [*places, *origins[done:]]
