"""Where things stand in the report's plots: on the scale that all rows share, and along the suites of a trend."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.domain.evaluation import Estimate

_EDGE = 3.0  # per cent of the width on either side, so that no mark is cut
_STEPS = 6  # about as many ticks
_NICE = (1.0, 2.0, 2.5, 5.0, 10.0)

WIDTH, HEIGHT = 320, 120  # of a trend's view box
_LEFT, _RIGHT, _TOP, _BOTTOM = 34, 12, 10, 96  # of the area that is drawn on


@dataclass(frozen=True, slots=True)
class Scale:
    """From `low` to `high`, both among `ticks`."""

    low: float
    high: float
    ticks: tuple[float, ...]

    def at(self, value: float) -> float:
        """The place of `value` in per cent of the width; what lies outside stands at the edge."""
        share = min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))
        return round(_EDGE + share * (100 - 2 * _EDGE), 2)

    def up_to(self, value: float) -> float:
        """The width in per cent from the left edge to `value`, 0 where that lies before it."""
        return 0.0 if value <= self.low else 100.0 if value > self.high else self.at(value)


def scale_of(values: Iterable[float], most: float = math.inf) -> Scale:
    """Holds all of `values`, none of which is above `most`, between round numbers; `most` is one itself, such as 1."""
    found = [value for value in values if math.isfinite(value)] or [0.0]
    low, high = min(found), max(found)
    step = _step((high - low) or 0.1)
    first = math.floor(low / step + 1e-9)
    last = max(math.ceil(high / step - 1e-9), first + 1)
    if last * step > most + 1e-9:
        last = round(most / step)
        first = min(first, last - 1)
    ticks = tuple(round(number * step, 6) for number in range(first, last + 1))
    return Scale(ticks[0], ticks[-1], ticks)


@dataclass(frozen=True, slots=True)
class Line:
    """A trend as SVG draws it, in units of the view box: points, the path through them, the band of the intervals."""

    points: tuple[tuple[float, float], ...]
    path: str
    band: str
    ticks: tuple[tuple[float, float], ...]  # height and value
    floor: float | None


def line_of(estimates: Sequence[Estimate], floor: float | None) -> Line:
    """Oldest first; values in 0..1. `floor` is drawn where it is within what the values span."""
    bounds = [bound for each in estimates for bound in (each.low, each.high)]
    scale = scale_of([*bounds, *([floor] if floor is not None else [])], most=1.0)
    gap = (WIDTH - _LEFT - _RIGHT) / max(1, len(estimates) - 1)
    across = [round(_LEFT + number * gap, 1) for number in range(len(estimates))]

    def height(value: float) -> float:
        return round(_BOTTOM - (value - scale.low) / (scale.high - scale.low) * (_BOTTOM - _TOP), 1)

    points = tuple((x, height(each.value)) for x, each in zip(across, estimates, strict=True))
    upper = [(x, height(each.high)) for x, each in zip(across, estimates, strict=True)]
    lower = [(x, height(each.low)) for x, each in zip(across, estimates, strict=True)]
    shown = scale.ticks[:: max(1, -(-len(scale.ticks) // 4))]
    return Line(
        points,
        _path(points),
        _path([*upper, *reversed(lower)]) + "z",
        tuple((height(tick), tick) for tick in shown),
        None if floor is None else height(floor),
    )


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + " ".join(f"{x:g},{y:g}" for x, y in points)


def _step(span: float) -> float:
    rough = span / _STEPS
    power = 10.0 ** math.floor(math.log10(rough))
    return next(nice * power for nice in _NICE if nice * power >= rough - 1e-12)
