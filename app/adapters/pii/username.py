"""Names by which somebody signs in or is known on a service, where the text calls them that."""

import re
from collections.abc import Iterator

from app.adapters.pii.label import labelled
from app.adapters.pii.rule import LABELLED, Found

_NAME = r"(?<![A-Za-z\d@._-])@?(?!(?:https?|and|or|but|not|my|your|the|is|in|on|to|for|of|with|when|if|so|that|this|password|id|pw)\b)[A-Za-z\d_](?:[A-Za-z\d_.-]{1,29})[A-Za-z\d_](?![A-Za-z\d@])"
_LABELLED = labelled(
    r"LINE ?(?:の)?ID|ライン(?:の)?ID|ユーザー?(?:名|ネーム|ID|アカウント)|ログイン(?:ID|名|ネーム)|アカウント(?:名|ID)|ニックネーム|ハンドルネーム|ハンドル名|Apple ?ID"
    r"|(?:Twitter|ツイッター|X|Instagram|インスタ(?:グラム)?|TikTok|Skype|スカイプ|Discord|ディスコード|Facebook|Threads|メルカリ|ID) ?(?:の)?(?:アカウント|ID|ユーザー名|ハンドル)"
    r"|\buser ?names?|\buser ?id|\blog-?in (?:id|name)?|\bscreen ?name|\bhandle|\baccount name|\bskype(?: id| name)?|\bdiscord(?: id| tag| name)?|\bsigned? in as|\blogged in as|\blog in as"
    r"|\b(?:Twitter|Instagram|insta|TikTok|telegram|Reddit)(?: account| handle| name| user| id)?(?= (?:is|@)|:)",
    _NAME,
    5,
)
_HANDLE = re.compile(
    r"(?:Twitter|ツイッター|Instagram|インスタ|TikTok|Threads|DM|フォロー|Mastodon|telegram|insta|tweet|follow)[^\n。]{0,20}?(?P<value>(?<![A-Za-z0-9_.@])@[A-Za-z\d_][A-Za-z\d_.]{1,28}[A-Za-z\d_])",
    re.IGNORECASE,
)
_A_WORD = re.compile(r"[a-z]+|[A-Z][a-z]+|[A-Z]+")  # of a sentence rather than a chosen name: "username incorrect"


def find(text: str) -> Iterator[Found]:
    for found in _LABELLED.finditer(text):
        start, end = found.span("value")
        if not _A_WORD.fullmatch(found["value"]) or _is_stated(text, found.start(), start, end):
            yield Found(start, end, LABELLED)
    for found in _HANDLE.finditer(text):
        yield Found(*found.span("value"), LABELLED)


def _is_stated(text: str, label: int, start: int, end: int) -> bool:
    """Plain letters count after a colon, in quotes, or before です."""
    link = text[label:start]
    return bool(re.search(r"[:=「『\"']\s*$", link)) or (
        link.endswith("は") and bool(re.match(r" ?(?:です|で、|と|」|。|$)", text[end : end + 10]))
    )
