"""Small charts of the overview: how one figure went from week to week, as SVG draws it."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 160, 40  # of the view box
_MARGIN = 5.0
_HIGHEST = {"csat": (1.0, 5.0), "mood_at_start": (0.0, 1.0), "mood_at_end": (0.0, 1.0)}


@dataclass(frozen=True, slots=True)
class Chart:
    """`points` are the weeks with cases; `path` joins those that follow each other. `label` says the same in words."""

    points: tuple[tuple[float, float], ...]
    path: str
    label: str


def chart_of(name: str, unit: str, values: Sequence[float | None], label: str) -> Chart | None:
    """A value a week, the oldest first, None where there was no case; no chart where there was none at all.

    Shares and ratings stand on their whole scale, times on one from 0 to the longest.
    """
    measured = [value for value in values if value is not None]
    if not measured:
        return None
    low, high = _HIGHEST.get(name, (0.0, 1.0) if unit == "share" else (min(0.0, *measured), max(0.0, *measured)))
    step = (WIDTH - 2 * _MARGIN) / max(1, len(values) - 1)
    span, height = (high - low) or 1.0, HEIGHT - 2 * _MARGIN
    placed = [
        None if value is None else (round(_MARGIN + n * step, 1), round(_MARGIN + (high - value) / span * height, 1))
        for n, value in enumerate(values)
    ]
    return Chart(tuple(point for point in placed if point), _path(placed), label)


def _path(placed: Sequence[tuple[float, float] | None]) -> str:
    """A week without cases breaks the line."""
    path, is_drawing = [], False
    for point in placed:
        if point:
            path.append(f"{'L' if is_drawing else 'M'}{point[0]:g},{point[1]:g}")
        is_drawing = point is not None
    return " ".join(path)
