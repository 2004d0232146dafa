"""Who is given a ticket: by language, skill, load and presence, and fairly."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from app.domain.desk_ports import Colleague
from app.domain.ticket import Ticket

_NEVER = datetime.min.replace(tzinfo=UTC)


def is_there(colleague: Colleague, now: datetime, seconds: float) -> bool:
    """Seen within so many seconds; somebody whom a clock that was set back puts into the future is there."""
    return colleague.seen_at is not None and now - colleague.seen_at <= timedelta(seconds=seconds)


def can_take(colleague: Colleague, ticket: Ticket) -> bool:
    speaks = not colleague.languages or ticket.language in colleague.languages
    return speaks and (ticket.skill is None or not colleague.skills or ticket.skill in colleague.skills)


def choose(colleagues: Iterable[Colleague], ticket: Ticket, now: datetime, seconds: float) -> Colleague | None:
    """Of those who are there and can take it: who knows the subject, has fewest open, was given none for longest.

    The id decides at last, so that it is the same whoever asks. None where nobody can.
    """
    able = [each for each in colleagues if is_there(each, now, seconds) and can_take(each, ticket)]
    return min(able, key=lambda each: _order(each, ticket), default=None)


def _order(colleague: Colleague, ticket: Ticket) -> tuple[bool, int, datetime, str]:
    is_expert = ticket.skill is not None and ticket.skill in colleague.skills
    return not is_expert, colleague.load, colleague.assigned_at or _NEVER, colleague.user_id
