"""Figures out of cases; how each is counted is said in figures.toml."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from app.domain.figure import Figure
from app.domain.outcome import Language


@cache
def _table() -> dict[str, dict[Language, str]]:
    with Path(__file__).with_name("figures.toml").open("rb") as file:
        return tomllib.load(file)


def counted(name: str) -> Mapping[Language, str]:
    return _table()[name]


def share(name: str, held: Sequence[bool]) -> Figure:
    return Figure(name, sum(held) / len(held) if held else None, len(held), "share", counted(name))


def median(name: str, values: Sequence[float], unit: str) -> Figure:
    """The middle one, or the mean of the two in the middle."""
    ordered, half = sorted(values), len(values) // 2
    if not ordered:
        return Figure(name, None, 0, unit, counted(name))
    middle = ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
    return Figure(name, middle, len(ordered), unit, counted(name))


def mean(name: str, values: Sequence[float], unit: str) -> Figure:
    return Figure(name, sum(values) / len(values) if values else None, len(values), unit, counted(name))
