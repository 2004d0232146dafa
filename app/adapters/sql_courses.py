"""The courses of conversations, out of the database: one query for each thing that is counted, however many there are.

Each reads a few columns of the conversations that began since a moment, and no text but what customers wrote.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, Float, func, literal_column, select
from sqlmodel import Session, col

from app.adapters.sql_events import EventRow
from app.adapters.sql_ratings import RatingRow
from app.adapters.tables import ConversationRow, FeedbackRow, HandoffRow, MessageRow, TraceRow
from app.adapters.transactions import Transactions
from app.domain.conversation import Role
from app.domain.course import Course
from app.domain.courtesy import says
from app.domain.desk import Cause
from app.domain.events import EventKind
from app.domain.outcome import Kind

# How unhappy a turn was stands in the trace's step "understand"; each database has its own way into a list.
_MOOD = {
    "sqlite": "(SELECT json_extract(value, '$.data.sentiment.negative') FROM json_each(trace.data, '$.steps')"
    " WHERE json_extract(value, '$.name') = 'understand' LIMIT 1)",
    "postgresql": "(SELECT CAST(value -> 'data' -> 'sentiment' ->> 'negative' AS double precision)"
    " FROM json_array_elements(trace.data -> 'steps') WHERE value ->> 'name' = 'understand' LIMIT 1)",
}
_ID, _BEGAN = col(ConversationRow.id), col(ConversationRow.created_at)
_OF = col(MessageRow.conversation_id)


class SqlCourses:
    def __init__(self, engine: Engine) -> None:
        self._reading = Transactions(engine).reading
        self._mood: ColumnElement[float] = literal_column(_MOOD[engine.dialect.name], Float)

    def since(self, at: datetime) -> list[Course]:
        columns = (_ID, ConversationRow.channel, ConversationRow.locale, _BEGAN)
        begun = select(*columns).where(at <= _BEGAN).order_by(_BEGAN, _ID)  # type: ignore[call-overload]
        with self._reading() as session:
            found = session.execute(begun).all()
            asked, last = _said(session, at)
            answered, down = _answered(session, at), _voted_down(session, at)
            handed, csat = _handed(session, at), _csat(session, at)
            reopened, moods = _reopened(session, at), self._moods(session, at)
        return [
            Course(
                id=id_,
                channel=channel,
                language="en" if locale == "en" else "ja",
                began_at=began,
                last_at=last.get(id_, began),
                asked=id_ in asked,
                answered=id_ in answered,
                voted_down=id_ in down,
                reopened_at=reopened.get(id_),
                csat=csat.get(id_),
                mood=moods.get(id_),
                **handed.get(id_, {}),
            )
            for id_, channel, locale, began in found
        ]

    def _moods(self, session: Session, at: datetime) -> dict[str, tuple[float, float]]:
        """Of the first and the last turn that was judged."""
        of_traces = select(_OF, self._mood).join(TraceRow, col(TraceRow.message_id) == MessageRow.id)
        moods: dict[str, tuple[float, float]] = {}
        for id_, mood in session.execute(_begun(of_traces, _OF, at).order_by(col(MessageRow.position))):
            if mood is not None:
                moods[id_] = (moods[id_][0] if id_ in moods else mood, mood)
        return moods


def _said(session: Session, at: datetime) -> tuple[set[str], dict[str, datetime]]:
    """Which customers asked anything, and when each wrote last."""
    theirs = select(_OF, MessageRow.text, MessageRow.at).where(col(MessageRow.role) == Role.CUSTOMER)  # type: ignore[call-overload]
    asked, last = set[str](), dict[str, datetime]()
    for id_, text, said_at in session.execute(_begun(theirs, _OF, at).order_by(col(MessageRow.position))):
        last[id_] = said_at
        if id_ not in asked and says(text):
            asked.add(id_)
    return asked, last


def _answered(session: Session, at: datetime) -> set[str]:
    """Those with an answer of the assistant's that was not voted down."""
    kind, helpful = col(MessageRow.outcome)["kind"].as_string(), col(FeedbackRow.helpful)
    answers = (
        select(_OF)
        .outerjoin(FeedbackRow, col(FeedbackRow.message_id) == MessageRow.id)
        .where(col(MessageRow.role) == Role.ASSISTANT, kind == Kind.ANSWER, helpful.is_not(False))
        .distinct()
    )
    return set(session.scalars(_begun(answers, _OF, at)))


def _voted_down(session: Session, at: datetime) -> set[str]:
    down = select(_OF).join(FeedbackRow).where(col(FeedbackRow.helpful).is_(False)).distinct()
    return set(session.scalars(_begun(down, _OF, at)))


def _handed(session: Session, at: datetime) -> dict[str, dict[str, Any]]:
    """Of tickets: the first request and reply, and how the last one stands."""
    of = col(HandoffRow.conversation_id)
    columns = (of, HandoffRow.requested_at, HandoffRow.cause, HandoffRow.first_replied_at, HandoffRow.resolved_at)
    found = select(*columns).order_by(col(HandoffRow.number))  # type: ignore[call-overload]
    handed: dict[str, dict[str, Any]] = {}
    for id_, requested, cause, replied, resolved in session.execute(_begun(found, of, at)):
        kept = handed.setdefault(id_, {"handed_off_at": requested, "cause": Cause(cause), "first_reply_at": None})
        kept["first_reply_at"] = _first((kept["first_reply_at"], replied))
        kept["resolved_at"] = resolved
    return handed


def _csat(session: Session, at: datetime) -> dict[str, int]:
    """The latest of each."""
    rated = select(RatingRow.conversation_id, RatingRow.at, RatingRow.score)  # type: ignore[call-overload]
    voted = select(_OF, FeedbackRow.at, FeedbackRow.csat).join(FeedbackRow)  # type: ignore[call-overload]
    voted = voted.where(col(FeedbackRow.csat).is_not(None))
    given = [*session.execute(_begun(rated, col(RatingRow.conversation_id), at))]
    given += session.execute(_begun(voted, _OF, at))
    return {id_: score for id_, _, score in sorted(given, key=lambda each: (each[1], each[2]))}


def _reopened(session: Session, at: datetime) -> dict[str, datetime]:
    of = col(EventRow.conversation_id)
    first = select(of, func.min(EventRow.at)).where(col(EventRow.kind) == EventKind.TICKET_REOPENED).group_by(of)
    return {each[0]: each[1] for each in session.execute(_begun(first, of, at))}


def _begun(found: Any, of: Any, at: datetime) -> Any:
    """Only of conversations that began at `at` or later."""
    return found.join(ConversationRow, of == _ID).where(at <= _BEGAN)


def _first(moments: Iterable[datetime | None]) -> datetime | None:
    return min((moment for moment in moments if moment), default=None)
