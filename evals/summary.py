"""What a run came to: every metric with n and interval, over all samples and by slice."""

from collections.abc import Iterable, Sequence
from typing import Any

from app.domain.evaluation import Estimate, estimate
from evals.run import Record, Run
from evals.task import Scorer

Metrics = dict[str, dict[str, Any]]


def summarise(run: Run, scorers: Sequence[Scorer[Any]]) -> dict[str, Any]:
    """The object that `kotae eval KIND --json` prints (docs/evals.md)."""
    whole = [scorer for scorer in scorers if not scorer.slice]
    return {
        "task": run.about.kind,
        "dataset": run.about.dataset,
        "n": len(run.records),
        "not_measured": sum(record.not_measured for record in run.records),
        "metrics": metrics(run.records, whole),
        "by": {
            name: {value: metrics(records, whole) for value, records in values.items()}
            for name, values in slices(run.records).items()
        }
        | parts(run.records, scorers),
        "versions": run.about.versions | {"dataset": run.about.dataset_sha, "seed": str(run.about.seed)},
        "seconds": run.about.seconds,
    }


def metrics(records: Sequence[Record], scorers: Sequence[Scorer[Any]]) -> Metrics:
    """By name; a metric that is undefined for all of `records` is absent."""
    return {scorer.name: found for scorer in scorers if (found := _metric(records, scorer))}


def parts(records: Sequence[Record], scorers: Sequence[Scorer[Any]]) -> dict[str, dict[str, Metrics]]:
    """Of the scorers that look at a part of each sample: over all, and by language as "SLICE_LANG"."""
    found: dict[str, dict[str, Metrics]] = {}
    languages = slices(records).get("lang", {})
    for suffix, some in [("", records), *((f"_{lang}", some) for lang, some in languages.items())]:
        for scorer in scorers:
            if scorer.slice and (metric := _metric(some, scorer)):
                name, value = scorer.slice
                metrics = found.setdefault(f"{name}{suffix}", {}).setdefault(value, {})
                metrics[scorer.name.partition(":")[0]] = metric
    return found


def measure(records: Iterable[Record], scorer: Scorer[Any]) -> tuple[Estimate | None, int]:
    """The metric over `records`, and of how many it should have been measured and was not."""
    scores = [(record, record.scores[scorer.name]) for record in records if scorer.name in record.scores]
    measured = [(record, score) for record, score in scores if not isinstance(score, str)]
    found = estimate([score for _, score in measured], scorer.statistic, [record.cluster for record, _ in measured])
    return found, len(scores) - len(measured)


def slices(records: Iterable[Record]) -> dict[str, dict[str, list[Record]]]:
    """Slice → value → its records, values in alphabetical order."""
    found: dict[str, dict[str, list[Record]]] = {}
    for record in records:
        for name, value in record.slices.items():
            found.setdefault(name, {}).setdefault(value, []).append(record)
    return {name: dict(sorted(values.items())) for name, values in sorted(found.items())}


def _metric(records: Sequence[Record], scorer: Scorer[Any]) -> dict[str, Any] | None:
    found, not_measured = measure(records, scorer)
    if found is None and not not_measured:
        return None
    shown: dict[str, Any] = {"value": None, "n": 0, "low": None, "high": None, "not_measured": not_measured}
    if found:
        shown |= {name: round(getattr(found, name), 6) for name in ("value", "low", "high")} | {"n": found.n}
    return shown
