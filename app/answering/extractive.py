"""The embedded writer: it quotes the right short passages whole, and marks the sentence that fits best.

Measured: a single sentence holds the answer to 10 of 18 questions, the whole short passage to 18 – conditions and
negations stand in the sentences around it.
"""

import re

from app.domain.ports import ChunkIndex, Claim
from app.domain.retrieval import Hit, Retrieval
from app.domain.text import fold, product_codes
from app.domain.tokens import content_terms, tokens

_MOST = 3
_MISSING = 0.3  # a further passage is looked for when the first lacks this share of the question's terms,
_BROUGHT = 0.5  # must hold this share of the lacking ones,
_NEAR = 0.6  # and have this share of the first one's fused score
# A question that asks for more than one thing: "… and …?", "…と、あと…", a comparison, two question marks.
_SEVERAL = re.compile(
    r"\b(?:and|also|or|vs|versus|difference|compared?)\b|また|あと|それと|および|違い|比べ|どちら|[?].+[?]", re.I
)
_CONDITION = re.compile(r"\s*(ただし|但し|なお|※|\*|注[:：]|例外|Note\b|However\b|Except|Unless\b)")


class ExtractiveWriter:
    """Writes by quoting: every claim is a sentence of a chunk, word for word."""

    name = "extractive-1"

    def write(self, retrieval: Retrieval, index: ChunkIndex) -> list[Claim]:
        passages = [retrieval.hits[0], *self._further(retrieval, index)]
        best = passages[0]
        claims: list[Claim] = []
        for hit in passages:
            for position in (hit.position, *_conditions_after(hit.position, index)):
                chunk = index.chunks[position]
                claims += (
                    Claim(chunk.sentence(n), position, span, best=position == best.position and n == best.sentence)
                    for n, span in enumerate(chunk.sentences)
                )
        return claims

    def _further(self, retrieval: Retrieval, index: ChunkIndex) -> list[Hit]:
        """Passages for what the first one leaves open: a second product that was named, or terms it does not hold."""
        first, *others = retrieval.hits
        others = [hit for hit in others if hit.chunk.lang == first.chunk.lang]
        named = [_first_naming(code, others) for code in sorted(_codes_in(retrieval.query) - _codes(first))]
        near = [hit for hit in others if hit.fused >= _NEAR * first.fused]
        found = [hit for hit in named if hit] or self._complement(retrieval, index, first, near)
        return list({hit.position: hit for hit in found}.values())[: _MOST - 1]

    def _complement(self, retrieval: Retrieval, index: ChunkIndex, first: Hit, others: list[Hit]) -> list[Hit]:
        if not _SEVERAL.search(retrieval.query):
            return []
        asked = content_terms(retrieval.query)
        share, _ = index.coverage(asked, [first.position])
        lacking = asked - set(tokens(f"{first.chunk.context} {first.chunk.question or ''} {first.chunk.text}"))
        if not others or not lacking or 1 - float(share[0]) < _MISSING or first.chunk.lang != retrieval.lang:
            return []
        shares, _ = index.coverage(lacking, [hit.position for hit in others])
        best = int(shares.argmax())
        return [others[best]] if shares[best] >= _BROUGHT else []


def _codes(hit: Hit) -> set[str]:
    return _codes_in(f"{hit.chunk.context} {hit.chunk.text}")


def _codes_in(text: str) -> set[str]:
    return set(product_codes(fold(text)))


def _first_naming(code: str, hits: list[Hit]) -> Hit | None:
    return next((hit for hit in hits if code in _codes(hit)), None)


def _conditions_after(position: int, index: ChunkIndex) -> list[int]:
    """The next chunk of the section when it begins by limiting this one."""
    following = position + 1
    if following >= len(index.chunks):
        return []
    here, there = index.chunks[position], index.chunks[following]
    same_section = (here.document_id, here.heading_path) == (there.document_id, there.heading_path)
    return [following] if same_section and _CONDITION.match(there.text) else []
