"""My Number (個人番号): 12 digits with the check digit of 平成26年総務省令第85号, article 5; or a label."""

import re
from collections.abc import Iterator

from app.adapters.pii.label import OF_A_THING, only_digits, says, weighted, words
from app.adapters.pii.rule import CERTAIN, LABELLED, Found

_NUMBER = re.compile(r"(?<![\d.A-Za-z+-])(?<!\d )\d(?:[- .]{0,2}\d){11}(?!\d)(?![- ]\d)")
_LABEL = words("マイナンバー", "マイナ", "個人番号", "my ?number", "individual number", "通知カード")
_OTHER = re.compile(
    rf"{OF_A_THING.pattern}|免許|口座|電話|証券|会員|お客様番号|顧客|licen[cs]e|account|phone|aadhaar", re.IGNORECASE
)
_WEIGHTS = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


def find(text: str) -> Iterator[Found]:
    for found in _NUMBER.finditer(text):
        digits = only_digits(found[0])
        context = says(text, found.start(), _LABEL, _OTHER)
        if context > 0 or (context == 0 and is_valid(digits)):
            yield Found(found.start(), found.end(), CERTAIN if is_valid(digits) else LABELLED)


def is_valid(digits: str) -> bool:
    rest = weighted(digits[:11], _WEIGHTS) % 11
    return int(digits[11]) == (0 if rest <= 1 else 11 - rest) and len(set(digits)) > 1
