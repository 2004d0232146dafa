"""A figure of the desk: a value with the number of cases it rests on, and how it is counted in both languages."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.outcome import Language


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` is None where there is no case to count; `unit`: "share", "seconds", "count", "points"."""

    name: str
    value: float | None
    n: int
    unit: str
    counted: Mapping[Language, str]
