"""How the rules' values went over the last suites, as far as these measured the same samples."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.domain.evaluation import Estimate
from app.errors import EvalError
from evals.gate import Passes
from evals.plot import Line, line_of
from evals.rows import Row, in_slice, scorer_of, upright
from evals.run import Run, read_run
from evals.suite import Suite
from evals.summary import measure

_SUITES = 8  # this one among them
_LOOKED_AT = 24  # older folders
_CHARTS = 4


@dataclass(frozen=True, slots=True)
class Past:
    """An older suite: those of its runs that are of the same samples as this suite's."""

    name: str
    runs: dict[str, Run]


@dataclass(frozen=True, slots=True)
class Chart:
    """`names` are the folders of the suites, oldest first, this one last."""

    row: Row
    names: tuple[str, ...]
    estimates: tuple[Estimate, ...]
    line: Line


@dataclass(frozen=True, slots=True)
class Trend:
    charts: tuple[Chart, ...]
    suites: int
    left_out: int
    last: Past | None  # the newest older suite that measured all the same samples


def trend_of(suite: Suite, rows: Sequence[Row]) -> Trend:
    """The charts of the rules that fail, then of the others in the gate's order."""
    found = [past for folder in _older(suite.folder) if (past := _past(folder, suite))]
    comparable = [past for past in found if past.runs][: _SUITES - 1]
    ordered = sorted((row for row in rows if row.now), key=lambda row: row.passes is not Passes.FAIL)
    charts = [chart for row in ordered if (chart := _chart(suite, row, comparable[::-1]))]
    return Trend(
        charts=tuple(charts[:_CHARTS]),
        suites=len(comparable) + 1,
        left_out=sum(not past.runs for past in found),
        last=next((past for past in comparable if past.runs.keys() == suite.runs.keys()), None),
    )


def _older(folder: Path) -> list[Path]:
    """Newest first."""
    beside = [path for path in folder.resolve().parent.glob("*-suite") if path.name < folder.resolve().name]
    return sorted(beside, reverse=True)[:_LOOKED_AT]


def _past(folder: Path, suite: Suite) -> Past | None:
    """None for a folder that holds none of the runs, or only such that were cut off."""
    runs = {name: run for name in suite.runs if (run := _read(folder / name))}
    if not runs:
        return None
    same = {name: run for name, run in runs.items() if run.about.dataset_sha == suite.runs[name].about.dataset_sha}
    return Past(folder.name, same)


def _read(folder: Path) -> Run | None:
    try:
        return read_run(folder) if folder.exists() else None
    except EvalError:
        return None


def _chart(suite: Suite, row: Row, older: Sequence[Past]) -> Chart | None:
    scorer = scorer_of(suite, row.rule)
    points = [
        (past.name, upright(found, scorer))
        for past in older
        if (run := past.runs.get(row.rule.run)) and (found := measure(in_slice(run, row.rule), scorer)[0])
    ]
    if not points or row.now is None:
        return None
    points.append((suite.folder.name, row.now))
    estimates = tuple(found for _, found in points)
    return Chart(row, tuple(name for name, _ in points), estimates, line_of(estimates, row.floor))
