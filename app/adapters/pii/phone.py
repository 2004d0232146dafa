"""Telephone numbers of Japan, North America, Britain and, with a country code or a word that tells, of anywhere."""

import re
from collections.abc import Iterator

from app.adapters.pii.label import only_digits, says, words
from app.adapters.pii.rule import LABELLED, SHAPED, Found

_NO_MORE = r"(?!\d)(?![-.]\d)"
_GAP = r"[-. ()/~・]{1,3}"
# Trunk prefix 0, area, exchange, subscriber; how many digits they have together is checked below.
_JAPANESE = re.compile(rf"(?<!\d)(?<!\d[-/.])\(?0\d{{1,4}}{_GAP}\d{{1,4}}{_GAP}\d{{3,4}}{_NO_MORE}")
_TWO_GROUPS = re.compile(rf"(?<![\d.])(?<!\d[-/])\(?0\d{{1,4}}\)?[- ()]{{1,2}}\d{{5,8}}{_NO_MORE}")
_BARE = re.compile(r"(?<![\d.])(?<!\d[-/])0[1-9]\d{8,9}(?![\d-])")
_MOBILE = re.compile(r"0[5-9]0\d{8}|0120\d{6}|0800\d{7}")
_WITH_COUNTRY = re.compile(r"(?<![\d+])(?:\+|00|010[- ]?)(?!0)\d{1,3}(?:[-. ()/]{0,3}\d){6,13}(?!\d)")
_WITH_NO = re.compile(
    r"(?<!\d)(?<!\d\.)0\d{1,4} ?の ?\d{1,4} ?の ?\d{4}(?!\d)|(?<![\d.])0\d{1,4}[、,] ?\d{2,4}[、,] ?\d{3,4}(?![\d,])"
)
_NANP = re.compile(
    rf"(?<![\d.])(?<!\d[-/])(?:(?:\+|00)?1[-. ]{{1,2}})?(?:\([2-9]\d{{2}}\) ?|[2-9]\d{{2}}[-. ]{{1,2}})\d{{3}}[-. ]\d{{4}}{_NO_MORE}"
)
_ANY = re.compile(
    r"(?<![\d.,$£€¥A-Za-z])(?<!\d[-/ ])\(?\d(?:[-. ()/]{0,2}\d){6,14}(?![\d%円]|[,.]\d)",
    re.IGNORECASE,
)
_LOCAL = re.compile(r"(?<![\d-])\d{2,4}-\d{4}(?![\d-])")
_PHONE = words(
    *"電話 でんわ TEL ℡ 携帯 ケータイ スマホ 連絡先 FAX ファックス ファクス 固定 着信 折り?返し SMS ショートメッセージ ワン切り 直通 番号通知 発信".split(),
    r"tele?phone",
    r"phone",
    r"call(?:ing|ed|s)?",
    r"mobile",
    r"cell(?:phone)?",
    r"fax",
    r"text(?:ing|ed)?",
    r"whatsapp",
    r"reach",
    r"contact",
    r"answering",
    r"messages?",
    r"dial(?:ed)?",
    r"ring",
    r"(?:my|our|his|her|their|this|new|old|home|work|contact|daytime|following|whose) numbers?(?: is|:)?",
    r"(?:実家|自宅|会社|職場|勤務先|私|母|父|夫|妻|本人|こちら|うち|家|彼|彼女|息子|娘)の番号",
    r"hotline",
    r"landline",
    r"registered",
    r"office",
    r"ph",
    r"mob",
    r"sms",
    r"line",
)
_NOT_PHONE = words(
    *"注文 受注 発注 伝票 追跡 送り状 型番 型式 品番 製造 シリアル 製品 商品 管理番号 予約番号 受付番号 整理番号 請求書 インボイス 法人 登録番号".split(),
    *"JAN チケット エラー 部品 ロット 見積 契約番号 問い?合わ?せ番号 口座 会員番号 カード マイナンバー 個人番号 免許 保険証 郵便 〒 年金 証券 顧客番号 お客様番号".split(),
    r"orders?",
    r"tracking",
    r"invoice",
    r"serial",
    r"model",
    r"part",
    r"ticket",
    r"case",
    r"ref(?:erence)?",
    r"booking",
    r"confirmation",
    r"sku",
    r"item",
    r"isbn",
    r"version",
    r"error",
    r"card",
    r"account",
    r"iban",
    r"ssn",
    r"passport",
    r"licen[cs]e",
    r"routing",
    r"amount",
    r"total",
    r"zip",
    r"upc",
    r"member",
    r"customer",
    r"policy",
    r"transaction",
    r"receipt",
    r"shipment",
    r"date",
    r"id",
    r"coordinates",
)
_AFTER = re.compile(
    r" ?-? ?\(?(?:fax|office|mobile|cell|home|work|tel)|.{0,6}(?:まで(?:お電話|ご連絡|電話|連絡)|に(?:お電話|電話|かけ|ご?連絡|折り?返し))",
    re.IGNORECASE,
)
_EXTENSION = re.compile(r",? ?(?:x|ext\.?|extension|内線) ?:? ?\d{1,5}(?!\d)", re.IGNORECASE)
_DATE = re.compile(r"(?:19|20)\d\d[-./ ]\d{1,2}[-./ ]\d{1,2}|\d{1,2}[-./ ]\d{1,2}[-./ ](?:19|20)\d\d")
_BEFORE_LETTERS = re.compile(r"[A-Za-z]+\Z")
_MAY_TOUCH = frozenset("tel fax phone mobile cell ph t m f no p telno tell".split())


def find(text: str) -> Iterator[Found]:
    for pattern in (_JAPANESE, _TWO_GROUPS, _NANP, _WITH_COUNTRY):
        for found in pattern.finditer(text):
            if _fits(pattern, found[0]) and _may_stand(text, found):
                yield _trimmed(text, found, LABELLED if pattern is not _TWO_GROUPS else SHAPED)
    for found in _WITH_NO.finditer(text):
        if len(only_digits(found[0])) in (10, 11) and _may_stand(text, found):
            yield Found(found.start(), found.end(), LABELLED)
    for found in _BARE.finditer(text):
        context = says(text, found.start(), _PHONE, _NOT_PHONE)
        if _may_stand(text, found) and (context > 0 or _MOBILE.fullmatch(found[0]) or _AFTER.match(text, found.end())):
            yield _trimmed(text, found, LABELLED)
    for pattern in (_ANY, _LOCAL):
        for found in pattern.finditer(text):
            context = says(text, found.start(), _PHONE, _NOT_PHONE)
            told = context > 0 or (context == 0 and bool(_AFTER.match(text, found.end())))
            if told and _fits(pattern, found[0]) and _may_stand(text, found):
                yield _trimmed(text, found, SHAPED)


def _fits(pattern: re.Pattern[str], candidate: str) -> bool:
    digits = only_digits(candidate)
    if pattern in (_JAPANESE, _TWO_GROUPS):
        return len(digits) == 10 or (
            len(digits) == 11 and (digits[2] == "0" or digits[:3] in {"080", "020"} or digits[1] in "12378")
        )
    if pattern is _WITH_COUNTRY:
        return 8 <= len(digits.lstrip("0")) <= 15
    if pattern is _ANY:
        return 7 <= len(digits) <= 15 and not _DATE.match(candidate) and len(set(digits)) > 1
    return True


def _may_stand(text: str, found: re.Match[str]) -> bool:
    """Not as the tail of a code (AB090-…), and not after a word for something else."""
    touching = _BEFORE_LETTERS.search(text[max(0, found.start() - 8) : found.start()])
    if touching and touching[0].lower() not in _MAY_TOUCH:
        return False
    return says(text, found.start(), _PHONE, _NOT_PHONE) >= 0 and text[found.start() - 1 : found.start()] not in (
        "-",
        "_",
        "#",
    )


def _trimmed(text: str, found: re.Match[str], score: float) -> Found:
    """Without a bracket that has no partner, as in "(03-1234-5678 home)"."""
    start = found.start() + (found[0].startswith("(") and ")" not in found[0])
    extension = _EXTENSION.match(text, found.end())
    return Found(start, extension.end() if extension else found.end(), score)
