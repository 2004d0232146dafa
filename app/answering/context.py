"""A complete question may still go on about what was asked before: "Do I need the original box?" after a return.

No word of it says so, but the articles do: where the one found first for the question before is near to this one too,
both are about the same, and it is looked for with the question before as well. The question itself stays as it is.
"""

from dataclasses import replace

from app.answering.retrieve import Retriever
from app.domain.knowledge import Audience
from app.domain.outcome import Language
from app.domain.ports import QuestionVectors
from app.domain.retrieval import Retrieval
from app.domain.text import detect_language

_NEAR = 5  # articles found for this question, among which the one of the question before stands (docs/decisions/0011)
_FEW = 4  # a near article is among the first fourth of what was found
_ALL = 1_000  # chunks


def retrieve_in_context(
    retriever: Retriever,
    asked: str,
    earlier: str,
    lang: Language,
    audience: Audience,
    vectors: QuestionVectors | None = None,
    k: int = 10,
) -> tuple[Retrieval, bool]:
    """The best `k` chunks for `asked`, and whether `earlier`, the question before or "", was heeded. `vectors`: see
    `Retriever.retrieve`."""
    found = retriever.retrieve(asked, lang, audience, _ALL if earlier else k, vectors)
    goes_on = bool(earlier) and _is_about_the_same(retriever, found, earlier)
    if goes_on:
        joined = retriever.retrieve(f"{earlier} {asked}", lang, audience, _ALL)
        fused = {hit.position: hit.fused for hit in joined.hits}
        hits = (replace(hit, fused=(hit.fused + fused.get(hit.position, 0.0)) / 2) for hit in found.hits)
        found = replace(found, hits=tuple(sorted(hits, key=lambda hit: (-hit.fused, hit.chunk.id))))
    return replace(found, hits=found.hits[:k]), goes_on


def _is_about_the_same(retriever: Retriever, found: Retrieval, earlier: str) -> bool:
    before = retriever.retrieve(earlier, detect_language(earlier, found.lang), found.audience, 1)
    articles = list(dict.fromkeys(hit.chunk.document_id for hit in found.hits))
    near = articles[: min(_NEAR, len(articles) // _FEW)]  # among a handful of articles each is near
    return bool(before.hits) and before.hits[0].chunk.document_id in near
