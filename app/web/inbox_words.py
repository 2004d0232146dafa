"""How the inbox tells times, moods and priorities: a word, a tone, and a shape that says the same without colour."""

import re
from datetime import datetime, timedelta

from app.desk.sla import SlaClock, Standing
from app.domain.desk import State
from app.domain.outcome import Language
from app.domain.pseudonyms import TOKEN
from app.domain.ticket import Priority, Ticket
from app.domain.understanding import Mood
from app.web.inbox_views import Part, Tone, Word
from app.words import words

BARS = {Priority.URGENT: 3, Priority.HIGH: 2, Priority.NORMAL: 1, Priority.LOW: 0}
_PRIORITY_TONES = {Priority.URGENT: Tone.BAD, Priority.HIGH: Tone.WARN}
_MOOD_TONES = {Mood.ANGRY: Tone.BAD, Mood.NEGATIVE: Tone.WARN, Mood.NEUTRAL: Tone.NEUTRAL, Mood.POSITIVE: Tone.OK}
_MOOD_SIGNS = {Mood.ANGRY: "↓", Mood.NEGATIVE: "↓", Mood.NEUTRAL: "—", Mood.POSITIVE: "↑"}
_STATE_TONES = {State.WITH_AGENT: Tone.ACCENT, State.RESOLVED: Tone.OK}
_SUBJECT = 80  # characters
_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?]?")


def span_words(minutes: float, lang: Language) -> str:
    """ "4分", "2時間", "3日": the largest unit that fits, rounded down."""
    w = words(lang)
    whole = max(0, int(minutes))
    if whole < 60:
        return w("span_minutes", n=whole)
    return w("span_hours", n=whole // 60) if whole < 48 * 60 else w("span_days", n=whole // (24 * 60))


def priority_word(priority: Priority, lang: Language) -> Word:
    return Word(words(lang)[f"priority_{priority}"], _PRIORITY_TONES.get(priority, Tone.NEUTRAL))


def skill_word(skill: str | None, lang: Language) -> str:
    w, key = words(lang), f"skill_{skill}"
    return w[key] if skill and key in w else skill or w["skill_none"]


def state_word(state: State, lang: Language) -> Word:
    return Word(words(lang)[f"state_{state}"], _STATE_TONES.get(state, Tone.NEUTRAL))


def mood_word(mood: Mood, lang: Language) -> Word:
    return Word(words(lang)[f"desk_mood_{mood}"], _MOOD_TONES[mood], _MOOD_SIGNS[mood])


def left_word(clock: SlaClock, now: datetime, lang: Language) -> Word:
    """What is left of a clock, in minutes of opening hours; how late it is, by the wall clock."""
    w = words(lang)
    if clock.minutes_left is None:
        return Word(w["desk_replied"], Tone.OK, "✓")
    if clock.standing is Standing.BREACHED:
        return Word(w("desk_late", span=span_words((now - clock.due) / timedelta(minutes=1), lang)), Tone.BAD)
    tone = Tone.WARN if clock.standing is Standing.WARNING else Tone.NEUTRAL
    return Word(w("desk_left", span=span_words(clock.minutes_left, lang)), tone)


def waiting_words(ticket: Ticket, now: datetime, lang: Language) -> str:
    w = words(lang)
    if ticket.waiting_since is None:
        return w["desk_replied"]
    return w("desk_waiting", span=span_words((now - ticket.waiting_since) / timedelta(minutes=1), lang))


def parts(text: str, lang: Language) -> tuple[Part, ...]:
    """`text` with its tokens named: "電話番号1"."""
    found: list[Part] = []
    done = 0
    for match in TOKEN.finditer(text):
        found += [Part(text[done : match.start()])] if match.start() > done else []
        found.append(Part(token_name(match[1], match[2], lang), match[0]))
        done = match.end()
    return (*found, Part(text[done:])) if done < len(text) else tuple(found)


def token_name(pii_type: str, number: str, lang: Language) -> str:
    w, key = words(lang), f"pii_{pii_type.lower()}"
    name = w[key] if key in w else w["pii_other"]
    return f"{name}{number}" if lang == "ja" else f"{name} {number}"


def named(text: str, lang: Language) -> str:
    """`text` where no chip can stand: in a list, a title."""
    return "".join(part.text for part in parts(text, lang))


def subject(text: str, lang: Language) -> str:
    """The first sentence that says more than a greeting, cut to a line."""
    sentences = [each.strip() for each in _SENTENCE.findall(text) if each.strip()]
    chosen = max(sentences[:3], key=len, default=text.strip())
    said = named(chosen, lang)
    return said if len(said) <= _SUBJECT else said[: _SUBJECT - 1].rstrip() + "…"
