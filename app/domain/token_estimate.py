"""How many tokens a text is, about, for those who count them: nothing is cut or refused by it."""

import re

_CJK = re.compile("[\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff々〆〇\U00020000-\U0003ffff]")
_LETTER = re.compile(r"[^\W\d_]")
_OTHER = re.compile(r"[^\s]")  # digits and marks, once the letters are taken out


def estimate_tokens(text: str) -> int:
    """A weight for each kind of character, fitted to the tokenizer of the embedded model (multilingual-e5-small).

    Over 863 paragraphs of the sample articles and 1,500 lines of the evaluation sets, ja and en, half the estimates are
    within 10 % of what that tokenizer counts and nine in ten within 25 %. Other models count otherwise.
    """
    rest, cjk = _CJK.subn("", text)
    rest, letters = _LETTER.subn("", rest)
    others = len(_OTHER.findall(rest))
    return round(0.57 * cjk + 0.27 * letters + 0.87 * others)
