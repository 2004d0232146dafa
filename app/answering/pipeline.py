"""The way of one question, from the customer's words to a cited and verified answer.

    redact → language → guard → understand → escalate → condense → retrieve → decide → write → verify → store → restore

Each step appends to one `Trace`. No step after the first sees personal data; nothing is shown before it is verified.
Where a language model is set it writes, and what it fails to answer is quoted by the embedded writer. What may be an
attack is never shown to a model: it is quoted for, or refused.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing
from copy import copy
from dataclasses import asdict, replace
from functools import partial
from typing import Any
from uuid import uuid4

import anyio
import anyio.to_thread

from app.answering.asked import able_first
from app.answering.clarify import options, siblings
from app.answering.condense import condense, question_before, recent
from app.answering.context import retrieve_in_context
from app.answering.decide import Decision, beside_the_point, decide, is_wordless
from app.answering.draft import AnswerDraft
from app.answering.escalate import Heard
from app.answering.escalator import PROMPTS as ESCALATOR_PROMPTS
from app.answering.escalator import Escalator, moods_in, turns_of
from app.answering.evidence import Abstention, weigh
from app.answering.guard import Action, Guard, Judgement
from app.answering.model_condenser import ModelCondenser
from app.answering.model_writer import ModelWriter
from app.answering.redact import Redacted, Redactor
from app.answering.restore import Restorer
from app.answering.retrieve import Retriever
from app.answering.turns import Place, Turns
from app.answering.verify import Verifier
from app.answering.write import Writing
from app.domain.conversation import Conversation, Message, Turn
from app.domain.desk import Standing
from app.domain.desk_ports import HandoffDesk
from app.domain.knowledge import Audience
from app.domain.outcome import Event, Kind, Language, Outcome, OutcomeEvent, Reason, StepEvent, Versions, relayed
from app.domain.ports import ChunkIndex, Clock, ConversationStore, Embedder, QuestionVectors, Reranker, Writer
from app.domain.retrieval import Hit, Retrieval
from app.domain.searchable import searchable
from app.domain.states import SILENT
from app.domain.text import detect_language, normalise
from app.domain.trace import Trace
from app.errors import Impossible
from app.prompting import Prompts

_SAID = "clarify not_found out_of_scope refused calm ask_again only_personal other_language".split()
PROMPTS = frozenset(f"{name}.{lang}" for name in (*_SAID, *ESCALATOR_PROMPTS) for lang in ("ja", "en"))


class AnswerPipeline:
    """`current_index` gives the version to answer from; one answer keeps the version it began with.

    At most `cores` answers are made at a time: begun all at once they wait for each other at every step, and the
    slowest of eight took a fifth longer. `on_answer` is told each answer that was stored.
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
        escalator: Escalator,
        desk: HandoffDesk,
        model: ModelWriter | None = None,
        condenser: ModelCondenser | None = None,
        reranker: Reranker | None = None,
        on_answer: Callable[[Trace], None] | None = None,
    ) -> None:
        self._current_index = current_index
        self._embedder = embedder
        self._writer = writer
        self._writing = Writing(writer, verifier, prompts)
        self._model = model
        self._condenser = condenser
        self._reranker = reranker
        self._abstention = abstention
        self._prompts = prompts
        self._store = store
        self._redactor = redactor
        self._guard = guard
        self._escalator = escalator
        self._desk = desk
        self._clock = clock
        self._turns = Turns(cores)
        self._policy = policy
        self._on_answer = on_answer

    def varied(self, model: ModelWriter | None = None, threshold: float | None = None) -> "AnswerPipeline":
        """The same pipeline with another writer, such as one of another tone, or one that answers from another
        confidence on."""
        other = copy(self)
        other._model = model or self._model
        other._abstention = replace(self._abstention, threshold=threshold or self._abstention.threshold)
        return other

    async def answer(
        self,
        conversation: Conversation,
        text: str,
        audience: Audience = Audience.PUBLIC,
        redactor: Redactor | None = None,
        by: tuple[str, ...] = (),
    ) -> AsyncIterator[Event]:
        """Steps, verified sentences, and at last the outcome, once question, answer and trace are stored.

        `conversation` has tokens for personal data, `text` is as the customer wrote it, and so is what they read. `by`
        tells customers apart, among whom the turns are shared: an address, and a token there.
        While a person has the conversation the assistant is silent: the message is stored, and the outcome `relayed`.
        Raises IndexUnavailable or ConversationLocked before anything is stored.
        """
        if conversation.state in SILENT:
            yield await anyio.to_thread.run_sync(self._relay, conversation, text, redactor or self._redactor)
            return
        async with self._turns.of(by) as turn:
            # 1. redact: personal data becomes tokens, which the last lines turn back for the customer alone
            receive = partial(self._receive, conversation, text, redactor or self._redactor)
            index, redacted, message, said = await anyio.to_thread.run_sync(receive)
            if await anyio.to_thread.run_sync(self._store.state, conversation.id) in SILENT:
                yield self._relayed(conversation, message)  # a person took it meanwhile
                return
            restorer = Restorer(redacted.known, conversation.locale)
            turn_number = conversation.earlier + len(said)
            standing = Standing(
                turn_number, conversation.state, conversation.declined_offers, conversation.tenure_months
            )
            trace = self.begin(index, redacted.text, conversation.locale, audience, conversation.id, said, standing)
            trace.add("redact", redacted.seconds, found=dict(redacted.found))
            async for event in self.respond(index, trace, turn):
                if isinstance(event, OutcomeEvent):
                    event = await anyio.to_thread.run_sync(self._keep, conversation, message, event.outcome, trace)
                yield restorer.event(event)

    def begin(
        self,
        index: ChunkIndex,
        question: str,
        locale: Language,
        audience: Audience,
        conversation: str,
        history: Sequence[Turn] = (),
        standing: Standing | None = None,
    ) -> Trace:
        """An empty trace, stamped with everything that the answer will depend on; `history` was said before."""
        writers = [writer.name for writer in (self._model, self._writer) if writer]
        finders = (self._embedder, self._reranker)
        return Trace(
            id=uuid4().hex,
            conversation_id=conversation,
            question=question,
            history=recent(history),
            standing=standing or Standing(len(history)),
            locale=locale,
            audience=audience,
            created_at=self._clock.now(),
            versions=Versions(
                index=index.manifest.version,
                prompts=self._prompts.version,
                model="+".join([*writers, *(model.fingerprint for model in finders if model)]),
                policy=self._policy,
            ),
        )

    async def respond(self, index: ChunkIndex, trace: Trace, turn: Place | None = None) -> AsyncIterator[Event]:
        """Answer `trace.question`, which is redacted, and fill the trace; stores nothing, so that a stored question can
        be run again.

        `turn` is given up while a model is waited for.
        """
        draft = AnswerDraft(trace, index)

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
        # 4. understand: mood, critical topics, a wish for a person
        vectors, judgement, heard = await anyio.to_thread.run_sync(self._read, asked, draft)
        if judgement.action is Action.REFUSE:
            refusal = Decision(Kind.DECLINE, 0.0, Reason.REFUSED)
            yield draft.declined(self._say("refused", draft), refusal)
            return

        # 5. escalate: at once to a person what must not stay with a machine; by an offer, beside what we can say
        escalation = self._escalator.at_once(heard, draft)
        if escalation and not self._escalator.quotes_too(escalation):
            yield self._escalator.handed_off(escalation, draft)
            return
        if escalation:
            yield StepEvent(name="escalate", notice=self._escalator.farewell(escalation, draft))
        async with aclosing(self._reply(question, vectors, judgement, draft, turn)) as events:
            async for event in events:
                if isinstance(event, OutcomeEvent):
                    event = self._escalator.ended(event, heard, escalation, draft)
                yield event

    async def _reply(
        self, question: str, vectors: QuestionVectors, judgement: Judgement, draft: AnswerDraft, turn: Place | None
    ) -> AsyncGenerator[Event, None]:
        is_trusted = not any(self._guard.mistrusts(said.text) for said in draft.trace.history)
        may_be_read = judgement.action is Action.ALLOW and is_trusted

        # 6. condense: a follow-up becomes a standalone question, which all that follows is about
        condenser = self._condenser if may_be_read else None
        standalone = await self._condense(question, draft, condenser, turn) if draft.trace.history else question

        # 7. retrieve: dense and lexical candidates, fused
        # 8. decide: answer, ask back, or say "I don't know"
        yield StepEvent(name="retrieve")
        find = partial(self._find, standalone, vectors if standalone == question else None)
        retrieval, decision = await anyio.to_thread.run_sync(find, question, draft)
        if decision.kind is Kind.DECLINE:
            decision = beside_the_point(decision) if judgement.action is Action.ISOLATE else decision
            prompt = "calm" if judgement.is_abusive else decision.reason or Reason.NOT_FOUND
            yield draft.declined(self._say(prompt, draft), decision)
            return
        if decision.kind is Kind.CLARIFY:
            choices = options(replace(retrieval, query=question), decision.between)  # in the customer's own words
            yield draft.asked_back(self._say("clarify", draft), decision, choices)
            return

        # 9. write: claims, each with the chunk it rests on
        # 10. verify: each sentence against its chunk as it is completed; what fails is dropped
        model = self._model if may_be_read else None
        async with aclosing(self._writing.events(retrieval, draft, model, turn)) as events:
            async for event in events:
                yield event
        if draft.sentences:
            yield draft.answered(decision)
        else:
            yield draft.declined(self._say("not_found", draft), Decision(Kind.DECLINE, 0.0, Reason.NOT_FOUND))

    def _receive(
        self, conversation: Conversation, text: str, redactor: Redactor
    ) -> tuple[ChunkIndex, Redacted, Message, list[Turn]]:
        index = self._current_index()
        redacted = redactor.redact(conversation, text)
        answers = [message.outcome for message in conversation.messages if message.outcome]
        moods = moods_in(self._store.trace(answers[-1].trace_id)) if answers else []
        said = turns_of(conversation.messages, moods)
        return index, redacted, self._store.add_question(conversation.id, redacted.text), said

    def _relay(self, conversation: Conversation, text: str, redactor: Redactor) -> OutcomeEvent:
        """Neither the index nor a model is needed for what goes to a person."""
        redacted = redactor.redact(conversation, text)
        return self._relayed(conversation, self._store.add_question(conversation.id, redacted.text))

    def _relayed(self, conversation: Conversation, message: Message) -> OutcomeEvent:
        """Nothing was answered, so there is no trace of it; `message_id` is the customer's own message."""
        return OutcomeEvent(outcome=relayed(message.id, conversation.locale, self._prompts.version, self._policy))

    def _keep(self, conversation: Conversation, message: Message, outcome: Outcome, trace: Trace) -> OutcomeEvent:
        """Tell the desk what it is to do, and store the answer. Where that fails in between, the desk knows."""
        if trace.escalation and outcome.kind is Kind.HANDOFF:
            years = (trace.standing.tenure_months or 0) // 12
            handoff = self._desk.open(conversation, trace.escalation, route=self._escalator.route(trace), tenure=years)
            outcome = trace.outcome = outcome.model_copy(update={"handoff": handoff})
        elif trace.escalation and outcome.offer:
            self._desk.offer(conversation, trace.escalation)
        try:
            self._store.add_answer(conversation.id, outcome, trace)
        except Impossible:  # a person took it while the answer was made
            return self._relayed(conversation, message)
        finally:
            if self._on_answer:
                self._on_answer(trace)
        return OutcomeEvent(outcome=outcome)

    def _read(self, asked: str, draft: AnswerDraft) -> tuple[QuestionVectors, Judgement, Heard]:
        """The vectors are those that the question is searched with, too."""
        with draft.step("embed"):
            vectors = self._embedder.embed_question(asked)
        with draft.step("guard") as data:
            judgement = self._guard.judge(asked, vectors.whole)
            data |= asdict(judgement)
        return vectors, judgement, self._escalator.understand(asked, vectors.whole, draft)

    async def _condense(
        self, question: str, draft: AnswerDraft, condenser: ModelCondenser | None, turn: Place | None
    ) -> str:
        """By rule; in the model's words where there is one and it has found some."""
        with draft.step("condense") as data:
            asked, by = condense(draft.trace.history, question, draft.language), "rule"
            if condenser:
                if turn:
                    turn.leave()
                reply, told = await condenser.condense(draft.trace.history, question, draft.language)
                if turn:
                    await turn.take()
                asked, by = (reply, condenser.name) if reply else (asked, by)
                data |= told
            data |= {"standalone": asked, "by": by}
        return asked

    def _find(
        self, standalone: str, vectors: QuestionVectors | None, question: str, draft: AnswerDraft
    ) -> tuple[Retrieval, Decision]:
        """`vectors` are those of `standalone`, where they are made already; `question` is as the customer asked."""
        index, earlier = draft.index, question_before(draft.trace.history, question, draft.language)
        with draft.step("retrieve") as data:
            audience = Audience(draft.trace.audience)
            retriever = Retriever(index, self._embedder, reranker=self._reranker)
            found, goes_on = retrieve_in_context(retriever, standalone, earlier, draft.language, audience, vectors)
            retrieval = able_first(found, index)
            data |= {"question_before": earlier} if goes_on else {}
            data |= {"reranked_by": self._reranker.fingerprint} if self._reranker else {}
            data["hits"] = [_in_trace(hit) for hit in retrieval.hits]
        with draft.step("decide") as data:
            if not retrieval.hits:
                return retrieval, Decision(Kind.DECLINE, 0.0, Reason.NOT_FOUND)
            between = siblings(retrieval, self._abstention.clarify_margin)
            evidence = weigh(retrieval, index, between)
            decision = decide(retrieval, between, evidence, self._abstention)
            data |= {"evidence": asdict(evidence), "kind": decision.kind, "confidence": decision.confidence}
        return retrieval, decision

    def _say(self, prompt: str, draft: AnswerDraft, **values: str) -> str:
        return self._prompts.render(f"{prompt}.{draft.language}", **values)


def _in_trace(hit: Hit) -> dict[str, Any]:
    scores = {"dense": hit.dense, "lexical": hit.lexical, "fused": hit.fused, "sentence": hit.sentence_cosine}
    scores |= {} if hit.rerank is None else {"rerank": hit.rerank}
    return {"chunk": hit.chunk.id} | {name: round(score, 6) for name, score in scores.items()}
