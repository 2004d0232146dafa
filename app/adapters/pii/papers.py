"""Papers that a person shows: driving licences and passports. Always by a label, as their numbers alone may be anything."""

from collections.abc import Iterator

from app.adapters.pii.apart import Apart
from app.adapters.pii.label import labelled, named_after
from app.adapters.pii.rule import CERTAIN, Found


class Paper:
    """One kind of paper: words that name it, and the forms of its numbers.

    `numbered` names its number and nothing else: there, other words may follow before the value.
    """

    def __init__(self, label: str, numbered: str, form: str) -> None:
        self._patterns = (
            labelled(label, form),
            labelled(numbered, form, filler=24),
            named_after(form, label),
        )
        self._apart = Apart(label, form)

    def find(self, text: str) -> Iterator[Found]:
        for pattern in self._patterns:
            for found in pattern.finditer(text):
                yield Found(*found.span("value"), CERTAIN)
        for start, end in self._apart.spans(text):
            yield Found(start, end, CERTAIN)


_NO_PHONE = r"(?!0\d{1,4}-\d{1,4}-\d{3,4}(?!\d))"
_TWELVE = r"(?<!\d)\d(?:[- ]{0,2}\d){11}(?!\d)"  # Japan
_LETTERS = r"(?<![A-Za-z\d])(?-i:(?=[A-Z\d -]{0,12}\d{3})(?:[A-Z]{1,5}[- ]?)?\d(?:[- ]?[A-Z\d]){5,17})(?![A-Za-z\d])"
_SMALL = r"(?<![A-Za-z\d])[a-z]{1,5}-?\d{3}(?:-?[a-z\d]){3,13}(?![A-Za-z\d])"
_LICENCE_NUMBER = (
    r"免許証?(?:の)?(?:番号|ナンバー|No\.?)|運転経歴証明書(?:の)?(?:番号)?|ライセンス(?:番号|ナンバー)"
    r"|\blicen[cs]e (?:number|no\b\.?|num\b|#)|\blicen[cs]e's number"
)
# A licence of software has a key; a car has a plate.
_LICENCE = (
    rf"{_LICENCE_NUMBER}|運転免許証?|免許証|免許(?=の|は|が|:|\()|運免|めんきょ(?:しょう)?|\bDLN?\b|\bD/L\b|\bdrivers? lic\b\.?|\bdriving permit|\bdriving li[cs]ence"
    r"|\b(?:driver'?s?'?|driving|provisional|DVLA|full|photocard|my|his|her|their|our|[A-Z][a-z]+) ?licen[cs]e(?! ?(?:keys?|plate|agreement|fee|code|file|server))"
    r"|(?:^|, ?|; ?|\n)licen[cs]e(?= ?[A-Z\d:#])|\bFührerschein|\bpermis de conduire"
)
_PASSPORT_NUMBER = r"パスポート(?:の)?(?:番号|No\.?|ナンバー)|旅券(?:の)?番号|\bpassport (?:no\b|number|num\b|#)"
_PASSPORT = rf"{_PASSPORT_NUMBER}|パスポート|ぱすぽーと|旅券|護照|渡航文書|\bpassport|\btravel document|\bPPT? ?(?:no\b|number|#)"
# ICAO 9303: at most nine letters and digits.
_PASSPORT_FORM = r"(?<![A-Za-z\d])(?:[A-Z]{1,2}[ -]?\d{6,8}|(?=(?:[A-Z]{0,3}\d){5})[A-Z\d]{8,9})(?![A-Za-z\d])"

DRIVING_LICENCE = Paper(_LICENCE, _LICENCE_NUMBER, rf"{_NO_PHONE}(?:{_TWELVE}|{_LETTERS}|{_SMALL})")
PASSPORT = Paper(_PASSPORT, _PASSPORT_NUMBER, _PASSPORT_FORM)
