"""A claim beside the text it cites, read once for all checks."""

from dataclasses import dataclass, replace
from functools import cached_property

from app.domain.facts.clauses import Clause, aligned, clauses, sentences
from app.domain.facts.content import content_terms
from app.domain.facts.glossary import concepts
from app.domain.facts.plain import is_japanese, plain
from app.domain.facts.reading import Facts, read_facts


@dataclass(frozen=True)
class Pair:
    """`context` (title and headings) may name what the source only points to."""

    claim: str
    source: str
    context: str = ""

    @cached_property
    def crosses(self) -> bool:
        """Claim and source are in different languages: their words cannot be compared, their facts can."""
        return is_japanese(self.claim) != is_japanese(self.source)

    @cached_property
    def claim_plain(self) -> str:
        return plain(self.claim)

    @cached_property
    def claim_clauses(self) -> tuple[Clause, ...]:
        return clauses(self.claim)

    @cached_property
    def source_clauses(self) -> tuple[Clause, ...]:
        """One that does not say what it speaks of ("they cannot be moved") speaks of what its title names."""
        titled = content_terms(plain(self.context))
        return tuple(clause if clause.topic else replace(clause, topic=titled) for clause in clauses(self.source))

    @cached_property
    def claim_facts(self) -> tuple[Facts, ...]:
        """By sentence."""
        return tuple(read_facts(sentence) for sentence in sentences(self.claim))

    @cached_property
    def source_facts(self) -> tuple[Facts, ...]:
        """By sentence; the context comes last."""
        return tuple(read_facts(sentence) for sentence in (*sentences(self.source), *sentences(self.context)))

    @cached_property
    def everything(self) -> str:
        return plain(f"{self.context}\n{self.source}")

    def counterparts(self, clause: Clause) -> list[Clause]:
        """Clauses of the source about the same; across languages those that share most of what both say alike
        (codes, amounts, words of the glossary), and all of them where nothing is shared."""
        if not self.crosses:
            return aligned(clause, self.source_clauses)
        mine = _shareable(clause)
        shared = [(len(mine & _shareable(other)), other) for other in self.source_clauses]
        most = max((n for n, _ in shared), default=0)
        return [other for n, other in shared if n == most]


def _shareable(clause: Clause) -> frozenset[str]:
    return clause.keys | concepts(clause.text) | frozenset(term for term in clause.terms if term.startswith("#"))
