"""What a search looks for in a message: what is said besides personal data, and besides who says it.

"I live at <ADDRESS_1>." finds articles on addresses, whatever is asked beside it. Figures: docs/privacy.md.
"""

import re

from app.domain.pseudonyms import TOKEN, without_tokens

_SENTENCE = re.compile(r".+?(?:[。!?！？\n]+|\.(?=\s)\s*|\Z)", re.DOTALL)
_ASKS = re.compile(r"(?:[?？]|か[。\s]*)\s*\Z")
_JAPANESE = re.compile(r"[ぁ-ヺ一-鿿]")
_JAPANESE_LABEL = re.compile(
    r"住所|自宅|在住|届け先|連絡先|返事|返信|名前|氏名|生年月日|私|申|世話|願|致|届"
    r"|(?:携帯|電話|郵便|会員|お客様|口座|カード)(?:電話)?(?:番号|ID)?|メール(?:アドレス)?|アドレス|番号|TEL|FAX|ID"
)
_SAYS_SOMETHING = re.compile(r"[^\W_ぁ-ゖー]")
_ENGLISH_LABEL = frozenset(
    "a account address am and are at best birth birthday born call cell code contact customer date dear e-mail "
    "email evening from good hello here hi i i'm id in is it it's kind live mail me member mobile morning my "
    "name no number of on or phone please postal reach regards reply sincerely tel telephone thank thanks the "
    "there this to under was you yours zip".split()
)


def searchable(text: str) -> str:
    """`text` has tokens for personal data; without them, and without the sentences that only hand it over."""
    return "".join(without_tokens(part) for part in _SENTENCE.findall(text) if not _hands_over(part))


def _hands_over(sentence: str) -> bool:
    """It has personal data, and beside it labels and grammar only. A question asks for something, however short."""
    if not TOKEN.search(sentence) or _ASKS.search(sentence):
        return False
    rest = without_tokens(sentence)
    if _JAPANESE.search(rest):
        return not _SAYS_SOMETHING.search(_JAPANESE_LABEL.sub("", rest))
    return set(re.findall(r"[^\W_](?:[\w'-]*\w)?", rest.lower())) <= _ENGLISH_LABEL
