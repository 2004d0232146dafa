"""Papers that a person shows: driving licences and passports. Always by a label, as their numbers alone may be anything."""

import re
from collections.abc import Iterator

from app.adapters.pii.again import and_again
from app.adapters.pii.apart import OTHER, Apart
from app.adapters.pii.label import labelled, latin_edges, named_after, says
from app.adapters.pii.rule import CERTAIN, LABELLED, Found


class Paper:
    """One kind of paper: words that name it, and the forms of its numbers.

    `numbered` names its number and nothing else: there, other words may follow before the value. `usual` is the form
    of most of its numbers: in a text that names the paper it is one, wherever it stands.
    """

    def __init__(self, label: str, numbered: str, form: str, usual: str) -> None:
        self._patterns = (
            labelled(label, form),
            labelled(numbered, form, filler=24),
            named_after(form, label),
        )
        self._apart = Apart(label, form)
        self._label = re.compile(latin_edges(label), re.IGNORECASE)
        self._usual = re.compile(usual)

    def find(self, text: str) -> Iterator[Found]:
        return and_again(text, self._told(text))

    def _told(self, text: str) -> Iterator[Found]:
        for pattern in self._patterns:
            for found in pattern.finditer(text):
                yield Found(*found.span("value"), CERTAIN)
        for start, end in self._apart.spans(text):
            yield Found(start, end, CERTAIN)
        if self._label.search(text):
            for found in self._usual.finditer(text):
                if says(text, found.start(), self._label, OTHER) >= 0:
                    yield Found(*found.span(), LABELLED)


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
    rf"{_LICENCE_NUMBER}|運転免許証?|免許証|免許(?=の|は|が|を|更新|:|\()|運免|めんきょ(?:しょう)?|\bDLN?\b|\bD/L\b|\bdrivers? lic\b\.?|\bdriving permit|\bdriving li[cs]ence"
    r"|\b(?:driver'?s?'?|driving|provisional|DVLA|full|photocard|my|his|her|their|our|[A-Z][a-z]+) ?licen[cs]e(?! ?(?:keys?|plate|agreement|fee|code|file|server))"
    r"|(?:^|, ?|; ?|\n)licen[cs]e(?= ?[A-Z\d:#(])|\bFührerschein|\bpermis de conduire"
)
_PASSPORT_NUMBER = r"パスポート(?:の)?(?:番号|No\.?|ナンバー)|旅券(?:の)?番号|[護护]照[号號][码碼]?|\bpassport(?: card)?(?:'s)? (?:no\b|number|num\b|#)"
_PASSPORT = (
    rf"{_PASSPORT_NUMBER}|パスポート|ぱすぽーと|旅券|[護护]照|渡航文書|여권|\bpassport|\bpasse?porte?\b|\bpasaporte|\bReisepass|\btravel document"
    r"|(?<![A-Za-z])P/?PT? ?(?:番号|no\b|num\b|number|#)"
)
# ICAO 9303: at most nine letters and digits; written in groups or one by one, too, where it is no date.
_PASSPORT_FORM = (
    r"(?<![A-Za-z\d])(?:(?-i:(?!(?:19|20)\d\d-\d\d?-\d\d?)(?=(?:[ -]?[A-Z\d]){7,9}(?![ -]?[A-Z\d]))(?:[A-Z][ -]?){0,2}\d(?:[ -]?\d){5,8})"
    r"|[A-Z]{1,2}[ -]?\d{6,8}|(?=(?:[A-Z]{0,3}\d){5})[A-Z\d]{8,9}|(?-i:(?=(?:[A-Z]{0,4}\d){3})[A-Z][A-Z\d]{7,8})"
    r"|(?-i:[A-Z]{1,2}) ?\d{1,3}(?:[ -]\d{2,4}){1,3}|\d{3}[ -]\d{3}[ -]\d{3}|\d{2} ?\d{2} ?\d{6}|\d{2} ?[A-Z]{2} ?\d{5})(?![A-Za-z\d])"
)

DRIVING_LICENCE = Paper(_LICENCE, _LICENCE_NUMBER, rf"{_NO_PHONE}(?:{_TWELVE}|{_LETTERS}|{_SMALL})", _TWELVE)
PASSPORT = Paper(_PASSPORT, _PASSPORT_NUMBER, _PASSPORT_FORM, r"(?<![A-Za-z\d])[A-Z]{1,2}\d{7,8}(?![A-Za-z\d])")
