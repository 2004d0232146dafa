"""The middle of a draft for an agent: what all articles, those for staff too, say to a conversation's open turns.

Each open question goes the way of a customer's, for the audience of agents. What is said for several is said once.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from app.answering.guard_out import objection
from app.answering.pipeline import AnswerPipeline
from app.answering.retrieve import Retriever
from app.answering.verify import Verifier
from app.domain.asking import asking
from app.domain.conversation import Turn
from app.domain.courtesy import is_courtesy, says
from app.domain.draft import Draft, DraftSentence, Lack, Tone
from app.domain.draft_ports import Reply
from app.domain.knowledge import Audience
from app.domain.outcome import Citation, Kind, Language, Outcome, Reason, Sentence
from app.domain.ports import ChunkIndex, Embedder
from app.domain.text import detect_language, fold, normalise, product_codes, sentence_spans

SURE_ENOUGH = 0.12  # confidence of a draft: somebody reads it before a customer does (docs/decisions/0023-drafts.md)
_NEAR = 5  # passages that an addition may rest on
_CODE = re.compile(r"(?<![A-Za-z0-9])[A-Z]{1,4}-?\d{1,5}[A-Z]{0,2}(?![A-Za-z0-9])")
_QUESTION = re.compile(r"[?？]\s*$|(?:ですか|ますか|でしょうか)[。]?\s*$")


class PipelineReplies:
    """`by_tone` has the pipeline that writes in each tone; a tone that is not there comes plain. `usual` is the
    confidence from which customers are answered."""

    def __init__(
        self,
        by_tone: dict[Tone, AnswerPipeline],
        current_index: Callable[[], ChunkIndex],
        embedder: Embedder,
        verifier: Verifier,
        usual: float,
    ) -> None:
        self._usual = usual
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
        for n in open_turns:
            outcome, question = await _answered(pipeline, index, turns, n, open_turns, locale)
            if outcome.confidence >= self._usual or n == open_turns[0] or _asks(turns[n].text):
                gathered.take(outcome, question)
        gathered.settle(" ".join(turns[n].text for n in open_turns))
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
        """As what a model writes is judged: by the verifier, and by the letter where money or a promise is told."""
        if any(self._rests_on(sentence, cited.quote, cited.title, None) for cited in citations):
            return True
        language = detect_language(sentence, "ja")
        found = Retriever(index, self._embedder).retrieve(sentence, language, Audience.AGENT, _NEAR)
        return any(
            self._rests_on(sentence, hit.chunk.text, hit.chunk.context, hit.sentence_cosine) for hit in found.hits
        )

    def _rests_on(self, sentence: str, source: str, context: str, similarity: float | None) -> bool:
        if objection(sentence, f"{context}\n{source}", ()):
            return False
        return self._verifier.verify(sentence, source, similarity, context).supported


@dataclass
class _Gathered:
    """Sentences and citations of several outcomes, each once, numbered anew."""

    index: ChunkIndex
    sentences: list[DraftSentence] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    lacks: list[Lack] = field(default_factory=list)
    back: list[DraftSentence] = field(default_factory=list)  # what might be asked of the customer

    def take(self, outcome: Outcome, question: str) -> None:
        if outcome.kind is Kind.DECLINE:
            self.open.append(question)
            self.lacks.append(Lack.REFUSED if outcome.reason is Reason.REFUSED else Lack.NOT_FOUND)
            return
        self.asked.append(question)
        if outcome.kind is Kind.CLARIFY:
            labels = " / ".join(option.label for option in outcome.options)
            self.back.append(DraftSentence(f"{outcome.text} {labels}".strip()))
        elif outcome.notice:
            self._add(DraftSentence(outcome.notice))
        numbers = {cited.n: self._number(cited) for cited in outcome.citations}
        for sentence in outcome.sentences:
            self._add(self._cited(sentence, numbers))

    def settle(self, asked: str) -> None:
        """Leave out what is about other products than those that the customer names, and ask back only where nothing
        else was said: the turns beside an answered one often tell which product it is."""
        codes = frozenset(product_codes(fold(asked)))
        of = {cited.n: frozenset(product_codes(fold(cited.title))) for cited in self.citations}
        named = {n for n, mine in of.items() if mine & codes}
        if named:
            other = {n for n, mine in of.items() if mine and not mine & codes}
            self.sentences = [said for said in self.sentences if not said.citations or set(said.citations) - other]
        if not any(said.citations for said in self.sentences):
            self.sentences += self.back[:1]
        self._renumber()

    def _renumber(self) -> None:
        used = sorted({n for said in self.sentences for n in said.citations})
        number = {n: place for place, n in enumerate(used, 1)}
        self.citations = [
            cited.model_copy(update={"n": number[cited.n]}) for cited in self.citations if cited.n in number
        ]
        self.sentences = [replace(said, citations=tuple(number[n] for n in said.citations)) for said in self.sentences]

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
    pipeline: AnswerPipeline,
    index: ChunkIndex,
    turns: Sequence[Turn],
    n: int,
    open_turns: Sequence[int],
    locale: Language,
) -> tuple[Outcome, str]:
    """The outcome for the turn at `n` and the standalone question it answers: the turn's, else that of the sentence of
    it, or of all open turns together, that the articles answer most surely."""
    asked = says(turns[n].text) or turns[n].text
    outcome, question = await _outcome(pipeline, index, asked, turns[:n], locale)
    if outcome.kind is Kind.ANSWER or outcome.reason in {Reason.REFUSED, Reason.OUT_OF_SCOPE}:
        return outcome, question
    joined = " ".join(says(turns[m].text) for m in open_turns)
    chosen = _choice(outcome, asked, index)
    others = [other for other in (chosen, *_about(asked, joined), joined) if other and _bare(other) != _bare(asked)]
    best = outcome
    for other in dict.fromkeys(others):
        found, _ = await _outcome(pipeline, index, other, turns[:n], locale)
        if found.kind is Kind.ANSWER and (best.kind is not Kind.ANSWER or found.confidence > best.confidence):
            best = found
    return best, question


def _about(asked: str, joined: str) -> list[str]:
    """The sentences of a turn, each with the products that the customer names anywhere."""
    codes = " ".join(dict.fromkeys(_CODE.findall(joined)))
    return [each if not codes or _CODE.search(each) else f"{codes} {each}" for each in _sentences(asked)]


def _choice(outcome: Outcome, asked: str, index: ChunkIndex) -> str:
    """Of the choices of a question back the one whose article alone has the code as the customer wrote it; or ""."""
    codes = [re.compile(rf"(?<![A-Za-z0-9-]){re.escape(code)}(?![A-Za-z0-9-])") for code in _CODE.findall(asked)]
    documents = (index.document(name) for name in dict.fromkeys(chunk.document_id for chunk in index.chunks))
    articles = {document.title: document.text for document in documents if document}
    able = [
        option.text for option in outcome.options if any(code.search(articles.get(option.label, "")) for code in codes)
    ]
    return able[0] if len(able) == 1 else ""


async def _outcome(
    pipeline: AnswerPipeline, index: ChunkIndex, question: str, before: Sequence[Turn], locale: Language
) -> tuple[Outcome, str]:
    trace = pipeline.begin(index, question, locale, Audience.AGENT, "draft", before)
    async for _ in pipeline.respond(index, trace):
        pass
    if trace.outcome is None:
        raise AssertionError("the pipeline ends with an outcome")
    condensed = (str(step.data["standalone"]) for step in trace.steps if step.name == "condense")
    return trace.outcome, next(condensed, question)


def _asks(text: str) -> bool:
    """Or wants, or tells of trouble. What only tells how it came about is answered where that is sure."""
    return any(asking(each) > 0 for each in _sentences(says(text)))


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
