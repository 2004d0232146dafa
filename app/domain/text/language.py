"""Which of the two languages a text is in, told by its script."""

import re

from app.domain.outcome import Language

_KANA = re.compile(r"[ぁ-ゖァ-ヺｦ-ﾝ]")
_KANJI = re.compile(r"[㐀-䶿一-鿿豈-﫿々〆𠀀-𱍊]")
# Addresses and codes ("E-05", "AW-120D") are written alike in both languages.
_NEUTRAL = re.compile(r"https?://[!-~]+|[\w.+-]+@[\w.-]+|[A-Za-z]*[-‐−]?\d[A-Za-z\d-]*", re.ASCII)
_WORD = re.compile(r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ'’]+")
_ORDINARY_WORD = re.compile(r"[A-Za-zÀ-ɏ][a-zà-ɏ]{2,}")  # not PayPay, VISA, OK


def detect_language(text: str, default: Language) -> Language:
    """Japanese where its characters outnumber Latin words, English the other way round, else `default`.

    `default` (the conversation's locale) answers for what belongs to neither or to both: one character, codes, digits,
    emoji, kanji alone, one brand name. Kana beside codes ("AW-80のE02") is Japanese.
    """
    prose = _NEUTRAL.sub(" ", text)
    kana, kanji = len(_KANA.findall(prose)), len(_KANJI.findall(prose))
    words = _WORD.findall(prose)
    if kana + kanji <= 1 and len(prose.strip()) <= 1 and len(text.strip()) <= 1:
        return default
    if kana:
        return "ja" if kana + kanji >= len(words) else "en"
    if kanji:
        return "en" if len(words) >= 3 and len(words) > kanji else default
    if len(words) == 1:
        return "en" if _ORDINARY_WORD.fullmatch(words[0]) else default
    return "en" if words else default
