"""What the inbox's templates are given: every word chosen, every time on the site's clock, nothing personal.

Templates and contexts: inbox.html InboxPage, its parts _inbox_queue.html and _inbox_turns.html the same page, as they
are fetched again while the page is open.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.diff import Change
from app.domain.outcome import Citation, Language
from app.web.pages import Page
from app.web.staff_pages import StaffPage


class Tone(StrEnum):
    """How a word is coloured, always beside a shape."""

    BAD = "bad"
    WARN = "warn"
    OK = "ok"
    ACCENT = "accent"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True)
class Word:
    """`sign`: a shape that says the same without colour, such as "↓"."""

    text: str
    tone: Tone = Tone.NEUTRAL
    sign: str = ""


@dataclass(frozen=True, slots=True)
class QueueRow:
    """`bars`: of three, how urgent; `holder`: the name of who has taken it."""

    ticket_id: str
    priority: Word
    bars: int
    skill: str
    left: Word
    subject: str
    lang: Language
    mood: Word | None
    waiting: str
    channel: str
    holder: str | None


@dataclass(frozen=True, slots=True)
class Tab:
    key: str
    label: str
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A run of text, or personal data: then `token` is set, and `text` is its name, such as "電話番号1"."""

    text: str
    token: str | None = None


@dataclass(frozen=True, slots=True)
class TurnView:
    """`kind`: customer, ai, agent, note, or event: a line between the turns. `position` orders what was said."""

    kind: str
    name: str
    time: str
    at: datetime
    parts: tuple[Part, ...]
    lang: Language
    position: int = 0
    citations: tuple[Citation, ...] = ()
    version: str = ""


@dataclass(frozen=True, slots=True)
class SparkPoint:
    """`x`, `y` in the drawing's units; `y` grows downwards."""

    x: float
    y: float
    time: str


@dataclass(frozen=True, slots=True)
class Spark:
    """Sentiment turn by turn. `label` tells first, last and direction in words; `change` the difference."""

    points: tuple[SparkPoint, ...]
    label: str
    change: Word

    @property
    def path(self) -> str:
        return " ".join(f"{point.x:.1f},{point.y:.1f}" for point in self.points)


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of the context column; `turn` is the position of the turn it comes from."""

    label: str
    parts: tuple[Part, ...]
    turn: int | None = None
    is_open: bool = False
    lang: Language | None = None


@dataclass(frozen=True, slots=True)
class ArticleView:
    title: str
    href: str
    detail: str
    n: int | None = None


@dataclass(frozen=True, slots=True)
class LinkView:
    label: str
    href: str


@dataclass(frozen=True, slots=True)
class DraftPart:
    """A sentence of a draft; `is_inside`: it rests on an article that customers may not read."""

    text: str
    citations: tuple[int, ...]
    is_inside: bool = False


@dataclass(frozen=True, slots=True)
class DraftView:
    """`lines` as they are shown, `text` as it would be sent. `because`: why there is none."""

    id: str
    text: str
    lang: Language
    lines: tuple[tuple[DraftPart, ...], ...]
    sources: tuple[ArticleView, ...]
    variants: tuple[LinkView, ...] = ()
    is_inside: bool = False
    because: str | None = None


@dataclass(frozen=True, slots=True)
class ColleagueView:
    """`key`: the id of whom it can be assigned to, or "" for nobody."""

    key: str
    label: str
    is_holder: bool


@dataclass(frozen=True, slots=True)
class MacroView:
    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class TicketView:
    """`acts`: what can be done now, of take, hand_back, resolve, reopen, reply. `seen`: how many messages are shown.
    `draft` is None until one was made."""

    ticket_id: str
    conversation_id: str
    subject: str
    lang: Language
    priority: Word
    state: Word
    about: tuple[str, ...]
    acts: frozenset[str]
    seen: int
    turns: tuple[TurnView, ...]
    summary: tuple[Fact, ...]
    spark: Spark | None
    reason: tuple[Fact, ...]
    articles: tuple[ArticleView, ...]
    customer: tuple[Fact, ...]
    notes: tuple[TurnView, ...]
    earlier: tuple[LinkView, ...]
    draft: DraftView | None
    macros: tuple[MacroView, ...]
    colleagues: tuple[ColleagueView, ...] = ()
    left_out: int = 0
    others: str | None = None


@dataclass(frozen=True, slots=True)
class ChangesPage(Page):
    """How a reply differs from its draft."""

    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class InboxPage(StaffPage):
    """`current`: the ticket that is shown. `error`: a sentence about what was not done; `text`: the reply that was
    typed then, `asks`: what has to be confirmed for it, `confirmed`: what was. `unread`: tickets among the rows."""

    tab: str
    tabs: tuple[Tab, ...]
    rows: tuple[QueueRow, ...]
    unread: frozenset[str]
    more: int
    search: str
    event: int = 0
    current: str = ""
    ticket: TicketView | None = None
    error: str | None = None
    text: str = ""
    asks: str | None = None
    confirmed: tuple[str, ...] = ()
