"""One line of the benchmark's table."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """`limit` is the most that is allowed, or the least with `at_least`; None where the value is only reported."""

    what: str
    value: float
    unit: str = ""
    limit: float | None = None
    at_least: bool = False
    note: str = ""

    @property
    def met(self) -> bool | None:
        if self.limit is None:
            return None
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    @property
    def target(self) -> str:
        sign = "≥" if self.at_least else "≤"
        return "" if self.limit is None else f"{sign} {self.limit:g} {self.unit}".rstrip()


def median(values: list[float]) -> float:
    return percentile(values, 50)


def percentile(values: list[float], share: float) -> float:
    """Nearest rank: always one of the values; `share` in 0..100."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share / 100 * (len(ordered) - 1)))]
