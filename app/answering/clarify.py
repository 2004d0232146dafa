"""When two articles fit about equally and differ: ask which one is meant, instead of picking one."""

import re
from collections.abc import Sequence

from app.domain.outcome import Option
from app.domain.retrieval import Hit, Retrieval
from app.domain.text import fold
from app.domain.tokens import tokens

_ALIKE = 0.5  # share of the shorter title's terms, codes aside, that siblings have in common
_NUMBERED = re.compile("[0-9]")
_HIRAGANA = re.compile("[ぁ-ん]+")
_MOST = 4
_TAIL = {"ja": "{question}（{title}）", "en": "{question} ({title})"}


def siblings(retrieval: Retrieval, margin: float) -> list[Hit]:
    """The best hit of each article between which the question does not decide; empty when it does.

    Two articles compete when their best hits' fused scores differ by at most `margin`, they are in one language, and
    their titles are alike but for some terms, none of which the question names.
    """
    best: dict[str, Hit] = {}
    for hit in retrieval.hits:
        best.setdefault(hit.chunk.document_id, hit)
    first, *others = best.values()
    asked = set(tokens(retrieval.words))
    rivals = [
        hit
        for hit in others
        if first.fused - hit.fused <= margin and hit.chunk.lang == first.chunk.lang and _undecided(first, hit, asked)
    ]
    return [first, *rivals][:_MOST] if rivals else []


def options(retrieval: Retrieval, hits: Sequence[Hit]) -> tuple[Option, ...]:
    """One choice an article; its text is the question with the article's title, which names what differs."""
    question = retrieval.query.strip()
    return tuple(
        Option(label=hit.chunk.title, text=_TAIL[retrieval.lang].format(question=question, title=hit.chunk.title))
        for hit in hits
    )


def _undecided(first: Hit, second: Hit, asked: set[str]) -> bool:
    if fold(first.chunk.text) == fold(second.chunk.text):
        return False
    one, two = _content(first.chunk.title), _content(second.chunk.title)
    return bool(one - two and two - one) and _alike(one, two) and not (one ^ two) & asked


def _alike(one: set[str], two: set[str]) -> bool:
    """Whether two titles are about the same matter, whatever the product."""
    matter, other = ({term for term in terms if not _NUMBERED.search(term)} for terms in (one, two))
    return len(matter & other) >= max(1, _ALIKE * min(len(matter), len(other)))


def _content(title: str) -> set[str]:
    """The terms of a title that are not grammar only."""
    return {term for term in tokens(title) if not _HIRAGANA.fullmatch(term)}
