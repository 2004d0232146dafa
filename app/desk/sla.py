"""Clocks of a ticket: what was promised, what is due, and how much of it is left, in minutes of opening hours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import ceil
from statistics import median

from app.desk.hours import SupportHours
from app.desk.targets import Waits
from app.domain.ticket import Ticket


class Standing(StrEnum):
    MET = "met"
    ON_TIME = "on_time"
    WARNING = "warning"
    BREACHED = "breached"


@dataclass(frozen=True, slots=True)
class SlaClock:
    """`minutes_left` of opening hours, None once it has stopped; 0 when it is breached."""

    standing: Standing
    due: datetime
    minutes_left: int | None


def first_reply_clock(ticket: Ticket, now: datetime, hours: SupportHours, warn_share: float) -> SlaClock:
    return _clock(ticket, ticket.first_reply_due, ticket.first_replied_at, now, hours, warn_share)


def resolve_clock(ticket: Ticket, now: datetime, hours: SupportHours, warn_share: float) -> SlaClock:
    return _clock(ticket, ticket.resolve_due, ticket.resolved_at or ticket.closed_at, now, hours, warn_share)


def usual_minutes(
    waits: Sequence[tuple[datetime, datetime]], hours: SupportHours, reply_minutes: int, rules: Waits
) -> int:
    """How long a first reply takes: the median of `waits` (requested, replied), to the next five minutes."""
    if len(waits) < rules.fewest:
        return reply_minutes
    middle = median(hours.minutes_between(requested, replied) for requested, replied in waits)
    return max(rules.shortest, min(ceil(middle / 5) * 5, rules.longest_times * reply_minutes))


def _clock(
    ticket: Ticket, due: datetime, stopped: datetime | None, now: datetime, hours: SupportHours, warn_share: float
) -> SlaClock:
    if stopped:
        return SlaClock(Standing.MET if stopped <= due else Standing.BREACHED, due, None)
    if now > due:
        return SlaClock(Standing.BREACHED, due, 0)
    left, whole = hours.minutes_between(now, due), hours.minutes_between(ticket.requested_at, due)
    standing = Standing.WARNING if left <= whole * warn_share else Standing.ON_TIME
    return SlaClock(standing, due, round(left))
