"""Steps 9 and 10: claims, each with the chunk it rests on – the model's, and quotes where they fall short – and each
verified against its chunk as it is completed; what fails is dropped."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

import anyio.to_thread

from app.answering.draft import AnswerDraft
from app.answering.model_writer import ModelWriter
from app.answering.turns import Place
from app.answering.verify import Verdict, Verifier
from app.domain.knowledge import Chunk
from app.domain.outcome import Event, StepEvent
from app.domain.ports import ChunkIndex, Claim, Writer
from app.domain.retrieval import Retrieval
from app.prompting import Prompts


class Writing:
    def __init__(self, writer: Writer, verifier: Verifier, prompts: Prompts) -> None:
        self._writer = writer
        self._verifier = verifier
        self._prompts = prompts

    async def events(
        self,
        retrieval: Retrieval,
        draft: AnswerDraft,
        model: ModelWriter | None,
        turn: Place | None,
    ) -> AsyncGenerator[Event, None]:
        """`model` is None where none is set, or none may read the question."""
        yield StepEvent(name="write")
        writing = model.begin(retrieval, draft.index, draft.language, draft.trace) if model else None
        if writing:
            if turn:
                turn.leave()
            async with aclosing(writing.claims()) as claims:
                async for claim in claims:
                    if not draft.sentences:
                        yield StepEvent(name="verify")
                    yield draft.add(claim)
        if writing is None or writing.shortfall:
            quotes = await anyio.to_thread.run_sync(self._quote, retrieval, draft)
            draft.notice = self._notice(quotes, draft)
            yield StepEvent(name="verify", notice=draft.notice)
            for claim in quotes:
                yield draft.add(claim)

    def _quote(self, retrieval: Retrieval, draft: AnswerDraft) -> list[Claim]:
        """The embedded writer's claims that are supported by what they cite and not said yet, in reading order."""
        with draft.step("write") as data:
            claims = self._writer.write(retrieval, draft.index)
            if claims and draft.trace.escalation:
                claims = _step_by_step(claims, draft.index)
            data["claims"] = len(claims)
        with draft.step("verify") as data:
            verdicts = [(claim, self._verify(claim, draft.index.chunks[claim.chunk])) for claim in claims]
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

    def _notice(self, claims: list[Claim], draft: AnswerDraft) -> str | None:
        """Said in the customer's language when the article is in the other one."""
        cited = [draft.index.chunks[claim.chunk] for claim in claims]
        foreign = [chunk for chunk in cited if chunk.lang != draft.language]
        return self._prompts.render(f"other_language.{draft.language}", title=foreign[0].title) if foreign else None


def _step_by_step(claims: list[Claim], index: ChunkIndex) -> list[Claim]:
    """Those of the first claim's article, as it stands there: who waits for a person, perhaps in danger, reads what
    to do first at first, and nothing of other articles."""
    article = index.chunks[claims[0].chunk].document_id
    own = [claim for claim in claims if index.chunks[claim.chunk].document_id == article]
    return sorted(own, key=lambda claim: (claim.chunk, claim.span.start if claim.span else 0))
