"""The writer with a language model: what it says is shown sentence by sentence, each only when its passage supports it.

The customer's words and the articles are data to the model: fenced as JSON, which nothing inside can close. What it
answers is data to us: a claim, and the number of the passage it says it from.
"""

import re
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import anyio
import anyio.to_thread
import numpy as np

from app.answering.claim_stream import SCHEMA, Written, claim_stream
from app.answering.fence import fenced
from app.answering.guard_out import objection
from app.answering.verify import Verdict, Verifier
from app.domain.chat import Ask, Call, Form
from app.domain.outcome import Language
from app.domain.ports import ChatModel, ChunkIndex, Claim, Embedder, Writer
from app.domain.pseudonyms import SALUTATION, tokens_in
from app.domain.retrieval import Retrieval
from app.domain.text import detect_language, normalise, sentence_spans
from app.domain.trace import Trace
from app.errors import ChatModelError, FormRefused
from app.prompting import Prompts

PROMPTS = frozenset(
    f"{name}.{lang}"
    for name in ("write", "write_json", "write_lines", "write_about", "write_again")
    for lang in ("ja", "en")
)
TONES = frozenset(f"write_{tone}.{lang}" for tone in ("shorter", "warmer") for lang in ("ja", "en"))
_FOUND = 6  # passages the model reads: the best found, and what the embedded writer would quote
_MOST = 12  # sentences of a reply
_TRIES = 2  # the second one is told what was not supported
_EMPHASIS = re.compile(r"\*\*|`")


class ModelWriter:
    """`embedded` says what else the model should read; `seconds` is what all calls for one answer may take. `tone` is
    the prompt, of TONES without its language, that is told beside the task; "" for none."""

    def __init__(
        self,
        model: ChatModel,
        embedded: Writer,
        verifier: Verifier,
        embedder: Embedder,
        prompts: Prompts,
        seconds: float,
        cores: int,
        tone: str = "",
    ) -> None:
        self.model = model
        self.tone = tone
        self.prompts = prompts
        self.seconds = seconds
        self._embedded = embedded
        self._verifier = verifier
        self._embedder = embedder
        self._told = tuple(prompts.by_id[name].text for name in sorted(PROMPTS | (TONES if tone else frozenset())))
        self._cores = anyio.CapacityLimiter(cores)
        self.form = Form.JSON_SCHEMA  # of the next request
        self.is_understood = False  # a reply in that form could be read

    @property
    def name(self) -> str:
        return self.model.name

    def begin(self, retrieval: Retrieval, index: ChunkIndex, language: Language, trace: Trace) -> "Writing":
        """The writing of one answer; `retrieval` has at least one hit. Nothing is asked before its claims are read."""
        quoted = [claim.chunk for claim in self._embedded.write(retrieval, index)]
        passages = tuple(dict.fromkeys([*quoted, *(hit.position for hit in retrieval.hits[:_FOUND])]))
        return Writing(self, retrieval.query, passages, index, language, trace)

    async def verify(self, claim: Claim, index: ChunkIndex, language: Language) -> Verdict:
        return await anyio.to_thread.run_sync(partial(self._judge, claim, index, language), limiter=self._cores)

    def _judge(self, claim: Claim, index: ChunkIndex, language: Language) -> Verdict:
        chunk = index.chunks[claim.chunk]
        said = SALUTATION.sub("", claim.text)  # it claims nothing
        if detect_language(said, language) != language:
            return Verdict(False, 0.0, ("language: not the customer's",))
        if reason := objection(said, f"{chunk.context}\n{chunk.text}", self._told):
            return Verdict(False, 0.0, (reason,))
        vector = np.asarray(self._embedder.embed_query(said), dtype=np.float32)
        nearest = float(np.max(index.sentence_vectors(claim.chunk) @ vector, initial=-1.0))
        return self._verifier.verify(said, chunk.text, nearest, chunk.context)


@dataclass
class Writing:
    """One answer by the model. `shortfall` says, once the claims are read, why they are not a whole answer."""

    writer: ModelWriter
    question: str
    passages: tuple[int, ...]  # positions in the index, in the order of their numbers
    index: ChunkIndex
    language: Language
    trace: Trace
    shortfall: str | None = None
    _shown: list[str] = field(default_factory=list)
    _refused: list[dict[str, Any]] = field(default_factory=list)
    _calls: list[Call] = field(default_factory=list)
    _is_whole: bool = False  # a reply was read to its end, and something was shown
    _verifying: float = 0.0

    def __post_init__(self) -> None:
        self._form = self.writer.form

    async def claims(self) -> AsyncGenerator[Claim, None]:
        """Supported claims, each as soon as the model has completed it and it was verified."""
        began = anyio.current_time()
        deadline = began + self.writer.seconds
        try:
            for _ in range(_TRIES):
                refused = len(self._refused)
                async with aclosing(self._supported(deadline)) as claims:
                    async for claim in claims:
                        yield claim
                self._is_whole = bool(self._shown) and (self._is_whole or self._calls[-1].error is None)
                if self._calls[-1].error is None and len(self._refused) == refused:
                    break  # it could be read, and all of it is supported
        except ChatModelError as error:
            self._calls[-1].error = str(error)
        finally:
            self.shortfall = self._why_short()
            self._keep(anyio.current_time() - began)

    async def _supported(self, deadline: float) -> AsyncGenerator[Claim, None]:
        """Of one reply, which is read no further than an answer is long."""
        read = 0
        async with aclosing(self._written(deadline)) as everything:
            async for written in everything:
                claims = self._cited(written)[: _MOST - read]
                read += max(1, len(claims))
                for claim in claims:
                    if await self._holds(claim):
                        yield claim
                if read >= _MOST:
                    return

    def _cited(self, written: Written) -> list[Claim]:
        """Its sentences, if they name a passage that was given; what was said before is not said again."""
        text = normalise(_EMPHASIS.sub("", written.text)).text
        if invented := tokens_in(text) - tokens_in(self.question):
            self._refuse(text, (f"token: {min(invented)} is not the customer's",))
            return []
        if written.passage is None or not 0 < written.passage <= len(self.passages):
            missing = "none" if written.passage is None else f"there is no passage {written.passage}"
            self._refuse(text, (f"citation: {missing}",))
            return []
        sentences = (text[span.start : span.end] for span in sentence_spans(text, self.language))
        return [Claim(said, self.passages[written.passage - 1]) for said in sentences if said not in self._shown]

    async def _holds(self, claim: Claim) -> bool:
        began = anyio.current_time()
        verdict = await self.writer.verify(claim, self.index, self.language)
        self._verifying += anyio.current_time() - began
        if verdict.supported:
            self._shown.append(claim.text)
        else:
            self._refuse(claim.text, verdict.reasons)
        return verdict.supported

    async def _written(self, deadline: float) -> AsyncGenerator[Written, None]:
        """One whole reply, in the first form that the service understands."""
        while True:
            try:
                async with aclosing(self._reply(deadline)) as reply:
                    async for written in reply:
                        yield written
                return
            except FormRefused as error:
                looser = self._form.looser
                if self.writer.is_understood or looser is None:
                    raise
                self._calls[-1].error = str(error)
                self._form = looser

    async def _reply(self, deadline: float) -> AsyncGenerator[Written, None]:
        stream, call, has_text = claim_stream(self._form), Call(self._form), False
        self._calls.append(call)
        async with aclosing(self.writer.model.stream(self._ask(), call, deadline)) as pieces:
            async for piece in pieces:
                has_text = has_text or not piece.isspace()
                for written in stream.feed(piece):
                    yield written
        for written in stream.end():
            yield written
        if stream.is_readable:
            self.writer.form, self.writer.is_understood = self._form, True
        else:
            call.error = f"a reply that is not {self._form}" if has_text else "an empty reply"
            self._form = self._form.looser or self._form
            if has_text and not self.writer.is_understood:
                self.writer.form = self._form

    def _ask(self) -> Ask:
        say = partial(_say, self.writer.prompts, self.language)
        about = say("write_about", question=fenced({"question": self.question}), passages="\n".join(self._numbered()))
        if self._refused:
            shown = "\n".join(fenced({"text": text}) for text in self._shown) or "-"
            refused = "\n".join(
                fenced({"text": drop["text"], "why": "; ".join(drop["reasons"])}) for drop in self._refused
            )
            about += "\n\n" + say("write_again", shown=shown, refused=refused)
        reply = say("write_lines" if self._form is Form.TEXT else "write_json")
        task = say("write", reply=reply)
        if self.writer.tone:
            task += "\n\n" + say(self.writer.tone)
        return Ask(task, about, self._form, SCHEMA)

    def _numbered(self) -> Iterator[str]:
        for number, position in enumerate(self.passages, 1):
            chunk = self.index.chunks[position]
            yield fenced({"number": number, "title": chunk.context, "passage": chunk.text})

    def _refuse(self, text: str, reasons: Sequence[str]) -> None:
        refused = {"text": text[:500], "reasons": list(reasons)}
        if refused not in self._refused:
            self._refused.append(refused)

    def _why_short(self) -> str | None:
        if self._is_whole:
            return None
        errors = [call.error for call in self._calls if call.error]
        return errors[-1] if errors else "nothing supported" if self._refused else "nothing said"

    def _keep(self, seconds: float) -> None:
        calls = [call.data for call in self._calls]
        said = {"model": self.writer.name, "claims": len(self._shown) + len(self._refused), "calls": calls}
        self.trace.add("write", seconds - self._verifying, **said, shortfall=self.shortfall)
        self.trace.add("verify", self._verifying, dropped=self._refused)


def _say(prompts: Prompts, language: Language, prompt: str, **values: str) -> str:
    return prompts.render(f"{prompt}.{language}", **values)
