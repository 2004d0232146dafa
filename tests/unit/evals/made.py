"""Made-up samples, tasks and runs for the tests of the evaluation core."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import anyio

from app.domain.evaluation import Pair
from app.errors import KotaeError
from evals.run import About, Record, Run, run_task
from evals.samples import Dataset, Sample
from evals.task import NotMeasured, Output, Scorer


class Sum(Sample):
    """A sum to be done."""

    a: int
    b: int
    total: int
    lang: str = "en"


def _right(sample: Sum, output: Output) -> Pair | NotMeasured | None:
    if sample.total < 0:
        return None
    return NotMeasured(output["rubbish"]) if "rubbish" in output else (float(output["said"] == sample.total), 1.0)


RIGHT: Scorer[Sum] = Scorer("right", "the sum is right", _right, "negative sums")


@dataclass
class Adding:
    """Adds; fails, hangs or talks rubbish on the ids that say so; counts what it ran."""

    dataset: Dataset[Sum]
    versions: Mapping[str, str] = field(default_factory=lambda: {"adder": "1"})
    scorers: Sequence[Scorer[Sum]] = (RIGHT,)
    kind: str = "sums"
    ran: list[str] = field(default_factory=list)
    killed_at: str | None = None

    async def run(self, sample: Sum) -> Output:
        if sample.id == self.killed_at:
            raise KeyboardInterrupt
        self.ran.append(sample.id)
        if sample.id.startswith("hang"):
            await anyio.sleep(60)
        if sample.id.startswith("fail"):
            raise KotaeError("The adder is out of order.")
        return {"rubbish": "no number"} if sample.id.startswith("rubbish") else {"said": sample.a + sample.b}


def sums(*ids: str) -> Dataset[Sum]:
    samples = tuple(Sum(id=name, a=n, b=1, total=n + 1) for n, name in enumerate(ids))
    return Dataset("sums", samples, {name: f"sums.jsonl, line {n}" for n, name in enumerate(ids, 1)})


def run_sums(task: Adding, folder: Path, parallel: int = 2, timeout: float = 0.5) -> Run:
    return anyio.run(run_task, task, task.dataset, folder, parallel, timeout, lambda done, total: None)


def run_of(
    scores: Mapping[str, Pair | str],
    *,
    metric: str = "correct",
    kind: str = "answers",
    sha: str = "x",
    lang: str = "ja",
) -> Run:
    """A run with one score of `metric` a sample; samples named "c1-…" belong to conversation c1."""
    records = tuple(
        Record(id=name, sha=sha, cluster=name.split("-")[0], slices={"lang": lang}, scores={metric: score})
        for name, score in scores.items()
    )
    about = About(kind=kind, dataset="made", dataset_sha=sha, n=len(records), versions={}, seconds=1.0)
    return Run(about, records)
