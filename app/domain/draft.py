"""A reply written for an agent, and what became of it. In all of it tokens stand for personal data."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.diff import Change
from app.domain.outcome import Citation, Language, Versions


class Tone(StrEnum):
    """How it is put. Another tone than the plain one takes a language model."""

    PLAIN = "plain"
    SHORTER = "shorter"
    WARMER = "warmer"


class Lack(StrEnum):
    """Why there is no draft, or not all of one."""

    NOT_FOUND = "not_found"  # no article supports an answer
    REFUSED = "refused"  # the guard would not have it answered
    NOTHING_ASKED = "nothing_asked"  # the customer waits for no answer that an article could hold


class End(StrEnum):
    ACCEPTED = "accepted"  # sent as it was
    EDITED = "edited"
    REJECTED = "rejected"


class Rejection(StrEnum):
    """Why an agent did not use it: one key each."""

    WRONG = "wrong"
    INCOMPLETE = "incomplete"
    TONE = "tone"
    NOT_NEEDED = "not_needed"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """`citations` are numbers of the draft's citations; a sentence without any claims nothing: a greeting, a question
    back. `agent_only`: what it rests on is for staff."""

    text: str
    citations: tuple[int, ...] = ()
    agent_only: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """`seen` messages of the conversation were there when it was made, `asked` are the standalone questions it answers,
    `open` those for which no article was found. Without `sentences`, `lack` says why there are none."""

    id: str
    conversation_id: str
    language: Language
    tone: Tone
    made_at: datetime
    seen: int
    sentences: tuple[DraftSentence, ...]
    citations: tuple[Citation, ...]
    agent_documents: frozenset[str]  # of the cited articles, those for staff
    asked: tuple[str, ...]
    open: tuple[str, ...]
    versions: Versions
    lack: Lack | None = None
    route: str = ""  # what the conversation is about, where that is known

    @property
    def text(self) -> str:
        return "\n".join(sentence.text for sentence in self.sentences)

    @property
    def is_agent_only(self) -> bool:
        """Whether something of it is for staff: sending it is asked first."""
        return any(sentence.agent_only for sentence in self.sentences)

    def is_stale(self, messages: int) -> bool:
        """Whether something was said since; `messages` is how many the conversation has now."""
        return messages > self.seen


@dataclass(frozen=True, slots=True)
class DraftEnd:
    """What an agent did with a draft. `distance` is the normalised edit distance of draft and sent text, 0..1;
    `additions` are sentences of the agent's without a source, `withdrawn` articles that were gone when it was sent."""

    draft_id: str
    end: End
    at: datetime
    seconds: float  # from the making of the draft to its end
    sent: str = ""
    changes: tuple[Change, ...] = ()
    distance: float = 0.0
    additions: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    rejection: Rejection | None = None
    agent: str = ""  # id


@dataclass(frozen=True, slots=True)
class Ended:
    """A draft with its end."""

    draft: Draft
    end: DraftEnd
