"""The draft for an agent's next reply, and what becomes of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from uuid import uuid4

import anyio.to_thread

from app.desk.learning import candidate_of
from app.desk.open_turns import open_turns
from app.desk.scrub import Scrubber
from app.domain.conversation import Conversation, Turn
from app.domain.diff import edit_distance, word_diff
from app.domain.draft import Draft, DraftEnd, DraftSentence, End, Lack, Rejection, Tone
from app.domain.draft_ports import DraftStore, Learnings, Reply, ReplyWriter
from app.domain.outcome import Language
from app.domain.ports import Clock
from app.errors import AgentOnlyText, NotFound
from app.words import words

_SAME = {"ja": 10, "en": 24}  # letters in a row that a reply shares with a staff article by more than chance
_UPSET = 0.5  # of a turn's sentiment, 0 (calm) to 1 (angry): from here on the draft begins with an apology


@dataclass(frozen=True, slots=True)
class Check:
    """What to know before a reply goes out. `agent_only`: passages of it are for staff; `stale`: the customer has
    written since the draft was made; `withdrawn`: cited articles that are not served any more; `additions`: sentences
    of the agent's that no article supports."""

    agent_only: tuple[str, ...]
    stale: bool
    withdrawn: tuple[str, ...]
    additions: tuple[str, ...]


class Drafts:
    def __init__(
        self, writer: ReplyWriter, store: DraftStore, learnings: Learnings, scrubber: Scrubber, clock: Clock
    ) -> None:
        self._writer = writer
        self._store = store
        self._learnings = learnings
        self._scrubber = scrubber
        self._clock = clock

    async def make(
        self, conversation: Conversation, tone: Tone = Tone.PLAIN, route: str = "", upset: float = 0.0
    ) -> Draft:
        """Kept at once. `conversation` has tokens for personal data; `upset` is the last turn's sentiment, 0..1.

        Raises IndexUnavailable; a model that is down, slow or wrong makes the draft quote instead.
        """
        turns = [Turn(message.role, message.text) for message in conversation.messages]
        reply = await self._writer.write(turns, open_turns(conversation.messages), conversation.locale, tone)
        draft = Draft(
            id=uuid4().hex,
            conversation_id=conversation.id,
            language=reply.language,
            tone=tone,
            made_at=self._clock.now(),
            seen=len(turns),
            sentences=framed(reply, upset >= _UPSET),
            citations=reply.citations,
            agent_documents=reply.agent_documents,
            asked=reply.asked,
            open=reply.open,
            versions=reply.versions,
            lack=reply.lack,
            route=route,
        )
        await anyio.to_thread.run_sync(self._store.add, draft)
        return draft

    def check(self, draft: Draft, conversation: Conversation, text: str) -> Check:
        """`text` is what would be sent, redacted. Blocks."""
        return Check(
            agent_only=staff_text(draft, text),
            stale=draft.is_stale(len(conversation.messages)),
            withdrawn=self._writer.withdrawn(draft.citations),
            additions=self._writer.unsupported(text, draft),
        )

    def of(self, conversation: Conversation, draft_id: str) -> Draft:
        """Raises NotFound for a draft of another conversation, too."""
        draft = self._store.get(draft_id)
        if draft.conversation_id != conversation.id:
            raise NotFound("There is no such draft.")
        return draft

    def require_confirmed(self, conversation: Conversation, text: str, is_confirmed: bool) -> None:
        """`text` is what would be sent, redacted; whichever draft of the conversation it was taken from, and however it
        is sent, text for staff is asked about. Raises AgentOnlyText."""
        made = [] if is_confirmed else self._store.of_conversation(conversation.id)
        if any(staff_text(draft, text) for draft in made):
            raise AgentOnlyText("This reply holds text that is for staff only; confirm that it may be sent.")

    def send(
        self,
        draft_id: str,
        conversation: Conversation,
        text: str,
        agent: str,
        confirm_agent_only: bool = False,
        deliver: Callable[[], object] = lambda: None,
    ) -> DraftEnd:
        """Keep what was sent in place of the draft, and `deliver` it; `text` is redacted. Blocks.

        Of two who send one draft at once one does. Where it cannot be delivered, nothing has become of the draft.

        Raises AgentOnlyText where it holds what is for staff and that was not confirmed, NotFound, and Conflict for a
        draft that has an end already.
        """
        draft = self._store.get(draft_id)
        self.require_confirmed(conversation, text, confirm_agent_only)
        checked = self.check(draft, conversation, text)
        distance = edit_distance(draft.text, text)
        end = self._end(
            draft,
            End.EDITED if distance else End.ACCEPTED,
            agent,
            sent=text,
            changes=word_diff(draft.text, text),
            distance=distance,
            additions=checked.additions,
            withdrawn=checked.withdrawn,
        )
        try:
            deliver()
        except Exception:
            self._store.reopen(draft_id)
            raise
        self._learn(draft, end, conversation)
        return end

    def reject(self, draft_id: str, conversation: Conversation, rejection: Rejection, agent: str) -> DraftEnd:
        """Blocks. Raises NotFound, and Conflict for a draft that has an end already."""
        draft = self._store.get(draft_id)
        end = self._end(draft, End.REJECTED, agent, rejection=rejection)
        self._learn(draft, end, conversation)
        return end

    def _end(self, draft: Draft, end: End, agent: str, **what: object) -> DraftEnd:
        now = self._clock.now()
        seconds = max(0.0, (now - draft.made_at).total_seconds())
        ended = DraftEnd(draft.id, end, now, seconds, agent=agent, **what)  # type: ignore[arg-type]
        self._store.end(ended)
        return ended

    def _learn(self, draft: Draft, end: DraftEnd, conversation: Conversation) -> None:
        candidate = candidate_of(draft, end, self._scrubber.for_conversation(conversation.id, draft.language))
        if candidate:
            self._learnings.add_candidate(candidate)


def framed(reply: Reply, is_upset: bool) -> tuple[DraftSentence, ...]:
    """With a greeting before and a closing line after, which claim nothing; nothing where there is no answer."""
    if reply.lack is not None or not reply.sentences:
        return ()
    w = words(reply.language)
    greeting = [w["draft_greeting"], w["draft_apology"]] if is_upset else [w["draft_greeting"]]
    return (*map(DraftSentence, greeting), *reply.sentences, DraftSentence(w["draft_closing"]))


def why_none(lack: Lack, language: Language) -> str:
    """Said in the place of a draft, in the agent's language."""
    w = words(language)
    return {
        Lack.NOT_FOUND: w["draft_none"],
        Lack.REFUSED: w["draft_refused"],
        Lack.NOTHING_ASKED: w["draft_nothing_asked"],
    }[lack]


def staff_text(draft: Draft, text: str) -> tuple[str, ...]:
    """The sentences of the draft that are for staff and that `text` still holds a good part of.

    What public sentences of the draft say too is no secret.
    """
    public = "\n".join(sentence.text for sentence in draft.sentences if not sentence.agent_only)
    return tuple(
        sentence.text
        for sentence in draft.sentences
        if sentence.agent_only and any(part in text and part not in public for part in _parts(sentence.text, text))
    )


def _parts(sentence: str, text: str) -> Sequence[str]:
    """Runs of `sentence` that `text` has too and that are long enough to be no chance, or all of it."""
    least = min(_SAME["en" if sentence.isascii() else "ja"], len(sentence))
    blocks = SequenceMatcher(None, sentence, text, autojunk=False).get_matching_blocks()
    return [sentence[block.a : block.a + block.size] for block in blocks if block.size >= least]
