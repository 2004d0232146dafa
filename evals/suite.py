"""The runs a release is judged by, kept together in one folder: made, judged, and accepted as the next baseline."""

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from app.errors import EvalError
from app.settings import Settings
from evals.commands import Options, run_one, runs_dir
from evals.gate import Entry, Gate, Verdict, judge, read_gate
from evals.public import articles_of, public_set
from evals.run import Record, Run, read_run, write_run
from evals.tasks import Opened, opened

_SUITE = "-suite"
_BASELINE = "baseline"  # beside the gate's file, committed


@dataclass(frozen=True, slots=True)
class Suite:
    """`baselines` by the entries' names; an entry without one was never accepted."""

    folder: Path
    gate: Gate
    runs: dict[str, Run]
    baselines: dict[str, Run]

    @property
    def verdict(self) -> Verdict:
        return judge(self.gate, self.runs, self.baselines)


def run_suite(settings: Settings, gate_file: Path, options: Options, data: Path | None) -> Suite:
    """Make every run of the gate; those on public data only where `data` is given. Raises EvalError."""
    gate = read_gate(gate_file)
    folder = runs_dir(settings) / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}{_SUITE}"
    for entry in gate.run:
        if data or not entry.public:
            run_one(settings, _opened(settings, entry, gate_file.parent, data), options, folder / entry.name)
    return read_suite(folder, gate_file)


def read_suite(folder: Path, gate_file: Path) -> Suite:
    """Raises EvalError where a run was cut off or the gate is not one."""
    gate = read_gate(gate_file)
    return Suite(folder, gate, _runs(gate, folder), _runs(gate, gate_file.parent / _BASELINE))


def newest_suite(settings: Settings) -> Path:
    """Raises EvalError where there is none."""
    found = sorted(runs_dir(settings).glob(f"*{_SUITE}"))
    if not found:
        raise EvalError("No suite was run here yet: run `kotae eval suite`.")
    return found[-1]


def accept(suite: Suite, gate_file: Path, reason: str) -> Path:
    """The suite's runs become the baseline, without what was answered. Raises EvalError without a reason."""
    if not reason.strip():
        raise EvalError("A baseline changes only with a reason; say why in --reason.")
    baseline = gate_file.parent / _BASELINE
    for name, run in suite.runs.items():
        bare = tuple(
            Record(id=each.id, sha=each.sha, cluster=each.cluster, slices=each.slices, scores=each.scores)
            for each in run.records
        )
        shutil.rmtree(baseline / name, ignore_errors=True)
        write_run(Run(run.about.model_copy(update={"reason": reason.strip()}), bare), baseline / name)
    return baseline


def _runs(gate: Gate, folder: Path) -> dict[str, Run]:
    return {entry.name: read_run(folder / entry.name) for entry in gate.run if (folder / entry.name).exists()}


def _opened(settings: Settings, entry: Entry, root: Path, data: Path | None) -> Opened:
    if entry.public and data:
        made = public_set(entry.public, data, settings.home / "evals" / "public")
        return opened(settings, entry.kind, [made], articles_of(made))
    articles = root / entry.articles if entry.articles else None
    return opened(settings, entry.kind, [root / path for path in entry.data], articles)
