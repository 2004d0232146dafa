"""A run: every sample once, a line each, resumable, and what was not measured is said."""

import json
from pathlib import Path

import pytest

from app.errors import EvalError
from evals.run import ABOUT, SAMPLES, about_run, read_run, unfinished
from evals.summary import summarise
from tests.unit.evals.made import RIGHT, Adding, Sum, run_sums, sums


def test_every_sample_is_one_line_with_what_came_out(tmp_path: Path) -> None:
    run = run_sums(Adding(sums("a", "b")), tmp_path)
    lines = [json.loads(line) for line in (tmp_path / SAMPLES).read_text().splitlines()]
    assert [line["id"] for line in lines] == ["a", "b"]
    assert lines[1]["output"] == {"said": 2}
    assert lines[1]["scores"] == {"right": [1.0, 1.0]}
    assert lines[1]["versions"]["adder"] == "1"
    assert lines[1]["seconds"] >= 0
    assert read_run(tmp_path) == run


def test_what_hangs_fails_or_talks_rubbish_is_not_measured_and_not_zero(tmp_path: Path) -> None:
    run = run_sums(Adding(sums("a", "hang", "fail", "rubbish")), tmp_path)
    found = summarise(run, [RIGHT])
    assert found["not_measured"] == 3
    assert found["metrics"]["right"] | {"low": 0, "high": 0} == {
        "value": 1.0, "n": 1, "low": 0, "high": 0, "not_measured": 3,
    }  # fmt: skip
    assert {record.id: record.scores["right"] for record in run.records[1:]} == {
        "hang": "no result within 0.5 s",
        "fail": "The adder is out of order.",
        "rubbish": "no number",
    }


def test_a_metric_nobody_could_measure_has_no_value(tmp_path: Path) -> None:
    found = summarise(run_sums(Adding(sums("fail")), tmp_path), [RIGHT])
    assert found["metrics"]["right"] == {"value": None, "n": 0, "low": None, "high": None, "not_measured": 1}
    assert "NaN" not in json.dumps(found)


def test_a_metric_that_is_undefined_is_absent(tmp_path: Path) -> None:
    dataset = sums("a")
    negative = Sum(id="b", a=-3, b=1, total=-2)
    run = run_sums(Adding(dataset.__class__("sums", (*dataset.samples, negative), {})), tmp_path)
    assert run.records[1].scores == {}
    assert summarise(run, [RIGHT])["metrics"]["right"]["n"] == 1


def test_a_run_that_was_killed_goes_on_where_it_stopped(tmp_path: Path) -> None:
    names = [f"s{n}" for n in range(8)]
    folder = tmp_path / "20261122-sums"
    killed = Adding(sums(*names), killed_at="s5")
    with pytest.raises((KeyboardInterrupt, BaseExceptionGroup)):
        run_sums(killed, folder, parallel=1)
    with pytest.raises(EvalError, match="was cut off"):
        read_run(folder)
    again = Adding(sums(*names))
    assert unfinished(tmp_path, about_run(again, again.dataset)) == folder
    run = run_sums(again, folder)
    assert set(again.ran) == set(names) - set(killed.ran)
    assert [record.id for record in run.records] == names
    assert run.records == run_sums(Adding(sums(*names)), folder).records


def test_a_line_cut_off_in_mid_write_runs_again(tmp_path: Path) -> None:
    run_sums(Adding(sums("a", "b")), tmp_path)
    whole = (tmp_path / SAMPLES).read_text()
    (tmp_path / SAMPLES).write_text(whole[:-20])
    with pytest.raises((KeyboardInterrupt, BaseExceptionGroup)):
        run_sums(Adding(sums("a", "b"), killed_at="b"), tmp_path)
    task = Adding(sums("a", "b"))
    run = run_sums(task, tmp_path)
    assert task.ran == ["b"]
    assert [record.id for record in run.records] == ["a", "b"]
    assert read_run(tmp_path) == run


def test_only_a_run_of_the_same_inputs_is_finished(tmp_path: Path) -> None:
    task = Adding(sums("a", "b"))
    about = about_run(task, task.dataset)
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / ABOUT).write_text(about.model_dump_json())
    newer = Adding(sums("a", "b"), versions={"adder": "2"})
    assert unfinished(tmp_path, about) == tmp_path / "r"
    assert unfinished(tmp_path, about_run(newer, newer.dataset)) is None


def test_a_line_may_hold_what_unicode_calls_a_line_break(tmp_path: Path) -> None:
    run = run_sums(Adding(sums("a\u2028b", "c")), tmp_path)
    assert read_run(tmp_path) == run


def test_same_inputs_same_numbers(tmp_path: Path) -> None:
    first, second = (run_sums(Adding(sums(*"abcdefg")), tmp_path / name) for name in ("one", "two"))
    a, b = (summarise(run, [RIGHT]) | {"seconds": 0} for run in (first, second))
    assert a == b


@pytest.mark.parametrize("content", [None, "{}", "rubbish"])
def test_a_folder_that_holds_no_run_is_said_to_be_none(tmp_path: Path, content: str | None) -> None:
    if content:
        (tmp_path / ABOUT).write_text(content)
    with pytest.raises(EvalError, match="holds no run"):
        read_run(tmp_path)
