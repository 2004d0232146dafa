"""The gate: floors, baselines, and what cannot be decided."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from app.domain.evaluation import Pair
from app.errors import EvalError
from evals.gate import Gate, Passes, Rule, judge, read_gate
from evals.markdown import sentence, verdict
from evals.run import Run
from tests.unit.evals.made import run_of

RIGHT, WRONG = (1.0, 1.0), (0.0, 1.0)
SHIPPED = Path(__file__).parents[3] / "evals" / "gate.toml"


def scores(right: int, wrong: int, missing: int = 0) -> Mapping[str, Pair | str]:
    parts: list[Pair | str] = [*[RIGHT] * right, *[WRONG] * wrong, *["time-out"] * missing]
    return {f"q{n}": score for n, score in enumerate(parts)}


def passes(rule: Rule, run: Run | None, baseline: Run | None = None) -> tuple[Passes, int, str]:
    gate = Gate(run=(), rule=(rule,))
    found = judge(gate, {rule.run: run} if run else {}, {rule.run: baseline} if baseline else {})
    assert verdict(found)
    return found.passes, found.exit_code, found.rulings[0].why


FLOOR = Rule(run="r", metric="correct", floor=0.8)
NOT_WORSE = Rule(run="r", metric="correct", not_worse=True)


def test_a_floor_is_reached_or_not() -> None:
    assert passes(FLOOR, run_of(scores(8, 2)))[:2] == (Passes.PASS, 0)
    assert passes(FLOOR, run_of(scores(7, 3))) == (Passes.FAIL, 1, "0.700 is below 0.8")


def test_where_less_is_better_the_floor_is_a_ceiling() -> None:
    rule = Rule(run="r", metric="false_answer_rate", floor=0.12)
    assert passes(rule, run_of(scores(1, 9), metric="false_answer_rate"))[1] == 0
    assert passes(rule, run_of(scores(2, 8), metric="false_answer_rate")) == (Passes.FAIL, 1, "0.200 is above 0.12")


def test_over_two_per_cent_not_measured_decides_nothing() -> None:
    assert passes(FLOOR, run_of(scores(98, 0, 2)))[1] == 0
    assert passes(FLOOR, run_of(scores(97, 0, 3))) == (Passes.UNDECIDED, 3, "3 of 100 not measured: time-out")
    assert passes(FLOOR, run_of(scores(0, 0, 5)))[1] == 3


def test_a_significant_drop_below_the_baseline_fails_and_one_by_chance_does_not() -> None:
    baseline = run_of(scores(90, 10))
    assert passes(NOT_WORSE, run_of(scores(70, 30)), baseline)[1] == 1
    assert passes(NOT_WORSE, run_of(scores(89, 11)), baseline)[1] == 0
    assert passes(NOT_WORSE, run_of(scores(99, 1)), baseline)[1] == 0


def test_without_a_baseline_it_cannot_say_worse() -> None:
    assert passes(NOT_WORSE, run_of(scores(9, 1)))[:2] == (Passes.UNDECIDED, 3)


def test_a_baseline_of_another_dataset_is_refused_with_the_difference() -> None:
    with pytest.raises(EvalError, match="1 only in the new run"):
        passes(NOT_WORSE, run_of(scores(9, 1)), run_of(scores(9, 0)))


def test_a_failure_outweighs_what_is_undecided() -> None:
    gate = Gate(run=(), rule=(FLOOR, NOT_WORSE))
    found = judge(gate, {"r": run_of(scores(1, 9))}, {})
    assert found.exit_code == 1
    assert sentence(found) == "Gate failed: 1 of 2 rules."


def test_a_run_whose_data_is_not_here_is_skipped_and_said_to_be() -> None:
    assert passes(FLOOR, None) == (Passes.UNDECIDED, 3, "not run: its data is not here")


def test_a_rule_on_an_empty_slice_is_a_mistake() -> None:
    with pytest.raises(EvalError, match="No sample of r is in the slice"):
        passes(Rule(run="r", metric="correct", floor=1, slice={"lang": ("en",)}), run_of(scores(1, 0)))


ENTRY = '[[run]]\nname = "r"\nkind = "answers"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[rule", "is not TOML"),
        (ENTRY + '[[rule]]\nrun = "r"\nmetric = "correct"\n', "needs a floor"),
        (ENTRY + '[[rule]]\nrun = "r"\nmetric = "charm"\nfloor = 1\n', 'Nobody measures "charm"'),
        (ENTRY + '[[rule]]\nrun = "x"\nmetric = "correct"\nfloor = 1\n', 'the run "x", which is not there'),
        (ENTRY.replace("answers", "charm") + '[[rule]]\nrun = "r"\nmetric = "correct"\nfloor = 1\n', "no evaluation"),
        (ENTRY + '[[rule]]\nrun = "r"\nmetric = "correct"\nflor = 1\n', "rule.0.flor is wrong"),
    ],
)
def test_a_gate_that_is_wrong_is_told_in_one_sentence(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "gate.toml").write_text(text, encoding="utf-8")
    with pytest.raises(EvalError, match=r"^[^\n]+$") as caught:
        read_gate(tmp_path / "gate.toml")
    assert said in str(caught.value)


def test_the_gate_that_is_shipped_is_well_formed() -> None:
    assert read_gate(SHIPPED).rule
