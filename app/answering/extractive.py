"""The embedded writer: it quotes the right short passages whole, and marks the sentence that fits best.

Measured: a single sentence holds the answer to 10 of 18 questions, the whole short passage to 18 – conditions and
negations stand in the sentences around it.
"""

import re
from dataclasses import replace

from app.domain.ports import ChunkIndex, Claim
from app.domain.retrieval import Hit, Retrieval
from app.domain.text import fold, product_codes
from app.domain.tokens import content_terms, tokens

_MOST = 3  # passages, and chunks of one passage
_MISSING = 0.3  # a further passage is looked for when the first lacks this share of the question's terms,
_BROUGHT = 0.5  # must hold this share of the lacking ones,
_NEAR = 0.6  # and have this share of the first one's fused score
# A question that asks for more than one thing: "… and …?", "…と、あと…", a comparison, two question marks.
_SEVERAL = re.compile(
    r"\b(?:and|also|or|vs|versus|difference|compared?)\b|また|あと|それと|および|違い|比べ|どちら|[?].+[?]", re.I
)
_LEAD = {"ja": 60, "en": 150}  # characters under which a passage only leads up to the next: "Fees depend on the area."
_EXCEPTIONS = re.compile(r"例外|注意|条件|対象外|except|exclu|condition|note", re.I)
_CONDITION = re.compile(r"\s*(ただし|但し|なお|※|\*|注[:：]|例外|Note\b|However\b|Except|Unless\b)")


class ExtractiveWriter:
    """Writes by quoting: every claim is a sentence of a chunk, word for word."""

    name = "extractive-1"

    def write(self, retrieval: Retrieval, index: ChunkIndex) -> list[Claim]:
        best = _keyed(retrieval.hits, _codes_in(retrieval.query)) or retrieval.hits[0]
        passages = [best, *self._further(best, retrieval, index)]
        # A passage that follows another one comes with it already.
        positions = dict.fromkeys(position for hit in passages for position in _whole(hit.position, index))
        return [
            Claim(chunk.sentence(n), position, span, best=position == best.position and n == best.sentence)
            for position in positions
            for chunk in [index.chunks[position]]
            for n, span in enumerate(chunk.sentences)
        ]

    def _further(self, first: Hit, retrieval: Retrieval, index: ChunkIndex) -> list[Hit]:
        """Passages for what the first one leaves open: a second product that was named, or terms it does not hold."""
        others = [
            hit for hit in retrieval.hits if hit.chunk.lang == first.chunk.lang and hit.position != first.position
        ]
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


def _keyed(hits: tuple[Hit, ...], codes: set[str]) -> Hit | None:
    """The first near hit with a row or heading whose key is a code of the question: "Code: E02 | Meaning: …"."""
    for hit in hits if codes else ():
        if hit.fused < _NEAR * hits[0].fused or hit.chunk.lang != hits[0].chunk.lang:
            continue
        keys = [_codes_in(hit.chunk.sentence(n).split(" | ")[0]) for n in range(len(hit.chunk.sentences))]
        rows = [n for n, key in enumerate(keys) if key & codes and " | " in hit.chunk.sentence(n)]
        if rows:
            return replace(hit, sentence=rows[0])
        if hit.chunk.heading_path and _codes_in(hit.chunk.heading_path[-1]) & codes:
            return hit
    return None


def _whole(position: int, index: ChunkIndex) -> list[int]:
    """The passage with those right after it that it cannot be read without: at most two."""
    positions = [position]
    while len(positions) < _MOST and _belongs(positions[-1], index):
        positions.append(positions[-1] + 1)
    return positions


def _belongs(position: int, index: ChunkIndex) -> bool:
    """Whether the next chunk limits this one, or this one only leads up to it."""
    if position + 1 >= len(index.chunks):
        return False
    here, there = index.chunks[position], index.chunks[position + 1]
    if here.document_id != there.document_id:
        return False
    if there.heading_path == here.heading_path and _CONDITION.match(there.text):
        return True
    below = there.heading_path[: len(here.heading_path)] == here.heading_path
    exceptions = there.heading_path[len(here.heading_path) :]
    return below and (bool(exceptions and _EXCEPTIONS.search(exceptions[0])) or len(here.text) < _LEAD[here.lang])
