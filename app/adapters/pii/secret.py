"""Secrets said in a message: keys and tokens by their form, passwords, PINs and codes by the words before them."""

import re
from collections.abc import Iterator

from app.adapters.pii.apart import Apart
from app.adapters.pii.label import labelled, named_after
from app.adapters.pii.rule import CERTAIN, LABELLED, Found
from app.adapters.pii.sign_in import BOTH

# As their issuers document them: OpenAI, Stripe, GitHub, GitLab, Slack, AWS, Google, JWT, Hugging Face, SendGrid, npm.
_KEYS = re.compile(
    r"(?<![A-Za-z\d_-])(?:sk-(?:proj-|ant-)?[A-Za-z\d_-]{16,200}|[sprw]k_(?:live|test)_[A-Za-z\d]{10,120}|gh[pousr]_[A-Za-z\d]{20,255}|github_pat_[A-Za-z\d_]{20,120}"
    r"|glpat-[A-Za-z\d_-]{16,64}|xox[abeprs]-[A-Za-z\d-]{10,200}|(?:AKIA|ASIA)[A-Z\d]{16}|AIza[A-Za-z\d_-]{30,40}|ya29\.[A-Za-z\d_-]{20,200}|hf_[A-Za-z\d]{20,60}"
    r"|SG\.[A-Za-z\d_-]{16,32}\.[A-Za-z\d_-]{30,60}|npm_[A-Za-z\d]{30,40}|whsec_[A-Za-z\d]{20,60}|eyJ[A-Za-z\d_-]{8,2000}\.[A-Za-z\d_-]{8,4000}(?:\.[A-Za-z\d_-]{4,1000})?)"
)
_PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----[A-Za-z\d+/=\s]{0,8000}(?:-----END [A-Z ]{0,20}PRIVATE KEY-----)?"
)
_IN_URL = re.compile(r"(?<=://)[^\s/:@]{1,60}:(?P<value>[^\s/@]{3,80})(?=@)")
_BEARER = re.compile(r"\b(?:Bearer|Basic) (?P<value>[A-Za-z\d._~+/-]{12,2000}=*)")
_VALUE = r"(?<![A-Za-z0-9])(?![\"'])(?!(?:set|was|are|with|has|been|for|the|which|should|changed|currently|registered|using|use|just|now|still|follows|below|here)\b)[!-~](?<![:=「『。、,(\[<-])[!-~]{2,80}(?<![.,;:)\]\"'?!>])[!?]{0,2}"
_PASSWORD = labelled(
    r"パスワード|パスワ(?!ー)|ぱすわーど|(?<![ァ-ヶー])パス(?=は|が|を|:|=|「|[a-z\d])|パスコ(?!ー)|認証キー|暗号キー|ネットワークキー|セキュリティーキー|APIトークン|WPA2?キー|Wi-?Fiのキー|共有キー|パスコード|パスフレーズ|(?<![A-Za-z])PW|(?<![A-Za-z])PASS|合い?言葉|暗号キー|暗号化キー|秘密鍵|APIキー|アクセスキー|アクセストークン|トークン|シークレット(?:キー)?|セキュリティキー"
    r"|\bpass ?words?|\bpasswd|\bpwd|\bpass ?code|\bpass ?phrase|\bapi[ _-]?key|\baccess[ _-]?(?:key|token)|\bsecret(?: key)?|\bauth(?:entication|orization)? token|\btoken|\bclient[ _]secret|\bwi-?fi key|\bcredentials?|\bpw\b|\bpass\b(?= ?(?:is\b|:|=))|\bpass ?key|\blog-?in (?:code|secret)|\bnetwork key|\bprivate key",
    _VALUE,
)
_PASSWORD_AFTER = named_after(
    _VALUE,
    r"パスワード|パスコード|PW(?![A-Za-z])|暗証番号|PIN|合言葉|APIキー|トークン|(?:(?:wi-?fi|old|new) )?(?:password|passcode|pin|pw|api key|token)\b",
)
_MIXED = r"(?<![!-~])(?!(?:ID|user|login)[:=])(?=[!-~]{0,24}\d)(?=[!-~]{0,24}[A-Za-z])(?![a-z]+://)[A-Za-z\d!#$%&*+=?^_~-](?:[!-~](?<![,;\"'()])){4,119}(?<![.,;:)\]\"'?!>])!{0,2}"
_APART = Apart(
    r"パスワード|(?<![ァ-ヶー])パス(?=[A-Za-z\d])|パスコード|APIキー|トークン|シークレットキー|アクセスキー|秘密鍵|\bpass ?words?\b|\bpasscode\b|\bpwd?\b|\bapi[ _-]?key|\btoken\b|\bclient secret|\baccess key|\bsecret key",
    _MIXED,
)
_APART_PIN = Apart(
    r"暗証番号|(?<![A-Za-z])PIN(?![A-Za-z])|ピンコード|パスコード|認証コード|確認コード|ワンタイムパスワード|\bpasscode|\b(?:verification|security|door|gate|alarm|access|one-time) code",
    r"(?<![\dA-Za-z¥￥$£€#/:.-])(?!(?:19|20)\d\d(?!\d))\d{4,8}(?![\dA-Za-z年月日円桁分時人件個回点番]|[.,:/-]\d| ?(?:times|days|digits))",
)
_MAIDEN = re.compile(
    r"\bmother'?s maiden name(?: is| was|:| -)? (?P<value>(?-i:[A-Z])[\w'’-]{1,24})|母の旧姓(?:は|:)(?P<other>[一-鿿ぁ-ゖァ-ヺー]{1,8}?)(?=です|$|[。\n])",
    re.IGNORECASE,
)
_LOOKS_OTHER = re.compile(
    r"[\w.+-]+@[\w.-]+|https?:|\d+(?:GB|MB|TB|px|cm|mm|kg|st|nd|rd|th)?$|(?:iOS|Windows|Android|Chrome|v)\d|[A-Za-z]+-?\d{1,2}$|\d+-\w+$",
    re.IGNORECASE,
)
_QUOTED = re.compile(
    r"(?:パスワード|パスコード|パスフレーズ|合い?言葉|PW)(?:は|を|が|:)[「『](?P<value>[^」』\n]{2,30})[」』](?=です|に|で|と設定|。|$|\n)"
)
# Several plain words, in a Japanese sentence that ends with them.
_PHRASE = re.compile(
    r"(?:パスワード|パスフレーズ)(?: ?[は:=] ?[「『\"']?|[「『])(?P<value>[A-Za-z]{2,14}(?: [A-Za-z]{2,14}){2,7})(?=[」』\"']| ?です| ?だ|[。\n]|で(?:設定|登録|ログイン)|\Z)",
)
_OF_A_REPORT = re.compile(
    r"\b(?:is|are|was|not|cannot|can|please|how|why|help|reset|change|forgot|forgotten|error|wrong|incorrect|invalid|required|locked|log|login|sign|password|account|email|user|again|new|enter|your)\b",
    re.IGNORECASE,
)
_CODE_SENT = labelled(
    r"(?:SMS|ショートメッセージ|メール|本人確認|認証|確認)[^\n。]{0,12}?(?:コード|番号|数字)|(?:届いた|送られた|送られてきた|来た|きた|受け取った)(?:[4-8四六]桁の)?(?:コード|番号|数字|[4-8]桁)|[4-8四六八]桁の(?:コード|番号|数字|暗証番号)"
    r"|\b(?:the|my|a|texted|sms|login|sent|received|digit) code(?: (?:you sent|i got|i received|you texted|from the text|from the sms)(?: me)?)?(?= ?(?:is\b|was\b|:|[\"'(]))|\b[4-8]-digit (?:code|number|pin)",
    r"(?<![\dA-Za-z-])(?:\d{3}[- ]\d{3}|\d\d(?: \d\d){1,2}|\d{4,8})(?![\d円年月日時分桁%-]|文字|つ|個|回| ?%)",
)
_OF_GOODS = re.compile(
    r"(?:promo(?:tion)?|discount|coupon|error|zip|post(?:al)?|product|area|country|sort|bar|voucher|gift|order|tracking|model|クーポン|エラー|商品|注文|追跡|郵便|割引|製品|品番|伝票|問い?合わ?せ)",
    re.IGNORECASE,
)
_PIN = labelled(
    r"暗証番号|暗証|認証(?:番号|コード)|確認コード|ワンタイム(?:パスワード|コード)|セキュリティ(?:コード|番号)|ピンコード|(?<![A-Za-z])PIN(?:コード|番号)?|リカバリーコード|裏(?:面|側)?(?:の|にある)?[3-4三四]桁(?:の(?:番号|数字))?|[3-4]-? ?digits? (?:code|number) on the back|(?<![A-Za-z])(?:CVV|CVC)2?"
    r"|\bpin(?: code| number)?\b|\bsecurity code|\bverification code(?: (?:i|you) (?:got|received|sent|was sent|have))?(?: me)?|\bone[- ]time (?:code|pass(?:code|word))|\bOTP\b|\b2FA code|\bSMS code|\bauth(?:entication)? code|\bcvv\b|\bcvc\b|\baccess code|\bdoor code|\bunlock code|\brecovery code|オートロック(?:の番号|番号)?|(?:玄関|ロッカー|金庫|宅配ボックス|キーボックス|スマートロック|鍵)(?:の)?(?:番号|暗証)|アンショウ番号|あんしょうばんごう|ロック(?:番号|解除(?:番号|コード)?)|解除(?:番号|コード)|ぴん(?:コード|番号)|カード(?:の)?裏の(?:数字|番号)|\b(?:card )?security (?:number|digits)|\bpass ?code|\b(?:gate|key ?box|lock ?box|building|entry|alarm|safe|garage) code|\balarm code|\bbackup code|\bactivation pin|\bsign-?in code|\blog-?in code|\bconfirmation pin|\bcard verification (?:value|code|number)|\b(?:three|3|four|4) digits on the (?:back|front)",
    r"(?<![\dA-Za-z])(?:\d(?:[ -]\d){3,5}(?![- ]?\d)|[〇零一二三四五六七八九]{4,8}(?![桁つ個年月日文])|\d{2,3}[- ]\d{3,4}(?!\d)|\d{3,8}(?![\d円年月日時分桁%]|文字|つ|個|回|digit| digit)|[A-Z\d]{4}(?:-[A-Z\d]{4}){1,7})(?![A-Za-z\d])",
)
_ANSWER = re.compile(
    r"(?:秘密の(?:質問|答え)|合い?言葉|security (?:question|answer)|secret (?:question|answer))[^\n。]{0,16}?(?:答え|回答|answer)?(?:は|が|:|=|is|を(?=[^\s。]{2,18}に(?:しま|設定|して)))[ 「『]{0,2}(?P<value>[^\s「」『』。、,はが]{2,16}?)(?=[」』。\n.]|です|だ|に(?:しま|設定|して)|$)",
    re.IGNORECASE,
)
_RECOVERY = re.compile(
    r"(?:recovery|seed) phrase[^\n:]{0,12}(?::|is) *(?P<value>[a-z]+(?: [a-z]+){5,23})", re.IGNORECASE
)
_NO_SECRET = re.compile(
    r"(?:https?:|[a-z]+$|[A-Z][a-z]+$|[A-Z]{1,12}$|\d{1,2}$|\d+(?:文字|桁|回)|[A-Za-z]+[-/'][A-Za-z]+$|[a-z]+[.,!?)\"']+$)"
)
_ON_SCREEN = re.compile(
    r"あり|なに|何|どこ|どう|忘れ|変更|再設定|入力|エラー|違|無効|です|ます|ください|必要|文字|半角|英数|表示|登録"
)
_STATED = re.compile(r"(?:[:=「『\"'>]|\bis|は)\s*[\"'「『]?\s*$", re.IGNORECASE)
_SAID = re.compile(
    r"^(?:not?|wrong|incorrect|correct|expired|required|invalid|too|still|also|never|always|being|already|working|the|a|an|my|your|for|in|on|to|of|and|or|it|that|this|what|set|saved|gone|lost|safe|weak|strong|now|same|different|case|blank|empty|missing|unknown|hidden|needed|reset|changed|locked|rejected|accepted|ok|okay|fine|important|stored|shown|there|sent|only|just|very|so|asking|displayed|blocked|stolen|forgotten|compromised)\b",
    re.IGNORECASE,
)


def find(text: str) -> Iterator[Found]:
    names = {both.start("name") for both in BOTH.finditer(text)}
    return (found for found in _told(text) if found.start not in names)


def _told(text: str) -> Iterator[Found]:
    for pattern in (_KEYS, _PRIVATE_KEY):
        for found in pattern.finditer(text):
            yield Found(found.start(), found.end(), CERTAIN)
    for pattern in (_IN_URL, _BEARER, _PIN, _RECOVERY, _ANSWER):
        for found in pattern.finditer(text):
            if pattern is _ANSWER and _ON_SCREEN.search(found["value"]):
                continue
            yield Found(*found.span("value"), LABELLED)
    for start, end in _APART.spans(text):
        if not _LOOKS_OTHER.match(text[start:end]):
            yield Found(start, end, LABELLED)
    for start, end in _APART_PIN.spans(text):
        yield Found(start, end, LABELLED)
    for found in BOTH.finditer(text):
        yield Found(*found.span("secret"), CERTAIN)
    for found in _MAIDEN.finditer(text):
        yield Found(*found.span(found.lastgroup or 0), CERTAIN)
    for found in _PHRASE.finditer(text):
        if not _OF_A_REPORT.search(found["value"]):
            yield Found(*found.span("value"), LABELLED)
    for found in _QUOTED.finditer(text):
        if not _ON_SCREEN.search(found["value"]):
            yield Found(*found.span("value"), LABELLED)
    for found in _CODE_SENT.finditer(text):
        if not _OF_GOODS.search(text[max(0, found.start() - 12) : found.end()]):
            yield Found(*found.span("value"), LABELLED)
    for found in _PASSWORD_AFTER.finditer(text):
        if not _NO_SECRET.match(found["value"]) and re.search(r"\d", found["value"]):
            yield Found(*found.span("value"), LABELLED)
    for found in _PASSWORD.finditer(text):
        start, end = found.span("value")
        value = found["value"]
        link = text[found.start() : start]
        if not _NO_SECRET.match(value) or (_STATED.search(link) and not _SAID.match(value) and _ends_well(text, end)):
            yield Found(start, end, LABELLED)


def _ends_well(text: str, end: int) -> bool:
    """A plain word is a password where nothing but です or a stop follows it."""
    return bool(
        re.match(
            r"[\"'」』)]?\s?(?:$|[.,;!\n。、]|です|で[すし、]|だ|と|and |but |になって|になり)", text[end : end + 10]
        )
    )
