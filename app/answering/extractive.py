"""The embedded writer: it quotes whole passages, the best first, as many as fit half a page; one sentence is marked.

A single sentence holds the answer to about half of what the best passage answers: conditions and negations stand around
it. The best passage alone holds what must be said for 6 of 10 questions, half a page for 8
(docs/decisions/0007-answers.md).
"""

from dataclasses import replace

from app.answering.asked import Asked, codes_of
from app.answering.passage import whole
from app.domain.ports import ChunkIndex, Claim
from app.domain.retrieval import Hit, Retrieval

_MOST = 5  # chunks of an answer
_ROOM = {"ja": 600, "en": 1500}  # characters of an answer, unless the best passage is longer
# Shares of the best fused score: from which a passage is near, what one of the best passage's article is nearer by, and
# from which one keyed by the question's code comes first.
_NEAR, _OWN, _NEAR_KEY = 0.8, 0.2, 0.6


class ExtractiveWriter:
    """Writes by quoting: every claim is a sentence of a chunk, word for word."""

    name = "extractive-3"

    def write(self, retrieval: Retrieval, index: ChunkIndex) -> list[Claim]:
        asked = Asked.by(retrieval.words)
        best = _keyed(retrieval.hits, asked) or retrieval.hits[0]
        positions = whole(best.position, index)
        for hit in _further(best, retrieval.hits, asked, index):
            # A passage that follows another one comes with it already.
            longer = [*positions, *(position for position in whole(hit.position, index) if position not in positions)]
            if len(longer) <= _MOST and _length(longer, index) <= _ROOM[best.chunk.lang]:
                positions = longer
        return [
            Claim(chunk.sentence(n), position, span, best=position == best.position and n == best.sentence)
            for position in positions
            for chunk in [index.chunks[position]]
            for n, span in enumerate(chunk.sentences)
        ]


def _keyed(hits: tuple[Hit, ...], asked: Asked) -> Hit | None:
    """The first near hit about a code of the question, its row marked as the best sentence."""
    for hit in hits:
        if (
            hit.fused >= _NEAR_KEY * hits[0].fused
            and hit.chunk.lang == hits[0].chunk.lang
            and asked.is_keyed(hit.chunk)
        ):
            row = asked.keyed_sentence(hit.chunk)
            return hit if row is None else replace(hit, sentence=row)
    return None


def _further(best: Hit, hits: tuple[Hit, ...], asked: Asked, index: ChunkIndex) -> list[Hit]:
    """What may follow the best passage: first what is on a product it does not name, then what is near, the nearest
    first; where anything else can answer, only that."""
    others = [hit for hit in hits if hit.chunk.lang == best.chunk.lang and hit.position != best.position]
    missing = sorted(asked.codes - codes_of(best.chunk))
    named = [next((hit for hit in others if code in codes_of(hit.chunk)), None) for code in missing]
    able = [hit for hit in others if asked.can_be_answered_by(hit.position, index)] or others
    top = max(hit.fused for hit in hits)
    nearness = {hit.position: hit.fused / top + _OWN * _is_of(best, hit) for hit in able}
    near = sorted((hit for hit in able if nearness[hit.position] >= _NEAR), key=lambda hit: -nearness[hit.position])
    # A code's own row or heading answers alone: other articles mention it.
    keyed = asked.is_keyed(best.chunk)
    return [*(hit for hit in named if hit), *(hit for hit in near if _is_of(best, hit) or not keyed)]


def _is_of(best: Hit, hit: Hit) -> bool:
    return hit.chunk.document_id == best.chunk.document_id


def _length(positions: list[int], index: ChunkIndex) -> int:
    return sum(len(index.chunks[position].text) for position in positions)
