"""Is every code and name of the claim in its source, and said of the same thing?"""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from app.domain.facts.clauses import Clause
from app.domain.facts.content import content_terms, noun_sequence
from app.domain.facts.contrasts import contrasts, masked
from app.domain.facts.lexicon import in_lexicon
from app.domain.facts.names import generic_loanword, katakana_words, latin_names
from app.domain.facts.pair import Pair
from app.domain.facts.plain import blanked, is_japanese, plain
from app.domain.facts.reading import read_facts

_CHANNELS = frozenset(
    "電話 メール 手紙 アプリ 窓口 店頭 ウェブ チャット sms ファックス 現金 コンビニ 代引 分割 "
    "pdf csv json excel".split()
)
_WORD = re.compile(r"[a-z']+")
_LONGEST = 2  # English words of a name that is another's: washing machine, air purifier
_ENOUGH = 3  # words in common that make two clauses alike


def unknown_names(pair: Pair) -> Iterator[str]:
    known = {code for facts in pair.source_facts for code in facts.codes}
    for facts in pair.claim_facts:
        yield from (f"product: {code} not in source" for code in facts.codes if code not in known)
    for name in latin_names(pair.claim):
        if pair.crosses and not is_japanese(pair.claim) and not name.isupper():
            continue
        if plain(name).removesuffix("'s") not in pair.everything:
            yield f"name: {name} not in source"
    if not pair.crosses:
        for word in katakana_words(pair.claim_plain):
            if word not in pair.everything and not generic_loanword(word) and not in_lexicon(word):
                yield f"name of a thing: {word} not in source"


def unknown_channels(pair: Pair) -> Iterator[str]:
    """A way to reach, pay or receive that the source does not name: by telephone for in the app."""
    named = frozenset[str]().union(*(clause.terms for clause in pair.claim_clauses)) & _CHANNELS
    yield from (f"channel: {name} not in source" for name in named - content_terms(pair.everything))


def said_of_another(pair: Pair) -> Iterator[str]:
    """Words said only in clauses that name another code than the claim's one; "A has it; B does not" speaks of both."""
    if pair.crosses:
        return
    context = content_terms(plain(pair.context))
    for clause in pair.claim_clauses:
        mine = {term for term in clause.terms if term.startswith("#")}
        if len(mine) != 1:
            continue
        home, foreign = set(context), set[str]()
        elliptic = {other.sentence for other in pair.source_clauses if mine & other.terms and len(other.terms) <= 2}
        for other in pair.source_clauses:
            codes = {term for term in other.terms if term.startswith("#")} if other.sentence not in elliptic else mine
            (foreign if codes and not codes & mine else home).update(other.terms)
        said = clause.terms - mine
        if said and len((said & foreign) - home) >= max(1, 0.4 * len(said)):
            yield f"product elsewhere: said of another than {next(iter(mine))[1:]}"


def replaced_words(pair: Pair) -> Iterator[str]:
    """A claim that is its source but for one word of meaning: trucks for vans. A paraphrase changes more."""
    if pair.crosses:
        return
    for clause in pair.claim_clauses:
        for other in pair.counterparts(clause):
            yield from _replaced(clause, other)


def _replaced(claim: Clause, source: Clause) -> Iterator[str]:
    agreed = _agreed(claim.text, source.text)
    mine, theirs = (noun_sequence(masked(_without_amounts(clause.text), agreed)) for clause in (claim, source))
    matcher = SequenceMatcher(None, mine, theirs, autojunk=False)
    changes = [op for op in matcher.get_opcodes() if op[0] != "equal"]
    same = sum(block.size for block in matcher.get_matching_blocks())
    nearly = _nearly_same(claim.text, source.text)
    few = same < (1 if nearly else _ENOUGH) or same < 0.6 * len(mine) - nearly
    if len(changes) > 1 or (few and not _differ_in_one_place(claim.text, source.text)):
        return
    for kind, start, end, start2, end2 in changes:
        new, old = mine[start:end], theirs[start2:end2]
        if kind != "replace" or max(len(new), len(old)) > (_LONGEST if nearly or few else 1) or set(new) & set(theirs):
            continue
        if not any(_overlap(one, other) for one in new for other in old):
            yield f"name replaced: {' '.join(new)} for {' '.join(old)}"


def _without_amounts(text: str) -> str:
    """They are compared on their own."""
    return blanked(text, [(amount.start, amount.end) for amount in read_facts(text).quantities])


def _agreed(one: str, other: str) -> frozenset[str]:
    """Sets of opposites of which both say the same: a need, whatever words name it."""
    mine, theirs = contrasts(one), contrasts(other)
    return frozenset(name for name, words in mine.items() if words == theirs.get(name))


def _nearly_same(one: str, other: str) -> bool:
    """Most English words, or Japanese characters, agree in their order."""
    mine, theirs = _pieces(one), _pieces(other)
    least = 0.75 if is_japanese(one) else 0.7
    return bool(mine) and SequenceMatcher(None, mine, theirs, autojunk=False).ratio() >= least


def _differ_in_one_place(one: str, other: str) -> bool:
    """They begin and end alike, for most of their length."""
    mine, theirs = _pieces(one), _pieces(other)
    begin = _shared_start(mine, theirs)
    return begin + _shared_start(mine[begin:][::-1], theirs[begin:][::-1]) >= 0.5 * len(mine)


def _shared_start(one: list[str], other: list[str]) -> int:
    """How many items they begin with alike."""
    return next(
        (n for n, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), min(len(one), len(other))
    )


def _pieces(text: str) -> list[str]:
    return list(text) if is_japanese(text) else _WORD.findall(text)


def _overlap(one: str, other: str) -> bool:
    """One is the other and a little more: 一日遅, 日遅."""
    return one in other or other in one
