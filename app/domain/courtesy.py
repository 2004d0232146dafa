"""What is said for politeness, to reach a person, or to be found again: it asks nothing that an article could answer."""

import re

from app.domain.outcome import Language
from app.domain.pseudonyms import TOKEN
from app.domain.text import detect_language, sentence_spans

# ruff: noqa: E501 - a row of a table stays one line

_POLITE = re.compile(
    r"(?:どうも|大変|本当に)?(?:あり(?:がとう|難う)(?:ございま(?:す|した))?|お世話になって(?:おり|い)ます|よろしく(?:お願い)?(?:いた|致)?します?|お願い(?:いた|致)?します"
    r"|こんにちは|こんばんは|おはようございます|はじめまして|初めまして|失礼(?:いた|致)?します|申し訳(?:ございません|ありません)|すみません(?:でした)?|すいません|助かり(?:ます|ました)"
    r"|(?:分|わ)かりました|承知(?:いた)?しました|了解(?:です|しました)?|なるほど|そうですか|はい|いいえ|もしもし|もしもーし|返事(?:を)?(?:ください|まだですか)|まだですか|聞いてますか|いますか|待って(?:い)?ます(?:けど|が)?"
    r"|お問い合わせ(?:いただき)?、?|ご連絡(?:いただき)?、?|お待たせ(?:いた)?しました|担当(?:者)?(?:の|は)"
    r"|ご(?:不便|迷惑)をおかけし、?(?:て)?|お困りのことと存じます|ご(?:確認|検討|対応)(?:のほど)?(?:を)?"
    r"|\b(?:hello|hi|hey|dear(?: \w+)?|good (?:morning|afternoon|evening)|thank you(?: (?:so|very) much)?|thanks(?: a lot| so much)?|please|sorry(?: (?:for|about) [^.!?]{0,40})?|regards|best(?: regards)?|kind regards|sincerely|cheers|ok(?:ay)?|great|i see|got it|yes|no|anyone(?: there)?|are you (?:still )?there|still (?:there|waiting)|any (?:update|news)s?|looking forward to [^.!?]{0,30}|i(?:'m| am) (?:still )?waiting|you(?:'re| are) welcome)\b)",
    re.IGNORECASE,
)
_FOR_A_PERSON = re.compile(
    r"(?:担当(?:者|の(?:方|人))|オペレーター|人間|人|スタッフ|店員(?:さん)?|責任者)(?:の方)?(?:と|に|へ|を|から)[^。？?！!]{0,14}(?:話|代わ|かわ|変わ|つな|繋|対応|回|お願い|出|連絡|聞)[^。？?！!]{0,20}"
    r"|(?:担当者|オペレーター|人間|責任者)(?:と話|を|に|お願い|希望|呼)[^。？?！!]{0,16}|(?:機械|AI|ボット|ロボット)(?:では|じゃ)(?:なく|ない)[^。？?！!]{0,24}"
    r"|\b(?:talk|speak|chat|put me through|connect me|transfer me|pass me on|get me)\b[^.?!]{0,30}\b(?:human|person|agent|someone|somebody|representative|operator|staff|manager|supervisor|sales|support)\b[^.?!]{0,20}"
    r"|\b(?:i (?:want|need|would like|'d like)|can i (?:get|have)|give me)\b[^.?!]{0,12}\b(?:a |an )?(?:real |live |actual )?(?:human|person|agent|representative|operator)\b[^.?!]{0,20}"
    r"|^(?:a |an )?(?:real |live )?(?:human|agent|person|operator|representative)(?: please)?$",
    re.IGNORECASE,
)
_REFERENCE = re.compile(
    r"(?:ご?注文(?:番号|no\.?)|受付番号|会員番号|伝票番号|order(?: number| no\.?| id)?|ref(?:erence)?(?: number)?)\s*(?:は|が|:|：|is|#|＃)*\s*#?[A-Za-z]{0,3}-?[\d-]{4,}(?:です|になります)?",
    re.IGNORECASE,
)
_WAITS = re.compile(
    r"(?:担当(?:者|の(?:方|人))?|お?返事|ご?連絡|ご?回答|そちら)?(?:を|の)?お?待ち(?:して|ます|しております|いた)?(?:い?ます|おり(?:ます)?)?|(?:担当(?:者|の(?:方|人))|人|責任者)(?:さん)?(?:は|を|が)?(?:いますか|お願い|呼んで|出して)?(?:ください|下さい)?(?:と)?|(?:急|早)(?:ぎ|く|いで)(?:お願い|して)?(?:ください|下さい)?|検討しているので早めに知りたい(?:です)?",
)
_EMPTY_EN = frozenset(
    "a about again agent all am an and answer any anybody anyone are as asap ask assistant at be bit can "
    "come connect could do does for forward forwarding from get give got hear help here hold human i i'd "
    "i'll i'm i've is it it's its just know let like live look looking manager me member minute moment my "
    "need number of one operator or person please quick quickly rather real reply representative so some "
    "somebody someone soon speak staff still talk team than that that's the there this to urgent us wait "
    "waiting was we what's when who will with would yet you your".split()
)
_NAMED = re.compile(r"(?:と(?:申|もう)します|(?:で|と)す|my name is|this is|i am|i'm)", re.IGNORECASE)
_WORDY = 6  # hiragana that are left: a question without a single noun


def says(text: str) -> str:
    """`text` without the sentences that are courtesy, a wish for a person or a reference alone; "" where all are."""
    return "".join(sentence for sentence in _sentences(text) if not is_courtesy(sentence)).strip()


def is_courtesy(sentence: str) -> bool:
    """Nothing is left of it without polite words, tokens and numbers to be found by."""
    rest = TOKEN.sub(" ", sentence)
    if rest != sentence:
        rest = _NAMED.sub(" ", rest)
    for pattern in (_REFERENCE, _FOR_A_PERSON, _WAITS, _POLITE):
        rest = pattern.sub(" ", rest.strip(" 、。,.!?！？…〜～\n"))
    if _is_japanese(sentence):
        return not re.search(r"[^\W_ぁ-ゖー]", rest) and len(re.findall(r"[ぁ-ゖ]", rest)) < _WORDY
    return set(re.findall(r"[a-z0-9][\w'’-]*", rest.lower())) <= _EMPTY_EN


def asks_for_a_person(text: str) -> bool:
    return bool(_FOR_A_PERSON.search(text))


def _sentences(text: str) -> list[str]:
    language: Language = detect_language(text, "en")
    spans = sentence_spans(text, language)
    return [
        text[span.start : (spans[n + 1].start if n + 1 < len(spans) else len(text))] for n, span in enumerate(spans)
    ]


def _is_japanese(text: str) -> bool:
    return detect_language(text, "en") == "ja"
