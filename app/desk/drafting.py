"""What the agents' pages need beside the conversations: drafts, macros, what conversations taught."""

from dataclasses import dataclass

from app.desk.drafts import Drafts
from app.desk.scrub import Scrubber
from app.domain.draft_ports import DraftStore, Learnings, MacroStore, ReplyWriter, SummaryWriter


@dataclass(frozen=True, slots=True)
class Drafting:
    replies: ReplyWriter
    drafts: Drafts
    store: DraftStore
    macros: MacroStore
    learnings: Learnings
    scrubber: Scrubber
    summaries: SummaryWriter | None = None  # None without a model
