"""The report's tables: every rule, and every kind of sample by language. Everything is shown so that more is better."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from app.domain.evaluation import Difference, Estimate
from app.words import Words
from evals.compare import change, pair
from evals.gate import Passes, Rule, Ruling
from evals.run import Record, Run
from evals.suite import Suite
from evals.summary import measure
from evals.task import Scorer
from evals.tasks import scorers_of

_NO_LANGUAGE = ""

E = TypeVar("E", Estimate, Difference)


@dataclass(frozen=True, slots=True)
class Row:
    """A rule. `now`, `before`, `gap` and `floor` are in 0..1, more is better; `why` is blank where it passes."""

    rule: Rule
    passes: Passes
    name: str
    scope: str
    measured: str
    now: Estimate | None
    before: Estimate | None
    gap: Difference | None
    floor: float | None
    why: str
    is_below: bool
    is_worse: bool

    @property
    def limit(self) -> float | None:
        """The difference from the baseline at which the floor stands."""
        return None if self.floor is None or self.before is None else self.floor - self.before.value


@dataclass(frozen=True, slots=True)
class Cell:
    """A slice in one language; without `now` nothing was measured there."""

    now: Estimate | None
    gap: Difference | None
    missing: int
    is_short: bool  # of the floor of a rule it falls under


@dataclass(frozen=True, slots=True)
class Slice:
    name: str
    metric: str
    cells: tuple[Cell | None, ...]  # by language; None where the metric is undefined
    is_all: bool = False


@dataclass(frozen=True, slots=True)
class SliceTable:
    run: str
    languages: tuple[str, ...]
    slices: tuple[Slice, ...]


def rows_of(suite: Suite, rulings: Sequence[Ruling], w: Words) -> list[Row]:
    return [_row(ruling, suite, w) for ruling in rulings]


def metric_name(scorer: Scorer[Any], w: Words) -> str:
    """Its name in the catalogue, else the name it has in runs."""
    key = f"metric_{scorer.name}"
    return w[key] if key in w else technical(scorer)


def technical(scorer: Scorer[Any]) -> str:
    """What is shown, in the words of `evals/gate.toml`."""
    return scorer.name if scorer.higher_is_better else f"1 − {scorer.name}"


def judged(suite: Suite, run: str) -> list[Scorer[Any]]:
    """The metrics that rules ask of runs of this one's kind, in the order of the scorers; all, where none does."""
    kinds = {entry.name: entry.kind for entry in suite.gate.run}
    asked = {rule.metric for rule in suite.gate.rule if kinds[rule.run] == kinds[run]}
    scorers = [scorer for scorer in scorers_of(kinds[run]) if scorer.is_mean]
    return [scorer for scorer in scorers if scorer.name in asked] or scorers


def upright(found: E, scorer: Scorer[Any]) -> E:
    """The estimate of 1 − value, or the difference of such, where less is better."""
    if scorer.higher_is_better:
        return found
    if isinstance(found, Difference):
        return Difference(-found.value, found.n, -found.high, -found.low, found.p)
    return Estimate(1 - found.value, found.n, 1 - found.high, 1 - found.low)


def floor_of(rule: Rule, scorer: Scorer[Any]) -> float | None:
    return rule.floor if rule.floor is None or scorer.higher_is_better else 1 - rule.floor


def scorer_of(suite: Suite, rule: Rule) -> Scorer[Any]:
    kind = next(entry.kind for entry in suite.gate.run if entry.name == rule.run)
    return next(scorer for scorer in scorers_of(kind) if scorer.name == rule.metric)


def in_slice(run: Run, rule: Rule) -> list[Record]:
    return [record for record in run.records if rule.holds(record)]


def slice_tables(suite: Suite, w: Words) -> list[SliceTable]:
    return [_table(suite, name, w) for name in suite.runs]


def word(w: Words, prefix: str, value: str) -> str:
    """A value of a slice in the reader's language; one that the catalogue does not know stays as it is."""
    key = f"{prefix}_{value}"
    return w[key] if key in w else value.replace("_", " ")


def _row(ruling: Ruling, suite: Suite, w: Words) -> Row:
    rule, scorer = ruling.rule, scorer_of(suite, ruling.rule)
    baseline = suite.baselines.get(rule.run)
    before = measure(in_slice(baseline, rule), scorer)[0] if baseline and rule.run in suite.runs else None
    is_below = _is_below(rule, scorer, ruling.estimate)
    is_worse = rule.not_worse and ruling.change is not None and ruling.change.better is False
    scope = [rule.run, *(word(w, name, value) for name, values in rule.slice.items() for value in values)]
    return Row(
        rule=rule,
        passes=ruling.passes,
        name=metric_name(scorer, w),
        scope=" · ".join(scope),
        measured=technical(scorer),
        now=upright(ruling.estimate, scorer) if ruling.estimate else None,
        before=upright(before, scorer) if before else None,
        gap=upright(ruling.change.difference, scorer) if ruling.change else None,
        floor=floor_of(rule, scorer),
        why=_why(ruling, suite, scorer, is_below, is_worse, w),
        is_below=is_below,
        is_worse=is_worse,
    )


def _is_below(rule: Rule, scorer: Scorer[Any], found: Estimate | None) -> bool:
    if rule.floor is None or found is None:
        return False
    return found.value < rule.floor if scorer.higher_is_better else found.value > rule.floor


def _why(ruling: Ruling, suite: Suite, scorer: Scorer[Any], is_below: bool, is_worse: bool, w: Words) -> str:
    """The reason of the ruling in the reader's language."""
    if ruling.passes is Passes.SKIPPED:
        return w["why_skipped"]
    if ruling.passes is Passes.UNDECIDED:
        records = in_slice(suite.runs[ruling.rule.run], ruling.rule)
        missing = measure(records, scorer)[1]
        return w("why_unmeasured", missing=missing, n=len(records)) if missing else w["why_no_baseline"]
    if ruling.passes is Passes.PASS:
        return ""
    told = [w[key] for key, holds in (("why_below", is_below), ("why_worse", is_worse)) if holds]
    return w["listing"].join(told)


def _table(suite: Suite, name: str, w: Words) -> SliceTable:
    run, baseline = suite.runs[name], suite.baselines.get(name)
    twins = pair(run, baseline) if baseline else []
    others = {record.id: other for record, other in twins}
    languages = tuple(sorted({record.slices.get("lang", _NO_LANGUAGE) for record in run.records}, key=_language_order))
    kinds: dict[str, list[Record]] = {}
    for record in run.records:
        kinds.setdefault(record.slices.get("kind", ""), []).append(record)
    groups = [(word(w, "kind", kind), records) for kind, records in sorted(kinds.items()) if kind]
    return SliceTable(
        name,
        tuple(word(w, "lang", language) if language else w["all"] for language in languages),
        tuple(
            Slice(
                title,
                metric_name(scorer, w),
                tuple(_cell(suite, name, _of(language, records), others, scorer) for language in languages),
                is_all,
            )
            for title, records, is_all in [*((*group, False) for group in groups), (w["all"], list(run.records), True)]
            for scorer in _covering(records, judged(suite, name))
        ),
    )


def _covering(records: Sequence[Record], scorers: Sequence[Scorer[Any]]) -> Iterator[Scorer[Any]]:
    """As few metrics as say something of every sample, the first ones first."""
    left = list(records)
    for scorer in scorers:
        rest = [record for record in left if scorer.name not in record.scores]
        if len(rest) < len(left):
            yield scorer
        left = rest


def _cell(
    suite: Suite, name: str, records: list[Record], others: dict[str, Record], scorer: Scorer[Any]
) -> Cell | None:
    now, missing = measure(records, scorer)
    if now is None and not missing:
        return None
    found = change([(each, others[each.id]) for each in records], scorer) if others else None
    is_short = now is not None and any(
        _is_below(rule, scorer, now)
        for rule in suite.gate.rule
        if rule.run == name and rule.metric == scorer.name and all(rule.holds(record) for record in records)
    )
    return Cell(
        now=upright(now, scorer) if now else None,
        gap=upright(found.difference, scorer) if found else None,
        missing=missing,
        is_short=is_short,
    )


def _of(language: str, records: Sequence[Record]) -> list[Record]:
    return [record for record in records if record.slices.get("lang", _NO_LANGUAGE) == language]


def _language_order(language: str) -> tuple[int, str]:
    return {"ja": 0, "en": 1}.get(language, 2), language
