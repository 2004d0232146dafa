"""Numbers by which a company knows a customer, only where the text calls them that."""

from collections.abc import Iterator

from app.adapters.pii.label import labelled, named_after
from app.adapters.pii.rule import LABELLED, Found

_WHO = (
    r"会員(?:証|カード|様)?|メンバー(?:ズ|シップ)?(?:カード)?|(?:お客様?|お客さま|おきゃくさま|ご?契約者?様?|ご利用者?|カスタマー|クライアント|得意先|取引先|購読者?|定期購読|登録者|受講者?|受講生|生徒|学生証?|従業員|職員|オーナー|マイレージ|マイル|ポイント|メンバーズ)(?:カード)?"
    r"|顧客|利用者|契約者|加入者|患者|学籍|社員|診察(?:券|カード)|診察|カルテ|被保険者|保険証券|証券|供給地点特定|使用者|サブスクリプション|マイページ|ロイヤルティ"
)
_LABEL = (
    rf"(?:{_WHO})(?:の)?\s?(?:番号|ID(?![A-Za-z])|No(?![A-Za-z])\.?|コード|ナンバー|カード番号|様?ID)"
    r"|ユーザー?(?:番号|No)|診察券|会員証(?=[はの:が])|かいいんばんごう"
    r"|\b(?:customer|client|member(?:ship)?|patient|subscriber|subscription|loyalty|rewards?|employee|staff|student|pupil|policy ?holder|policy|insured|frequent flyer|mileage|club|cust|account holder|medical record|tenant|donor)"
    r"(?: card| account| program)? ?(?:id\b|no\b\.?|number|num\b|#|code|ref(?:erence)? (?:number|no))|\bMRN\b"
)
_VALUE = r"(?:(?<![A-Za-z\d])|(?<=No))(?!0\d{1,3}-\d{2,4}-\d{4}(?!\d))(?=[A-Z\d_-]{0,15}\d)[A-Z\d](?:[- _/]?[A-Z\d]){3,19}(?![A-Za-z\d])"
_CLEAR = r"(?<![A-Za-z\d])(?!0\d{1,3}-\d{2,4}-\d{4}(?!\d))(?:[A-Z]{1,5}[-_]?)?\d(?:-?\d){4,15}(?![A-Za-z\d円年月日点]|[-/]\d)"
_PATTERNS = (
    labelled(_LABEL, _VALUE),
    labelled(_LABEL, _CLEAR, filler=18),
    labelled(r"\b(?:I am|I'm|I've been) (?:a |your )?(?:member|customer|subscriber|patient|client)", _CLEAR, 4),
    named_after(_CLEAR, _LABEL),
)


def find(text: str) -> Iterator[Found]:
    for pattern in _PATTERNS:
        for found in pattern.finditer(text):
            yield Found(*found.span("value"), LABELLED)
