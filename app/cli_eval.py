"""`kotae eval`: measure, compare, gate. Exit codes: 0 fine, 1 the gate failed, 2 bad use, 3 the gate cannot decide."""

import json
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli_output import AsJson, print_json

if TYPE_CHECKING:
    from app.settings import Settings
    from evals.commands import Options
    from evals.run import Run
    from evals.suite import Suite
    from evals.tasks import Opened

eval_app = typer.Typer(help="Measure quality: runs, comparisons, the gate of a release.", no_args_is_help=True)

Limit = Annotated[int | None, typer.Option(min=1, help="Only the first samples.")]
Out = Annotated[Path | None, typer.Option(help="Where the run is kept; KOTAE_HOME/evals/runs otherwise.")]
Parallel = Annotated[int | None, typer.Option(min=1, help="Samples at a time; twice the cores otherwise.")]
Timeout = Annotated[float, typer.Option(min=0.001, help="Seconds after which a sample is not measured.")]
GateFile = Annotated[Path | None, typer.Option("--gate", help="The gate's file; evals/gate.toml otherwise.")]


class Lang(StrEnum):
    EN = "en"
    JA = "ja"


@eval_app.command("retrieval")
def retrieval(
    dataset: Annotated[Path, typer.Option(help="A folder in BEIR's layout.")],
    articles: Annotated[Path | None, typer.Option(help="Folder of articles that stands for corpus.jsonl.")] = None,
    run: Annotated[Path | None, typer.Option(help="Where the TREC run is written.")] = None,
    limit: Limit = None,
    out: Out = None,
    parallel: Parallel = None,
    timeout: Timeout = 120.0,
    as_json: AsJson = False,
) -> None:
    """Does search find the right article?"""
    from evals.tasks.retrieval import open_retrieval, write_trec

    task = open_retrieval(_settings(), dataset, articles)
    found = _measure(task, _options(parallel, timeout, limit), out, as_json)
    if run:
        write_trec(found, run)


@eval_app.command("answers")
def answers(
    kb: Annotated[Path, typer.Option(help="Folder of articles.")],
    questions: Annotated[list[Path], typer.Option(help="JSON Lines of questions; may be given several times.")],
    ragas: Annotated[bool, typer.Option("--ragas", help="Add ragas' metrics; judged ones if a judge is set.")] = False,
    limit: Limit = None,
    out: Out = None,
    parallel: Parallel = None,
    timeout: Timeout = 120.0,
    as_json: AsJson = False,
) -> None:
    """Is the answer right, and does it stop when it should?"""
    from evals.tasks.answers import open_answers

    task = open_answers(_settings(), kb, questions, ragas=ragas, judge_seconds=0.8 * timeout)
    _measure(task, _options(parallel, timeout, limit), out, as_json)


def _faithfulness(data: list[Path]) -> "Opened":
    """Does the verifier tell what its source supports?"""
    from evals.tasks.faithfulness import open_faithfulness

    return open_faithfulness(_settings(), data)


def _sentiment(data: list[Path]) -> "Opened":
    """Is an annoyed customer recognised, and the probability to be believed?"""
    from evals.tasks.sentiment import open_sentiment

    return open_sentiment(_settings(), data)


def _escalation(data: list[Path]) -> "Opened":
    """Does the right conversation go to a person, at the right turn?"""
    from evals.tasks.escalation import open_escalation

    return open_escalation(_settings(), data)


def _redaction(data: list[Path]) -> "Opened":
    """Is personal data found, and everything else left alone?"""
    from evals.tasks.redaction import open_redaction

    return open_redaction(_settings(), data)


def _guard(data: list[Path]) -> "Opened":
    """Are attacks recognised, and ordinary messages left alone?"""
    from evals.tasks.guard import open_guarding

    return open_guarding(_settings(), data)


def _summary(data: list[Path]) -> "Opened":
    """Does the hand-off summary name the wish and what was tried, and nothing that nobody said?"""
    from evals.tasks.summary import open_summaries

    return open_summaries(_settings(), data)


def _measure_files(of: str, opened: Callable[[list[Path]], "Opened"]) -> None:
    """The command that measures a file of samples alone; its help is what `opened` says of itself."""

    @eval_app.command(opened.__name__.removeprefix("_"), help=opened.__doc__)
    def measure(
        data: Annotated[list[Path], typer.Option(help=f"JSON Lines of {of}; may be given several times.")],
        limit: Limit = None,
        out: Out = None,
        parallel: Parallel = None,
        timeout: Timeout = 120.0,
        as_json: AsJson = False,
    ) -> None:
        _measure(opened(data), _options(parallel, timeout, limit), out, as_json)


_measure_files("claims", _faithfulness)
_measure_files("messages", _sentiment)
_measure_files("conversations", _escalation)
_measure_files("messages", _redaction)
_measure_files("messages", _guard)
_measure_files("conversations", _summary)


@eval_app.command("lies")
def lies(
    kb: Annotated[Path, typer.Option(help="Folder of articles; their sentences are retold.")],
    data: Annotated[list[Path], typer.Option(help="JSON Lines of sentences to tell; may be given several times.")],
    limit: Limit = None,
    out: Out = None,
    parallel: Parallel = None,
    timeout: Timeout = 120.0,
    as_json: AsJson = False,
) -> None:
    """With a model that always lies: does any lie reach the customer?"""
    from evals.tasks.lies import open_lies

    _measure(open_lies(_settings(), kb, data), _options(parallel, timeout, limit), out, as_json)


@eval_app.command("drafts")
def drafts(
    kb: Annotated[Path, typer.Option(help="Folder of articles, those for agents too.")],
    data: Annotated[list[Path], typer.Option(help="JSON Lines of hand-offs; may be given several times.")],
    limit: Limit = None,
    out: Out = None,
    parallel: Parallel = None,
    timeout: Timeout = 120.0,
    as_json: AsJson = False,
) -> None:
    """Does the draft for an agent say what the right reply must, and mark what is for staff?"""
    from evals.tasks.drafts import open_drafting_task

    _measure(open_drafting_task(_settings(), kb, data), _options(parallel, timeout, limit), out, as_json)


@eval_app.command("compare")
def compare(
    ours: Annotated[Path, typer.Argument(help="Folder of the new run.")],
    theirs: Annotated[Path, typer.Argument(help="Folder of the old run.")],
    as_json: AsJson = False,
) -> None:
    """What changed between two runs of one dataset, how sure that is, and which samples flipped."""
    from dataclasses import asdict

    from evals import markdown
    from evals.compare import compare
    from evals.run import read_run
    from evals.tasks import scorers_of

    new, old = read_run(ours), read_run(theirs)
    found = compare(new, old, scorers_of(new.about.kind))
    print_json(asdict(found)) if as_json else print(markdown.comparison(found))


@eval_app.command("suite")
def suite(
    gate: GateFile = None,
    data: Annotated[Path | None, typer.Option(help="Folder of public data, for the runs that need it.")] = None,
    parallel: Parallel = None,
    timeout: Timeout = 120.0,
    as_json: AsJson = False,
) -> None:
    """Make every run of the gate, judge them, and write the report."""
    from evals.suite import run_suite

    _judge(run_suite(_settings(), _gate(gate), _options(parallel, timeout, None), data), as_json)


@eval_app.command("gate")
def gate(
    folder: Annotated[Path | None, typer.Argument(help="Folder of a suite; the newest otherwise.")] = None,
    gate: GateFile = None,
    as_json: AsJson = False,
) -> None:
    """Judge a suite that was run before, and write its report anew."""
    _judge(_suite(folder, gate), as_json)


@eval_app.command("report")
def report(
    folder: Annotated[Path | None, typer.Argument(help="Folder of a suite; the newest otherwise.")] = None,
    gate: GateFile = None,
    out: Annotated[Path | None, typer.Option(help="The HTML file; beside the suite's runs otherwise.")] = None,
    lang: Annotated[Lang, typer.Option(help="Language of the report.")] = Lang.EN,
) -> None:
    """Write a suite as one page: differences, floors, slices, trend and failing samples with their traces."""
    from evals.report import HTML, write_report

    found = _suite(folder, gate)
    written = out or found.folder / HTML
    write_report(found, written, "ja" if lang is Lang.JA else "en")
    print(f"The report is in {written}")


@eval_app.command("accept")
def accept(
    reason: Annotated[str, typer.Option(help="Why the figures may change; kept with the baseline.")],
    folder: Annotated[Path | None, typer.Argument(help="Folder of a suite; the newest otherwise.")] = None,
    gate: GateFile = None,
    as_json: AsJson = False,
) -> None:
    """Make a suite's figures the baseline that later ones are compared with."""
    from evals.suite import accept

    found = _suite(folder, gate)
    kept = accept(found, _gate(gate), reason)
    print(json.dumps({"baseline": str(kept)}) if as_json else f"{found.folder} is the baseline now, in {kept}.")


def _options(parallel: int | None, timeout: float, limit: int | None) -> "Options":
    from evals.commands import Options

    return Options(parallel or Options().parallel, timeout, limit)


def _measure(task: "Opened", options: "Options", out: Path | None, as_json: bool) -> "Run":
    from evals import markdown
    from evals.commands import run_one
    from evals.summary import summarise
    from evals.tasks import scorers_of

    run, kept = run_one(_settings(), task, options, out)
    found = summarise(run, scorers_of(run.about.kind))
    print_json(found) if as_json else print(markdown.summary(found))
    typer.echo(f"Kept in {kept}", err=True)
    return run


def _settings() -> "Settings":
    from app.settings import load_settings

    return load_settings()


def _suite(folder: Path | None, gate: Path | None) -> "Suite":
    from evals.suite import newest_suite, read_suite

    return read_suite(folder or newest_suite(_settings()), _gate(gate))


def _gate(path: Path | None) -> Path:
    from app.settings import ROOT

    return path or ROOT / "evals" / "gate.toml"


def _judge(suite: "Suite", as_json: bool) -> None:
    from dataclasses import asdict

    from evals import markdown
    from evals.report import HTML, MARKDOWN, write_markdown, write_report

    verdict = suite.verdict
    print_json({"passes": verdict.passes} | asdict(verdict)) if as_json else print(markdown.verdict(verdict))
    write_report(suite, suite.folder / HTML)
    write_markdown(suite, suite.folder / MARKDOWN)
    typer.echo(f"Reports in {suite.folder / HTML} and {MARKDOWN}", err=True)
    raise typer.Exit(verdict.exit_code)
