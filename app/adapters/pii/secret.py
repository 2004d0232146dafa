"""Secrets said in a message: keys and tokens by their form, passwords, PINs and codes by the words before them."""

import re
from collections.abc import Iterator

from app.adapters.pii.label import labelled
from app.adapters.pii.rule import CERTAIN, LABELLED, Found

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
_VALUE = r"(?<![A-Za-z0-9])(?![\"'])[!-~](?<![:=「『。、,(\[<-])[!-~]{2,80}(?<![.,;:)\]\"'?!>])[!?]{0,2}"
_PASSWORD = labelled(
    r"パスワード|パスコード|パスフレーズ|(?<![A-Za-z])PW|(?<![A-Za-z])PASS|合い?言葉|暗号キー|暗号化キー|秘密鍵|APIキー|アクセスキー|アクセストークン|トークン|シークレット(?:キー)?|セキュリティキー"
    r"|\bpass ?words?|\bpasswd|\bpwd|\bpass ?code|\bpass ?phrase|\bapi[ _-]?key|\baccess[ _-]?(?:key|token)|\bsecret(?: key)?|\bauth(?:entication|orization)? token|\btoken|\bclient[ _]secret|\bwi-?fi key|\bcredentials?",
    _VALUE,
    5,
)
_PIN = labelled(
    r"暗証番号|暗証|認証(?:番号|コード)|確認コード|ワンタイム(?:パスワード|コード)|セキュリティ(?:コード|番号)|ピンコード|(?<![A-Za-z])PIN(?:コード|番号)?|リカバリーコード|裏(?:面|側)?(?:の|にある)?[3-4三四]桁(?:の(?:番号|数字))?|[3-4]-? ?digits? (?:code|number) on the back|(?<![A-Za-z])(?:CVV|CVC)2?"
    r"|\bpin(?: code| number)?\b|\bsecurity code|\bverification code|\bone[- ]time (?:code|pass(?:code|word))|\bOTP\b|\b2FA code|\bSMS code|\bauth(?:entication)? code|\bcvv\b|\bcvc\b|\baccess code|\bdoor code|\bunlock code|\brecovery code",
    r"(?<![\dA-Za-z])(?:\d{2,3}[- ]\d{3,4}(?!\d)|\d{3,8}(?![\d円年月日時分桁%]|文字|つ|個|回|digit| digit)|[A-Z\d]{4}(?:-[A-Z\d]{4}){1,7})(?![A-Za-z\d])",
    7,
)
_ANSWER = re.compile(
    r"(?:秘密の(?:質問|答え)|合い?言葉)[^\n。]{0,12}?(?:答え|回答)?(?:は|が|:|=)[ 「『]{0,2}(?P<value>[^\s「」『』。、,はが]{2,16}?)(?=[」』。\n]|です|だ|$)"
)
_RECOVERY = re.compile(
    r"(?:recovery|seed) phrase[^\n:]{0,12}(?::|is) *(?P<value>[a-z]+(?: [a-z]+){5,23})", re.IGNORECASE
)
_NO_SECRET = re.compile(
    r"(?:https?:|[a-z]+$|[A-Z][a-z]+$|[A-Z]{1,12}$|\d{1,2}$|\d+(?:文字|桁|回)|[A-Za-z]+[-/'][A-Za-z]+$|[a-z]+[.,!?)\"']+$)"
)
_STATED = re.compile(r"(?:[:=「『\"'>]|\bis|は)\s*[\"'「『]?\s*$", re.IGNORECASE)
_SAID = re.compile(
    r"^(?:not?|wrong|incorrect|correct|expired|required|invalid|too|still|also|never|always|being|already|working|the|a|an|my|your|for|in|on|to|of|and|or|it|that|this|what|set|saved|gone|lost|safe|weak|strong|now|same|different|case|blank|empty|missing|unknown|hidden|needed|reset|changed|locked|rejected|accepted|ok|okay|fine|important|stored|shown|there|sent|only|just|very|so|asking|displayed|blocked|stolen|forgotten|compromised)\b",
    re.IGNORECASE,
)


def find(text: str) -> Iterator[Found]:
    for pattern in (_KEYS, _PRIVATE_KEY):
        for found in pattern.finditer(text):
            yield Found(found.start(), found.end(), CERTAIN)
    for pattern in (_IN_URL, _BEARER, _PIN, _RECOVERY, _ANSWER):
        for found in pattern.finditer(text):
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
