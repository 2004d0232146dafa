"""The middle of a draft for an agent: what all articles, those for staff too, say to a conversation's open turns.

Each open question goes the way of a customer's, for the audience of agents. What is said for several is said once.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from app.answering.condense import condense
from app.answering.pipeline import AnswerPipeline
from app.answering.retrieve import Retriever
from app.answering.verify import Verifier
from app.domain.conversation import Turn
from app.domain.courtesy import is_courtesy, says
from app.domain.desk_ports import Reply
from app.domain.draft import Draft, DraftSentence, Lack, Tone
from app.domain.knowledge import Audience
from app.domain.outcome import Citation, Kind, Language, Outcome, Reason, Sentence
from app.domain.ports import ChunkIndex, Embedder
from app.domain.text import detect_language, normalise, sentence_spans

_NEAR = 5  # passages that an addition may rest on
_QUESTION = re.compile(r"[?？]\s*$|(?:ですか|ますか|でしょうか)[。]?\s*$")


class PipelineReplies:
    """`by_tone` has the pipeline that writes in each tone; a tone that is not there comes plain."""

    def __init__(
        self,
        by_tone: dict[Tone, AnswerPipeline],
        current_index: Callable[[], ChunkIndex],
        embedder: Embedder,
        verifier: Verifier,
    ) -> None:
        self._by_tone = by_tone
        self._current_index = current_index
        self._embedder = embedder
        self._verifier = verifier

    async def write(
        self, turns: Sequence[Turn], open_turns: Sequence[int], locale: Language, tone: Tone = Tone.PLAIN
    ) -> Reply:
        pipeline = self._by_tone.get(tone, self._by_tone[Tone.PLAIN])
        index = self._current_index()
        gathered = _Gathered(index)
        for n in _standing(turns, open_turns, locale):
            outcome, question = await _answered(pipeline, index, turns, n, locale)
            gathered.take(outcome, question)
        return Reply(
            tuple(gathered.sentences),
            tuple(gathered.citations),
            gathered.agent_documents,
            tuple(gathered.asked),
            tuple(gathered.open),
            pipeline.begin(index, "", locale, Audience.AGENT, "draft").versions,
            _language(turns, open_turns, locale),
            None if gathered.sentences else (gathered.lacks or [Lack.NOTHING_ASKED])[0],
        )

    def unsupported(self, text: str, draft: Draft) -> tuple[str, ...]:
        said = {_bare(sentence.text) for sentence in draft.sentences}
        index = self._current_index()
        return tuple(
            sentence
            for sentence in _sentences(text)
            if _bare(sentence) not in said
            and not is_courtesy(sentence)
            and not _QUESTION.search(sentence)
            and not self._is_supported(sentence, draft.citations, index)
        )

    def withdrawn(self, citations: Sequence[Citation]) -> tuple[str, ...]:
        index = self._current_index()
        gone = [citation.document_id for citation in citations if not _still_says(index, citation)]
        return tuple(dict.fromkeys(gone))

    def _is_supported(self, sentence: str, citations: Sequence[Citation], index: ChunkIndex) -> bool:
        if any(self._verifier.verify(sentence, cited.quote, None, cited.title).supported for cited in citations):
            return True
        language = detect_language(sentence, "ja")
        found = Retriever(index, self._embedder).retrieve(sentence, language, Audience.AGENT, _NEAR)
        return any(
            self._verifier.verify(sentence, hit.chunk.text, hit.sentence_cosine, hit.chunk.context).supported
            for hit in found.hits
        )


@dataclass
class _Gathered:
    """Sentences and citations of several outcomes, each once, numbered anew."""

    index: ChunkIndex
    sentences: list[DraftSentence] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    lacks: list[Lack] = field(default_factory=list)

    def take(self, outcome: Outcome, question: str) -> None:
        if outcome.kind is Kind.DECLINE:
            self.open.append(question)
            self.lacks.append(Lack.REFUSED if outcome.reason is Reason.REFUSED else Lack.NOT_FOUND)
            return
        self.asked.append(question)
        if outcome.kind is Kind.CLARIFY:
            labels = " / ".join(option.label for option in outcome.options)
            self._add(DraftSentence(f"{outcome.text} {labels}".strip()))
        elif outcome.notice:
            self._add(DraftSentence(outcome.notice))
        numbers = {cited.n: self._number(cited) for cited in outcome.citations}
        for sentence in outcome.sentences:
            self._add(self._cited(sentence, numbers))

    @property
    def agent_documents(self) -> frozenset[str]:
        return frozenset(cited.document_id for cited in self.citations if _is_for_staff(self.index, cited.document_id))

    def _cited(self, sentence: Sentence, numbers: dict[int, int]) -> DraftSentence:
        mine = tuple(numbers[n] for n in sentence.citations)
        of = {self.citations[n - 1].document_id for n in mine}
        return DraftSentence(sentence.text, mine, any(_is_for_staff(self.index, name) for name in of))

    def _number(self, cited: Citation) -> int:
        for known in self.citations:
            if (known.document_id, known.start, known.end) == (cited.document_id, cited.start, cited.end):
                return known.n
        self.citations.append(cited.model_copy(update={"n": len(self.citations) + 1}))
        return len(self.citations)

    def _add(self, sentence: DraftSentence) -> None:
        if sentence.text not in {known.text for known in self.sentences}:
            self.sentences.append(sentence)


async def _answered(
    pipeline: AnswerPipeline, index: ChunkIndex, turns: Sequence[Turn], n: int, locale: Language
) -> tuple[Outcome, str]:
    """The outcome for the turn at `n` and the standalone question it answers."""
    trace = pipeline.begin(index, says(turns[n].text) or turns[n].text, locale, Audience.AGENT, "draft", turns[:n])
    async for _ in pipeline.respond(index, trace):
        pass
    if trace.outcome is None:
        raise AssertionError("the pipeline ends with an outcome")
    condensed = (str(step.data["standalone"]) for step in trace.steps if step.name == "condense")
    return trace.outcome, next(condensed, trace.question)


def _standing(turns: Sequence[Turn], open_turns: Sequence[int], locale: Language) -> list[int]:
    """Without those that a later one, condensed, asks again."""
    asked = {n: _bare(condense(turns[:n], says(turns[n].text), _language(turns, [n], locale))) for n in open_turns}
    return [
        n
        for n in open_turns
        if not any(_bare(says(turns[n].text)) in asked[later] for later in open_turns if later > n)
    ]


def _language(turns: Sequence[Turn], open_turns: Sequence[int], locale: Language) -> Language:
    return detect_language("\n".join(turns[n].text for n in open_turns), locale)


def _is_for_staff(index: ChunkIndex, document_id: str) -> bool:
    document = index.document(document_id)
    return document is not None and document.audience is Audience.AGENT


def _still_says(index: ChunkIndex, cited: Citation) -> bool:
    document = index.document(cited.document_id)
    return document is not None and document.is_current and cited.quote in document.text


def _sentences(text: str) -> list[str]:
    whole = normalise(text).text
    return [whole[span.start : span.end] for span in sentence_spans(whole, detect_language(whole, "ja"))]


def _bare(text: str) -> str:
    return re.sub(r"[\W_]", "", normalise(text).text).casefold()
