"""The conversation store on any database that SQLAlchemy speaks to; the tests run it on SQLite and PostgreSQL."""

import hashlib
import hmac
import secrets
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, delete, func, insert
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from app.adapters.database import scrub
from app.adapters.sql_cases import apply, notes_of, open_ticket, ticket_of
from app.adapters.sql_events import write_event
from app.adapters.sql_ratings import ratings_of
from app.adapters.tables import CitationRow, ConversationRow, FeedbackRow, HandoffRow, MessageRow, TraceRow
from app.adapters.transactions import Transactions
from app.domain.conversation import Conversation, Message, Role, SignedCustomer, Vote
from app.domain.desk import State
from app.domain.events import EventKind
from app.domain.outcome import Language, Outcome
from app.domain.ports import Clock
from app.domain.record import Record
from app.domain.states import require_speech
from app.domain.ticket import written
from app.domain.trace import Trace
from app.errors import CustomerRefused, NotFound

_PURGED_AT_ONCE = 500
# What is written for every question goes past the session and its objects, which took half the time of an answer.
_INSERT = {table: insert(table) for table in (ConversationRow, MessageRow, CitationRow, TraceRow)}
_STATE = select(ConversationRow.state).where(ConversationRow.id == bindparam("id"))
_WITHOUT_TICKET = (State.BOT, State.OFFERED)
_DELETE = delete(ConversationRow)  # whatever refers to it goes with it


class SqlConversationStore:
    """One method, one transaction. A writer first locks its conversation, so that its writers take turns."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        transactions = Transactions(engine)
        self._reading, self._changing, self._writing = transactions.reading, transactions.changing, transactions.writing
        self._clock = clock

    def ping(self) -> None:
        with self._reading() as session:
            session.exec(select(1))

    def create(
        self,
        locale: Language,
        channel: str,
        token: str,
        customer: str | None = None,
        signed: SignedCustomer | None = None,
        signature: str | None = None,
    ) -> Conversation:
        created = Conversation(secrets.token_hex(16), locale, channel, self._clock.now(), customer=signed)
        about = {"id": created.id, "locale": locale, "channel": channel, "created_at": created.created_at}
        known = signed or SignedCustomer()
        about |= {"customer_name": known.name, "tenure_months": known.tenure_months, "plan": known.plan}
        hashes = {"token_hash": token_hash(token), "customer_hash": token_hash(customer) if customer else None}
        hashes["signature_hash"] = token_hash(signature) if signature else None
        with self._writing() as connection:
            try:
                connection.execute(_INSERT[ConversationRow], about | hashes)
            except IntegrityError:  # every other value was made here
                raise CustomerRefused("This signature was used before.", "customer_used") from None
            write_event(connection, created.id, created.created_at, EventKind.CONVERSATION_CREATED)
        return created

    def get(self, conversation_id: str, token: str, last: int | None = None) -> Conversation:
        with self._reading() as session:
            row = session.get(ConversationRow, conversation_id)
            if not token_fits(token, row.token_hash if row else None) or row is None:
                raise NotFound("There is no such conversation.")
            return _conversation(session, row, last)

    def find(self, conversation_id: str, last: int | None = None) -> Conversation:
        with self._reading() as session:
            row = session.get(ConversationRow, conversation_id)
            if row is None:
                raise NotFound("There is no such conversation.")
            return _conversation(session, row, last)

    def state(self, conversation_id: str) -> State:
        with self._reading() as session:
            return _state(session.connection(), conversation_id)

    def add_question(self, conversation_id: str, text: str) -> Message:
        message = Message(secrets.token_urlsafe(16), Role.CUSTOMER, text, self._clock.now())
        with self._writing(conversation_id) as connection:
            if _state(connection, conversation_id) not in _WITHOUT_TICKET:
                apply(connection, conversation_id, partial(written, now=message.at))
            connection.execute(_INSERT[MessageRow], _message_row(conversation_id, message))
            write_message_event(connection, conversation_id, message)
        return message

    def add_answer(self, conversation_id: str, outcome: Outcome, trace: Trace) -> Message:
        message = Message(outcome.message_id, Role.ASSISTANT, outcome.text, self._clock.now(), outcome)
        row, citations = _message_row(conversation_id, message), _citation_rows(outcome)
        data = trace.model_dump(mode="json", exclude={"outcome"})
        trace_row = {"id": trace.id, "message_id": message.id, "created_at": trace.created_at, "data": data}
        with self._writing(conversation_id) as connection:
            require_speech(_state(connection, conversation_id))
            connection.execute(_INSERT[MessageRow], row)
            if citations:
                connection.execute(_INSERT[CitationRow], citations)
            connection.execute(_INSERT[TraceRow], trace_row)
            write_message_event(connection, conversation_id, message)
        return message

    def trace(self, trace_id: str) -> Trace:
        with self._reading() as session:
            row = session.get(TraceRow, trace_id)
            if row is None:
                raise NotFound(f"There is no trace {trace_id!r}; an outcome names its own.")
            message = session.exec(select(MessageRow).where(MessageRow.id == row.message_id)).one()
            outcome = _outcome(message, _citations(session, [message.id]))
            return Trace.model_validate(row.data | {"outcome": outcome})

    def vote(
        self, conversation_id: str, message_id: str, helpful: bool | None, csat: int | None, comment: str | None
    ) -> None:
        with self._changing(conversation_id) as session:
            voted = select(MessageRow).where(
                MessageRow.id == message_id,
                MessageRow.conversation_id == conversation_id,
                MessageRow.role != Role.CUSTOMER,
            )
            if session.exec(voted).first() is None:
                raise NotFound("There is no such message in this conversation.")
            earlier = session.get(FeedbackRow, message_id)
            if helpful is None and csat is None and comment is None:
                if earlier:
                    session.delete(earlier)
                return
            now = self._clock.now()
            vote = {"helpful": helpful, "csat": csat, "comment": comment, "at": now}
            session.add((earlier or FeedbackRow(message_id=message_id, at=now)).sqlmodel_update(vote))
            if csat is not None:
                session.flush()
                write_event(
                    session.connection(), conversation_id, now, EventKind.CSAT_GIVEN, {"message_id": message_id}
                )

    def of_customer(self, customer: str) -> list[str]:
        theirs = select(ConversationRow.id).where(ConversationRow.customer_hash == token_hash(customer))
        with self._reading() as session:
            return list(session.exec(theirs.order_by(col(ConversationRow.created_at), col(ConversationRow.id))))

    def record(self, conversation_id: str) -> Record:
        with self._reading() as session:
            row = session.get(ConversationRow, conversation_id)
            if row is None:
                raise NotFound(f"There is no conversation {conversation_id!r}.")
            return _record(session, _conversation(session, row))

    def erase(self, conversation_id: str) -> None:
        with self._writing(conversation_id) as connection:
            connection.execute(_DELETE.where(col(ConversationRow.id) == conversation_id))
        scrub(self._engine)

    def purge(self, before: datetime) -> int:
        count = 0
        while erased := self._purge_some(before):
            count += erased
        if count:
            scrub(self._engine)
        return count

    def _purge_some(self, before: datetime) -> int:
        """What another process is erasing is left to it, and what is written to at this moment stays."""
        last = select(func.max(MessageRow.at)).where(MessageRow.conversation_id == ConversationRow.id).scalar_subquery()
        is_old = func.coalesce(last, ConversationRow.created_at) < before
        old = select(ConversationRow.id).where(is_old).limit(_PURGED_AT_ONCE).with_for_update(skip_locked=True)
        with self._writing() as connection:
            ids = connection.scalars(old).all()
            return connection.execute(_DELETE.where(col(ConversationRow.id).in_(ids), is_old)).rowcount


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "backslashreplace")).hexdigest()


def token_fits(token: str, stored_hash: str | None) -> bool:
    """Takes as long for an unknown conversation (`stored_hash` None) as for a known one."""
    return hmac.compare_digest(token_hash(token), stored_hash or "")


def _state(connection: Connection, conversation_id: str) -> State:
    state = connection.scalar(_STATE, {"id": conversation_id})
    if state is None:
        raise NotFound("There is no such conversation.")
    return State(state)


def _conversation(session: Session, row: ConversationRow, last: int | None = None) -> Conversation:
    messages, ticket = _messages(session, row.id, last), open_ticket(session, row.id)
    counted = select(func.count()).where(MessageRow.conversation_id == row.id)
    earlier = session.exec(counted).one() - len(messages) if last is not None else 0
    return Conversation(
        id=row.id,
        locale="en" if row.locale == "en" else "ja",
        channel=row.channel,
        created_at=row.created_at,
        customer=SignedCustomer(row.customer_name, row.tenure_months, row.plan) if row.signature_hash else None,
        messages=messages,
        handoff=ticket.request if ticket else None,
        state=State(row.state),
        declined_offers=row.declined_offers,
        earlier=earlier,
    )


def _record(session: Session, conversation: Conversation) -> Record:
    of_it = select(MessageRow.id).where(MessageRow.conversation_id == conversation.id)
    votes = select(FeedbackRow).where(col(FeedbackRow.message_id).in_(of_it)).order_by(col(FeedbackRow.at))
    requests = select(HandoffRow).where(HandoffRow.conversation_id == conversation.id).order_by(col(HandoffRow.number))
    traces = select(TraceRow.data).where(col(TraceRow.message_id).in_(of_it)).order_by(col(TraceRow.created_at))
    return Record(
        conversation,
        tuple(Vote(**row.model_dump()) for row in session.exec(votes)),
        tuple(ticket_of(row).request for row in session.exec(requests)),
        tuple(map(Trace.model_validate, session.exec(traces))),
        tuple(notes_of(session, conversation.id)),
        tuple(ratings_of(session, conversation.id)),
    )


def _messages(session: Session, conversation_id: str, last: int | None) -> tuple[Message, ...]:
    position = col(MessageRow.position)
    of_it = select(MessageRow).where(MessageRow.conversation_id == conversation_id)
    rows = session.exec(of_it.order_by(position.desc()).limit(last)).all()[::-1]
    ids = [row.id for row in rows if row.outcome]
    citations = _citations(session, ids)
    votes = {
        row.message_id: row.helpful
        for row in session.exec(select(FeedbackRow).where(col(FeedbackRow.message_id).in_(ids)))
    }
    return tuple(
        Message(row.id, Role(row.role), row.text, row.at, _outcome(row, citations), votes.get(row.id), row.author)
        for row in rows
    )


def _citations(session: Session, message_ids: list[str]) -> dict[str, list[dict[str, Any]]]:
    of_these = select(CitationRow).where(col(CitationRow.message_id).in_(message_ids)).order_by(col(CitationRow.n))
    found: dict[str, list[dict[str, Any]]] = {}
    for row in session.exec(of_these):
        found.setdefault(row.message_id, []).append(row.model_dump(exclude={"message_id", "index_version"}))
    return found


def _outcome(row: MessageRow, citations: dict[str, list[dict[str, Any]]]) -> Outcome | None:
    return Outcome.model_validate(row.outcome | {"citations": citations.get(row.id, [])}) if row.outcome else None


def _message_row(conversation_id: str, message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "conversation_id": conversation_id,
        "role": message.role,
        "text": message.text,
        "at": message.at,
        "outcome": message.outcome.model_dump(mode="json", exclude={"citations"}) if message.outcome else None,
    }


def write_message_event(connection: Connection, conversation_id: str, message: Message) -> None:
    data = {"message_id": message.id, "role": message.role.value}
    write_event(connection, conversation_id, message.at, EventKind.MESSAGE_CREATED, data)


def _citation_rows(outcome: Outcome) -> list[dict[str, Any]]:
    about = {"message_id": outcome.message_id, "index_version": outcome.versions.index}
    return [about | citation.model_dump() for citation in outcome.citations]
