"""Bank accounts: IBAN by its check digits, others by the words around them."""

import re
from collections.abc import Iterator

from app.adapters.pii.again import and_again
from app.adapters.pii.apart import Apart
from app.adapters.pii.label import labelled, named_after
from app.adapters.pii.rule import CERTAIN, LABELLED, Found

_IBAN = re.compile(r"(?<![A-Za-z\d])[A-Z]{2}\d{2}(?:[ -]?[A-Z\d]){11,30}(?![A-Za-z\d])")
_IBAN_LABELLED = labelled(r"\bIBAN\b", r"(?<![A-Z\d])[A-Z]{2}\d{2}(?:[ -]?[A-Z\d]){8,30}(?![A-Z\d])")
_LONGEST, _SHORTEST = 34, 15  # ISO 13616
_NUMBER = r"(?<![\dA-Za-z])\d{1,3}(?:[- ]?\d){3,15}(?![\dA-Za-z])(?!円|年|月|件|個|回|分|時|日|か月|ヶ月|ケ月|%|万)"
_LABELLED = labelled(
    r"(?:振込|返金|引落|引き落とし|振替|銀行|受取|送金)?(?:先)?口座(?:の)?(?:番号|No\b\.?|ナンバー)?|こうざばんごう|(?:普通|当座|貯蓄|総合)(?:預金|口座)?|(?:^|[(\n ])(?:普|当)(?:\)|(?= ))|振込先|返金先|通帳番号|記号番号|ゆうちょ(?:銀行)?(?:の)?(?:記号)?"
    r"|\b(?:bank )?account (?:no\.?|number|num|#)|\baccount(?= ?(?::|#|\d))|\bbeneficiary account|\bdeposit (?:it )?(?:in)?to account|\bacct?\b\.?(?: (?:no|num|number)\b)?|\ba/c\b|\bsavings account|\bchecking account|\bcurrent account|\b(?:checking|savings)(?= \d)"
    r"|\bbank account",
    _NUMBER,
)
_TOLD = labelled(r"口座番号|口座は|振込先は?|返金先は?", r"(?<![\dA-Za-z-])\d{7}(?![\dA-Za-z円-])", filler=28)
_NAMED_AFTER = named_after(
    r"(?<![\dA-Za-z-])\d{6,10}(?![\dA-Za-z-])",
    r"(?:普通|当座)?(?:預金)?口座(?:番号)?|普通|当座|(?:bank )?account number\b",
)
_OF_THE_ACCOUNT = re.compile(
    r"(?<![\d-])(?P<value>\d{7})(?=の(?:普通|当座)?口座)|\b\d\d[- ]\d\d[- ]\d\d[,; ]{1,2}(?P<behind_sort_code>\d{8})(?!\d)"
)
_AFTER_CODE = re.compile(r"(?:記号|店番|支店(?:番号|コード)?)[^\d\n]{0,4}\d{3,5}[^\d\n]{1,8}?(?P<value>\d{6,8})(?!\d)")
# Of a Japan Post account the symbol is half of it; a sort code or routing number is a branch's.
_SYMBOL = labelled("記号", r"(?<!\d)\d{5,6}(?!\d)", 4)
_OF_A_BRANCH = re.compile(
    r"(?:\bsort ?codes?|\brouting|\bABA|\bBSB|\btransit|\bSWIFT|\bBIC|支店番号|支店コード|店番号?|銀行コード)(?: (?:code|number|no\.?))?[^\dA-Za-z]{0,4}(?:は|is)?\s?$",
    re.IGNORECASE,
)
_APART = Apart(
    r"口座(?:番号)?|普通預金|当座預金|振込先|返金先|\baccount (?:no\b|number)|\b(?:bank|checking|current|savings) account|\bacct?\b|\bBSB\b",
    r"(?<![\dA-Za-z-])\d{6,12}(?![\dA-Za-z円-])",
)
_AFTER_BRANCH = re.compile(r"(?:支店|本店|営業部|出張所)[^\d\n。]{0,8}(?P<value>(?<!\d)\d{7}(?!\d))")


def find(text: str) -> Iterator[Found]:
    return and_again(text, _told(text))


def _told(text: str) -> Iterator[Found]:
    for found in _IBAN.finditer(text):
        whole = _valid_prefix(found[0])
        if whole:
            yield Found(found.start(), found.start() + whole, CERTAIN)
    for pattern in (_IBAN_LABELLED, _LABELLED, _SYMBOL, _AFTER_BRANCH, _AFTER_CODE, _TOLD, _NAMED_AFTER):
        for found in pattern.finditer(text):
            if not _OF_A_BRANCH.search(text, max(0, found.start("value") - 24), found.start("value")):
                yield Found(*found.span("value"), LABELLED)
    for found in _OF_THE_ACCOUNT.finditer(text):
        yield Found(*found.span(found.lastgroup or 0), LABELLED)
    for start, end in _APART.spans(text):
        if not _OF_A_BRANCH.search(text, max(0, start - 24), start):
            yield Found(start, end, LABELLED)


def _valid_prefix(candidate: str) -> int:
    """The length of the longest beginning that passes mod 97 (ISO 7064), as words may follow; 0 without one."""
    for end in range(len(candidate), _SHORTEST - 1, -1):
        compact = re.sub("[ -]", "", candidate[:end])
        if candidate[end - 1] not in " -" and _SHORTEST <= len(compact) <= _LONGEST and _is_iban(compact):
            return end
    return 0


def _is_iban(compact: str) -> bool:
    return int("".join(str(int(letter, 36)) for letter in compact[4:] + compact[:4])) % 97 == 1
