"""Payment card numbers: Luhn's check digit, or four groups of four where the text speaks of a card."""

import re
from collections.abc import Iterator

from app.adapters.pii.label import mod_10, only_digits, says, words
from app.adapters.pii.rule import CERTAIN, LABELLED, Found

_NUMBER = re.compile(
    r"(?:(?<=[A-Za-z]{3})|(?<![\dA-Za-z-]))(?<!\d[. ])\d(?:(?:[- ._/、・の\n]{0,2}|,(?=\d{4}(?!\d)))\d){11,18}(?![\d])(?!-\d)"
)
# Issuer ranges (ISO/IEC 7812 as the schemes publish them): Visa, Mastercard, Amex, Diners, Discover, JCB, UnionPay, Maestro.
_ISSUERS = re.compile(r"4|5[0-8]|2[2-7]|3[47]|30|36|38|39|6[0-9]|35|1800|2131")
_CARD = words(
    "カード", "クレカ", "クレジット", "VISA", "JCB", "Master", "card", "amex", "debit", "cc", "credit", "diners"
)
_LEAST, _USUAL = 14, 16


def find(text: str) -> Iterator[Found]:
    for found in _NUMBER.finditer(text):
        digits = only_digits(found[0])
        context = says(text, found.start(), _CARD, reach=40)
        if not _ISSUERS.match(digits):
            plausible = context > 0 and len(digits) == _USUAL
        elif mod_10(digits) and len(digits) >= (_LEAST if context <= 0 else 12):
            plausible = context >= 0
        else:
            plausible = context > 0 and _LEAST <= len(digits) <= _USUAL
        if plausible:
            yield Found(found.start(), found.end(), CERTAIN if mod_10(digits) else LABELLED)
