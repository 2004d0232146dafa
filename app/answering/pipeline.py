"""The way of one question, from the customer's words to a cited and verified answer.

    language → retrieve → decide → write → verify → store

Each step appends to one `Trace`. Nothing is shown before it is verified. Where a language model is set it writes, and
what it fails to answer is quoted by the embedded writer.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, aclosing
from dataclasses import asdict
from typing import Any
from uuid import uuid4

import anyio
import anyio.to_thread

from app.answering.asked import able_first
from app.answering.clarify import options, siblings
from app.answering.decide import Decision, decide, is_wordless
from app.answering.draft import AnswerDraft
from app.answering.evidence import Abstention, weigh
from app.answering.model_writer import ModelWriter
from app.answering.retrieve import Retriever
from app.answering.turns import Turns
from app.answering.verify import Verdict, Verifier
from app.domain.conversation import Conversation
from app.domain.knowledge import Audience, Chunk
from app.domain.outcome import Event, Kind, Language, OutcomeEvent, Reason, StepEvent, Versions
from app.domain.ports import ChunkIndex, Claim, Clock, ConversationStore, Embedder, Writer
from app.domain.retrieval import Hit, Retrieval
from app.domain.text import detect_language, normalise
from app.domain.trace import Trace
from app.prompting import Prompts

PROMPTS = frozenset(
    f"{name}.{lang}" for name in ("clarify", "not_found", "ask_again", "other_language") for lang in ("ja", "en")
)


class AnswerPipeline:
    """`current_index` gives the version to answer from; one answer keeps the version it began with.

    At most `cores` answers are made at a time: begun all at once they wait for each other at every step, and the
    slowest of eight took a fifth longer.
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
        self._clock = clock
        self._turns = Turns(cores)
        self._policy = policy
        self._written_with = "+".join([*([model.name] if model else []), writer.name, embedder.fingerprint])

    async def answer(
        self, conversation: Conversation, text: str, audience: Audience = Audience.PUBLIC, by: tuple[str, ...] = ()
    ) -> AsyncIterator[Event]:
        """Steps, verified sentences, and at last the outcome, once question, answer and trace are stored.

        `by` tells customers apart, among whom the turns are shared: an address, and a token there.
        Raises IndexUnavailable before anything is stored when there is no index to answer from.
        """
        async with AsyncExitStack() as turn:
            await turn.enter_async_context(self._turns.of(by))
            index = await anyio.to_thread.run_sync(self._receive, conversation, text)
            trace = self.begin(index, text, conversation.locale, audience, conversation.id)
            async for event in self.respond(index, trace, turn):
                if isinstance(event, OutcomeEvent):
                    await anyio.to_thread.run_sync(self._store.add_answer, conversation.id, event.outcome, trace)
                yield event

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
        """Answer `trace.question` and fill the trace; stores nothing, so that a stored question can be run again.

        `turn` is given up before a model is waited for.
        """
        draft, turn = AnswerDraft(trace, index), turn or AsyncExitStack()

        # 1. language: that of the question; the conversation's where the question does not tell
        question = normalise(trace.question).text.strip()
        with draft.step("language") as data:
            draft.language = data["language"] = detect_language(question, trace.locale)
        if is_wordless(question):
            nothing_asked = Decision(Kind.DECLINE, 0.0, Reason.NOT_FOUND)
            yield draft.declined(self._say("ask_again", draft), nothing_asked)
            return

        # 2. retrieve: dense and lexical candidates, fused
        # 3. decide: answer, ask back, or say "I don't know"
        yield StepEvent(name="retrieve")
        retrieval, decision = await anyio.to_thread.run_sync(self._find, question, index, draft)
        if decision.kind is Kind.DECLINE:
            yield draft.declined(self._say("not_found", draft), decision)
            return
        if decision.kind is Kind.CLARIFY:
            yield draft.asked_back(self._say("clarify", draft), decision, options(retrieval, decision.between))
            return

        # 4. write: claims, each with the chunk it rests on: the model's, and quotes where they fall short
        # 5. verify: each sentence against its chunk as it is completed; what fails is dropped
        yield StepEvent(name="write")
        writing = self._model.begin(retrieval, index, draft.language, trace) if self._model else None
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

        if draft.sentences:
            yield draft.answered(decision)
        else:
            yield draft.declined(self._say("not_found", draft), Decision(Kind.DECLINE, 0.0, Reason.NOT_FOUND))

    def _receive(self, conversation: Conversation, text: str) -> ChunkIndex:
        index = self._current_index()
        self._store.add_question(conversation.id, text)
        return index

    def _find(self, question: str, index: ChunkIndex, draft: AnswerDraft) -> tuple[Retrieval, Decision]:
        with draft.step("retrieve") as data:
            audience = Audience(draft.trace.audience)
            found = Retriever(index, self._embedder).retrieve(question, draft.language, audience)
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
