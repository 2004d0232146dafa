"""Two runs, sample by sample."""

import pytest

from app.errors import EvalError
from evals.compare import compare
from evals.markdown import comparison
from evals.tasks import scorers_of
from tests.unit.evals.made import run_of

ANSWERS = scorers_of("answers")
RIGHT, WRONG = (1.0, 1.0), (0.0, 1.0)


def test_a_difference_is_paired_and_the_flipped_samples_are_named() -> None:
    old = run_of({f"q{n}": RIGHT if n % 2 else WRONG for n in range(40)})
    new = run_of({f"q{n}": WRONG if n == 1 else RIGHT for n in range(40)})
    found = compare(new, old, ANSWERS)
    (change,) = found.changes
    assert change.difference.value == pytest.approx(19 / 40)
    assert change.better is True
    assert change.difference.p < 0.01
    assert found.worse == {"correct": ("q1",)}
    assert len(found.mended["correct"]) == 20
    assert found.by["lang"]["ja"][0].difference.n == 40
    assert "Fail now and did not before" in comparison(found)


def test_less_is_better_where_the_scorer_says_so() -> None:
    old = run_of({f"q{n}": RIGHT for n in range(30)}, metric="false_answer_rate")
    new = run_of({f"q{n}": WRONG for n in range(30)}, metric="false_answer_rate")
    (change,) = compare(new, old, ANSWERS).changes
    assert change.difference.value == -1.0
    assert change.better is True
    assert compare(new, old, ANSWERS).worse == {}


def test_what_either_run_did_not_measure_is_left_out_of_the_pairs() -> None:
    old = run_of({"a": RIGHT, "b": "time-out", "c": WRONG})
    new = run_of({"a": RIGHT, "b": RIGHT, "c": "time-out"})
    (change,) = compare(new, old, ANSWERS).changes
    assert change.difference.n == 1


def test_samples_of_a_conversation_are_one() -> None:
    """Six turns of two conversations are no more sure than two samples."""
    old = run_of({f"c{n // 3}-{n}": WRONG for n in range(6)})
    new = run_of({f"c{n // 3}-{n}": RIGHT for n in range(6)})
    (change,) = compare(new, old, ANSWERS).changes
    assert change.difference.p == 0.5


@pytest.mark.parametrize(
    ("new", "old", "said"),
    [
        (run_of({"a": RIGHT}), run_of({"b": RIGHT}), "share no samples"),
        (run_of({"a": RIGHT}), run_of({"a": RIGHT}, kind="retrieval"), "compare runs of one kind"),
        (run_of({"a": RIGHT}, sha="new"), run_of({"a": RIGHT}, sha="old"), "1 reworded or relabelled (a)"),
        (run_of({"a": RIGHT, "b": RIGHT}), run_of({"a": RIGHT}), "1 only in the new run (b)"),
        (run_of({"a": RIGHT}), run_of({"a": RIGHT, "z": RIGHT}), "1 only in the old run (z)"),
    ],
)
def test_runs_of_different_things_are_refused_with_the_difference(new: object, old: object, said: str) -> None:
    with pytest.raises(EvalError) as caught:
        compare(new, old, ANSWERS)  # type: ignore[arg-type]
    assert said in str(caught.value)
