"""The boundaries of the house. Each protocol has a shipped fake and one contract suite in tests/contract/."""

from collections.abc import AsyncGenerator, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from app.domain.chat import Ask, Call
from app.domain.conversation import Conversation, Message, SignedCustomer
from app.domain.desk import State
from app.domain.knowledge import Audience, Chunk, Document, Manifest, Span
from app.domain.outcome import Language, Outcome
from app.domain.pii import PiiSpan
from app.domain.pseudonyms import PersonalData, Pseudonyms
from app.domain.record import Record
from app.domain.trace import Trace

if TYPE_CHECKING:
    from app.domain.retrieval import Retrieval

Vector = NDArray[np.float32]
Signs = NDArray[np.uint8]  # eight signs to a byte, as `np.packbits` writes them


@dataclass(frozen=True, slots=True)
class Passage:
    """A text to embed: `context` (title and headings) is read before `text`; `sentences` are spans of `text`."""

    context: str
    text: str
    sentences: tuple[Span, ...] = ()

    @property
    def full_text(self) -> str:
        """What is embedded; `text` is its end."""
        return f"{self.context}\n{self.text}" if self.context else self.text

    @property
    def sentence_texts(self) -> tuple[str, ...]:
        """What is embedded for a sentence that gets a pass of its own: its words, after the context."""
        return tuple(Passage(self.context, self.text[span.start : span.end]).full_text for span in self.sentences)


@dataclass(frozen=True, slots=True)
class PassageVectors:
    """`passage` has shape (d,), `sentences` (len(passage.sentences), d); float32, unit length.

    `tokens`, shape (number of tokens, d / 8 rounded up), are the signs of the directions of the tokens of context and
    text; no rows from an embedder that does not tell them.
    """

    passage: Vector
    sentences: Vector
    tokens: Signs = field(default_factory=lambda: np.empty((0, 0), dtype=np.uint8))


@dataclass(frozen=True, slots=True)
class QuestionVectors:
    """`whole`, shape (d,), has unit length; `tokens`, shape (number of tokens, d), are directions whose lengths say how
    much each token counts and sum to 1. No rows from an embedder that does not tell them."""

    whole: Vector
    tokens: Vector


class Embedder(Protocol):
    """Text to unit vectors. `embed_query` and `embed_documents` are LangChain's: any integration plugs in."""

    @property
    def fingerprint(self) -> str:
        """Names model, weights and everything else that changes a vector; kept in the manifest and the cache key."""
        ...

    @property
    def dimension(self) -> int: ...

    def embed_query(self, text: str) -> list[float]: ...

    def embed_documents(self, texts: list[str]) -> list[list[float]]: ...

    def embed_question(self, text: str) -> QuestionVectors:
        """What `embed_query` gives, as float32, and the question's tokens, out of the same pass."""
        ...

    def embed_passages(self, passages: Sequence[Passage]) -> Iterator[tuple[int, PassageVectors]]:
        """Yield (position, vectors) for every passage, in whatever order batches best; each position once."""
        ...


class Reranker(Protocol):
    """Reads question and passage together: slower than comparing vectors, and often righter."""

    @property
    def fingerprint(self) -> str:
        """Names model and weights; stamped on every answer."""
        ...

    def scores(self, query: str, passages: Sequence[str]) -> Vector:
        """How well each passage answers, the higher the better, on a scale of its own: shape (len(passages),)."""
        ...


class ChunkIndex(Protocol):
    """One index version in memory, for reading; safe to share between threads."""

    @property
    def manifest(self) -> Manifest: ...

    @property
    def chunks(self) -> Sequence[Chunk]: ...

    def dense(self, query: Vector, audience: Audience, k: int) -> list[tuple[int, float]]:
        """(chunk position, cosine) of the best `k` chunks this audience may read, best first."""
        ...

    def lexical(self, query: str, audience: Audience, k: int) -> list[tuple[int, float]]:
        """(chunk position, BM25 score > 0) of the best `k` chunks this audience may read, best first."""
        ...

    def cosines(self, query: Vector, positions: Sequence[int]) -> Vector:
        """Cosines of `query` with the chunks at `positions`: shape (len(positions),)."""
        ...

    def document_cosines(self, query: Vector, positions: Sequence[int]) -> Vector:
        """Cosines of `query` with the mean of the passage vectors of each chunk's document: shape (len(positions),)."""
        ...

    def language_mean(self, lang: str) -> Vector:
        """The mean of the passage vectors in that language: shape (d,), zeros without any."""
        ...

    def token_similarities(self, tokens: Vector, positions: Sequence[int]) -> Vector:
        """Late interaction: the sum over a question's `tokens` (see `QuestionVectors`) of the similarity to the nearest
        token of each chunk, about -1..1 (ColBERT, Khattab & Zaharia 2020): shape (len(positions),)."""
        ...

    def coverage(self, terms: Collection[str], positions: Sequence[int]) -> tuple[Vector, float]:
        """The share of `terms` each chunk holds, weighted by inverse document frequency, in 0..1: shape
        (len(positions),); and the same share for the terms that occur anywhere in the index. A term that occurs nowhere
        weighs as much as the rarest; without terms both are 0."""
        ...

    def frequency(self, term: str) -> int:
        """In how many chunks a term of `app.domain.tokens` occurs."""
        ...

    def has_translation(self, position: int) -> bool:
        """Whether its article stands in the index in the other language, too, for the same readers."""
        ...

    def nearest_sentences(self, query: Vector, positions: Sequence[int]) -> list[tuple[int, float]]:
        """Of each chunk, the number of the sentence nearest to `query` and its cosine."""
        ...

    def sentence_vectors(self, position: int) -> Vector:
        """Shape (number of sentences of the chunk, d)."""
        ...

    def document(self, document_id: str) -> Document | None: ...


class IndexRegistry(Protocol):
    """Immutable versions and the pointer to the one that is served."""

    def versions(self) -> list[Manifest]:
        """Newest first; a damaged one is left out."""
        ...

    def current(self) -> str | None: ...

    def promote(self, version: str) -> None:
        """Serve `version` from now on; atomic. Raises NotFound or DamagedIndex."""
        ...

    def load(self, version: str) -> ChunkIndex:
        """Raises NotFound, DamagedIndex or ModelMismatch."""
        ...


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence to be shown and the chunk (position in the index) it rests on; `span` where it is quoted."""

    text: str
    chunk: int
    span: Span | None = None
    best: bool = False


class Writer(Protocol):
    """Turns what was found into claims, each with the chunk it rests on; nothing is shown before it is verified."""

    @property
    def name(self) -> str:
        """Stamped on every answer."""
        ...

    def write(self, retrieval: "Retrieval", index: ChunkIndex) -> list[Claim]:
        """In reading order; `retrieval` has at least one hit."""
        ...


class ChatModel(Protocol):
    """A language model behind a service that may be slow, down, out of quota or wrong."""

    @property
    def name(self) -> str:
        """Stamped on every answer; holds no address."""
        ...

    def stream(self, ask: Ask, call: Call, deadline: float) -> AsyncGenerator[str, None]:
        """The reply's text as it arrives, whole when the iterator ends; of Form.TOOLS the arguments of the call.

        `deadline` is a time of `anyio.current_time()`; `call` is filled meanwhile, also when it fails. Raises
        FormRefused, before any text, when the service does not understand `ask.form`, and ChatModelError for whatever
        else keeps the reply from being whole.
        """
        ...


class PiiDetector(Protocol):
    """Finds personal data in either language, or in both at once; safe to share between threads."""

    @property
    def version(self) -> str:
        """Names models and rules: changes with anything that changes a span."""
        ...

    def detect(self, text: str, lang: Language | None = None) -> list[PiiSpan]:
        """In reading order, without overlaps; offsets are code points of `text` as it was given.

        `lang` is that of the conversation, for a text that does not tell. Time grows linearly with the length.
        """
        ...


class ConversationStore(Protocol):
    """What was said, durably. Times are aware UTC. Methods block: call them in a worker thread."""

    def ping(self) -> None:
        """Raises DatabaseError while nothing can be read."""
        ...

    def create(
        self,
        locale: Language,
        channel: str,
        token: str,
        customer: str | None = None,
        signed: SignedCustomer | None = None,
        signature: str | None = None,
    ) -> Conversation:
        """Only hashes are kept of the token, of the site's own reference for the customer, and of the site's signature,
        which begins one conversation. Raises CustomerRefused for one that was used before."""
        ...

    def get(self, conversation_id: str, token: str, last: int | None = None) -> Conversation:
        """As `find`, for its customer. Raises NotFound for an unknown id and for somebody else's token alike."""
        ...

    def find(self, conversation_id: str, last: int | None = None) -> Conversation:
        """For staff, who need no token of it; with so many messages at most, the last ones. Raises NotFound."""
        ...

    def state(self, conversation_id: str) -> State:
        """Raises NotFound."""
        ...

    def add_question(self, conversation_id: str, text: str) -> Message:
        """What the customer wrote; a conversation that was resolved opens again."""
        ...

    def add_answer(self, conversation_id: str, outcome: Outcome, trace: Trace) -> Message:
        """Message, citations and trace in one transaction; the message's id is `outcome.message_id`.

        Raises Impossible when a person has taken over meanwhile.
        """
        ...

    def trace(self, trace_id: str) -> Trace:
        """Raises NotFound."""
        ...

    def vote(
        self, conversation_id: str, message_id: str, helpful: bool | None, csat: int | None, comment: str | None
    ) -> None:
        """The latest vote on a message counts; all three None withdraws it. Raises NotFound."""
        ...

    def of_customer(self, customer: str) -> list[str]:
        """The ids of the conversations that were begun for this customer, oldest first."""
        ...

    def record(self, conversation_id: str) -> Record:
        """All that is kept of it, with tokens for personal data; traces without their outcomes. Raises NotFound."""
        ...

    def erase(self, conversation_id: str) -> None:
        """The conversation and all that hangs on it: messages, traces, votes, requests, what its tokens stand for.

        Nothing of it is left in the database's files either, where that is in our hands. Raises NotFound.
        """
        ...

    def purge(self, before: datetime) -> int:
        """Erase the conversations whose last message is older, and say how many; two processes may do so at once."""
        ...


class Vault(Protocol):
    """Keeps what the tokens of a conversation stand for, and nobody else does. Methods block."""

    def read(self, conversation_id: str) -> Pseudonyms:
        """Empty for a conversation of which nothing is kept."""
        ...

    def keep(self, conversation_id: str, found: Sequence[PersonalData]) -> Pseudonyms:
        """All that is kept of the conversation, `found` included: an equal value keeps its token, a new one gets the
        next of its type. Raises NotFound for an unknown conversation, where the vault knows them."""
        ...


class Clock(Protocol):
    def now(self) -> datetime:
        """Aware, UTC."""
        ...
