"""The site's own facts, as `site.toml` states them: name, contact, hours, closures, suggested questions."""

import re
from datetime import date, timedelta
from itertools import pairwise
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from app.domain.outcome import Language

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")
_MONTH_DAY = re.compile(r"(\d{2})-(\d{2})")
_LEAP_YEAR = 2000

Line = Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S")]


class Fact(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Bilingual(Fact):
    ja: Line
    en: Line

    def __getitem__(self, lang: Language) -> str:
        return self.ja if lang == "ja" else self.en


class Opening(Fact):
    """Minutes since midnight on the wall clock of the site; `closes` may be 1440, the end of the day."""

    opens: int = Field(ge=0, lt=1440)
    closes: int = Field(gt=0, le=1440)


def _opening(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    found = _HOURS.fullmatch(value.strip())
    if not found or int(found[2]) > 59 or int(found[4]) > 59:
        raise ValueError(f'"{value}" should read like "09:00-18:00"')
    opens, closes = int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])
    if not opens < closes <= 1440:
        raise ValueError(f'"{value}" should close after it opens and by 24:00')
    return Opening(opens=opens, closes=closes)


def _openings(value: Any) -> Any:
    """One range or a list of them."""
    return [value] if isinstance(value, str) else value


def _in_order(openings: tuple[Opening, ...]) -> tuple[Opening, ...]:
    if any(later.opens < earlier.closes for earlier, later in pairwise(openings)):
        raise ValueError("the ranges of a day should be in order and apart")
    return openings


Openings = Annotated[
    tuple[Annotated[Opening, BeforeValidator(_opening)], ...], BeforeValidator(_openings), AfterValidator(_in_order)
]


class Hours(Fact):
    """Openings by weekday; a day that is left out is closed."""

    monday: Openings = ()
    tuesday: Openings = ()
    wednesday: Openings = ()
    thursday: Openings = ()
    friday: Openings = ()
    saturday: Openings = ()
    sunday: Openings = ()
    public_holidays: str | None = None  # ISO code of the country whose public holidays are closed days

    def on_weekday(self, weekday: int) -> tuple[Opening, ...]:
        """`weekday` as `date.weekday()` counts: Monday is 0."""
        openings: tuple[Opening, ...] = getattr(self, WEEKDAYS[weekday])
        return openings


class Closure(Fact):
    """Days off, first and last included: every year where the dates are month and day, once where they have a year."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    name: Bilingual
    first: str = Field(alias="from")
    last: str = Field(alias="to")

    @model_validator(mode="before")
    @classmethod
    def _one_day(cls, value: Any) -> Any:
        """TOML's own dates are welcome, and a single day needs no `to`."""
        if not isinstance(value, dict):
            return value
        texts = {key: item.isoformat() if isinstance(item, date) else item for key, item in value.items()}
        return {"to": texts["from"]} | texts if "from" in texts else texts

    @model_validator(mode="after")
    def _readable(self) -> "Closure":
        if self.recurs != bool(_MONTH_DAY.fullmatch(self.last)):
            raise ValueError("`from` and `to` should both have a year, or neither")
        first, last = (_day(text) for text in (self.first, self.last))
        if not self.recurs and last < first:
            raise ValueError("`to` should not be before `from`")
        return self

    @property
    def recurs(self) -> bool:
        return bool(_MONTH_DAY.fullmatch(self.first))

    def covers(self, day: date) -> bool:
        if not self.recurs:
            return _day(self.first) <= day <= _day(self.last)
        month_day = f"{day:%m-%d}"
        if self.first <= self.last:
            return self.first <= month_day <= self.last
        return month_day >= self.first or month_day <= self.last  # over New Year


def _day(text: str) -> date:
    try:
        return date.fromisoformat(f"{_LEAP_YEAR}-{text}" if _MONTH_DAY.fullmatch(text) else text)
    except ValueError:
        raise ValueError(f'"{text}" should be a day like "12-29" or "2026-12-29"') from None


class Contact(Fact):
    """`also_public`: further numbers and addresses of the company, which are nobody's personal data."""

    phone: Line
    email: Line
    url: Annotated[str, Field(pattern=r"^https?://\S+$")] | None = None
    also_public: tuple[Line, ...] = ()


class Suggestions(Fact):
    """Questions that the empty chat offers."""

    ja: tuple[Line, ...] = Field(default=(), max_length=4)
    en: tuple[Line, ...] = Field(default=(), max_length=4)

    def __getitem__(self, lang: Language) -> tuple[str, ...]:
        return self.ja if lang == "ja" else self.en


class Site(Fact):
    """The company behind the chat. `reply_minutes` are working minutes, counted across closings."""

    name: Bilingual
    contact: Contact
    time_zone: ZoneInfo
    time_zone_name: Bilingual
    reply_minutes: int = Field(ge=1, le=10_000)
    hours: Hours
    closures: tuple[Closure, ...] = ()
    suggestions: Suggestions = Suggestions()

    @property
    def published(self) -> tuple[str, ...]:
        """What the company says of itself: never masked."""
        contact = self.contact
        return contact.phone, contact.email, *contact.also_public, self.name.ja, self.name.en

    @model_validator(mode="after")
    def _opens(self) -> "Site":
        """Over the years each day of the calendar falls on each weekday: one that no closure covers is enough."""
        recurring = [closure for closure in self.closures if closure.recurs]
        year = (date(_LEAP_YEAR, 1, 1) + timedelta(n) for n in range(366))
        every_day_closed = all(any(closure.covers(day) for closure in recurring) for day in year)
        if every_day_closed or not any(self.hours.on_weekday(weekday) for weekday in range(7)):
            raise ValueError("the site never opens; give opening hours, or the time of a reply cannot be promised")
        return self
