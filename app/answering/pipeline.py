"""The way of one question, from the customer's words to a cited and verified answer.

    redact → language → guard → retrieve → decide → write → verify → store → restore

Each step appends to one `Trace`. No step after the first sees personal data; nothing is shown before it is verified.
Where a language model is set it writes, and what it fails to answer is quoted by the embedded writer. What may be an
attack is never shown to a model: it is quoted for, or refused.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AsyncExitStack, aclosing
from dataclasses import asdict
from functools import partial
from typing import Any
from uuid import uuid4

import anyio
import anyio.to_thread

from app.answering.asked import able_first
from app.answering.clarify import options, siblings
from app.answering.decide import Decision, beside_the_point, decide, is_wordless
from app.answering.draft import AnswerDraft
from app.answering.evidence import Abstention, weigh
from app.answering.guard import Action, Guard, Judgement
from app.answering.model_writer import ModelWriter
from app.answering.redact import Redacted, Redactor
from app.answering.restore import Restorer
from app.answering.retrieve import Retriever
from app.answering.verify import Verdict, Verifier
from app.domain.conversation import Conversation
from app.domain.knowledge import Audience, Chunk
from app.domain.outcome import Event, Kind, Language, OutcomeEvent, Reason, StepEvent, Versions
from app.domain.ports import ChunkIndex, Claim, Clock, ConversationStore, Embedder, QuestionVectors, Writer
from app.domain.retrieval import Hit, Retrieval
from app.domain.searchable import searchable
from app.domain.text import detect_language, normalise
from app.domain.trace import Trace
from app.prompting import Prompts

PROMPTS = frozenset(
    f"{name}.{lang}"
    for name in (
        "clarify",
        "not_found",
        "out_of_scope",
        "refused",
        "calm",
        "ask_again",
        "only_personal",
        "other_language",
    )
    for lang in ("ja", "en")
)


class AnswerPipeline:
    """`current_index` gives the version to answer from; one answer keeps the version it began with.

    At most `cores` answers are made at a time, first come, first served: begun all at once they wait for each other at
    every step, and the slowest of eight took a fifth longer.
    """

    def __init__(
        self,
        current_index: Callable[[], ChunkIndex],
        embedder: Embedder,
        writer: Writer,
        verifier: Verifier,
        abstention: Abstention,
        prompts: Prompts,
        store: ConversationStore,
        redactor: Redactor,
        guard: Guard,
        clock: Clock,
        cores: int,
        policy: str,
        model: ModelWriter | None = None,
    ) -> None:
        self._current_index = current_index
        self._embedder = embedder
        self._writer = writer
        self._model = model
        self._verifier = verifier
        self._abstention = abstention
        self._prompts = prompts
        self._store = store
        self._redactor = redactor
        self._guard = guard
        self._clock = clock
        self._turns = anyio.Semaphore(cores)
        self._policy = policy
        self._written_with = "+".join([*([model.name] if model else []), writer.name, embedder.fingerprint])

    async def answer(
        self,
        conversation: Conversation,
        text: str,
        audience: Audience = Audience.PUBLIC,
        redactor: Redactor | None = None,
    ) -> AsyncIterator[Event]:
        """Steps, verified sentences, and at last the outcome, once question, answer and trace are stored.

        `conversation` has tokens for personal data, `text` is as the customer wrote it, and so is what they read.
        Raises IndexUnavailable or ConversationLocked before anything is stored.
        """
        async with AsyncExitStack() as turn:
            await turn.enter_async_context(self._turns)
            # 1. redact: personal data becomes tokens, which the last lines turn back for the customer alone
            receive = partial(self._receive, conversation, text, redactor or self._redactor)
            index, redacted = await anyio.to_thread.run_sync(receive)
            restorer = Restorer(redacted.known, conversation.locale)
            trace = self.begin(index, redacted.text, conversation.locale, audience, conversation.id)
            trace.add("redact", redacted.seconds, found=dict(redacted.found))
            async for event in self.respond(index, trace, turn):
                if isinstance(event, OutcomeEvent):
                    await anyio.to_thread.run_sync(self._store.add_answer, conversation.id, event.outcome, trace)
                yield restorer.event(event)

    def begin(self, index: ChunkIndex, question: str, locale: Language, audience: Audience, conversation: str) -> Trace:
        """An empty trace, stamped with everything that the answer will depend on."""
        return Trace(
            id=uuid4().hex,
            conversation_id=conversation,
            question=question,
            locale=locale,
            audience=audience,
            created_at=self._clock.now(),
            versions=Versions(
                index=index.manifest.version,
                prompts=self._prompts.version,
                model=self._written_with,
                policy=self._policy,
            ),
        )

    async def respond(
        self, index: ChunkIndex, trace: Trace, turn: AsyncExitStack | None = None
    ) -> AsyncIterator[Event]:
        """Answer `trace.question`, which is redacted, and fill the trace; stores nothing, so that a stored question can
        be run again.

        `turn` is given up before a model is waited for.
        """
        draft, turn = AnswerDraft(trace, index), turn or AsyncExitStack()

        # 2. language: that of the question; the conversation's where the question does not tell
        question = normalise(trace.question).text.strip()
        asked = searchable(question)
        with draft.step("language") as data:
            draft.language = data["language"] = detect_language(asked, trace.locale)
        if is_wordless(asked):
            nothing_asked = Decision(Kind.DECLINE, 0.0, Reason.NOT_FOUND)
            yield draft.declined(self._say("ask_again" if asked == question else "only_personal", draft), nothing_asked)
            return

        # 3. guard: refuse what is unmistakably an attack; what looks like one is answered by quotes alone
        vectors, judgement = await anyio.to_thread.run_sync(self._judge, asked, draft)
        if judgement.action is Action.REFUSE:
            refusal = Decision(Kind.DECLINE, 0.0, Reason.REFUSED)
            yield draft.declined(self._say("refused", draft), refusal)
            return

        # 4. retrieve: dense and lexical candidates, fused
        # 5. decide: answer, ask back, or say "I don't know"
        yield StepEvent(name="retrieve")
        retrieval, decision = await anyio.to_thread.run_sync(self._find, question, vectors, index, draft)
        if decision.kind is Kind.DECLINE:
            decision = beside_the_point(decision) if judgement.action is Action.ISOLATE else decision
            prompt = "calm" if judgement.is_abusive else decision.reason or Reason.NOT_FOUND
            yield draft.declined(self._say(prompt, draft), decision)
            return
        if decision.kind is Kind.CLARIFY:
            yield draft.asked_back(self._say("clarify", draft), decision, options(retrieval, decision.between))
            return

        model = self._model if judgement.action is Action.ALLOW else None
        async with aclosing(self._write(retrieval, index, draft, model, turn)) as events:
            async for event in events:
                yield event
        if draft.sentences:
            yield draft.answered(decision)
        else:
            yield draft.declined(self._say("not_found", draft), Decision(Kind.DECLINE, 0.0, Reason.NOT_FOUND))

    async def _write(
        self,
        retrieval: Retrieval,
        index: ChunkIndex,
        draft: AnswerDraft,
        model: ModelWriter | None,
        turn: AsyncExitStack,
    ) -> AsyncGenerator[Event, None]:
        """`model` is None where none is set, or none may read the question."""
        # 6. write: claims, each with the chunk it rests on: the model's, and quotes where they fall short
        # 7. verify: each sentence against its chunk as it is completed; what fails is dropped
        yield StepEvent(name="write")
        writing = model.begin(retrieval, index, draft.language, draft.trace) if model else None
        if writing:
            await turn.aclose()
            async with aclosing(writing.claims()) as claims:
                async for claim in claims:
                    if not draft.sentences:
                        yield StepEvent(name="verify")
                    yield draft.add(claim)
        if writing is None or writing.shortfall:
            quotes = await anyio.to_thread.run_sync(self._quote, retrieval, index, draft)
            draft.notice = self._notice(quotes, index, draft)
            yield StepEvent(name="verify", notice=draft.notice)
            for claim in quotes:
                yield draft.add(claim)

    def _receive(self, conversation: Conversation, text: str, redactor: Redactor) -> tuple[ChunkIndex, Redacted]:
        index = self._current_index()
        redacted = redactor.redact(conversation, text)
        self._store.add_question(conversation.id, redacted.text)
        return index, redacted

    def _judge(self, asked: str, draft: AnswerDraft) -> tuple[QuestionVectors, Judgement]:
        """The vectors are those that the question is searched with, too."""
        with draft.step("embed"):
            vectors = self._embedder.embed_question(asked)
        with draft.step("guard") as data:
            judgement = self._guard.judge(asked, vectors.whole)
            data |= asdict(judgement)
        return vectors, judgement

    def _find(
        self, question: str, vectors: QuestionVectors, index: ChunkIndex, draft: AnswerDraft
    ) -> tuple[Retrieval, Decision]:
        with draft.step("retrieve") as data:
            audience = Audience(draft.trace.audience)
            found = Retriever(index, self._embedder).retrieve(question, draft.language, audience, vectors=vectors)
            retrieval = able_first(found, index)
            data["hits"] = [_in_trace(hit) for hit in retrieval.hits]
        with draft.step("decide") as data:
            if not retrieval.hits:
                return retrieval, Decision(Kind.DECLINE, 0.0, Reason.NOT_FOUND)
            between = siblings(retrieval, self._abstention.clarify_margin)
            evidence = weigh(retrieval, index, between)
            decision = decide(retrieval, between, evidence, self._abstention)
            data |= {"evidence": asdict(evidence), "kind": decision.kind, "confidence": decision.confidence}
        return retrieval, decision

    def _quote(self, retrieval: Retrieval, index: ChunkIndex, draft: AnswerDraft) -> list[Claim]:
        """The embedded writer's claims that are supported by what they cite and not said yet, in reading order."""
        with draft.step("write") as data:
            claims = self._writer.write(retrieval, index)
            data["claims"] = len(claims)
        with draft.step("verify") as data:
            verdicts = [(claim, self._verify(claim, index.chunks[claim.chunk])) for claim in claims]
            data["dropped"] = [
                {"text": claim.text, "reasons": list(verdict.reasons)}
                for claim, verdict in verdicts
                if not verdict.supported
            ]
        said = {sentence.text for sentence in draft.sentences}
        return [claim for claim, verdict in verdicts if verdict.supported and claim.text not in said]

    def _verify(self, claim: Claim, chunk: Chunk) -> Verdict:
        # A quoted sentence is its source's own: it needs no vector.
        return self._verifier.verify(claim.text, chunk.text, 1.0 if claim.span else None, chunk.context)

    def _notice(self, claims: list[Claim], index: ChunkIndex, draft: AnswerDraft) -> str | None:
        """Said in the customer's language when the article is in the other one."""
        foreign = [index.chunks[claim.chunk] for claim in claims if index.chunks[claim.chunk].lang != draft.language]
        return self._say("other_language", draft, title=foreign[0].title) if foreign else None

    def _say(self, prompt: str, draft: AnswerDraft, **values: str) -> str:
        return self._prompts.render(f"{prompt}.{draft.language}", **values)


def _in_trace(hit: Hit) -> dict[str, Any]:
    scores = {"dense": hit.dense, "lexical": hit.lexical, "fused": hit.fused, "sentence": hit.sentence_cosine}
    return {"chunk": hit.chunk.id} | {name: round(score, 6) for name, score in scores.items()}
