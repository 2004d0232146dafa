"""The words that carry meaning, and how much of one text another covers. No weights by rarity: a source is too short."""

# ruff: noqa: E501 - a row of a table of patterns stays one line

import re
from functools import lru_cache

from app.domain.facts.plain import plain

_SAME_JA = (
    ("返金", "払戻し?|ご?返金"),
    ("取消", "キャンセル|取消し?|解約"),
    ("送料", "配送料金?|発送料|送料|配送手数料"),
    ("連絡", "問合せ?|連絡|お知らせ"),
    ("注文", "オーダー|発注|ご?注文"),
    ("配送", "配達|お届け|配送|届(?=[くきけい])"),
    ("発送", "出荷|発送"),
    ("無料", "無償|無料"),
    ("購入", "お買い?(?:上げ|求め)|ご?購入|買(?=[うっいわ])"),
    ("交換", "取替え?|取換え?|交換"),
    ("登録", "申込み?|登録"),
    ("料金", "費用|料金|代金|金額|価格|値段"),
    ("期限", "期日|締切り?|期間|期限"),
    ("修理", "修繕|修理"),
    ("故障", "不具合|不良|故障|壊れ"),
    ("再起動", "起動し直|入れ直|再起動"),
    ("変更", "切り?替え|変更|変え"),
    ("削除", "消去|削除|消え|消(?=[しす])"),
    ("利用", "使用|利用|使(?=[うえいっわ])|用い"),
    ("会員", "メンバ|会員"),
    ("退会", "アカウント(?:の|を)?削除|退会"),
    ("営業", "開館|開店|営業|受付"),
    ("電話", "フリーダイヤル|電話|コールセンタ"),
    ("開始", "スタート|開始|始ま|始め"),
    ("終了", "終わ|終了"),
    ("確認", "チェック|確認|確かめ"),
    ("掃除", "清掃|クリーニング|掃除"),
    ("支払", "決済|支払|払(?=[いうっえわ])"),
    ("商品", "製品|品物|アイテム|商品"),
    ("客", "お客様|顧客|利用者|ユーザ"),
)
_SYNONYM_JA = re.compile("|".join(f"(?P<w{n}>{pattern})" for n, (_, pattern) in enumerate(_SAME_JA)))
_SAME_EN = {
    word: words.split()[0]
    for words in (
        "refund reimburse repay money-back",
        "cancel cancellation",
        "ship dispatch deliver delivery shipment shipping send sent arrive",
        "buy purchase bought order",
        "fee charge cost price",
        "fix repair mend",
        "swap exchange replace replacement",
        "begin start commence",
        "end finish expire expiry expiration",
        "contact reach call phone ring",
        "customer client buyer user shopper",
        "need require must have-to",
        "show display",
        "help assist assistance support",
        "change alter modify edit update amend",
        "delete remove erase",
        "keep retain store hold",
        "get receive obtain",
        "allow permit let",
        "item product good article",
        "choose select pick",
        "let permit",
        "movie film",
        "big large",
        "popular famous",
        "kind type sort",
        "people person human",
        "usa us america united-states american",
        "uk britain british",
        "write wrote written author",
        "make made create produce",
        "include contain comprise",
    )
    for word in words.split()
}  # fmt: skip
_STOP = frozenset(
    "a an the and or but if then of to in on at for from by with as is are was were be been being it its this that these those you your we our "
    "us they them their he she his her him i me my do does did have has had will would can could may might shall should must there here "
    "also so such than too very just about into over under up down out off only not no nor any some all each every more most other own same "
    "which who whom whose what when where why how while during before after again once s t m re ve ll d please yes oh well really quite know "
    "think sure like love one thing lot get got go going able via per etc within without until unless except across".split()
)
_TOKEN = re.compile(
    r"(?P<code>(?<![a-z0-9])[a-z]{1,6}-?\d+[a-z]{0,3}(?![a-z0-9]))|(?P<kanji>[一-鿿々]+)|(?P<kata>[ァ-ヺー]{2,})"
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
_OKURIGANA = frozenset("いえうきけくしせすたてつちっりれるろらわびべぶばみめむま")
_FILLER_JA = re.compile(
    r"(?:下記|以下|以上|以内|以降|場合|時間|必要|可能|未満|必|時|際|方|日|月|年|分|円|回|中|後|前|上|下|内|外|様|等|的|限|持|何|当|各|毎)"
)


@lru_cache(maxsize=4096)
def content_terms(text: str) -> frozenset[str]:
    """Terms of `text` (plain): kanji as bigrams, katakana words, stems of English words, codes without hyphen.

    Words of one meaning in a help centre are one term. Numbers are left out: they are checked on their own.
    """
    text = _SYNONYM_JA.sub(lambda found: f" {_SAME_JA[int((found.lastgroup or 'w0')[1:])][0]} ", text)
    terms: set[str] = set()
    for found in _TOKEN.finditer(text):
        kind, word = found.lastgroup, found[0]
        if kind == "kanji":
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
    """A crude English stem: enough to make "refunds" and "refunded" meet."""
    if word in _SAME_EN:
        return _SAME_EN[word]
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            base = word[: len(word) - len(ending)] + instead
            if len(base) > 3 and base[-1] == base[-2] and base[-1] not in "ls":
                base = base[:-1]
            word = base
            break
    return _SAME_EN.get(word, _SAME_EN.get(word + "e", word))


def coverage(claim: frozenset[str], source: frozenset[str]) -> float:
    """Share of the claim's terms that the source has, codes weighing more; 0 when the claim has none."""
    total = sum(map(_weight, claim))
    return sum(_weight(term) for term in claim & source) / total if total else 0.0


def _weight(term: str) -> float:
    """A code says which thing is meant; a verb of one kanji and its ending (洗え) could be said of any."""
    return CODE_WEIGHT if term.startswith("#") else VERB_WEIGHT if term.startswith("~") else 1.0


_WORD = re.compile(r"[一-鿿々]+|[ァ-ヺー]{2,}|[a-z]+(?:-[a-z]+)*")
_VERBS_EN = re.compile(
    r"\b(?:is|are|be|been|was|were|am|can|may|must|will|would|should|to|you|we|they|it|has|have|not|never|n't)\b(?: (?:is|are|be|been|not|also|only|then))* "
    r"(?!the\b|a\b|an\b|your\b|our\b)[a-z]+|\b(?:another|other|around|about|back)\b"
)


@lru_cache(maxsize=2048)
def noun_sequence(text: str) -> tuple[str, ...]:
    """Words of meaning of `text` (plain) in their order, kanji by the run, without what follows an English auxiliary."""
    text = _SYNONYM_JA.sub(lambda found: f" {_SAME_JA[int((found.lastgroup or 'w0')[1:])][0]} ", text)
    words = (
        stem(word) if word.isascii() else word for word in _WORD.findall(_VERBS_EN.sub(" ", text)) if word not in _STOP
    )
    return tuple(word for word in words if len(word) > 1 and not _FILLER_JA.fullmatch(word))


def owner_terms(segment: str) -> frozenset[str]:
    """What a piece of a sentence speaks of, codes, days and kinds of people among it."""
    text = plain(segment)
    return content_terms(text) | frozenset(
        re.findall(
            r"平日|土日祝?|休日|大人|子ども|小人|学生|初回|[ァ-ヺー]{2,}|\b(?:weekdays?|weekends?|first|second)\b", text
        )
    )
