"""Clause by clause: does the source affirm what the claim affirms, under the same conditions, of as many things?"""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from app.domain.facts.amounts import is_complement
from app.domain.facts.bounds import Bound
from app.domain.facts.clauses import Clause
from app.domain.facts.conditions import (
    Condition,
    allows_doubt,
    claims_all,
    conditions,
    hedges,
    includes,
    restrictors,
    says_only,
    says_some,
    subject,
    without_conditions,
)
from app.domain.facts.content import content_terms, coverage
from app.domain.facts.contrasts import contrasts, masked
from app.domain.facts.pair import Pair
from app.domain.facts.polarity import denials, denied
from app.domain.facts.reading import read_facts

_ASIDE = re.compile(r"\([^)]*\)")
NEARLY_ALL = 0.7  # the share of a clause's words: in honest paraphrases with another number of negations it is less


def unsaid_statements(pair: Pair) -> Iterator[str]:
    """One clause of the source must say what the claim's clause says, with polarity, condition and scope."""
    for clause in pair.claim_clauses:
        wide = claims_all(clause.text)
        if wide and not any(claims_all(other.sentence) for other in pair.counterparts(clause)):
            yield f"scope: {wide[0]} not in source"
        objections = [list(_against(clause, other, pair)) for other in pair.counterparts(clause)]
        if objections and all(objections):
            yield from min(objections, key=len)
        elif objections:
            yield from _elsewhere(clause, pair)


def _elsewhere(claim: Clause, pair: Pair) -> Iterator[str]:
    """A word of the claim that only other clauses have: one of them must affirm what the claim affirms."""
    if pair.crosses:
        return
    near = frozenset[str]().union(*(other.terms for other in pair.counterparts(claim)))
    for term in claim.terms - near:
        holders = [other for other in pair.source_clauses if term in other.terms]
        holders = [other for other in holders if coverage(claim.terms, other.terms) >= 0.33]
        if holders and not denials(claim.text) and all(not _same_polarity(claim.text, other.text) for other in holders):
            yield f"polarity elsewhere: {term}"
            return


def _against(claim: Clause, source: Clause, pair: Pair) -> Iterator[str]:
    said, theirs = contrasts(claim.text), contrasts(source.text)
    clashes = [name for name in said.keys() & theirs.keys() if not said[name] & theirs[name]]
    same = _same_polarity(claim.text, source.text)
    if not same and (clashes == ["order"] or (not clashes and _complementary(claim.text, source.text))):
        return  # "only before the start" and "not after the start"
    for name in clashes:
        yield f"contrast: {'/'.join(sorted(said[name]))} for {'/'.join(sorted(theirs[name]))}"
    free = said.get("cost") == frozenset({"free"}) and "cost" not in theirs
    if free and _priced(source.text) and not _priced(claim.text):
        yield "contrast: free for an amount"
    if not same and not clashes:
        certain = _denies_the_same(claim.text, source.text) or (not pair.crosses and _covers(source, claim))
        yield "polarity: of the same words" if certain else "polarity doubt: negations"
    yield from _turned(claim, source)
    yield from _dropped(claim, source, pair)
    yield from _widened(claim, source, pair)


def _turned(claim: Clause, source: Clause) -> Iterator[str]:
    """The same condition with another sign, and an exception that becomes part of the rule."""
    excepts = any(condition.exception for condition in (*conditions(claim.text), *conditions(source.text)))
    for theirs in conditions(source.text):
        terms = frozenset(term for term in content_terms(theirs.text) if not term.startswith("~"))
        for mine in conditions(claim.text):
            same = min(coverage(terms, content_terms(mine.text)), coverage(content_terms(mine.text), terms))
            if same >= NEARLY_ALL and denials(mine.text) % 2 != denials(theirs.text) % 2 and not excepts:
                yield f"polarity: of the condition {mine.text[:60]}"
        if theirs.exception and coverage(terms, claim.terms) >= NEARLY_ALL and includes(claim.text):
            yield f"scope: {theirs.text[:60]} is an exception there"


def _same_polarity(claim: str, source: str) -> bool:
    """Equal as they stand, or with shared opposites set aside."""
    mine, theirs = (_ASIDE.sub(" ", without_conditions(text)) for text in (claim, source))
    if denials(mine) % 2 == denials(theirs) % 2:
        return True
    shared = frozenset(contrasts(claim)) & frozenset(contrasts(source))
    return bool(shared) and denials(masked(mine, shared)) % 2 == denials(masked(theirs, shared)) % 2


def _denies_the_same(claim: str, source: str) -> bool:
    """A word that one denies and the other says without denying it."""
    return _affirms_denied(claim, source) or _affirms_denied(source, claim)


def _affirms_denied(one: str, other: str) -> bool:
    """A word that `other` denies and `one` says without denying it."""
    said, no = content_terms(without_conditions(one)), denied(without_conditions(one))
    return any(word <= said and not any(word & mine for mine in no) for word in denied(without_conditions(other)))


def _covers(source: Clause, claim: Clause) -> bool:
    """The one clause has nearly all that the other says: of two of opposite polarity only one is true."""
    theirs = source.terms | source.keys | source.topic
    return len(claim.terms | claim.keys) > 1 and coverage(claim.terms | claim.keys, theirs) >= NEARLY_ALL


def _priced(text: str) -> bool:
    return any(amount.kind in {"money", "dollar"} and amount.low for amount in read_facts(text).quantities)


def _complementary(claim: str, source: str) -> bool:
    """The same amount, bounded from the other side; or days the other does not name."""
    days, others = read_facts(claim).weekdays, read_facts(source).weekdays
    if days and others and all(day.days.isdisjoint(other.days) for day in days[-1:] for other in others):
        return True
    return any(
        mine.equals(other) and (is_complement(mine.bound, other.bound))
        for mine in read_facts(claim).quantities
        for other in read_facts(source).quantities
    )


def _dropped(claim: Clause, source: Clause, pair: Pair) -> Iterator[str]:
    """A condition or an exception of the source's clause of which the claim keeps nothing."""
    for condition in conditions(source.text):
        kept = _limits(pair.claim_plain) if pair.crosses else _keeps(pair.claim_plain, condition, source.text)
        if not kept:
            yield f"condition {_loss(claim, source)}: {condition.text[:60]}"
    if pair.crosses:
        return
    lost = restrictors(source.text) - restrictors(pair.claim_plain)
    if lost and "seal" not in contrasts(claim.text):
        yield f"condition {_loss(claim, source)}: {min(lost)}"
    for limit in read_facts(subject(source.text)).quantities:
        if limit.bound is not Bound.EXACT and not any(
            limit.equals(mine) for facts in pair.claim_facts for mine in facts.quantities
        ):
            yield f"condition {_loss(claim, source)}: {limit.text}"


def _loss(claim: Clause, source: Clause) -> str:
    """ "changed" where the claim has another condition, "cut" where it is its source's words without the condition."""
    others = [mine for mine in conditions(claim.sentence) if not mine.exception]
    if any(not _keeps(source.sentence, mine, claim.text) for mine in others):
        return "changed"
    blocks = SequenceMatcher(None, claim.text, source.text, autojunk=False).get_matching_blocks()
    return "cut" if sum(block.size for block in blocks) >= NEARLY_ALL * len(claim.text) else "dropped"


def _keeps(claim: str, condition: Condition, source: str) -> bool:
    """Its amounts or most of its own words; words the statement has too say nothing of the condition."""
    if any(mine.text in condition.text for mine in conditions(claim)):
        return True
    amounts = read_facts(condition.text).quantities
    if amounts:
        return any(amount.equals(other) for amount in amounts for other in read_facts(claim).quantities)
    terms, mine = content_terms(condition.text), content_terms(claim)
    terms = (terms - content_terms(source.replace(condition.text, " ", 1))) or terms
    if not terms:
        return bool(conditions(claim)) or not condition.exception
    return coverage(terms, mine) >= (0.34 if conditions(claim) else 0.5)


def _limits(text: str) -> bool:
    return bool(conditions(text)) or says_only(text) or says_some(text) or bool(contrasts(text))


def _widened(claim: Clause, source: Clause, pair: Pair) -> Iterator[str]:
    if hedges(source.text) and not allows_doubt(claim.text):
        yield "scope: a possibility said as a fact"
    if pair.crosses:
        return
    if says_only(source.text) and not _keeps_only(claim.text):
        yield "scope: only dropped"
    if says_only(claim.text) and not _restricts(source.sentence):
        yield "scope: only not in source"


def _keeps_only(claim: str) -> bool:
    """Said as only, as a condition, as a need, or as a refusal of the others."""
    if any(not condition.exception for condition in conditions(claim)) or says_only(claim) or denials(claim):
        return not any(c.exception for c in conditions(claim)) or denials(without_conditions(claim)) > 0
    return "needed" in contrasts(claim).get("need", frozenset())


def _restricts(text: str) -> bool:
    bounded = any(quantity.bound is not Bound.EXACT for quantity in read_facts(text).quantities)
    return says_only(text) or bool(conditions(text)) or denials(text) > 0 or bounded
