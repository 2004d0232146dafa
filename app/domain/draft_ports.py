"""The boundaries of the desk's drafts. Each has a shipped fake and one contract suite in tests/contract/."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.domain.conversation import Turn
from app.domain.draft import Draft, DraftEnd, DraftSentence, Ended, Lack, Tone
from app.domain.learning import Candidate, Proposal
from app.domain.macro import Macro
from app.domain.outcome import Citation, Language, Versions
from app.domain.summary import Told


@dataclass(frozen=True, slots=True)
class Reply:
    """What articles say to the open turns of a conversation: the middle of a draft, without greeting."""

    sentences: tuple[DraftSentence, ...]
    citations: tuple[Citation, ...]
    agent_documents: frozenset[str]
    asked: tuple[str, ...]
    open: tuple[str, ...]
    versions: Versions
    language: Language
    lack: Lack | None = None


class ReplyWriter(Protocol):
    """Writes from all articles, those for staff too; every sentence that cites was verified against what it cites."""

    async def write(
        self, turns: Sequence[Turn], open_turns: Sequence[int], locale: Language, tone: Tone = Tone.PLAIN
    ) -> Reply:
        """`turns` are redacted; `open_turns` are positions of the customer's that wait for an answer. In another tone
        than a model gives it comes plain. Raises IndexUnavailable."""
        ...

    def unsupported(self, text: str, draft: Draft) -> tuple[str, ...]:
        """The sentences of `text` that state something and that no passage supports: neither one that the draft cites,
        nor one of all that is found for the sentence. Blocks."""
        ...

    def withdrawn(self, citations: Sequence[Citation]) -> tuple[str, ...]:
        """Of the cited articles those that are not served any more, or no longer say what is quoted. Blocks."""
        ...


class SummaryWriter(Protocol):
    """Puts a conversation into a few words of its own, each line supported by the turn that it names."""

    @property
    def name(self) -> str: ...

    async def lines(self, turns: Sequence[Turn], language: Language) -> tuple[Told, ...]:
        """In that language; none where it cannot, or nothing of it is supported."""
        ...


class DraftStore(Protocol):
    """Drafts and what became of them. They go when their conversation is erased. Methods block."""

    def add(self, draft: Draft) -> None:
        """Raises NotFound for an unknown conversation, where the store knows them."""
        ...

    def get(self, draft_id: str) -> Draft:
        """Raises NotFound."""
        ...

    def end(self, end: DraftEnd) -> None:
        """Raises NotFound for an unknown draft, and Conflict for one that has an end already."""
        ...

    def reopen(self, draft_id: str) -> None:
        """It has no end after all: what was to be sent could not be. Raises NotFound."""
        ...

    def of_conversation(self, conversation_id: str) -> list[Draft]:
        """The newest first."""
        ...

    def waiting(self, conversation_id: str) -> list[Draft]:
        """Those without an end, the newest first."""
        ...

    def ended(self, since: datetime | None = None) -> list[Ended]:
        """In the order of their ends."""
        ...


class MacroStore(Protocol):
    """Texts that agents use again and again. Methods block."""

    def put(self, macro: Macro) -> None:
        """A macro of the same name, language and team is replaced and keeps its count."""
        ...

    def remove(self, name: str, team: str = "") -> None:
        """In all languages. Raises NotFound."""
        ...

    def macros(self) -> list[Macro]:
        """By name, team and language."""
        ...

    def count_use(self, name: str, language: Language, team: str = "") -> None:
        """One use more. Raises NotFound."""
        ...


class Learnings(Protocol):
    """What conversations taught: candidates for evaluations and proposals for articles, without personal data.

    Methods block.
    """

    def add_candidate(self, candidate: Candidate) -> None:
        """One of the same id is replaced."""
        ...

    def candidates(self) -> list[Candidate]:
        """Those that QA has not judged yet, by id."""
        ...

    def accept(self, candidate_id: str) -> None:
        """It becomes a sample of the questions that were accepted. Raises NotFound."""
        ...

    def reject(self, candidate_id: str) -> None:
        """It is forgotten. Raises NotFound."""
        ...

    def add_proposal(self, proposal: Proposal) -> None: ...

    def proposals(self) -> list[Proposal]:
        """By id."""
        ...

    def conversations(self) -> frozenset[str]:
        """From which something is kept, accepted samples too."""
        ...

    def forget(self, conversation_id: str) -> None:
        """Everything that was made from the conversation, accepted samples too."""
        ...
