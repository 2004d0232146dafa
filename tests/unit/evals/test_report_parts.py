"""The parts of the report: first faults, plots, trends."""

from pathlib import Path
from typing import Any

import pytest

from app.domain.evaluation import Estimate
from app.words import load
from evals import report
from evals.cases import Case, case_of
from evals.gate import judge
from evals.plot import line_of, scale_of
from evals.rows import rows_of
from evals.run import Record, Run, write_run
from evals.suite import Suite
from evals.trend import Trend, trend_of
from tests.unit.evals.report_suite import answer, claim, question, rule, run_of, suite_of, unanswerable

WORDS = load(Path(report.__file__).with_name("templates") / "report.toml")
EN = WORDS["en"]


def seen(record: Record, output: dict[str, Any] | None = None) -> Case:
    return case_of(record.model_copy(update={"output": output or record.output}), "answers", (), EN)


ASKED = question("q", right=False)
FAULTS = [
    (ASKED, answer(None, ranking=["a", "b", "c", "d", "e", "fees"]), "retrieve", "why_not_found"),
    (ASKED, answer(None), "decide", "why_declined"),
    (ASKED, answer(None) | {"kind": "clarify"}, "decide", "why_asked_back"),
    (ASKED, answer("有料です。"), "write", "why_not_said"),
    (ASKED, answer("有料です。", ranking=["x", "fees"], cited="x"), "write", "why_not_cited"),
    (ASKED, answer(None, dropped=["送料は550円です。"]), "verify", "why_dropped"),
    (ASKED, answer("有料です。", dropped=["送料は５５０円です。"]), "verify", "why_dropped"),
    (ASKED, answer("送料は550円です。", ranking=["x", "fees"]), "retrieve", "why_not_first"),
    (unanswerable("u", right=False), None, "decide", "why_answered"),
]


@pytest.mark.parametrize(("record", "output", "fault", "why"), FAULTS, ids=lambda value: str(value)[:24])
def test_the_first_fault(record: Record, output: dict[str, Any] | None, fault: str, why: str) -> None:
    found = seen(record, output)
    assert (found.fault, found.why) == (fault, EN[why])


def test_an_article_for_agents_only_is_a_fault_of_retrieval() -> None:
    leaked = answer("送料は550円です。")
    leaked["citations"][0]["audience"] = "agent"
    assert seen(ASKED, leaked).why == EN["why_leaked"]


def test_a_sentence_without_support_is_a_fault_of_verification() -> None:
    shown = answer("送料は550円です。")
    shown["sentences"][0]["supported"] = False
    assert seen(ASKED, shown).fault == "verify"


def test_the_step_at_fault_is_marked() -> None:
    steps = seen(ASKED, answer("有料です。")).steps
    assert [step.label for step in steps if step.is_fault] == ["write 1 claims"]
    assert [step.label for step in steps][1:3] == ["retrieve 1, top 0.90", "decide answer 0.80"]


def test_a_step_of_a_later_pipeline_is_named() -> None:
    output = answer(None)
    output["steps"].insert(0, {"name": "redact", "data": {"masked": 1}})
    assert seen(ASKED, output).steps[0].label == "redact"


def test_a_follow_up_shows_what_was_said_before_and_how_it_was_understood() -> None:
    output = answer("有料です。")
    output["steps"].insert(0, {"name": "condense", "data": {"standalone": "送料は沖縄だといくら", "by": "rule"}})
    turns = [{"role": "customer", "text": "送料は？"}, {"role": "assistant", "text": "550円です。"}]
    found = seen(ASKED.model_copy(update={"input": ASKED.input | {"history": turns}}), output)
    assert found.steps[0].label == "condense “送料は沖縄だといくら”"
    assert (EN["said_before"], ("送料は？", "550円です。")) in found.facts
    assert found.command == ""


def test_what_was_expected_is_told() -> None:
    assert seen(ASKED).expected == "Says “550円”; from fees"
    assert seen(unanswerable("u")).expected == "“I don’t know”"


def test_the_command_can_be_pasted_into_a_shell() -> None:
    record = question("q", right=False, text="it's\n$(rm -rf x); 送料は？")
    assert seen(record).command == """kotae ask --locale ja -- 'it'"'"'s $(rm -rf x); 送料は？'"""


def test_a_claim_shows_its_source_and_the_reasons() -> None:
    found = case_of(claim("c", supported=True, kept=False, score=0.2), "faithfulness", (), EN)
    assert (found.expected, found.got) == ("supported", "unsupported (0.20)")
    assert found.facts == (("Source", ("送料は550円です。",)), ("Reasons", ("number: 660円 not in source",)))


def test_a_query_shows_which_of_the_articles_it_found_are_right() -> None:
    record = question("q").model_copy(
        update={
            "input": {"text": "fees", "relevant": {"a": 1, "z": 0}},
            "output": {"ranking": [["b", 0.9], ["a", 0.5]]},
        }
    )
    found = case_of(record, "retrieval", (), EN)
    assert found.found == (("b", False), ("a", True))
    assert found.why == EN["why_not_first"]


def test_both_languages_have_every_string() -> None:
    assert WORDS["ja"].keys() == WORDS["en"].keys()


@pytest.mark.parametrize("values", [[0.0], [-0.142, 0.05], [-0.001, 0.0005], [0.0, 1.0], [-1.0, 1.0]])
def test_a_scale_holds_its_values_between_round_ticks(values: list[float]) -> None:
    scale = scale_of(values)
    assert scale.low <= min(values) <= max(values) <= scale.high
    assert scale.ticks == tuple(sorted(scale.ticks))
    assert 2 <= len(scale.ticks) <= 9
    assert all(3 <= scale.at(value) <= 97 for value in values)


def test_a_scale_of_shares_ends_at_one() -> None:
    assert scale_of([0.437, 1.0], most=1.0).high == 1.0


def test_what_lies_outside_a_scale_stands_at_its_edge() -> None:
    scale = scale_of([-0.1, 0.1])
    assert (scale.at(-5), scale.at(5)) == (3.0, 97.0)
    assert (scale.up_to(-5), scale.up_to(5)) == (0.0, 100.0)


def test_a_trend_keeps_inside_its_picture() -> None:
    line = line_of([Estimate(0.5, 9, 0.2, 0.8), Estimate(1.0, 9, 0.7, 1.0)], floor=0.9)
    assert all(34 <= x <= 320 and 10 <= y <= 96 for x, y in line.points)
    assert line.floor is not None
    assert 10 <= line.floor <= 96


def trend(suite: Suite) -> Trend:
    return trend_of(suite, rows_of(suite, judge(suite.gate, suite.runs, {}).rulings, EN))


def older(folder: Path, day: int, run: Run) -> None:
    write_run(run, folder / f"202611{day:02}T000000Z-suite" / "shop")


def test_a_trend_has_only_suites_on_the_same_data(tmp_path: Path) -> None:
    run = run_of([question("a"), question("b", right=False)])
    older(tmp_path, 1, run_of([question("a")], sha="data-0"))
    older(tmp_path, 2, run)
    older(tmp_path, 28, run)  # younger than the suite
    found = trend(suite_of(tmp_path, [rule("correct", 0.9)], {"shop": run}))
    assert (found.suites, found.left_out) == (2, 1)
    assert [chart.names[0] for chart in found.charts] == ["20261102T000000Z-suite"]
    assert found.last
    assert found.last.name == "20261102T000000Z-suite"


def test_a_trend_has_at_most_eight_suites_and_passes_over_what_was_cut_off(tmp_path: Path) -> None:
    run = run_of([question("a")])
    for day in range(1, 13):
        older(tmp_path, day, run)
    (tmp_path / "20261112T000000Z-suite" / "shop" / "run.json").write_text("{")
    found = trend(suite_of(tmp_path, [rule("correct", 0.9)], {"shop": run}))
    assert len(found.charts[0].estimates) == found.suites == 8
    assert found.charts[0].names[-2] == "20261111T000000Z-suite"


def test_a_first_suite_has_no_trend(tmp_path: Path) -> None:
    assert trend(suite_of(tmp_path, [rule("correct", 0.9)], {"shop": run_of([question("a")])})).charts == ()
