"""A writer of replies that says what it is told to."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.domain.conversation import Turn
from app.domain.draft import Draft, Lack, Tone
from app.domain.draft_ports import Reply
from app.domain.outcome import Citation, Language
from tests.builders import VERSIONS


@dataclass
class ScriptedReplies:
    """Answers with the sentences of a draft; `asked` are the positions it was given."""

    of: Draft
    lack: Lack | None = None
    gone: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    asked: list[Sequence[int]] = field(default_factory=list)

    async def write(
        self, turns: Sequence[Turn], open_turns: Sequence[int], locale: Language, tone: Tone = Tone.PLAIN
    ) -> Reply:
        self.asked.append(open_turns)
        sentences = () if self.lack else tuple(said for said in self.of.sentences if said.citations)
        known = (self.of.agent_documents, self.of.asked, self.of.open, VERSIONS, locale)
        return Reply(sentences, self.of.citations, *known, self.lack)

    def unsupported(self, text: str, draft: Draft) -> tuple[str, ...]:
        return tuple(each for each in self.added if each in text)

    def withdrawn(self, citations: Sequence[Citation]) -> tuple[str, ...]:
        return self.gone
