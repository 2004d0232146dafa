"""A figure of the desk: a value with the number of cases it rests on, and how it is counted in both languages."""

from collections.abc import Mapping, Sequence
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


def share(name: str, held: Sequence[bool], counted: Mapping[Language, str]) -> Figure:
    return Figure(name, sum(held) / len(held) if held else None, len(held), "share", counted)


def median(name: str, values: Sequence[float], unit: str, counted: Mapping[Language, str]) -> Figure:
    """The middle one, or the mean of the two in the middle."""
    ordered, half = sorted(values), len(values) // 2
    if not ordered:
        return Figure(name, None, 0, unit, counted)
    middle = ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
    return Figure(name, middle, len(ordered), unit, counted)


def mean(name: str, values: Sequence[float], unit: str, counted: Mapping[Language, str]) -> Figure:
    return Figure(name, sum(values) / len(values) if values else None, len(values), unit, counted)
