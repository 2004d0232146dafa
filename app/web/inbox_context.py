"""What stands beside a conversation: summary, cause and evidence, mood, articles, the customer."""

from collections.abc import Sequence
from urllib.parse import quote

from app.desk.notice import date_words, time_words
from app.desk.summary import summarise
from app.domain.conversation import Conversation
from app.domain.outcome import Citation, Language
from app.domain.site import Site
from app.domain.summary import LineKind
from app.domain.text import detect_language
from app.domain.ticket import Ticket
from app.domain.trace import Trace
from app.domain.understanding import Mood
from app.web.inbox_views import ArticleView, Fact, Part, Spark, SparkPoint, Tone, Word
from app.web.inbox_words import parts
from app.words import words

_LEFT, _RIGHT, _TOP, _BOTTOM = 56.0, 284.0, 12.0, 68.0  # of the drawing of moods, in its own units
_CHANGED = 0.2  # of a mood, 0..1: less is no change
_DETAILS = ("order_number", "product", "tried")


def summary_facts(conversation: Conversation, lang: Language, moods: Sequence[float | None]) -> tuple[Fact, ...]:
    lines = summarise(conversation, lang, moods).lines
    return tuple(
        Fact(line.label, parts(line.text, lang), line.turn, line.kind is LineKind.OPEN, line.lang) for line in lines
    )


def reason_facts(ticket: Ticket, site: Site, lang: Language) -> tuple[Fact, ...]:
    """Why it came to a person, and on what evidence."""
    w = words(lang)
    requested = f"{date_words(ticket.requested_at, site, lang)} {time_words(ticket.requested_at, site)}"
    facts = [
        _plain(w["desk_requested"], requested),
        _plain(w["desk_reason"], w[f"cause_{ticket.cause}"], ticket.turn),
    ]
    if ticket.topic:
        key = f"topic_{ticket.topic}"
        named = w[key] if key in w else ticket.topic  # noqa: SIM401 – a catalogue has no `get`: it is strict
        facts.append(_plain(w["desk_topic"], named))
    if ticket.score is not None:
        facts.append(_plain(w["desk_evidence"], w("desk_evidence_score", score=f"{ticket.score:.2f}"), ticket.turn))
    return tuple(facts)


def customer_facts(conversation: Conversation, ticket: Ticket, lang: Language) -> tuple[Fact, ...]:
    """What was collected, and what the customer's site said of them. Tokens stand for personal data."""
    w = words(lang)
    facts = []
    if known := conversation.customer:
        facts += [Fact(w["pii_person"], parts(known.name, lang))] if known.name else []
        if known.tenure_months is not None:
            facts.append(_plain(w["desk_tenure"], w("desk_months", n=known.tenure_months)))
        facts += [_plain(w["desk_plan"], known.plan)] if known.plan else []
    if ticket.contact:
        facts.append(Fact(w["desk_contact"], parts(ticket.contact, lang)))
    for key in _DETAILS:
        if key in ticket.details:
            said = ticket.details[key]
            facts.append(Fact(w[f"detail_name_{key}"], parts(said, lang) if said else (Part(w["detail_skipped"]),)))
    return (*facts, _plain(w["desk_channel"], conversation.channel))


def article_views(conversation: Conversation, site: Site, lang: Language) -> tuple[ArticleView, ...]:
    """The articles that were cited, each once, with when, and the customer's vote."""
    w = words(lang)
    seen: dict[str, ArticleView] = {}
    for message in conversation.messages:
        for citation in message.outcome.citations if message.outcome else ():
            key = {True: "desk_cited_up", False: "desk_cited_down", None: "desk_cited_at"}[message.helpful]
            detail = w(key, time=time_words(message.at, site))
            version = message.outcome.versions.index if message.outcome else ""
            seen[citation.document_id] = ArticleView(citation.title, source_href(citation, version), detail)
    return tuple(seen.values())


def source_href(citation: Citation, version: str) -> str:
    where = f"version={quote(version)}&span={citation.start}-{citation.end}"
    return f"/desk/sources/{quote(citation.document_id)}?{where}"


def moods_of(conversation: Conversation, traces: Sequence[Trace]) -> list[float | None]:
    """For each turn how unhappy it is, 0..1; None where nobody judged it: what we say, and what a person was told."""
    by_answer = {trace.id: _negative(trace) for trace in traces}
    messages = conversation.messages
    moods: list[float | None] = [None] * len(messages)
    for turn, message in enumerate(messages[1:]):
        if message.outcome and message.outcome.trace_id in by_answer:
            moods[turn] = by_answer[message.outcome.trace_id]
    return moods


def mood_of(negative: float) -> Mood:
    return Mood.ANGRY if negative >= 0.85 else Mood.NEGATIVE if negative >= 0.5 else Mood.NEUTRAL


def spark(conversation: Conversation, moods: Sequence[float | None], site: Site, lang: Language) -> Spark | None:
    """None where no turn was judged."""
    judged = [(turn, mood) for turn, mood in enumerate(moods) if mood is not None]
    if not judged:
        return None
    step = (_RIGHT - _LEFT) / max(1, len(judged) - 1)
    points = tuple(
        SparkPoint(
            _LEFT + n * step,
            _TOP + mood * (_BOTTOM - _TOP),
            time_words(conversation.messages[turn].at, site),
        )
        for n, (turn, mood) in enumerate(judged)
    )
    first, last = judged[0][1], judged[-1][1]
    w, change = words(lang), _change(last - first, lang)
    moods_said = {"first": w[f"desk_mood_{mood_of(first)}"], "last": w[f"desk_mood_{mood_of(last)}"]}
    return Spark(points, w("desk_mood_label", change=change.text, **moods_said), change)


def _change(more: float, lang: Language) -> Word:
    w = words(lang)
    if abs(more) < _CHANGED:
        return Word(w["desk_mood_same"])
    if more > 0:
        return Word(w("desk_mood_worse", change=f"−{more:.1f}"), Tone.BAD, "↓")
    return Word(w("desk_mood_better", change=f"+{-more:.1f}"), Tone.OK, "↑")


def _negative(trace: Trace) -> float | None:
    step = next((step for step in trace.steps if step.name == "understand"), None)
    sentiment = step.data.get("sentiment") if step else None
    value = sentiment.get("negative") if isinstance(sentiment, dict) else None
    return float(value) if isinstance(value, int | float) else None


def _plain(label: str, text: str, turn: int | None = None) -> Fact:
    return Fact(label, (Part(text),), turn)


def language_of_subject(text: str, lang: Language) -> Language:
    return detect_language(text, lang)
