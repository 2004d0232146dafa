"""The inbox as one agent sees it: from tickets, conversations, events and drafts to what the templates show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, lru_cache

from app.desk.desk import Desk
from app.desk.drafts import why_none
from app.desk.notice import time_words
from app.domain.conversation import Conversation
from app.domain.desk import Cause, State
from app.domain.draft import Draft, Tone
from app.domain.macro import Macro, search
from app.domain.outcome import Language
from app.domain.people import SignedIn
from app.domain.text import detect_language, fold
from app.domain.ticket import Queued, Ticket
from app.domain.understanding import Mood
from app.web.admin import staff_facts
from app.web.deps import Services
from app.web.inbox_context import (
    article_views,
    customer_facts,
    moods_of,
    reason_facts,
    source_href,
    spark,
    summary_facts,
)
from app.web.inbox_turns import Teller
from app.web.inbox_views import (
    ArticleView,
    ColleagueView,
    DraftPart,
    DraftView,
    InboxPage,
    LinkView,
    MacroView,
    QueueRow,
    Tab,
    TicketView,
)
from app.web.inbox_words import (
    BARS,
    left_word,
    mood_word,
    priority_word,
    skill_word,
    state_word,
    subject,
    waiting_words,
)
from app.words import words

_EVERYTHING = 100_000
_TURNS = 200  # shown at first
_ROWS = 100  # of the queue; the rest is found by tab and search
_IS_LOOKING = timedelta(seconds=40)  # a page says every 15 seconds that it is open
_MOVES = {
    State.WAITING: {"take", "hand_back", "resolve", "reply"},
    State.REOPENED: {"take", "hand_back", "resolve", "reply"},
    State.WITH_AGENT: {"hand_back", "resolve", "reply"},
    State.RESOLVED: {"reopen"},
}
_MOODS = {Cause.ANGER: Mood.ANGRY, Cause.WORSENING_SENTIMENT: Mood.NEGATIVE}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked to be shown; `error` and what follows: of a reply that came back."""

    tab: str = "all"
    search: str = ""
    ticket_id: str = ""
    error: str | None = None
    text: str = ""
    asks: str | None = None
    confirmed: tuple[str, ...] = ()
    is_whole: bool = False


class Reader:
    """Methods block."""

    def __init__(self, services: Services, lang: Language, signed_in: SignedIn) -> None:
        self._services = services
        self._lang = lang
        self._me = signed_in
        self._now = services.clock.now()

    def page(self, asked: Asked) -> InboxPage:
        """The whole. Raises NotFound for an unknown ticket."""
        return self._page(asked, self._ticket(asked) if asked.ticket_id else None)

    def queue(self, asked: Asked) -> InboxPage:
        """The list alone."""
        return self._page(asked, None)

    def others(self, conversation_id: str) -> str | None:
        """Who else has it open, in words."""
        w = words(self._lang)
        there = [
            look
            for look in self._services.looks.at(conversation_id)
            if look.user_id != self._me.user.id and self._now - look.at <= _IS_LOOKING
        ]
        typing = [look for look in there if look.is_typing]
        names = w["list_join"].join(self._staff.get(look.user_id, w["desk_somebody"]) for look in typing or there)
        if not names:
            return None
        return w("desk_others_typing", names=names) if typing else w("desk_others", names=names)

    def draft_of(self, conversation: Conversation) -> Draft | None:
        """The newest that has no end, for what the conversation is now."""
        made = self._services.drafting.store.waiting(conversation.id)
        return next((each for each in made if each.seen == len(conversation.messages)), None)

    def upset(self, conversation: Conversation) -> float:
        """How unhappy the last turn was that was judged, 0..1."""
        judged = [mood for mood in self._moods(conversation) if mood is not None]
        return judged[-1] if judged else 0.0

    def _page(self, asked: Asked, ticket: TicketView | None) -> InboxPage:
        desk, w = self._services.desk, words(self._lang)
        open_ones = desk.queue()
        by_tab = {
            "mine": [each for each in open_ones if each.ticket.assigned_to == self._me.user.id],
            "unassigned": [each for each in open_ones if each.ticket.assigned_to is None],
            "all": open_ones,
        }
        tabs = [Tab(key, w[f"tab_{key}"], len(found)) for key, found in by_tab.items()]
        chosen = desk.queue(is_open=False, limit=200) if asked.tab == "done" else by_tab[asked.tab]
        wanted = [each for each in chosen if _fits(each, asked.search)]
        read = self._services.looks.of(self._me.user.id)
        return InboxPage(
            *staff_facts(self._services, self._lang, self._me, "/desk"),
            tab=asked.tab,
            tabs=(*tabs, Tab("done", w["tab_done"])),
            rows=tuple(_row(each, desk, self._lang) for each in wanted[:_ROWS]),
            unread=frozenset(each.ticket.id for each in wanted[:_ROWS] if _is_unread(each, read)),
            more=len(wanted[_ROWS:]),
            search=asked.search,
            event=self._services.events.latest(),
            current=asked.ticket_id,
            ticket=ticket,
            error=asked.error,
            text=asked.text,
            asks=asked.asks,
            confirmed=asked.confirmed,
        )

    def _ticket(self, asked: Asked) -> TicketView:
        services, lang = self._services, self._lang
        ticket = services.desk.ticket(asked.ticket_id)
        record = services.store.record(ticket.conversation_id)
        conversation = record.conversation
        events = services.events.after(0, conversation.id, _EVERYTHING)
        notes = services.desk.notes(conversation.id)
        teller = Teller(services.site, lang, self._staff)
        moods = moods_of(conversation, record.traces)
        first = next((message.text for message in conversation.messages), "")
        turns = teller.turns(conversation, events, notes)
        shown = turns if asked.is_whole else turns[-_TURNS:]
        return TicketView(
            ticket_id=ticket.id,
            conversation_id=conversation.id,
            subject=subject(first, lang) or words(lang)["desk_no_words"],
            lang=detect_language(first, lang),
            priority=priority_word(ticket.priority, lang),
            state=state_word(conversation.state, lang),
            about=self._about(ticket),
            acts=frozenset(_MOVES.get(conversation.state, ())) if ticket.closed_at is None else frozenset(),
            seen=len(conversation.messages),
            turns=shown,
            left_out=len(turns) - len(shown),
            colleagues=self._colleagues(ticket),
            summary=summary_facts(conversation, lang, moods),
            spark=spark(conversation, moods, services.site, lang),
            reason=reason_facts(ticket, services.site, lang),
            articles=article_views(conversation, services.site, lang),
            customer=customer_facts(conversation, ticket, lang),
            notes=tuple(map(teller.note, notes)),
            earlier=self._earlier(conversation),
            draft=self._draft(conversation, ticket),
            macros=self._macros(conversation, ticket),
            others=self.others(conversation.id),
        )

    def _about(self, ticket: Ticket) -> tuple[str, ...]:
        w, due = words(self._lang), ticket.resolve_due if ticket.first_replied_at else ticket.first_reply_due
        held = (w("desk_held_by", name=ticket.agent),) if ticket.agent else ()
        return (
            ticket.id,
            skill_word(ticket.skill, self._lang),
            *held,
            w("desk_due", time=time_words(due, self._services.site)),
        )

    def _colleagues(self, ticket: Ticket) -> tuple[ColleagueView, ...]:
        """Whom it can be given to; nobody where it is closed."""
        if ticket.closed_at or ticket.resolved_at:
            return ()
        nobody = ColleagueView("", words(self._lang)["nobody"], ticket.assigned_to is None)
        there = self._services.desk.colleagues()
        return nobody, *(ColleagueView(each.user_id, each.name, each.user_id == ticket.assigned_to) for each in there)

    def _earlier(self, conversation: Conversation) -> tuple[LinkView, ...]:
        """Of the same customer, where the site has signed who it is."""
        found = self._services.desk.earlier(conversation.id)
        return tuple(
            LinkView(f"{each.ticket.id} {subject(each.subject, self._lang)}", f"/desk/{each.ticket.id}")
            for each in found
        )

    def _draft(self, conversation: Conversation, ticket: Ticket) -> DraftView | None:
        draft = self.draft_of(conversation)
        if draft is None:
            return None
        if draft.lack:
            return DraftView(draft.id, "", draft.language, (), (), because=why_none(draft.lack, self._lang))
        version = draft.versions.index
        lines = tuple(
            (DraftPart(sentence.text, sentence.citations, sentence.agent_only),) for sentence in draft.sentences
        )
        sources = tuple(
            ArticleView(citation.title, source_href(citation, version), "", citation.n) for citation in draft.citations
        )
        return DraftView(
            draft.id, draft.text, draft.language, lines, sources, self._variants(draft, ticket), draft.is_agent_only
        )

    def _variants(self, draft: Draft, ticket: Ticket) -> tuple[LinkView, ...]:
        w = words(self._lang)
        tones = self._services.drafting.tones - {draft.tone}
        return tuple(
            LinkView(w[f"desk_tone_{tone}"], f"/desk/{ticket.id}/write?tone={tone}") for tone in Tone if tone in tones
        )

    def _macros(self, conversation: Conversation, ticket: Ticket) -> tuple[MacroView, ...]:
        """Those in the customer's language, filled as far as what they need is known."""
        known = {
            "customer_name": conversation.customer.name if conversation.customer else None,
            "order_number": ticket.details.get("order_number"),
            "product": ticket.details.get("product"),
            "agent_name": self._me.user.name,
            "ticket_id": ticket.id,
            "expected_time": time_words(ticket.expected_reply_at, self._services.site),
            "shop_name": self._services.site.name[conversation.locale],
        }
        values = {name: value or f"{{{{{name}}}}}" for name, value in known.items()}
        found = search(self._services.drafting.macros.macros(), "", conversation.locale)
        return tuple(MacroView(_macro_id(each), each.title, each.filled(values)) for each in found)

    def _moods(self, conversation: Conversation) -> list[float | None]:
        return moods_of(conversation, self._services.store.record(conversation.id).traces)

    @cached_property
    def _staff(self) -> dict[str, str]:
        return {user.id: user.name for user in self._services.people.users()}


def _macro_id(macro: Macro) -> str:
    return f"{macro.name}/{macro.language}/{macro.team}"


@lru_cache(maxsize=1000)
def _row(queued: Queued, desk: Desk, lang: Language) -> QueueRow:
    """Made once for all who look at what was read at one moment."""
    ticket, mood, now = queued.ticket, _MOODS.get(queued.ticket.cause), desk.now()
    return QueueRow(
        ticket_id=ticket.id,
        priority=priority_word(ticket.priority, lang),
        bars=BARS[ticket.priority],
        skill=skill_word(ticket.skill, lang),
        left=left_word(desk.clocks(ticket)[0], now, lang),
        subject=subject(queued.subject, lang) or words(lang)["desk_no_words"],
        lang=detect_language(queued.subject, lang),
        mood=mood_word(mood, lang) if mood else None,
        waiting=waiting_words(ticket, now, lang),
        channel=queued.channel,
        holder=ticket.agent,
    )


def _is_unread(queued: Queued, read: Mapping[str, datetime]) -> bool:
    seen = read.get(queued.ticket.conversation_id)
    return queued.latest_at is not None and (seen is None or seen < queued.latest_at)


def _fits(queued: Queued, wanted: str) -> bool:
    if not wanted:
        return True
    ticket = queued.ticket
    text = fold(" ".join((queued.subject, queued.latest, ticket.id, ticket.agent or "", ticket.skill or "")))
    return all(word in text for word in fold(wanted).split())
