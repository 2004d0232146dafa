"""The answer while it is being made: sentences and citations gather here, and become one outcome."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from app.answering.cite import Citations
from app.answering.decide import Decision
from app.domain.desk import Cause
from app.domain.outcome import Kind, Near, Offer, Option, Outcome, OutcomeEvent, Sentence, SentenceEvent
from app.domain.ports import ChunkIndex, Claim
from app.domain.trace import Trace


class AnswerDraft:
    """Belongs to one trace and writes its steps and its outcome into it."""

    def __init__(self, trace: Trace, index: ChunkIndex) -> None:
        self.trace = trace
        self.language = trace.locale
        self.notice: str | None = None
        self.sentences: list[Sentence] = []
        self.index = index
        self._citations = Citations(index)

    @contextmanager
    def step(self, name: str) -> Iterator[dict[str, Any]]:
        """Time a step; what is put into the yielded dict is kept in the trace, and must be plain JSON."""
        data: dict[str, Any] = {}
        began = time.perf_counter()
        yield data
        self.trace.add(name, time.perf_counter() - began, **data)

    def add(self, claim: Claim) -> SentenceEvent:
        """Take in a claim that was verified."""
        citation, is_new = self._citations.cite(claim.chunk)
        sentence = Sentence(text=claim.text, citations=(citation.n,), best=claim.best)
        self.sentences.append(sentence)
        return SentenceEvent(sentence=sentence, citations=(citation,) if is_new else ())

    def answered(self, decision: Decision) -> OutcomeEvent:
        lines = [self.notice] if self.notice else []
        text = "\n".join([*lines, *(sentence.text for sentence in self.sentences)])
        return self._end(Kind.ANSWER, text, decision)

    def declined(self, text: str, decision: Decision) -> OutcomeEvent:
        return self._end(Kind.DECLINE, text, decision)

    def asked_back(self, text: str, decision: Decision, options: tuple[Option, ...]) -> OutcomeEvent:
        return self._end(Kind.CLARIFY, text, decision, options)

    def handed_off(self, text: str) -> OutcomeEvent:
        """`text` comes first, then what was quoted, if anything was."""
        self.notice = "\n".join([text, *([self.notice] if self.notice else [])]) if self.sentences else None
        said = [self.notice or text, *(sentence.text for sentence in self.sentences)]
        return self._end(Kind.HANDOFF, "\n".join(said), Decision(Kind.HANDOFF, 0.0))

    def offered(self, text: str, cause: Cause) -> OutcomeEvent:
        """The outcome that was made, with a person offered beside it."""
        if self.trace.outcome is None:
            raise ValueError("an offer stands beside an outcome")
        outcome = self.trace.outcome.model_copy(update={"offer": Offer(cause=cause, text=text)})
        self.trace.outcome = outcome
        return OutcomeEvent(outcome=outcome)

    def _end(self, kind: Kind, text: str, decision: Decision, options: tuple[Option, ...] = ()) -> OutcomeEvent:
        outcome = Outcome(
            message_id=uuid4().hex,
            kind=kind,
            reason=decision.reason,
            language=self.language,
            text=text,
            notice=self.notice,
            sentences=tuple(self.sentences),
            citations=self._citations.all,
            options=options,
            near=self._near(decision),
            confidence=round(decision.confidence, 4),
            versions=self.trace.versions,
            trace_id=self.trace.id,
        )
        self.trace.outcome = outcome
        return OutcomeEvent(outcome=outcome)

    def _near(self, decision: Decision) -> Near | None:
        if decision.near is None:
            return None
        chunk = decision.near.chunk
        document = self.index.document(chunk.document_id)
        return Near(document_id=chunk.document_id, title=chunk.title, url=document.url if document else None)
