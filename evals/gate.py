"""May this be released? Every rule of `gate.toml`, against its floor and against the accepted baseline."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator, model_validator

from app.domain.evaluation import Estimate
from app.errors import EvalError
from evals.compare import Change, change, pair
from evals.run import Record, Run
from evals.summary import measure
from evals.task import Scorer
from evals.tasks import scorers_of

_UNMEASURED = 0.02  # share of a rule's samples without a score above which it decides nothing


class Entry(BaseModel):
    """A run of the suite; paths are relative to the gate's file. `public` names a set of evals/public.py."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    kind: str
    data: tuple[Path, ...] = ()
    articles: Path | None = None
    public: str | None = None


class Rule(BaseModel):
    """`floor` is the least value that passes, or the greatest where less is better; `not_worse` than the baseline. A
    `slice` names a value, or several that count together."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    run: str
    metric: str
    slice: dict[str, tuple[str, ...]] = {}
    floor: float | None = None
    not_worse: bool = False

    @field_validator("slice", mode="before")
    @classmethod
    def _several(cls, given: Any) -> Any:
        named = given.items() if isinstance(given, dict) else ()
        return {name: (value,) if isinstance(value, str) else value for name, value in named}

    @model_validator(mode="after")
    def _asks_something(self) -> "Rule":
        if self.floor is None and not self.not_worse:
            raise ValueError("a rule needs a floor, or not_worse = true")
        return self

    def holds(self, record: Record) -> bool:
        """Whether the record is in the rule's slice."""
        return all(record.slices.get(name) in values for name, values in self.slice.items())

    @property
    def title(self) -> str:
        parts = (f"{name}={'|'.join(values)}" for name, values in self.slice.items())
        return " ".join([self.run, self.metric, *parts])


class Gate(BaseModel):
    """What is run, and what must hold."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    run: tuple[Entry, ...]
    rule: tuple[Rule, ...]


class Passes(StrEnum):
    PASS = "pass"  # noqa: S105 - a verdict
    FAIL = "fail"
    UNDECIDED = "undecided"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Ruling:
    """`why` is one sentence; `change` is against the baseline, where there is one."""

    rule: Rule
    passes: Passes
    why: str
    estimate: Estimate | None = None
    change: Change | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    rulings: tuple[Ruling, ...]

    @property
    def passes(self) -> Passes:
        """The worst of the rules; where every one was skipped, nothing is decided."""
        found = {ruling.passes for ruling in self.rulings}
        return next((each for each in (Passes.FAIL, Passes.UNDECIDED, Passes.PASS) if each in found), Passes.UNDECIDED)

    @property
    def exit_code(self) -> int:
        return {Passes.FAIL: 1, Passes.UNDECIDED: 3}.get(self.passes, 0)


def read_gate(path: Path) -> Gate:
    """Raises EvalError in one sentence for a file that is not a gate, an unknown run, metric or kind."""
    try:
        gate = Gate.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError:
        raise EvalError(f"{path} cannot be read; name the file of a gate.") from None
    except tomllib.TOMLDecodeError as error:
        raise EvalError(f"{path} is not TOML: {error}.") from None
    except ValidationError as error:
        first = error.errors()[0]
        raise EvalError(f"{path}: {'.'.join(map(str, first['loc']))} is wrong ({first['msg']}).") from None
    kinds = {entry.name: entry.kind for entry in gate.run}
    for rule in gate.rule:
        if rule.run not in kinds:
            raise EvalError(f'{path}: a rule asks for the run "{rule.run}", which is not there.')
        _scorer(rule, kinds[rule.run])
    return gate


def judge(gate: Gate, runs: dict[str, Run], baselines: dict[str, Run]) -> Verdict:
    """`runs` and `baselines` by the entries' names; a rule on a run that was not made is skipped, and said to be.

    Raises EvalError where a baseline is of another version of its dataset.
    """
    for name in runs.keys() & baselines.keys():
        pair(runs[name], baselines[name])
    return Verdict(tuple(_ruling(rule, runs.get(rule.run), baselines.get(rule.run)) for rule in gate.rule))


def _ruling(rule: Rule, run: Run | None, baseline: Run | None) -> Ruling:
    if run is None:
        return Ruling(rule, Passes.SKIPPED, "not run: its data is not here")
    scorer = _scorer(rule, run.about.kind)
    records = [record for record in run.records if rule.holds(record)]
    if not records:
        raise EvalError(f"No sample of {rule.run} is in the slice of the rule {rule.title}; correct the gate.")
    found, missing = measure(records, scorer)
    if found is None or missing > _UNMEASURED * (missing + found.n):
        reasons = {score for record in records if isinstance(score := record.scores.get(scorer.name), str)}
        told = f"{missing} of {len(records)} not measured: {min(reasons)}" if reasons else "undefined for these samples"
        return Ruling(rule, Passes.UNDECIDED, told, found)
    changed = _change(rule, scorer, run, baseline) if baseline else None
    failures = [*_below(rule, scorer, found), *_worse(changed)] if rule.not_worse else [*_below(rule, scorer, found)]
    if failures:
        return Ruling(rule, Passes.FAIL, "; ".join(failures), found, changed)
    if rule.not_worse and changed is None:
        return Ruling(rule, Passes.UNDECIDED, "no baseline to compare with: kotae eval accept --reason …", found)
    return Ruling(rule, Passes.PASS, "", found, changed)


def _below(rule: Rule, scorer: Scorer[Any], found: Estimate) -> Sequence[str]:
    if rule.floor is None or (found.value >= rule.floor if scorer.higher_is_better else found.value <= rule.floor):
        return ()
    side = "below" if scorer.higher_is_better else "above"
    return (f"{found.value:.3f} is {side} {rule.floor:g}",)


def _worse(changed: Change | None) -> Sequence[str]:
    if changed is None or changed.better is not False:
        return ()
    gap = changed.difference
    return (f"worse than the baseline by {abs(gap.value):.3f} [{gap.low:+.3f}, {gap.high:+.3f}]",)


def _change(rule: Rule, scorer: Scorer[Any], run: Run, baseline: Run) -> Change | None:
    return change([(ours, theirs) for ours, theirs in pair(run, baseline) if rule.holds(ours)], scorer)


def _scorer(rule: Rule, kind: str) -> Scorer[Any]:
    known = {scorer.name: scorer for scorer in scorers_of(kind)}
    if rule.metric not in known:
        raise EvalError(f'Nobody measures "{rule.metric}" in {kind}; there are {", ".join(known)}.')
    return known[rule.metric]
