"""Numbers by which a company knows a customer, only where the text calls them that."""

from collections.abc import Iterator

from app.adapters.pii.label import labelled
from app.adapters.pii.rule import LABELLED, Found

_LABELLED = labelled(
    r"会員(?:証)?(?:番号|ID|No\.?|コード|カード番号)|(?:お客様|お客さま|おきゃくさま|顧客|利用者|契約者|加入者|ユーザー?|患者|学籍|社員|ポイントカード)(?:番号|コード|No\.?|様?ID)"
    r"|診察券(?:番号|No\.?)?|マイページID"
    r"|\b(?:customer|client|member(?:ship)?|patient|subscriber|loyalty|employee|student|policy ?holder|insured)(?: card| account)? ?(?:id|no\b\.?|number|num|#|code)",
    r"(?<![A-Za-z\d])(?=[A-Z\d_-]{0,15}\d)[A-Z\d](?:[- _/]?[A-Z\d]){3,19}(?![A-Za-z\d])",
)


def find(text: str) -> Iterator[Found]:
    for found in _LABELLED.finditer(text):
        yield Found(*found.span("value"), LABELLED)
