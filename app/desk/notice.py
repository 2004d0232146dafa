"""The sentence that tells a customer when a person will answer, and why not sooner."""

from datetime import date, datetime

from app.desk.hours import ClosedDays, SupportHours
from app.domain.outcome import Language
from app.domain.site import Site
from app.words import words

_WEEKDAYS = {"ja": "月火水木金土日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def reply_notice(now: datetime, expected: datetime, site: Site, lang: Language) -> str:
    """One or two polite sentences; times are on the site's clock."""
    w = words(lang)
    hours = SupportHours(site)
    time, day = time_words(expected, site), date_words(expected, site, lang)
    local_now, local_expected = now.astimezone(site.time_zone), expected.astimezone(site.time_zone)
    is_today = local_now.date() == local_expected.date()
    when = w("when_today", time=time) if is_today else w("when_on", day=day, time=time)
    state = "handoff_open" if hours.is_open(now) else "handoff_closed"
    reasons = [_reason(days, local_expected.month, lang) for days in hours.closed_days_between(now, expected)]
    if not reasons:
        return w(state, when=when)
    return w(f"{state}_because", when=when, reason=w["reason_join"].join(reasons))


def time_words(at: datetime, site: Site) -> str:
    """ "14:40" on the site's clock."""
    local = at.astimezone(site.time_zone)
    return f"{local.hour}:{local.minute:02}"


def date_words(at: datetime, site: Site, lang: Language) -> str:
    """ "11月24日（火）" or "Tue 24 Nov" on the site's clock."""
    local = at.astimezone(site.time_zone)
    weekday = _WEEKDAYS[lang][local.weekday()]
    if lang == "ja":
        return f"{local.month}月{local.day}日（{weekday}）"
    return f"{weekday} {local.day} {_MONTHS[local.month - 1]}"


def short_date(at: datetime, site: Site, lang: Language) -> str:
    """ "11/24" or "24 Nov" on the site's clock: for a button on a phone."""
    local = at.astimezone(site.time_zone)
    return f"{local.month}/{local.day}" if lang == "ja" else f"{local.day} {_MONTHS[local.month - 1]}"


def _reason(days: ClosedDays, month: int, lang: Language) -> str:
    w = words(lang)
    span = _span_ja(days, month) if lang == "ja" else _span_en(days, month)
    if days.name:
        return w("closure_reason", days=span, name=days.name[lang])
    return w("holiday_reason" if days.first == days.last else "holidays_reason", days=span)


def _span_ja(days: ClosedDays, month: int) -> str:
    """The month is said where it is not the one the reply falls in, or changes."""
    first = _day_ja(days.first, days.first.month != month)
    return first if days.first == days.last else f"{first}〜{_day_ja(days.last, days.last.month != days.first.month)}"


def _day_ja(day: date, with_month: bool) -> str:
    return f"{day.month}月{day.day}日" if with_month else f"{day.day}日"


def _span_en(days: ClosedDays, month: int) -> str:
    with_month = days.first.month != month or days.last.month != month
    first, last = _day_en(days.first, with_month), _day_en(days.last, with_month)
    return first if days.first == days.last else f"{first} to {last}"


def _day_en(day: date, with_month: bool) -> str:
    if with_month:
        return f"{day.day} {_MONTHS[day.month - 1]}"
    is_teen = 11 <= day.day <= 13
    return f"the {day.day}{'th' if is_teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(day.day % 10, 'th')}"
