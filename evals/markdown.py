"""Results as Markdown: for a terminal and for a pull request."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from evals.compare import Change, Comparison
from evals.gate import Passes, Ruling, Verdict

_MARKS = {Passes.PASS: "✓ pass", Passes.FAIL: "× fail", Passes.UNDECIDED: "? undecided", Passes.SKIPPED: "– skipped"}
_SMALL = 20  # samples under which a figure says little
_FLIPPED = 10  # samples named by metric


def summary(found: dict[str, Any]) -> str:
    """Of what `evals.summary.summarise` gives."""
    lines = [f"{found['task']} {found['dataset']}: n {found['n']}, not measured {found['not_measured']}", ""]
    lines += _table(("metric", "value", "95 %", "n"), _metrics(found["metrics"]))
    for name, values in found["by"].items():
        shown = [metric for metric in found["metrics"] if any(metric in metrics for metrics in values.values())]
        rows = [(value, *(_cell(metrics.get(metric)) for metric in shown)) for value, metrics in values.items()]
        lines += ["", *_table((name, *shown), rows)]
    return "\n".join(lines)


def comparison(found: Comparison) -> str:
    lines = _table(("metric", "Δ", "95 %", "p", "n", ""), map(_change, found.changes))
    for name, values in found.by.items():
        rows = [(value, *_change(change)) for value, changes in values.items() for change in changes]
        lines += ["", *_table((name, "metric", "Δ", "95 %", "p", "n", ""), rows)]
    for what, flipped in (("Fail now and did not before", found.worse), ("Mended", found.mended)):
        lines += ["", f"{what}:"] if flipped else []
        lines += [f"- {metric} ({len(names)}): {_named(names)}" for metric, names in flipped.items()]
    return "\n".join(lines)


def verdict(found: Verdict) -> str:
    return "\n".join([sentence(found), "", *_table(("rule", "value", "n", "Δ", "gate"), map(_ruling, found.rulings))])


def sentence(found: Verdict) -> str:
    """The verdict in one sentence."""
    count = {each: sum(ruling.passes is each for ruling in found.rulings) for each in Passes}
    decided = len(found.rulings) - count[Passes.SKIPPED]
    skipped = f" {count[Passes.SKIPPED]} skipped." if count[Passes.SKIPPED] else ""
    if found.passes is Passes.FAIL:
        return f"Gate failed: {count[Passes.FAIL]} of {decided} rules.{skipped}"
    if found.passes is Passes.UNDECIDED:
        return f"Gate not decided: {count[Passes.UNDECIDED]} of {decided} rules could not be measured.{skipped}"
    return f"Gate passed: {decided} rules.{skipped}"


def _metrics(metrics: dict[str, dict[str, Any]]) -> Iterator[tuple[str, ...]]:
    for name, each in metrics.items():
        missing = f", {each['not_measured']} not measured" if each["not_measured"] else ""
        if each["value"] is None:
            yield name, "not measured", "", f"0{missing}"
        else:
            small = " (small)" if each["n"] < _SMALL else ""
            yield name, f"{each['value']:.3f}", f"{each['low']:.3f}–{each['high']:.3f}", f"{each['n']}{small}{missing}"


def _cell(metric: dict[str, Any] | None) -> str:
    """Value and n of a metric; an undefined one is blank."""
    if metric is None:
        return ""
    return f"{metric['value']:.2f} ({metric['n']})" if metric["n"] else "not measured"


def _change(change: Change) -> tuple[str, ...]:
    gap = change.difference
    word = {None: "", True: "better", False: "worse"}[change.better]
    return change.metric, f"{gap.value:+.3f}", f"{gap.low:+.3f}, {gap.high:+.3f}", f"{gap.p:.3f}", str(gap.n), word


def _ruling(ruling: Ruling) -> tuple[str, ...]:
    value = f"{ruling.estimate.value:.3f}" if ruling.estimate else "not measured"
    change = f"{ruling.change.difference.value:+.3f}" if ruling.change else ""
    mark = _MARKS[ruling.passes] + (f": {ruling.why}" if ruling.why else "")
    return ruling.rule.title, value, str(ruling.estimate.n if ruling.estimate else 0), change, mark


def _named(names: Sequence[str]) -> str:
    return ", ".join(names[:_FLIPPED]) + (" …" if len(names) > _FLIPPED else "")


def _table(head: Sequence[str], rows: Iterable[tuple[str, ...]]) -> list[str]:
    """Columns are padded, so that it reads well as it is."""
    lines = [tuple(head), *rows]
    widths = [max(3, *(len(line[column]) for line in lines)) for column in range(len(head))]
    padded = [f"| {' | '.join(map(str.ljust, line, widths))} |" for line in lines]
    return [padded[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *padded[1:]]
