"""Every sample of a task once, in parallel, one JSON line each; a run that was cut off goes on where it stopped."""

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import anyio
from pydantic import BaseModel, ConfigDict, ValidationError

from app.domain.evaluation import SEED, Pair
from app.errors import EvalError, KotaeError
from app.settings import ROOT
from evals.samples import Dataset, S
from evals.task import INPUT, NotMeasured, Output, Scorer, Task

SAMPLES, ABOUT = "samples.jsonl", "run.json"


class Record(BaseModel):
    """One line of a run. A score is a pair, or the reason why it was not measured; an undefined one is absent."""

    model_config = ConfigDict(frozen=True)

    id: str
    sha: str
    cluster: str
    slices: dict[str, str]
    scores: dict[str, Pair | str]
    seconds: float = 0.0
    seed: int = SEED
    versions: dict[str, str] = {}
    input: dict[str, Any] = {}  # what was measured, for whoever looks at it later; not in a baseline
    output: Output | None = None
    place: str = ""

    @property
    def not_measured(self) -> bool:
        return any(isinstance(score, str) for score in self.scores.values())


class About(BaseModel):
    """What a run measured, with what; `seconds` is None until every sample is there."""

    model_config = ConfigDict(frozen=True)

    kind: str
    dataset: str
    dataset_sha: str
    n: int
    versions: dict[str, str]
    seed: int = SEED
    seconds: float | None = None
    reason: str = ""  # of a baseline: why it was accepted

    @property
    def key(self) -> str:
        """Equal where the numbers must be equal."""
        same = self.model_dump(exclude={"seconds", "reason"})
        return hashlib.sha256(json.dumps(same, sort_keys=True).encode()).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class Run:
    about: About
    records: tuple[Record, ...]


async def run_task(
    task: Task[S],
    dataset: Dataset[S],
    folder: Path,
    parallel: int,
    timeout: float,
    advance: Callable[[int, int], None],
) -> Run:
    """Run the samples that `folder` does not hold yet, `parallel` at a time, each for at most `timeout` seconds."""
    samples = dataset.samples
    about = about_run(task, dataset)
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / ABOUT, about.model_dump_json(indent=1))
    done = {record.id: record for record in _lines(folder / SAMPLES)} if (folder / SAMPLES).exists() else {}
    began = time.perf_counter() - sum(record.seconds for record in done.values()) / parallel
    advance(len(done), len(samples))
    limit = anyio.CapacityLimiter(parallel)
    _write(folder / SAMPLES, _as_lines(done.values()))  # without a line that was cut off
    with (folder / SAMPLES).open("a", encoding="utf-8") as out:

        async def measure(sample: S) -> None:
            async with limit:
                record = await _measured(task, sample, timeout)
            done[sample.id] = record
            out.write(_as_line(record))
            out.flush()
            advance(len(done), len(samples))

        async with anyio.create_task_group() as group:
            for sample in samples:
                if sample.id not in done:
                    group.start_soon(measure, sample)
    run = Run(
        about.model_copy(update={"seconds": round(time.perf_counter() - began, 3)}),
        tuple(done[sample.id] for sample in samples),
    )
    write_run(run, folder)
    return run


def about_run(task: Task[S], dataset: Dataset[S]) -> About:
    return About(
        kind=task.kind,
        dataset=dataset.name,
        dataset_sha=dataset.sha,
        n=len(dataset.samples),
        versions=task_versions(task),
    )


def task_versions(task: Task[S]) -> dict[str, str]:
    """What the numbers depend on besides the samples: what the task says, and the product's own files."""
    return {**task.versions, "code": _code()}


@cache
def _code() -> str:
    files = sorted(path for folder in ("app", "ingestion", "prompts") for path in (ROOT / folder).rglob("*"))
    shown = [path for path in files if path.suffix in {".py", ".toml", ".md"}]
    return hashlib.sha256(b"".join(path.read_bytes() for path in shown)).hexdigest()[:12]


def write_run(run: Run, folder: Path) -> None:
    """The samples in their dataset's order, then `run.json`, which says that the run is whole."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / SAMPLES, _as_lines(run.records))
    _write(folder / ABOUT, run.about.model_dump_json(indent=1))


def read_run(folder: Path) -> Run:
    """Raises EvalError where there is no whole run."""
    try:
        about = About.model_validate_json((folder / ABOUT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise EvalError(f"{folder} holds no run; name a folder that `kotae eval` wrote.") from None
    if about.seconds is None:
        raise EvalError(f"The run in {folder} was cut off; start it again to finish it.")
    return Run(about, tuple(_lines(folder / SAMPLES)))


def unfinished(runs: Path, about: About) -> Path | None:
    """A folder below `runs` with a run of the same inputs that was cut off; the newest."""
    for path in sorted(runs.glob(f"*/{ABOUT}"), reverse=True):
        with suppress(OSError, ValueError):
            found = About.model_validate_json(path.read_text(encoding="utf-8"))
            if found.seconds is None and found.key == about.key:
                return path.parent
    return None


def scored(sample: S, output: Output, scorers: Sequence[Scorer[S]]) -> dict[str, Pair | str]:
    """By scorer, the sample's pair or the reason why there is none."""
    found = {scorer.name: scorer.score(sample, output) for scorer in scorers}
    return {
        name: score.reason if isinstance(score, NotMeasured) else score
        for name, score in found.items()
        if score is not None
    }


async def _measured(task: Task[S], sample: S, timeout: float) -> Record:
    began = time.perf_counter()
    output: Output | None = None
    scores: dict[str, Pair | str]
    try:
        with anyio.fail_after(timeout):
            output = await task.run(sample)
        scores = scored(sample, output, task.scorers)
    except TimeoutError:
        scores = _none_measured(task.scorers, f"no result within {timeout:g} s")
    except KotaeError as error:
        scores = _none_measured(task.scorers, str(error))
    return Record(
        id=sample.id,
        sha=sample.sha,
        cluster=sample.cluster,
        slices=sample.slices,
        scores=scores,
        seconds=round(time.perf_counter() - began, 4),
        seed=SEED,
        versions=task_versions(task),
        input={} if output is None else sample.model_dump(mode="json") | output.pop(INPUT, {}),
        output=output,
        place=task.dataset.places.get(sample.id, ""),
    )


def _none_measured(scorers: Sequence[Scorer[Any]], reason: str) -> dict[str, Pair | str]:
    return {scorer.name: reason for scorer in scorers}


def _as_lines(records: Iterable[Record]) -> str:
    return "".join(_as_line(record) for record in records)


def _as_line(record: Record) -> str:
    """Only what was said of the sample: a baseline's records are bare."""
    return record.model_dump_json(exclude_unset=True) + "\n"


def _lines(path: Path) -> list[Record]:
    """A last line that was cut off in mid-write is left out: its sample runs again."""
    lines = path.read_text(encoding="utf-8", errors="replace").rstrip("\n").split("\n")
    records = []
    for number, line in enumerate(lines, 1):
        try:
            records.append(Record.model_validate_json(line))
        except ValidationError:
            if number < len(lines):
                raise EvalError(f"{path}, line {number}: this is no sample of a run; remove the folder.") from None
    return records


def _write(path: Path, text: str) -> None:
    part = path.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    os.replace(part, path)
