"""Questions through the whole pipeline: is the answer right, and did it stop when it should?"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import anyio.to_thread

from app.answering.verify import Thresholds, Verifier
from app.bootstrap import Services, build_services
from app.domain.conversation import Conversation, Turn
from app.domain.evaluation import Pair
from app.domain.knowledge import Audience
from app.domain.outcome import Kind, Outcome
from app.domain.ports import ChunkIndex
from app.domain.trace import Trace
from app.errors import EvalError
from app.settings import Settings
from app.wiring.models import open_embedder
from evals.history import History
from evals.samples import Dataset, Sample, read_samples
from evals.scorers import ragas as ragas_scorers
from evals.scorers.ragas import JUDGE_SECONDS, Case, Ragas, open_ragas
from evals.task import INPUT, Output, Scorer
from evals.throwaway import indexed

_SHOWN = 10  # articles of the ranking that are kept


class Question(Sample):
    """`gold_docs` hold the answer, any one of them unless `kind` is `comparison`; `must_contain` lists groups of
    alternatives, of each of which the answer must hold one; `reference` is a model answer, `history` the turns before.
    """

    question: str
    lang: Literal["ja", "en"]
    answerable: bool
    gold_docs: tuple[str, ...]
    must_contain: tuple[tuple[str, ...], ...] = ()
    must_not_contain: tuple[str, ...] = ()
    reference: str = ""
    history: History = ()
    kind: str = ""
    audience: Literal["public", "agent"] = "public"


def _correct(question: Question, output: Output) -> Pair | None:
    if not question.answerable:
        return None
    text = folded(output["text"])
    said = all(any(folded(each) in text for each in group) for group in question.must_contain)
    return float(_has_answered(output) and said and not _says_any(question.must_not_contain, output)), 1.0


def _has_answered(output: Output) -> bool:
    """A hand-off may stand beside what articles say."""
    return output["kind"] == Kind.ANSWER or (output["kind"] == Kind.HANDOFF and bool(output["citations"]))


def _success_at(k: int, question: Question, output: Output) -> Pair | None:
    if not question.answerable or not question.gold_docs:
        return None
    return float(bool(set(output["ranking"][:k]) & set(question.gold_docs))), 1.0


def _recall_at_5(question: Question, output: Output) -> Pair | None:
    if not question.answerable or not question.gold_docs:
        return None
    return len(set(output["ranking"][:5]) & set(question.gold_docs)) / len(set(question.gold_docs)), 1.0


def _citation_precision(question: Question, output: Output) -> Pair | None:
    cited = [citation["document_id"] for citation in output["citations"]]
    if not question.answerable or not cited:
        return None
    return sum(name in question.gold_docs for name in cited) / len(cited), 1.0


def _false_answer(question: Question, output: Output) -> Pair | None:
    return None if question.answerable else (float(_has_answered(output)), 1.0)


def _false_refusal(question: Question, output: Output) -> Pair | None:
    return (float(output["kind"] == Kind.DECLINE), 1.0) if question.answerable else None


def _leak(question: Question, output: Output) -> Pair | None:
    if question.audience == "agent":
        return None
    quoted = {**output, "text": "\n".join(citation["quote"] for citation in output["citations"])}
    secrets = [text for text in question.must_not_contain if not _says_any([text], quoted)]
    secret = question.kind == "agent_only" and _says_any(secrets, output)
    return float(secret or any(citation["audience"] == Audience.AGENT for citation in output["citations"])), 1.0


def _outdated(question: Question, output: Output) -> Pair | None:
    old = question.kind == "outdated" and _says_any(question.must_not_contain, output)
    return float(old or any(not citation["is_current"] for citation in output["citations"])), 1.0


def _unsupported(_: Question, output: Output) -> Pair | None:
    said = len(output["sentences"])
    return (sum(not sentence["supported"] for sentence in output["sentences"]) / said, float(said)) if said else None


OWN_SCORERS: tuple[Scorer[Question], ...] = (
    Scorer("correct", "answered, with all that must and nothing that must not be said", _correct, "unanswerable"),
    Scorer(
        "success_at_1",
        "an article that holds the answer is found first",
        lambda question, output: _success_at(1, question, output),
        "unanswerable",
    ),
    Scorer(
        "success_at_5",
        "an article that holds the answer is among the first five",
        lambda question, output: _success_at(5, question, output),
        "unanswerable",
    ),
    Scorer(
        "recall_at_5", "share of the articles that hold the answer among the first five", _recall_at_5, "unanswerable"
    ),
    Scorer("citation_precision", "share of cited articles that hold the answer", _citation_precision, "nothing cited"),
    Scorer("false_answer_rate", "unanswerable, and answered", _false_answer, "answerable", higher_is_better=False),
    Scorer("false_refusal_rate", "answerable, and declined", _false_refusal, "unanswerable", higher_is_better=False),
    Scorer(
        "leak_rate", "a customer is told what is for agents only", _leak, "asked by an agent", higher_is_better=False
    ),
    Scorer("outdated_rate", "a rule is told that a newer one replaced", _outdated, higher_is_better=False),
    Scorer(
        "unsupported_rate",
        "share of sentences without a source that supports them",
        _unsupported,
        "nothing said",
        higher_is_better=False,
    ),
)
SCORERS = OWN_SCORERS + ragas_scorers.SCORERS


class Answers:
    kind = "answers"

    def __init__(self, dataset: Dataset[Question], services: Services, ragas: Ragas | None = None) -> None:
        self.dataset = dataset
        self.scorers: Sequence[Scorer[Question]] = (*OWN_SCORERS, *(ragas.scorers if ragas else ()))
        self._ragas = ragas
        self._pipeline = services.pipeline
        self._redactor = services.redactor
        self._index = services.index.current()
        self._verifier = Verifier(Thresholds.load())
        stamped = self._pipeline.begin(self._index, "", "ja", Audience.PUBLIC, "eval").versions.model_dump()
        stamped |= {"index": stamped["index"].rsplit("-", 1)[-1]}
        self.versions: Mapping[str, str] = stamped | (dict(ragas.versions) if ragas else {})
        _check_gold(dataset, self._index)

    async def run(self, sample: Question) -> Output:
        *said, asked = await anyio.to_thread.run_sync(self._redacted, sample)
        history = [Turn(turn.role, text) for turn, text in zip(sample.history, said, strict=True)]
        audience = Audience(sample.audience)
        trace = self._pipeline.begin(self._index, asked, sample.lang, audience, "eval", history)
        async for _ in self._pipeline.respond(self._index, trace):
            pass
        output = self._seen(trace)
        if self._ragas:
            output[ragas_scorers.KEY] = await self._ragas.measure(self._case(sample, trace, output))
        return output | {INPUT: {"question": asked}}

    def _redacted(self, sample: Question) -> list[str]:
        """The turns before the question, and the question."""
        conversation = Conversation(sample.id, sample.lang, "eval", datetime.now(UTC))
        redactor, said = self._redactor.for_one_call(), [*(turn.text for turn in sample.history), sample.question]
        return [redactor.redact(conversation, text).text for text in said]

    def _case(self, question: Question, trace: Trace, output: Output) -> Case:
        texts = {chunk.id: chunk.text for chunk in self._index.chunks}
        answered = _has_answered(output)
        return Case(
            question=trace.question,
            answer=output["text"] if answered else "",
            reference=question.reference if question.answerable else "",
            passages=tuple(texts[hit["chunk"]] for hit in _hits(trace)),
            quotes=tuple(citation["quote"] for citation in output["citations"]),
            cited=tuple(citation["document_id"] for citation in output["citations"]),
            gold=question.gold_docs if question.answerable else (),
        )

    def _seen(self, trace: Trace) -> Output:
        """What the scorers judge and a reader of the report wants to see."""
        outcome = trace.outcome
        if outcome is None:
            raise AssertionError("the pipeline ends with an outcome")
        return {
            "kind": outcome.kind,
            "text": outcome.text,
            "confidence": outcome.confidence,
            "ranking": _ranking(trace),
            "citations": [self._cited(citation.document_id, citation.quote) for citation in outcome.citations],
            "sentences": self._sentences(outcome),
            "steps": [{"name": step.name, "data": step.data} for step in trace.steps],
        }

    def _cited(self, document_id: str, quote: str) -> dict[str, Any]:
        document = self._index.document(document_id)
        return {
            "document_id": document_id,
            "quote": quote,
            "audience": document.audience if document else Audience.PUBLIC,
            "is_current": document is None or document.is_current,
        }

    def _sentences(self, outcome: Outcome) -> list[dict[str, Any]]:
        """Each sentence, and whether one of the passages it cites stands in its article and supports it."""
        whole = {
            citation.n: citation.quote
            for citation in outcome.citations
            if (document := self._index.document(citation.document_id))
            and document.text[citation.start : citation.end] == citation.quote
        }
        return [
            {
                "text": sentence.text,
                "supported": any(
                    self._verifier.verify(sentence.text, whole[n], None).supported
                    for n in sentence.citations
                    if n in whole
                ),
            }
            for sentence in outcome.sentences
        ]


@contextmanager
def open_answers(
    settings: Settings,
    articles: Path,
    questions: list[Path],
    ragas: bool = False,
    judge_seconds: float = JUDGE_SECONDS,
) -> Iterator[Answers]:
    """The pipeline as these settings make it, over a throw-away index; with `ragas` its metrics too, each of which has
    `judge_seconds` for what it asks the judge. Raises EvalError for data that is not well formed."""
    dataset = read_samples(questions[0].stem, questions, Question)
    measured = open_ragas(settings, open_embedder(settings), judge_seconds) if ragas else None
    with indexed(settings, articles) as throwaway:
        yield Answers(dataset, build_services(throwaway), measured)


def _check_gold(dataset: Dataset[Question], index: ChunkIndex) -> None:
    for question in dataset.samples:
        for name in question.gold_docs:
            if index.document(name) is None:
                raise EvalError(
                    f'{dataset.places[question.id]}: there is no article "{name}"; correct gold_docs or the articles.'
                )


def _ranking(trace: Trace) -> list[str]:
    """The articles found, each once, best first."""
    return list(dict.fromkeys(hit["chunk"].rsplit(":", 1)[0] for hit in _hits(trace)))[:_SHOWN]


def _hits(trace: Trace) -> list[dict[str, Any]]:
    hits: Any = next((step.data["hits"] for step in trace.steps if step.name == "retrieve"), [])
    return list(hits)


def _says_any(texts: Sequence[str], output: Output) -> bool:
    said = folded(output["text"])
    return any(folded(text) in said for text in texts)


def folded(text: str) -> str:
    """NFKC, without case and white space: what a reader sees as the same."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
