"""Names by which somebody signs in or is known on a service, where the text calls them that."""

import re
from collections.abc import Iterator

from app.adapters.pii.apart import Apart
from app.adapters.pii.label import labelled, named_after, says, words
from app.adapters.pii.rule import LABELLED, SHAPED, Found
from app.adapters.pii.sign_in import BOTH

_NAME = r"(?<![A-Za-z\d@._-])@?(?!(?:https?|and|or|but|not|my|your|the|is|was|set|in|on|to|as|of|it|for|under|which|should|with|when|if|so|that|this|still|just|now|using|use|here|below|password|id|pw|pass)\b)[A-Za-z\d_](?:[A-Za-z\d_.-]{1,29})[A-Za-z\d_](?:#\d{4}(?!\d))?(?![A-Za-z\d@])"
_SERVICE = (
    r"(?:LINE|ライン|Twitter|ツイッター|(?<![A-Za-z])X|Instagram|インスタ(?:グラム)?|insta|(?<![A-Za-z])IG|TikTok|ティックトック|Skype|スカイプ|Discord|ディスコード|Facebook|フェイスブック"
    r"|Threads|スレッズ|YouTube|GitHub|Slack|telegram|テレグラム|WhatsApp|WeChat|ウィーチャット|Kakao(?: ?Talk)?|カカオトーク|カカオ|Steam|スチーム|PSN|PlayStation|Xbox|Nintendo|ニンテンドー"
    r"|Switch|Epic|Roblox|Minecraft|マイクラ|メルカリ|ラクマ|ヤフオク|Yahoo!?|ヤフー|楽天|Google|Amazon|note|Zoom|PayPay|Bluesky|Mastodon|Snapchat|snap|Reddit|Twitch|pixiv|SNS|ゲーム)"
)
_CALLED = (
    r"(?:ユーザー?|会員|アカウント|ログイン|サインイン|ログオン|登録)(?:者)?(?: ?の)?(?:名|ネーム|ID|アカウント)|ユーザー?アカウント|ログインアカウント|ニックネーム|ハンドルネーム|ハンドル名|ハンドル|表示名|プレイヤー名"
    r"|スクリーンネーム|ゆーざー(?:めい|ネーム|名)|あいでぃー|アイディー?|(?<![A-Za-z])HN(?![A-Za-z])|ゲーマータグ|フレンドID|Apple ?ID"
    rf"|{_SERVICE} ?(?:の)?(?:アカウント名?|ID|ユーザー?名|ユーザー?ネーム|ユーザー?ID|ハンドル|名前|ネーム|タグ|垢)"
    r"|\buser[ -]?names?\b|\buser[ -]?id\b|\blog[ -]?(?:in|on)[ -](?:id|name|user)|\bsign[ -]?in (?:id|name)|\bscreen ?name|\bnickname|\bdisplay name|\buser(?= [a-z\d]{0,20}[\d_])|\bplayer name|\bgamer ?tag|\bhandle"
    r"|\b(?:account|profile) name|\bskype(?: id| name)?|\bdiscord(?: id| tag| name)?"
)
_LABELLED = labelled(
    rf"{_CALLED}|\b(?:signed|logged|sign|log|logging|signing) (?:in|on|up) (?:as|with|under)|\blog-?in(?= ?(?::|is\b|was\b))|\b(?:go|goes) by|\bregistered (?:as|under)"
    rf"|(?<![A-Za-z])(?!Switch|Nintendo|Epic|Google|Amazon|note|Zoom|YouTube|ゲーム|Steam|楽天|Xbox){_SERVICE}(?: account| handle| name| user| id| username)?(?= ?(?:is\b|@|:|は|→))",
    _NAME,
)
_CHOSEN = r"(?<![A-Za-z\d@._/#-])@?(?=[A-Za-z\d_.-]{0,29}[\d_])[a-z](?:[A-Za-z\d_.-]{1,29})[A-Za-z\d_](?:#\d{4}(?!\d))?(?![A-Za-z\d@])"
# A bare "ID" is a person's where nothing before it says otherwise and the value looks chosen.
_ID = re.compile(
    rf"(?<![A-Za-z一-龥ァ-ヶー])(?:(?:私|僕|俺|本人|自分|母|父|妻|夫)の|my )?(?i:ID)(?:\s?(?:は|が|[:=]|is)\s?|\s)[\"'「『]?(?P<value>(?-i:{_CHOSEN}))"
)
_SIGNS_IN = re.compile(
    rf"(?P<value>{_CHOSEN})[」』]?(?:というID|というユーザー|のアカウント|で(?:ログイン|サインイン|登録))"
)
_AFTER = named_after(_NAME, rf"{_CALLED}|ID(?![A-Za-z])|(?:username|user id|login|handle)\b")
_AT = re.compile(
    r"(?<![A-Za-z0-9_.@/])@(?=[\d_.]{0,20}[A-Za-z])[A-Za-z\d_][A-Za-z\d_.]{1,28}[A-Za-z\d_](?![A-Za-z\d/@])"
)
_ABOUT = words(
    _SERVICE, "DM", "フォロー", "垢", "tweet(?:ed)?", "follow", "message", "post(?:ed)?", "handle", "account"
)
_NOT_ABOUT = words("公式", "official", "御社", "貴社", "your", "npm", "import", "install")
_DISCORD = re.compile(
    r"(?:discord|ディスコード)[^\n。]{0,30}?(?P<value>(?<![A-Za-z\d_.])[A-Za-z\d_.]{2,32}#\d{4}(?!\d))", re.IGNORECASE
)
# A name in kana or kanji counts in brackets, at the end of a form's line, or before です.
_IN_JAPANESE = re.compile(
    r"(?:ニックネーム|ハンドルネーム|ハンドル名|表示名|プレイヤー名|ユーザー?(?:名|ネーム)|アカウント名|(?<![A-Za-z])HN)[はがを: ]{0,3}"
    r"(?:[「『](?P<quoted>[^」』\n]{2,20})[」』]|(?<=[: ])(?P<line>[ぁ-んァ-ヶー一-龥A-Za-z\d_]{2,16})(?=\n|\Z)|(?<=は)(?P<stated>[ぁ-んァ-ヶー一-龥A-Za-z\d_]{2,14}?)(?=です(?!か)|で登録|という|といい|と言い|では?なく|じゃなく))"
)
_NOT_CHOSEN = re.compile(
    r"何|どこ|どう|いつ|必須|必要|変更|任意|自由|不要|可能|本名|匿名|空欄|同じ|半角|全角|英数|文字|違|間違|正し|忘れ|エラー|不明|使え|使用|登録|設定|入力|です|ます|不正|無効|以下|次|こちら"
)
_APART = Apart(
    rf"{_CALLED}|\b(?:my|the|our|his|her|old|new) (?:log-?in|account|profile)\b|\blocked out|\bfind me|\badd me|\bfollow me|アカウント|ログイン(?=は|が|:)",
    _CHOSEN,
)
# "find me as lumen.dragon", "my login is hmurray, not hmurrey": what follows is a name, whatever it looks like.
_STATED = re.compile(
    r"(?:(?:\b(?:log(?:ged|ging)? (?:in|on)|sign(?:ed|ing)? (?:in|on|up)|registered|find|add|follow|dm|message|know)(?: me)?|\bi'?m|\bi am) (?:as|under|by|on there as) |\b(?:my|the|her|his) (?:log-?in|username|user ?id|handle|gamer ?tag|screen ?name)(?: (?:is|was)|'s) "
    r"|\b(?:gamer ?tag|screen ?name|nick(?:name)?)(?:'s)? (?!is\b|was\b|not\b|in\b|for\b|too\b|and\b|or\b|on\b|to\b|has\b|can))(?P<value>@?[A-Za-z\d_][A-Za-z\d_.-]{2,28}[A-Za-z\d_])(?=[,.;!)\n]|\Z| on there| on here| but | and it)",
    re.IGNORECASE,
)
# "orla" instead of another one: "… not hmurrey", "…ではなくhoshikuzuです".
_CORRECTED = re.compile(
    r"(?:,? (?:not|instead of|but) |では?なく(?:て)?、?|じゃなくて?、?|から)(?P<value>@?[A-Za-z\d_][A-Za-z\d_.-]{3,28}[A-Za-z\d_])(?=[,.;!)\n]|\Z|です|に変)"
)
# "user orla88 pass …", "login: orla", "id pixelfox pw …": short words for a name beside one for a secret.
_PAIR = re.compile(
    r"(?<![A-Za-z])(?:user|usr|login|log-in|id|uid|account|acct|ユーザー?|アカウント)(?:name)?(?: ?[:=] ?| (?=[A-Za-z.-]{0,29}[\d_])|(?<=id) (?=\S+ pass ))(?P<value>(?!(?:and|or|is|name)\b)[A-Za-z\d_][A-Za-z\d_.-]{2,29})[ ,;/|、\n]{1,4}(?:and )?(?:pass(?:word|wd|code)?|pw|pwd|pin|パス(?:ワード)?)(?![A-Za-z])",
    re.IGNORECASE,
)
_SAID_OF_IT = re.compile(
    r"(?:admin|administrator|root|guest|user|owner|member|wrong|incorrect|correct|invalid|unknown|locked|blocked|disabled|broken|taken|missing|gone|lost|expired|suspended|required|optional|different|working|hacked|there|here|same|fine|unavailable|rejected|visible|hidden|banned|empty|stuck|failing|slow|down|impossible|public|private|old|new|soon|possible|sure|done|happy|well)\Z",
    re.IGNORECASE,
)
_A_WORD = re.compile(r"[a-z]+|[A-Z][a-z]+|[A-Z]+")  # of a sentence rather than a chosen name: "username incorrect"


def find(text: str) -> Iterator[Found]:
    """Also what a name is corrected to, right behind it."""
    for found in _called(text):
        yield found
        corrected = _CORRECTED.match(text, found.end)
        if corrected:
            yield Found(*corrected.span("value"), LABELLED)


def _called(text: str) -> Iterator[Found]:
    for found in _LABELLED.finditer(text):
        start, end = found.span("value")
        if not _A_WORD.fullmatch(found["value"]) or _is_stated(text, found.start(), start, end):
            yield Found(start, end, LABELLED)
    for found in _AFTER.finditer(text):
        if not _A_WORD.fullmatch(found["value"]) and re.search("[A-Za-z]", found["value"]):
            yield Found(*found.span("value"), LABELLED)
    for found in _STATED.finditer(text):
        if not _SAID_OF_IT.match(found["value"]):
            yield Found(*found.span("value"), LABELLED)
    for start, end in _APART.spans(text):
        if says(text, start, _ABOUT, _NOT_ABOUT) >= 0:
            yield Found(start, end, LABELLED)
    for pattern in (_ID, _DISCORD, _PAIR):
        for found in pattern.finditer(text):
            yield Found(*found.span("value"), LABELLED)
    for found in BOTH.finditer(text):
        yield Found(*found.span("name"), LABELLED)
    for found in _SIGNS_IN.finditer(text):
        yield Found(*found.span("value"), SHAPED)
    for found in _IN_JAPANESE.finditer(text):
        if not _NOT_CHOSEN.search(found[found.lastgroup or 0]) and not found[found.lastgroup or 0].isascii():
            yield Found(*found.span(found.lastgroup or 0), LABELLED)
    yield from _handles(text)


def _handles(text: str) -> Iterator[Found]:
    """@names where a service or following is spoken of, and such as are plainly chosen (a digit or an underscore)."""
    for found in _AT.finditer(text):
        about = says(text, found.start(), _ABOUT, _NOT_ABOUT)
        follows = re.match(
            rf"\)? ?(?:on|at|\(|の|[（]) ?{_SERVICE}", text[found.end() : found.end() + 24], re.IGNORECASE
        )
        if about > 0 or (about == 0 and (follows or re.search(r"[\d_]", found[0]))):
            yield Found(found.start(), found.end(), LABELLED)


def _is_stated(text: str, label: int, start: int, end: int) -> bool:
    """Plain letters count after a colon, in quotes, or before です."""
    link = text[label:start]
    return bool(re.search(r"[:=「『\"']\s*$", link)) or (
        link.endswith("は") and bool(re.match(r" ?(?:です|で、|と|」|。|$)", text[end : end + 10]))
    )
