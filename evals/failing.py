"""The samples a reader should look at: those that fail now and did not before, by the step they first fail at."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.words import Words
from evals.cases import FAULTS, Case, case_of
from evals.compare import failed, pair
from evals.rows import judged, metric_name
from evals.run import Record
from evals.suite import Suite
from evals.task import Scorer

LIMIT = 100  # samples that are shown


@dataclass(frozen=True, slots=True)
class Group:
    """`n` samples have this first fault, "" where it is not known; `cases` are those that are shown."""

    fault: str
    n: int
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class Failing:
    """Of one run; `is_new` where they are those that the baseline did not fail, otherwise all that fail."""

    run: str
    is_new: bool
    groups: tuple[Group, ...]

    @property
    def n(self) -> int:
        return sum(group.n for group in self.groups)

    @property
    def shown(self) -> int:
        return sum(len(group.cases) for group in self.groups)


def failing_of(suite: Suite, w: Words) -> list[Failing]:
    """Of the runs that have any; together at most LIMIT samples are shown, each fault with its share."""
    found = {name: _failing(suite, name) for name in suite.runs}
    some = {name: records for name, records in found.items() if records}
    return [
        Failing(name, name in suite.baselines, _groups(suite, name, records, LIMIT // len(some), w))
        for name, records in some.items()
    ]


def _failing(suite: Suite, name: str) -> list[tuple[Record, list[Scorer[Any]]]]:
    """Each failing sample with the metrics by which it fails."""
    run, baseline = suite.runs[name], suite.baselines.get(name)
    before = {record.id: other for record, other in pair(run, baseline)} if baseline else {}
    scorers = judged(suite, name)
    fails = [
        (record, [scorer for scorer in scorers if _fails(record, before.get(record.id), scorer)])
        for record in run.records
    ]
    return [(record, metrics) for record, metrics in fails if metrics]


def _fails(record: Record, before: Record | None, scorer: Scorer[Any]) -> bool:
    return failed(record, scorer) is True and (before is None or failed(before, scorer) is False)


def _groups(
    suite: Suite, name: str, records: Sequence[tuple[Record, list[Scorer[Any]]]], limit: int, w: Words
) -> tuple[Group, ...]:
    kind = suite.runs[name].about.kind
    cases = [case_of(record, kind, tuple(metric_name(scorer, w) for scorer in fails), w) for record, fails in records]
    by = {fault: of for fault in (*FAULTS, "") if (of := [case for case in cases if case.fault == fault])}
    shown = _shares({fault: len(of) for fault, of in by.items()}, limit)
    return tuple(Group(fault, len(of), tuple(of[: shown[fault]])) for fault, of in by.items())


def _shares(sizes: dict[str, int], limit: int) -> dict[str, int]:
    """How many of each are shown: as equal as can be, the small ones whole."""
    shares: dict[str, int] = {}
    for place, (name, size) in enumerate(sorted(sizes.items(), key=lambda each: each[1])):
        shares[name] = min(size, (limit - sum(shares.values())) // (len(sizes) - place))
    return shares
