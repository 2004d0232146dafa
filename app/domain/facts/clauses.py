"""A text as clauses: the unit in which what is said of one thing is compared with what is said of the same thing."""

import re
from dataclasses import dataclass
from functools import lru_cache

from app.domain.facts.content import content_terms, coverage
from app.domain.facts.plain import is_japanese, plain
from app.domain.text import normalise, sentence_spans

# Where one statement ends and the next begins. Conditions stay with the statement they decide.
_BREAK_JA = re.compile(
    r"(?<=[ますたいるんだ])(?:が|けれども|けど|し|ので|ため|から)、|(?<=[ますたいるん])(?:が|けれども)(?=[^、])(?<=が)(?<=ますが|ですが|せんが)"
    r"|(?<=り)、|(?<=あり)、|(?<=[一-鿿])で、(?=[^。]*は)|(?:いただき|でき|なり|おり|ており|せず|行い|取り|し)、|;|(?:です|ます|ません)。"
)
_BREAK_EN = re.compile(
    r"; |, (?:but|however|although|though|while|whereas|and|so|yet|which|nor)\b | but (?=\w+ )| (?:although|whereas) | - "
)


@dataclass(frozen=True, slots=True)
class Clause:
    """`text` is plain; `sentence` is the position of its sentence, `sentence_text` the whole of it, plain."""

    text: str
    sentence: int
    sentence_text: str
    terms: frozenset[str]


@lru_cache(maxsize=512)
def sentences(text: str) -> tuple[str, ...]:
    """Sentences of `text` as they are written."""
    normal = normalise(text).text
    return tuple(normal[span.start : span.end] for span in sentence_spans(normal, "ja" if is_japanese(text) else "en"))


@lru_cache(maxsize=512)
def clauses(text: str) -> tuple[Clause, ...]:
    found: list[Clause] = []
    for n, sentence in enumerate(sentences(text)):
        whole = plain(sentence)
        found += (Clause(part, n, whole, content_terms(part)) for part in _parts(whole))
    return tuple(found)


def _parts(sentence: str) -> list[str]:
    pattern = _BREAK_JA if is_japanese(sentence) else _BREAK_EN
    cuts = [0, *(match.end() for match in pattern.finditer(sentence)), len(sentence)]
    parts = [sentence[start:end].strip() for start, end in zip(cuts, cuts[1:], strict=False)]
    return [part for part in parts if len(part) > 1]


def aligned(claim: Clause, source: tuple[Clause, ...], slack: float = 0.12, least: float = 0.34) -> list[Clause]:
    """The clauses of the source that speak of what the claim speaks of: those covering about as much of it as the best."""
    scored = [(coverage(claim.terms, clause.terms), clause) for clause in source]
    best = max((score for score, _ in scored), default=0.0)
    if best < least:
        return []
    return [clause for score, clause in scored if score >= best - slack]
