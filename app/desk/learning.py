"""What conversations teach: a draft becomes a sample to measure by, a resolved conversation an article to write.

Only text that was scrubbed leaves the conversation: see app/desk/scrub.py.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date

import yaml

from app.desk.open_turns import answers
from app.domain.conversation import Conversation, Message, Role
from app.domain.courtesy import is_courtesy, says
from app.domain.draft import Draft, DraftEnd, End, Rejection
from app.domain.draft_ports import Learnings
from app.domain.learning import Candidate, CandidateKind, Proposal
from app.domain.outcome import Language
from app.domain.ports import ConversationStore
from app.domain.text import detect_language, normalise, sentence_spans
from app.errors import NotFound
from app.words import words

LIGHT = 0.2  # normalised edit distance of a draft that counts as lightly edited
_TEACHES = frozenset({Rejection.WRONG, Rejection.INCOMPLETE})
_FIGURE = re.compile(
    r"[¥￥]?\d[\d,.]*(?:〜\d[\d,.]*)?\s?(?:営業日|日|時間|か月|ヶ月|年|円|分|秒|個|回|台|％|%|cm|mm|kg|㎏|W|kW|℃"
    r"|(?:business )?days?|hours?|months?|years?|minutes?|weeks?|yen)?"
)
_MOST_FIGURES = 4

Scrubbing = Callable[[str], str]


def candidate_of(draft: Draft, end: DraftEnd, scrub: Scrubbing) -> Candidate | None:
    """None for what says nothing of the articles: a reply rewritten, or a draft rejected for its tone."""
    if not draft.asked or not draft.citations:
        return None
    is_good = end.end is not End.REJECTED and end.distance <= LIGHT
    if not is_good and end.rejection not in _TEACHES:
        return None
    sent = scrub(_stated(end.sent)) if is_good else ""
    return Candidate(
        id=f"desk-{draft.id[:12]}",
        conversation=draft.conversation_id,
        kind=CandidateKind.GOOD if is_good else CandidateKind.REGRESSION,
        question=scrub(" ".join(draft.asked)),
        lang=draft.language,
        gold_docs=tuple(dict.fromkeys(cited.document_id for cited in draft.citations)) if is_good else (),
        must_contain=tuple((figure,) for figure in _figures(sent, draft)),
        reference=sent,
        made_at=end.at,
        note="" if is_good else str(end.rejection),
    )


def proposal_of(
    conversation: Conversation, scrub: Scrubbing, today: date, language: Language | None = None
) -> Proposal:
    """An article from what was asked and what a person answered, for the owner of the articles to finish.

    `language` is that of its headings; the conversation's unless it is given.
    """
    lang = language or conversation.locale
    asked = [scrub(text) for text in _asked(conversation.messages)]
    answered = [scrub(text) for text in _answered(conversation.messages)]
    cited = dict.fromkeys(
        citation.title
        for message in conversation.messages
        if answers(message) and message.outcome
        for citation in message.outcome.citations
    )
    title = _title(asked[0]) if asked else words(lang)["proposal_untitled"]
    return Proposal(
        id=f"proposal-{conversation.id[:12]}",
        conversation=conversation.id,
        title=title,
        markdown=_markdown(title, asked, answered, list(cited), today, lang),
    )


def forget_erased(learnings: Learnings, store: ConversationStore) -> None:
    """What was learnt from conversations that are gone goes, too. Blocks."""
    for conversation_id in learnings.conversations():
        try:
            store.record(conversation_id)
        except NotFound:
            learnings.forget(conversation_id)


def _markdown(
    title: str, asked: Sequence[str], answered: Sequence[str], cited: Sequence[str], today: date, lang: Language
) -> str:
    w = words(lang)
    about, answer, seen = w["proposal_asked"], w["proposal_answer"], w["proposal_seen"]
    front = {"title": title, "lang": lang, "audience": "agent", "reviewed_on": today.isoformat(), "tags": ["proposal"]}
    parts = [
        "---\n" + yaml.safe_dump(front, allow_unicode=True, sort_keys=False) + "---",
        f"# {title}",
        w["proposal_note"],
        f"## {about}",
        *(f"- {text}" for text in asked),
        f"## {answer}",
        *(answered or [w["proposal_no_answer"]]),
    ]
    if cited:
        parts += [f"## {seen}", *(f"- {title}" for title in cited)]
    return re.sub(r"\n\n(?=- )", "\n", "\n\n".join(parts)) + "\n"


def _asked(messages: Sequence[Message]) -> list[str]:
    said = (says(message.text) for message in messages if message.role is Role.CUSTOMER)
    return [" ".join(text.split()) for text in said if text]


def _answered(messages: Sequence[Message]) -> list[str]:
    """What people said; the assistant's answers are articles already."""
    said = (_stated(message.text) for message in messages if message.role is Role.AGENT)
    return [text for text in said if text]


def _stated(text: str) -> str:
    """Without courtesy."""
    whole = normalise(text).text
    spans = sentence_spans(whole, detect_language(whole, "ja"))
    return "\n".join(s for span in spans if not is_courtesy(s := whole[span.start : span.end]))


def _figures(sent: str, draft: Draft) -> list[str]:
    """Figures with a unit that the reply and what it cites have in common: what a right answer must say."""
    quoted = "\n".join(cited.quote for cited in draft.citations)
    found = dict.fromkeys(match[0].strip() for match in _FIGURE.finditer(sent))
    return [figure for figure in found if figure in quoted and not figure.isdigit()][:_MOST_FIGURES]


def _title(asked: str) -> str:
    spans = sentence_spans(asked, detect_language(asked, "ja"))
    first = asked[spans[0].start : spans[0].end] if spans else asked
    return first[:80].rstrip("。.?？ ")
