"""The terms of the lexical index.

Japanese has no spaces, and its morphological analysers bought nothing measurable over character bigrams; single
characters are kept beside them so that a question of one kanji finds something.
"""

import re

from app.domain.text import fold, product_codes

_CJK = "々〆〇\u3041-\u3096\u30a1-\u30fa\u30fc-\u30fe\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_GRAMMAR = re.compile(r"[ぁ-ゖ]|.[ぁ-ゖ]|[a-z']{1,3}$")
_TERM = re.compile(
    r"(?P<code>(?<![a-z0-9])[a-z]{1,4}-?\d{1,5}[a-z]{0,2}(?![a-z0-9]))"
    r"|(?P<number>\d+(?:[.,]\d+)*)"
    rf"|(?P<cjk>[{_CJK}]+)"
    rf"|(?P<word>[^\W\d_{_CJK}]+(?:'[^\W\d_{_CJK}]+)*)"
)


def content_terms(text: str) -> set[str]:
    """The terms of a question that say what it is about.

    Without hiragana, which is grammar and tone for the most part, and short Latin words; a question that holds nothing
    else is taken whole.
    """
    terms = set(tokens(text))
    return {term for term in terms if not _GRAMMAR.match(term)} or terms


def tokens(text: str) -> list[str]:
    """Terms of `text`, repetitions kept: a question and an article are cut by the same rule.

    A product or error code gives two terms, as written ("e-02") and in the form in which spellings meet ("#e02"): "E02"
    finds "E-02", and the exact spelling ranks higher. "5,500" is "5500".
    """
    folded = fold(text)
    terms: list[str] = []
    for match in _TERM.finditer(folded):
        term = match.group()
        if match.lastgroup == "cjk":
            terms += term
            terms += (term[start : start + 2] for start in range(len(term) - 1))
        else:
            terms.append(term.replace(",", ""))
    return terms + [f"#{code}" for code in product_codes(folded)]
