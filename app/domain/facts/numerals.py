"""Numbers as they are written: 5,000 / 5千 / 1万5千 / 五千 / twenty-four / 1.5."""

# ruff: noqa: E501 - a row of a table of patterns stays one line

import re

_DIGITS = {"〇": 0, "零": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "億": 10**8, "兆": 10**12}
_WORDS = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split()
    )
} | {word: 10 * n for n, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}
_ORDINALS = {
    word: value
    for value, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
        "sixteenth seventeenth eighteenth nineteenth twentieth".split(),
        1,
    )
}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "dozen": 12}
_WORD = "|".join(sorted(_WORDS, key=len, reverse=True))

ARABIC = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
SCALED = rf"{ARABIC} ?(?:thousand|million|billion)\b"
JAPANESE = rf"(?:{ARABIC}[千百万億兆]+)+(?:{ARABIC})?|{ARABIC}"
KANJI = "[〇零一二三四五六七八九十百千万億兆]+"
ENGLISH = rf"(?:(?:{_WORD})(?:[ -](?:{_WORD}|hundred|thousand|million|billion|dozen|and (?={_WORD})))*|a (?:hundred|thousand|dozen))"
ORDINAL = rf"\d+(?:st|nd|rd|th)\b|(?:(?:twenty|thirty)[ -])?(?:{'|'.join(_ORDINALS)})\b"
_TOKEN = re.compile(rf"{ARABIC}|[〇零一二三四五六七八九十百千万億兆]")


def value_of(text: str) -> float:
    """The number `text` spells; it must match one of the patterns above."""
    lowered = text.lower()
    if re.match(r"[a-z]", lowered):
        return _english(lowered)
    scale = next((factor for word, factor in _SCALES.items() if lowered.endswith(word)), 1)
    return _japanese(lowered) * scale


def rank_of(text: str) -> float:
    """The rank an ORDINAL spells: 19th, nineteenth, twenty-first."""
    digits = re.match(r"\d+", text)
    if digits:
        return float(digits[0])
    tens, _, last = text.lower().replace(" ", "-").rpartition("-")
    return float(_WORDS.get(tens, 0) + _ORDINALS[last])


def _english(text: str) -> float:
    total = current = 0.0
    for word in re.findall(r"[a-z]+", text):
        if word in _SCALES:
            current = max(current, 1) * _SCALES[word]
            if _SCALES[word] >= 1000:
                total, current = total + current, 0.0
        elif word in _WORDS:
            current += _WORDS[word]
    return total + current


def _japanese(text: str) -> float:
    """Sum of 億, 万 and unit groups; inside a group, of 千, 百, 十 and units. Positional 二〇二六 is read as digits."""
    tokens = _TOKEN.findall(text)
    if len(tokens) > 1 and all(token in _DIGITS for token in tokens):
        return float("".join(str(_DIGITS[token]) for token in tokens))
    total = group = 0.0
    number: float | None = None
    for token in tokens:
        if token in _LARGE:
            group += number or 0.0
            total, group, number = total + (group or 1.0) * _LARGE[token], 0.0, None
        elif token in _SMALL:
            group, number = group + (1.0 if number is None else number) * _SMALL[token], None
        else:
            number = float(_DIGITS[token]) if token in _DIGITS else float(token.replace(",", ""))
    return total + group + (number or 0.0)
