"""A suite as one page that a person can read and send on: one HTML file without scripts, and Markdown."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from pathlib import Path

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from app.domain.outcome import Language
from app.domain.text import detect_language
from app.errors import EvalError
from app.words import Words, load
from evals import markdown, plot
from evals.compare import compare
from evals.failing import Failing, failing_of
from evals.gate import Passes, Verdict
from evals.plot import Scale, scale_of
from evals.rows import Row, SliceTable, rows_of, slice_tables
from evals.run import Run
from evals.suite import Suite
from evals.tasks import scorers_of
from evals.trend import Trend, trend_of

HTML, MARKDOWN = "report.html", "report.md"

_TEMPLATES = Path(__file__).with_name("templates")
_SMALL = 20  # samples under which a figure says little
_LONG = 120  # characters of an answer above which it is cut short, and whole in the trace
_REASONS = 3  # of samples that were not measured
_STAMP = re.compile(r"\d{8}T\d{6}Z")
_VERSIONS = ("index", "prompts", "model", "policy")


@dataclass(frozen=True, slots=True)
class Told:
    """The verdict: `level` is ok, warn or bad."""

    level: str
    title: str
    details: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Everything that the template shows. `differences` is None where no rule could be compared."""

    lang: Language
    folder: str
    when: str
    told: Told
    facts: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    differences: Scale | None
    values: Scale
    slices: tuple[SliceTable, ...]
    trend: Trend
    runs: dict[str, Run]
    baselines: dict[str, Run]
    failing: tuple[Failing, ...]
    style: Markup


def write_report(suite: Suite, out: Path, lang: Language = "en") -> None:
    """Write the page to `out`. Raises EvalError where a baseline is of other samples, or `out` cannot be written."""
    w = _words()[lang]
    html = _environment().get_template(HTML).render(page=_page(suite, lang, w), w=w, plot=plot)
    _write(out, html)


def write_markdown(suite: Suite, out: Path) -> None:
    """The verdict, and each run against its baseline: for a pull request. Raises EvalError."""
    parts = [markdown.verdict(suite.verdict)]
    for name, run in suite.runs.items():
        if baseline := suite.baselines.get(name):
            found = compare(run, baseline, scorers_of(run.about.kind))
            parts.append(f"## {name} against its baseline\n\n{markdown.comparison(found)}")
    _write(out, "\n\n".join(parts) + "\n")


def _page(suite: Suite, lang: Language, w: Words) -> Page:
    verdict = suite.verdict
    rows = rows_of(suite, verdict.rulings, w)
    failing = failing_of(suite, w)
    trend = trend_of(suite, rows)
    gaps = [row.gap for row in rows if row.gap]
    now = [row.now for row in rows if row.now]
    floors = [row.floor for row in rows if row.floor is not None and row.now]
    return Page(
        lang=lang,
        folder=suite.folder.resolve().name,
        when=_when(suite.folder, w),
        told=_told(verdict, rows, failing, w),
        facts=tuple(_facts(suite, trend, w)),
        rows=tuple(rows),
        differences=scale_of([0.0, *(bound for gap in gaps for bound in (gap.low, gap.high))]) if gaps else None,
        values=scale_of([1.0, *floors, *(each.low for each in now)], most=1.0),
        slices=tuple(slice_tables(suite, w)),
        trend=trend,
        runs=suite.runs,
        baselines={name: run for name, run in suite.baselines.items() if name in suite.runs},
        failing=tuple(failing),
        style=_style(),
    )


def _told(verdict: Verdict, rows: Sequence[Row], failing: Sequence[Failing], w: Words) -> Told:
    """The verdict in a sentence, then what is wrong and what is not."""
    count = {each: sum(row.passes is each for row in rows) for each in Passes}
    n = len(rows) - count[Passes.SKIPPED]
    title = {
        Passes.FAIL: lambda: w("gate_fail", n=n, failed=count[Passes.FAIL]),
        Passes.UNDECIDED: lambda: w("gate_undecided", n=n, undecided=count[Passes.UNDECIDED]),
    }.get(verdict.passes, lambda: w("gate_pass", n=n))()
    named = {
        "worse": [row for row in rows if row.passes is Passes.FAIL and row.is_worse],
        "below": [row for row in rows if row.passes is Passes.FAIL and row.is_below],
        "undecided": [row for row in rows if row.passes is Passes.UNDECIDED],
    }
    details = [w(key, names=_names(some, rows, w)) for key, some in named.items() if some]
    details += [w["rest_held"]] if details and count[Passes.PASS] else []
    new = sum(each.n for each in failing if each.is_new)
    details += [w["newly_one"] if new == 1 else w("newly", n=new)] if new else []
    details += [w("gate_skipped", n=count[Passes.SKIPPED])] if count[Passes.SKIPPED] else []
    level = {Passes.FAIL: "bad", Passes.UNDECIDED: "warn"}.get(verdict.passes, "ok")
    return Told(level, title, tuple(details))


def _names(some: Sequence[Row], rows: Sequence[Row], w: Words) -> str:
    """Where the metric's name alone would not tell, with the run and the slice."""
    everywhere = [row.name for row in rows]
    told = [row.name if everywhere.count(row.name) == 1 else w("in_run", name=row.name, run=row.scope) for row in some]
    return w["listing"].join(told)


def _facts(suite: Suite, trend: Trend, w: Words) -> Sequence[tuple[str, str]]:
    """What was run, with which versions, and how long it took."""
    runs = list(suite.runs.values())
    versions = {key: dict.fromkeys(run.about.versions.get(key, "") for run in runs) for key in _VERSIONS}
    p95 = w("seconds", seconds=f"{_p95(runs):.2f}")
    if trend.last:
        p95 = w("was", value=p95, before=w("seconds", seconds=f"{_p95(list(trend.last.runs.values())):.2f}"))
    found = [
        (w["run"], suite.folder.resolve().name),
        (w["suite"], w("suite_is", runs=len(runs), n=f"{sum(run.about.n for run in runs):,}")),
        *((w[key], w["listing"].join(filter(None, names))) for key, names in versions.items() if any(names)),
        (w["seed"], w["listing"].join({str(run.about.seed): None for run in runs})),
        (w["took"], duration(sum(run.about.seconds or 0.0 for run in runs), w)),
        (w["p95"], p95),
    ]
    return found if runs else found[:2]


def _p95(runs: Sequence[Run]) -> float:
    """Seconds a sample."""
    return float(np.percentile([record.seconds for run in runs for record in run.records] or [0.0], 95))


def duration(seconds: float, w: Words) -> str:
    minutes, rest = divmod(round(seconds), 60)
    if minutes:
        return w("minutes", minutes=minutes, seconds=rest)
    return w("seconds", seconds=f"{seconds:.1f}")


def _when(folder: Path, w: Words) -> str:
    """When the suite was run, as its folder says; else the folder's name."""
    stamp = _STAMP.match(folder.resolve().name)
    if not stamp:
        return folder.resolve().name
    at = datetime.strptime(stamp[0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    if w.language == "ja":
        return f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}（UTC）"
    return f"{at.day} {at:%B} {at.year}, {at:%H:%M} UTC"


def per_cent(share: float) -> str:
    """With one decimal; what is not quite 0 or 100 does not become it."""
    shown = f"{100 * share:.1f}"
    return "99.9" if shown == "100.0" and share < 1 else "0.1" if shown == "0.0" and share > 0 else shown


def points(share: float) -> str:
    """A difference in percentage points, with its sign."""
    shown = f"{100 * share:+.1f}".replace("-", "−")
    return "0.0" if shown in ("+0.0", "−0.0") else shown


def tick(share: float) -> str:
    return f"{100 * share:+g}".replace("-", "−") if share else "0"


def unmeasured(run: Run) -> list[tuple[str, int]]:
    """The commonest reasons why samples have no score, each with how many samples it kept from one."""
    reasons = (
        dict.fromkeys(score for score in record.scores.values() if isinstance(score, str)) for record in run.records
    )
    return Counter(reason for each in reasons for reason in each).most_common(_REASONS)


@cache
def _words() -> dict[Language, Words]:
    return load(_TEMPLATES / "report.toml")


def _style() -> Markup:
    """The tokens and the page's own rules; both are the house's own, and hold nothing of what was measured."""
    tokens = resources.files("app.web").joinpath("static", "tokens.css").read_text(encoding="utf-8")
    return Markup(tokens + (_TEMPLATES / "report.css").read_text(encoding="utf-8"))  # noqa: S704


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "per_cent": per_cent,
        "points": points,
        "tick": tick,
        "lang_of": lambda text: detect_language(text, "en"),
        "unmeasured": unmeasured,
        "duration": duration,
    }
    environment.globals |= {"SMALL": _SMALL, "LONG": _LONG, "p95": lambda run: f"{_p95([run]):.2f}"}
    return environment


def _write(out: Path, text: str) -> None:
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise EvalError(f"The report cannot be written to {out} ({error.strerror}); name another file.") from None
