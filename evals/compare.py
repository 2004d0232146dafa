"""Two runs of one dataset, sample by sample: what changed, how sure that is, and which samples flipped."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.domain.evaluation import Difference, difference
from app.errors import EvalError
from evals.run import Record, Run
from evals.summary import slices
from evals.task import Scorer

_NAMED = 3  # samples in an error
_FAILED = 0.5  # of a score in 0..1: below it a sample failed

Twins = list[tuple[Record, Record]]  # ours and theirs, of one sample


@dataclass(frozen=True, slots=True)
class Change:
    """A metric in ours less theirs; `better` is None where the interval holds zero."""

    metric: str
    difference: Difference
    better: bool | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """`by` slice and value; `worse` and `mended` are the samples that flipped, by metric."""

    changes: tuple[Change, ...]
    by: dict[str, dict[str, tuple[Change, ...]]]
    worse: dict[str, tuple[str, ...]]
    mended: dict[str, tuple[str, ...]]


def compare(ours: Run, theirs: Run, scorers: Sequence[Scorer[Any]]) -> Comparison:
    """Paired by sample, resampled by conversation. Raises EvalError where the two measured different things."""
    twins = pair(ours, theirs)
    parts = {id(record): other for record, other in twins}
    flips = {scorer.name: _flips(twins, scorer) for scorer in scorers}
    return Comparison(
        changes=changes(twins, scorers),
        by={
            name: {
                value: changes([(each, parts[id(each)]) for each in records], scorers)
                for value, records in values.items()
            }
            for name, values in slices(record for record, _ in twins).items()
        },
        worse={name: worse for name, (worse, _) in flips.items() if worse},
        mended={name: mended for name, (_, mended) in flips.items() if mended},
    )


def pair(ours: Run, theirs: Run) -> Twins:
    """Raises EvalError, with the difference, where kind or dataset are not the same."""
    if ours.about.kind != theirs.about.kind:
        raise EvalError(f"One run measured {ours.about.kind}, the other {theirs.about.kind}; compare runs of one kind.")
    others = {record.id: record for record in theirs.records}
    mine = {record.id: record for record in ours.records}
    if not mine.keys() & others.keys():
        raise EvalError("The two runs share no samples; compare runs of the same dataset.")
    changed = {name for name in mine.keys() & others.keys() if mine[name].sha != others[name].sha}
    differences = {
        "only in the new run": mine.keys() - others.keys(),
        "only in the old run": others.keys() - mine.keys(),
        "reworded or relabelled": changed,
    }
    told = [f"{len(names)} {what} ({_some(names)})" for what, names in differences.items() if names]
    if told:
        raise EvalError(
            f"The runs are of different versions of {ours.about.dataset}: {'; '.join(told)}; run both again."
        )
    return [(record, others[record.id]) for record in ours.records]


def changes(twins: Twins, scorers: Sequence[Scorer[Any]]) -> tuple[Change, ...]:
    return tuple(found for scorer in scorers if (found := change(twins, scorer)))


def change(twins: Twins, scorer: Scorer[Any]) -> Change | None:
    """Over the samples that both runs measured; None where there is none."""
    both = [
        (one, other, record.cluster)
        for record, theirs in twins
        if not isinstance(one := record.scores.get(scorer.name, ""), str)
        and not isinstance(other := theirs.scores.get(scorer.name, ""), str)
    ]
    found = difference([a for a, _, _ in both], [b for _, b, _ in both], scorer.statistic, [c for *_, c in both])
    if found is None:
        return None
    better = (found.value > 0) == scorer.higher_is_better if found.excludes_zero else None
    return Change(scorer.name, found, better)


def _flips(twins: Twins, scorer: Scorer[Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The samples that failed only now, and those that failed only before."""
    sides = [(record.id, failed(record, scorer), failed(other, scorer)) for record, other in twins]
    return (
        tuple(name for name, now, before in sides if now is True and before is False),
        tuple(name for name, now, before in sides if now is False and before is True),
    )


def failed(record: Record, scorer: Scorer[Any]) -> bool | None:
    """None where the metric is not a score of single samples, undefined or not measured."""
    score = record.scores.get(scorer.name)
    if score is None or isinstance(score, str) or not scorer.is_mean:
        return None
    return (score[0] < _FAILED) == scorer.higher_is_better


def _some(names: set[str]) -> str:
    shown = sorted(names)[:_NAMED]
    return ", ".join(shown) + (" …" if len(names) > _NAMED else "")
