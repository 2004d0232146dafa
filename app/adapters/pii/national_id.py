"""Numbers that a state gives a person, other than My Number: SSN, ITIN, NINO, residence cards, pensions, insurance."""

import re
from collections.abc import Iterator

from app.adapters.pii.label import labelled, named_after, only_digits, says, weighted, words
from app.adapters.pii.rule import CERTAIN, LABELLED, SHAPED, Found

# US SSN: no 000, 666 or 9xx area, no 00 group, no 0000 serial (SSA, since 2011); ITIN: 9xx-[5-9]x-xxxx.
_SSN = re.compile(r"(?<![\dA-Za-z-])(?!000|666)\d{3}([- ])(?!00)\d{2}\1(?!0000)\d{4}(?![\d-])")
_SSN_LABELLED = labelled(
    r"\bSSN\b|\bSS ?#|social security(?: number| no\b)?|\bsocial(?= (?:is|was|number)|:)|社会保障番号|ソーシャルセキュリティー?(?:ナンバー|番号)?|\bITIN\b|tax ?payer id",
    r"(?<!\d)\d{3}[- ]?\d{2}[- ]?\d{4}(?!\d)",
)
# UK National Insurance number: HMRC's letters, six digits, A–D.
_NINO = re.compile(
    r"(?<![A-Za-z\d])(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D](?![A-Za-z\d])"
)
_RESIDENCE_CARD = re.compile(r"(?<![A-Za-z\d])[A-Z]{2}[- ]?\d{8}[- ]?[A-Z]{2}(?![A-Za-z\d])")
_LABELLED_VALUE = r"(?<![A-Za-z\d])(?<!QQ )(?!QQ)(?!0\d{1,3}-\d{2,4}-\d{4}(?!\d))(?:(?:[A-Z]{1,4}[- ]?)?\d[\d .-]{3,16}\d(?:[- ]?[A-Z]{1,2})?|[A-Z]{2} ?\d\d ?\d\d ?\d\d ?[A-D])(?![A-Za-z\d年月日円])"
_PENSION = named_after(r"(?<!\d)\d{4}-?\d{6}(?!\d)", r"基礎年金番号|年金番号")
_LABELLED = labelled(
    r"基礎年金(?:番号)?|ねんきん番号|国民年金(?:の)?番号|厚生年金(?:の)?番号|保険者番号|(?:国民健康|国保|社会|介護|後期高齢者医療|健康)保険(?:証|者証|被保険者証)?(?:の)?(?:番号|記号番号|記号・番号|記号)?|記号・?番号|年金(?:手帳)?番号|被保険者(?:証)?(?:の)?(?:番号|記号)|保険証(?:の)?(?:番号|記号番号|記号)|健康保険(?:証)?|雇用保険(?:の)?(?:番号)?"
    r"|住民票コード|在留カード(?:の)?(?:番号)?|在留番号|外国人登録(?:証)?(?:番号)?|特別永住者証明書|身分証(?:明書)?(?:の)?番号|national id|identity card|\bNHS\b|medicare|aadhaar|\bNIN\b|social insurance|\bSIN\b|\bNRIC\b|\bFIN\b|\bDNI\b|\bNIE\b|\bBSN\b|\bPPSN?\b|\bTFN\b|\bCPF\b|\bPESEL\b|\bHKID\b|\bemirates id|\btax (?:id|file)|\bTIN\b|\bsteuer-?id|personnummer|green card|alien (?:registration )?(?:number|no\b)|\bA-number|residen(?:ce|t) card|\bID card|citizen id|national insurance|\bNI (?:number|no\b)|\bNINO\b|resident registration",
    _LABELLED_VALUE,
    filler=12,
)
_CHINESE = re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX](?![\dA-Z])")
_CHINESE_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_KOREAN = re.compile(r"(?<![\d-])\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])-[1-8]\d{6}(?![\d-])")
_NAMED = words("SSN", "social", "security", "ITIN", "tax", "id")


def find(text: str) -> Iterator[Found]:
    for found in _SSN.finditer(text):
        context = says(text, found.start(), _NAMED)
        if context >= 0 and (found[1] == "-" or context > 0):
            yield Found(found.start(), found.end(), CERTAIN if context else SHAPED)
    for pattern in (_SSN_LABELLED, _LABELLED, _PENSION):
        for found in pattern.finditer(text):
            yield Found(*found.span("value"), LABELLED)
    for pattern in (_NINO, _RESIDENCE_CARD, _KOREAN):
        for found in pattern.finditer(text):
            if says(text, found.start(), _NAMED) >= 0:
                yield Found(found.start(), found.end(), CERTAIN)
    for found in _CHINESE.finditer(text):
        digits = only_digits(found[0][:17])
        if "10X98765432"[weighted(digits, _CHINESE_WEIGHTS) % 11] == found[0][17]:
            yield Found(found.start(), found.end(), CERTAIN)
