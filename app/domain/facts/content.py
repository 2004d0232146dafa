"""The words that carry meaning, and how much of one text another covers. No weights by rarity: a source is too short."""

# ruff: noqa: E501 - a row of a table of patterns stays one line

import re
from functools import lru_cache

from app.domain.facts.lexicon import MARK, known, marked, meaning, meaning_of_word
from app.domain.facts.periods import near_days
from app.domain.facts.plain import plain

_STOP = frozenset(
    "a an the and or but if then of to in on at for from by with as is are was were be been being it its this that these those you your we our "
    "us they them their he she his her him i me my do does did have has had will would can could may might shall should must there here "
    "also so such than too very just about into over under up down out off only not no nor any some all each every more most other own same "
    "which who whom whose what when where why how cannot while during before after again once s t m re ve ll d please yes oh well really quite know "
    "later earlier least longer think sure like love one thing lot get got go going able via per etc within without until unless except across".split()
)
_TOKEN = re.compile(
    rf"(?P<mark>{MARK})|(?P<code>(?<![a-z0-9])[a-z]{{1,6}}-?\d+[a-z]{{0,3}}(?![a-z0-9]))|(?P<kanji>[一-鿿々]+)|(?P<kata>[ァ-ヺー]{{2,}})"
    r"|(?P<latin>[a-z]+(?:-[a-z]+)*)|(?P<number>\d+)"
)
_ENDINGS = (
    ("ies", "y"),
    ("ingly", ""),
    ("edly", ""),
    ("ied", "y"),
    ("ing", ""),
    ("ed", ""),
    ("es", ""),
    ("ly", ""),
    ("s", ""),
    ("e", ""),
)
CODE_WEIGHT = 3.0
VERB_WEIGHT = 0.5
_BOUNDS = frozenset({"限度", "下限", "超え", "未満"})  # compared as bounds of their amounts
_OKURIGANA = frozenset("いえうきけくしせすたてつちっりれるろらわびべぶばみめむま")
_FILLER_JA = re.compile(
    r"(?:下記|以下|以上|以内|以降|場合|時間|必要|可能|未満|必|時|際|方|日|月|年|分|円|回|中|後|前|上|下|内|外|様|等|的|限|持|何|当|各|毎)"
)


@lru_cache(maxsize=4096)
def content_terms(text: str) -> frozenset[str]:
    """Terms of `text` (plain): kanji as bigrams, katakana words, stems of English words, codes without hyphen.

    Words of one meaning in a help centre are one term. Numbers are left out: they are checked on their own.
    """
    text = marked(text)
    terms: set[str] = set()
    for found in _TOKEN.finditer(text):
        kind, word = found.lastgroup, found[0]
        if kind == "mark":
            terms.add(meaning(word))
        elif kind == "kanji":
            is_verb = len(word) == 1 and text[found.end() : found.end() + 1] in _OKURIGANA
            terms.update(f"~{word}" if is_verb else term for term in _kanji_terms(word))
        elif kind == "kata":
            terms.add(word)
        elif kind == "code":
            terms.add("#" + word.replace("-", ""))
        elif kind == "latin":
            terms.update(stem(part) for part in word.split("-") if part not in _STOP and len(part) > 1)
    return frozenset(terms)


def _kanji_terms(run: str) -> list[str]:
    run = _FILLER_JA.sub("", run) if len(run) > 1 else run
    if len(run) <= 1:
        return [run] if run and not _FILLER_JA.fullmatch(run) else []
    return [run[n : n + 2] for n in range(len(run) - 1)]


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """A crude English stem, or the word's meaning in the lexicon: "refunds" and "reimbursed" meet."""
    if name := meaning_of_word(word):
        return name
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            base = word[: len(word) - len(ending)] + instead
            if len(base) > 3 and base[-1] == base[-2] and base[-1] not in "ls":
                base = base[:-1]
            return meaning_of_word(base) or meaning_of_word(base + "e") or base
    return word


def coverage(claim: frozenset[str], source: frozenset[str]) -> float:
    """Share of the claim's terms that the source has, codes weighing more; 0 when the claim has none."""
    total = sum(map(_weight, claim))
    return sum(_weight(term) for term in claim & source) / total if total else 0.0


def _weight(term: str) -> float:
    """A code says which thing is meant; a verb of one kanji and its ending (洗え) could be said of any."""
    return CODE_WEIGHT if term.startswith("#") else VERB_WEIGHT if term.startswith("~") else 1.0


_WORD = re.compile(rf"{MARK}|[一-鿿々]+|[ァ-ヺー]{{2,}}|[a-z]+(?:-[a-z]+)*")
_VERBS_EN = re.compile(
    r"\b(?:is|are|be|been|was|were|am|can|may|must|will|would|should|to|you|we|they|it|has|have|not|never|n't)\b(?: (?:is|are|be|been|not|also|only|then))* "
    r"(?!the\b|a\b|an\b|your\b|our\b)[a-z]+|\b(?:another|other|around|about|back)\b"
)


@lru_cache(maxsize=2048)
def noun_sequence(text: str) -> tuple[str, ...]:
    """Words of meaning of `text` (plain) in their order, kanji by the run, without what follows an English auxiliary."""
    text = marked(text)
    words = (
        stem(word) if word.isascii() else meaning(word) if word[0] == "\ue100" else word
        for word in _WORD.findall(_VERBS_EN.sub(" ", text))
        if word not in _STOP
    )
    return tuple(
        word
        for word in words
        if word not in _BOUNDS and (known(word) or (len(word) > 1 and not _FILLER_JA.fullmatch(word)))
    )


def owner_terms(segment: str) -> frozenset[str]:
    """What a piece of a sentence speaks of, codes, days and kinds of people among it."""
    text = plain(segment)
    days = {f"={unit} {distance}" for unit, distance in near_days(text)}
    return (
        content_terms(text)
        | days
        | frozenset(
            re.findall(
                r"平日|土日祝?|休日|大人|子ども|小人|学生|初回|[ァ-ヺー]{2,}|\b(?:weekdays?|weekends?|first|second)\b",
                text,
            )
        )
    )


_PIECE = re.compile(rf"{MARK}|[一-鿿々]+|[ァ-ヺー]{{2,}}|[a-z]+(?:-[a-z]+)*")


def first_term(text: str) -> frozenset[str]:
    """The first word of meaning of `text` (plain)."""
    for piece in _PIECE.findall(marked(text)):
        if terms := content_terms(piece) if piece[0] != "\ue100" else frozenset({meaning(piece)}):
            return terms
    return frozenset()


def last_term(text: str) -> frozenset[str]:
    """The last word of meaning of `text` (plain); of a run of kanji all its terms."""
    pieces = list(_PIECE.finditer(marked(text)))
    for piece in reversed(pieces):
        word = piece[0]
        if word[0] == "\ue100":
            return frozenset({meaning(word)})
        if terms := content_terms(word + marked(text)[piece.end() : piece.end() + 1]):
            return terms
    return frozenset()
