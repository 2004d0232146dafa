"""What the agents' pages need beside the conversations: drafts, macros, what conversations taught."""

from dataclasses import dataclass

from app.desk.drafts import Drafts
from app.desk.scrub import Scrubber
from app.domain.draft import Tone
from app.domain.draft_ports import DraftStore, Learnings, MacroStore, ReplyWriter, SummaryWriter


@dataclass(frozen=True, slots=True)
class Drafting:
    """`tones`: those that replies can be written in. `summaries`: None without a model."""

    replies: ReplyWriter
    drafts: Drafts
    store: DraftStore
    macros: MacroStore
    learnings: Learnings
    scrubber: Scrubber
    tones: frozenset[Tone]
    summaries: SummaryWriter | None = None
