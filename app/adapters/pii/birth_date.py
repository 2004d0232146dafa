"""Dates of birth: a date beside a word of being born; no other date is anybody's business."""

import re
from collections.abc import Iterator

from app.adapters.pii.apart import Apart
from app.adapters.pii.label import labelled
from app.adapters.pii.rule import LABELLED, Found

_KANJI = "〇零一二三四五六七八九十元"
_N = rf"(?:\d{{1,2}}|[{_KANJI}]{{1,3}})"
_ERA = r"(?:明治|大正|昭和|平成|令和|(?<![A-Za-z])[MTSHR]\.?)"
_YEAR = rf"(?:(?:19|20)\d\d|[一二][〇零一二三四五六七八九千百]{{3,6}}|{_ERA} ?{_N}|'?\d\d)"
_JA = rf"{_YEAR} ?(?:\((?:{_ERA} ?{_N}年?)\))? ?(?:年|[-./]) ?{_N} ?(?:月|[-./]) ?{_N}日?"
_JA_SHORT = r"\d{1,2} ?月 ?\d{1,2} ?日"
_COMPACT = r"(?<!\d)(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]{0,6}\.?"
_DATED = (
    rf"(?:{_MONTH} ?\d{{1,2}}(?:st|nd|rd|th)?,? ?(?:of )?'?\d{{2,4}}|\d{{1,2}}(?:st|nd|rd|th)?(?: of)?[ -]{_MONTH},?[ -]'?\d{{2,4}}"
    rf"|\d{{1,2}}[-/. ]\d{{1,2}}[-/. ](?:19|20)?\d\d|(?:19|20)\d\d[-/. ]\d{{1,2}}[-/. ]\d{{1,2}}|(?:19|20)\d\d,? {_MONTH} \d{{1,2}})"
)
_EN = rf"(?:{_DATED}|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?|\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}(?![a-z]))"
_SLASHED = r"\d{1,2}/\d{1,2}(?![\d/])"
_DATE = rf"(?<![\d/.-])(?:{_JA}|{_JA_SHORT}|{_COMPACT}|{_EN})(?!\d)"
_BEFORE = labelled(
    r"生年月日|せいねんがっぴ|(?:お)?誕生日|誕生年月日|たんじょうび|バースデイ?ー?|出生(?:年月)?日|生まれた(?:日|の)|生まれは|生まれ[:]|生年(?!金)|\bdate of birth|\bbirth ?dates?|\bbirthday|\bDOB\b|\bd\.o\.b\.?|\bD ?O ?B\b|\bdate-of-birth|\bbirth ?day|\bb-?day\b|\bdate born|\bbirth:|(?<![A-Za-z])b\.|\bborn(?: (?:in|at) [A-Z][a-z]+(?:, [A-Z][A-Za-z]+)?)?,?",
    _DATE,
    10,
)
_SHORT = labelled(r"(?:お)?誕生日|たんじょうび|\bbirthday|\bDOB\b|生年月日", rf"(?<![\d/]){_SLASHED}", 4)
_SIX_DIGITS = labelled(r"生年月日|\bDOB\b|\bdate of birth", r"(?<![\dA-Za-z])[MTSHR]?\d{6}(?!\d)", 6)
_JA_MONTH = re.compile(
    rf"(?<![\d/.-])(?P<value>{_YEAR} ?年 ?{_N} ?月) ?の?(?:生まれ|うまれ|生れ|生(?=$|[\s、。.,)の]))"
)
_AFTER = re.compile(
    rf"(?P<value>{_DATE}) ?(?:\([^()\n]{{1,12}}\) ?)?の?(?:生まれ|産まれ|うまれ|生れ|に生まれ|誕生|生(?=$|[\s、。.,)のまでれ]))",
    re.IGNORECASE,
)
_BEFORE_LABEL = re.compile(
    rf"(?P<value>{_DATE})[^\n。.]{{0,6}}?(?:が|は|is|was|\() ?(?:(?:私|僕|本人|母|父|妻|夫|娘|息子|子ども?|子供)の|(?:my|his|her) )?(?:(?:son|daughter|wife|husband|mother|father|mom|dad)'s )?(?:お?誕生日|生年月日|birthday|date of birth|birth ?date|DOB|when I was born)(?!プレゼント|クーポン|ケーキ|会|パーティ|特典| present| gift| cake| party)",
    re.IGNORECASE,
)

_APART = Apart(
    r"(?:生年月日|お?誕生日|birthday|date of birth|birth ?date|\bDOB\b)(?!プレゼント|クーポン|ケーキ|会|パーティ|特典|割| ?(?:present|gift|cake|party|offer|voucher|discount))",
    rf"(?<![\d/.-])(?:{_JA}|{_DATED})(?!\d)(?! ?(?:まで|に(?:届|着|注文|購入|送)|から))",
)


def find(text: str) -> Iterator[Found]:
    for pattern in (_BEFORE, _SHORT, _SIX_DIGITS, _JA_MONTH, _AFTER, _BEFORE_LABEL):
        for found in pattern.finditer(text):
            yield Found(*found.span("value"), LABELLED)
    for start, end in _APART.spans(text):
        yield Found(start, end, LABELLED)
