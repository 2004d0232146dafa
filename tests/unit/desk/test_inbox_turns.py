"""A conversation as an agent reads it, and what stands beside it, in both languages."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from app.domain.conversation import Conversation, Message, Role, SignedCustomer
from app.domain.desk import Cause
from app.domain.events import ConversationEvent, EventKind
from app.domain.outcome import Language, relayed
from app.domain.ticket import Note, Priority, Ticket
from app.domain.trace import Trace
from app.domain.understanding import Mood
from app.web.inbox_context import (
    article_views,
    customer_facts,
    mood_of,
    moods_of,
    reason_facts,
    source_href,
    spark,
    summary_facts,
)
from app.web.inbox_turns import Teller
from app.web.inbox_views import Fact, Part, Tone, Word
from tests.builders import NOON, VERSIONS, citation, outcome, trace
from tests.scripted import SITE

TICKET = Ticket(
    "1001",
    "c-1",
    Cause.CRITICAL_TOPIC,
    Priority.URGENT,
    "ja",
    NOON,
    NOON,
    NOON,
    NOON,
    topic="safety",
    turn=0,
    score=0.914,
    contact="<CONTACT_1>",
    details={"order_number": "A-20931", "product": None},
)


def minute(n: int) -> datetime:
    return NOON + timedelta(minutes=n)


def said(*turns: tuple[str, str]) -> Conversation:
    """Of roles and texts, a minute apart; the assistant's answers cite one article and have traces t-0, t-1, …"""
    messages = []
    for n, (role, text) in enumerate(turns):
        answered = outcome(f"m-{n}", f"t-{n}") if role == "assistant" else None
        messages.append(Message(f"m-{n}", Role(role), text, minute(n), answered))
    return Conversation("c-1", "ja", "web", NOON, tuple(messages))


def event(kind: EventKind, n: int = 0, **data: str) -> ConversationEvent:
    return ConversationEvent(1, "c-1", minute(n), kind, data)


def teller(lang: Language) -> Teller:
    return Teller(SITE, lang, {"u-1": "青井 葵"})


def test_turns_events_and_notes_are_in_order_of_time_and_positions_count_what_was_said() -> None:
    conversation = said(("customer", "返品したい"), ("assistant", "14日以内です"), ("agent", "承ります"))
    events = [event(EventKind.HANDOFF_CREATED, 1, cause="anger"), event(EventKind.AGENT_JOINED, 2, user_id="u-1")]
    notes = [Note("n-1", "u-1", "青井 葵", "<PHONE_1>に折り返し済み", minute(3))]
    turns = teller("ja").turns(conversation, events, notes)
    assert [(turn.kind, turn.position) for turn in turns] == [
        ("customer", 0),
        ("ai", 1),
        ("event", 0),
        ("agent", 2),
        ("event", 0),
        ("note", 0),
    ]
    assert [turn.time for turn in turns] == ["12:00", "12:01", "12:01", "12:02", "12:02", "12:03"]
    assert turns[5].parts == (Part("電話番号1", "<PHONE_1>"), Part("に折り返し済み"))


def test_an_answer_shows_its_sources_and_what_looks_like_a_token_in_it_is_the_article_s() -> None:
    conversation = said(("customer", "<PHONE_1>です"), ("assistant", "<PHONE_1>と書きます"))
    asked, answered = teller("en").turns(conversation, [], [])
    assert (asked.parts[0].token, asked.name) == ("<PHONE_1>", "Customer")
    assert (answered.parts, answered.citations) == ((Part("<PHONE_1>と書きます"),), (citation(),))
    assert (answered.version, answered.lang) == (VERSIONS.index, "ja")


def test_that_a_message_went_on_to_a_person_is_no_turn() -> None:
    told = Message("m-1", Role.ASSISTANT, "", NOON, relayed("m-0", "ja", "p1", "r1"))
    assert teller("ja").turns(replace(said(), messages=(told,)), [], []) == ()


@pytest.mark.parametrize(
    ("told", "ja", "en"),
    [
        (
            event(EventKind.HANDOFF_OFFERED, cause="anger"),
            "AIが担当者への引き継ぎを案内しました",
            "The AI offered a person",
        ),
        (event(EventKind.OFFER_DECLINED), "お客様は案内を断りました", "The customer declined"),
        (event(EventKind.HANDOFF_WITHDRAWN), "お客様が取り下げました", "The customer withdrew the request"),
        (event(EventKind.AGENT_JOINED, user_id="u-1"), "青井 葵が担当になりました", "青井 葵 took it"),
        (event(EventKind.AGENT_LEFT, user_id="gone"), "担当者が担当を離れました", "an agent left it"),
        (event(EventKind.HANDOFF_RETURNED), "AIに戻しました", "Handed back to the AI"),
        (event(EventKind.TICKET_RESOLVED), "解決にしました", "Resolved"),
        (event(EventKind.TICKET_REOPENED), "再開しました", "Reopened"),
        (
            event(EventKind.REPLY_DELAYED, expected_reply_at=minute(160).isoformat()),
            "返信の見込みを14:40に変え、お客様に伝えました",
            "The customer was told to expect a reply by 14:40",
        ),
    ],
)
def test_what_happened_is_told_between_the_turns(told: ConversationEvent, ja: str, en: str) -> None:
    for lang, wanted in (("ja", ja), ("en", en)):
        line = teller("ja" if lang == "ja" else "en").event(told)
        assert line is not None
        assert line.parts == (Part(wanted),)


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_of_a_hand_off_is_told(cause: Cause) -> None:
    told = event(EventKind.HANDOFF_CREATED, cause=cause.value)
    assert all(teller(lang).event(told) for lang in ("ja", "en"))


@pytest.mark.parametrize(
    "kind", [EventKind.MESSAGE_CREATED, EventKind.DETAILS_ASKED, EventKind.DETAILS_GIVEN, EventKind.CSAT_GIVEN]
)
def test_what_its_turn_tells_already_is_no_line(kind: EventKind) -> None:
    assert teller("ja").event(event(kind)) is None


def judged(negative: object, trace_id: str) -> Trace:
    made = trace("c-1", trace_id)
    made.add("understand", 0.001, sentiment={"negative": negative, "angry": 0.0})
    return made


def test_moods_are_those_of_the_customer_s_turns_that_were_judged() -> None:
    conversation = said(("customer", "漏れる"), ("assistant", "はい"), ("customer", "まだ"), ("assistant", "はい"))
    traces = [judged(0.25, "t-1"), judged(None, "t-3"), judged(0.9, "t-of-nothing")]
    assert moods_of(conversation, traces) == [0.25, None, None, None]
    assert moods_of(said(), traces) == []
    assert [mood_of(each) for each in (0.2, 0.5, 0.84, 0.85)] == [
        Mood.NEUTRAL,
        Mood.NEGATIVE,
        Mood.NEGATIVE,
        Mood.ANGRY,
    ]


@pytest.mark.parametrize(
    ("moods", "ja", "en"),
    [
        ([0.1, None, 0.9], Word("悪化 −0.8", Tone.BAD, "↓"), Word("Worse −0.8", Tone.BAD, "↓")),
        ([0.9, None, 0.3], Word("改善 +0.6", Tone.OK, "↑"), Word("Better +0.6", Tone.OK, "↑")),
        ([0.4, None, 0.5], Word("変化なし"), Word("Unchanged")),
    ],
)
def test_the_line_of_moods_says_which_way_it_went(moods: list[float | None], ja: Word, en: Word) -> None:
    conversation = said(("customer", "a"), ("assistant", "b"), ("customer", "c"))
    for lang, wanted in (("ja", ja), ("en", en)):
        drawn = spark(conversation, moods, SITE, "ja" if lang == "ja" else "en")
        assert drawn is not None
        assert drawn.change == wanted
        assert wanted.text in drawn.label
        assert [point.time for point in drawn.points] == ["12:00", "12:02"]
        first, last = drawn.points
        assert (first.x < last.x, first.y < last.y) == (True, moods[0] < moods[2])  # type: ignore[operator]


def test_without_a_mood_there_is_no_line_and_one_mood_is_a_point() -> None:
    conversation = said(("customer", "a"), ("assistant", "b"))
    assert spark(conversation, [None, None], SITE, "ja") is None
    drawn = spark(conversation, [0.5, None], SITE, "ja")
    assert drawn is not None
    assert (drawn.path, drawn.change.text) == ("56.0,40.0", "変化なし")


def test_why_it_is_here_has_its_evidence_and_leads_to_the_turn() -> None:
    assert reason_facts(TICKET, SITE, "ja")[0] == Fact("受付", (Part("11月20日（金） 12:00"),))
    for lang, label, score in (("ja", "根拠", "確からしさ 0.91"), ("en", "Evidence", "score 0.91")):
        facts = reason_facts(TICKET, SITE, "ja" if lang == "ja" else "en")
        assert facts[-1] == Fact(label, (Part(score),), 0)
        assert facts[1].turn == 0
    assert [reason_facts(TICKET, SITE, lang)[2].parts[0].text for lang in ("ja", "en")] == [
        "安全に関わる内容",
        "Safety",
    ]
    assert reason_facts(replace(TICKET, topic="of a new kind"), SITE, "en")[2].parts[0].text == "of a new kind"
    bare = replace(TICKET, topic=None, score=None)
    assert len(reason_facts(bare, SITE, "en")) == 2


def test_what_is_known_of_a_customer_is_named_and_hidden() -> None:
    known = replace(said(), customer=SignedCustomer("<PERSON_1>", 26, "premium"))
    assert customer_facts(known, TICKET, "en") == (
        Fact("Name", (Part("Name 1", "<PERSON_1>"),)),
        Fact("Customer for", (Part("26 months"),)),
        Fact("Plan", (Part("premium"),)),
        Fact("Contact", (Part("Contact 1", "<CONTACT_1>"),)),
        Fact("Order number", (Part("A-20931"),)),
        Fact("Product", (Part("not said"),)),
        Fact("Channel", (Part("web"),)),
    )
    assert len(customer_facts(said(), replace(TICKET, contact=None, details={}), "ja")) == 1


def test_articles_are_listed_once_with_the_vote() -> None:
    conversation = said(("assistant", "一"), ("assistant", "二"))
    voted = replace(conversation.messages[1], helpful=False)
    twice = replace(conversation, messages=(conversation.messages[0], voted))
    for lang, detail in (("ja", "12:01に引用・役に立たなかった"), ("en", "cited at 12:01 · not helpful")):
        [article] = article_views(twice, SITE, "ja" if lang == "ja" else "en")
        assert (article.title, article.detail) == (citation().title, detail)
        assert article.href == source_href(citation(), VERSIONS.index)


def test_a_summary_s_lines_lead_to_their_turns() -> None:
    facts = summary_facts(said(("customer", "洗濯機の返品をしたいです")), "ja", [None])
    assert any(fact.turn == 0 and "返品" in fact.parts[0].text for fact in facts)
    assert len(facts) <= 5
