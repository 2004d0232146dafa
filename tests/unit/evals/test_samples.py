"""A dataset is read strictly: what is wrong is told with file and line."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.errors import EvalError
from evals.samples import read_samples
from evals.tasks.answers import Question

GOOD: dict[str, Any] = {
    "id": "q1",
    "question": "返品できますか",
    "lang": "ja",
    "answerable": True,
    "gold_docs": ["ja-return"],
    "must_contain": [["14日"]],
}


def written(path: Path, *rows: Any) -> Path:
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_lines_become_samples_and_unknown_fields_are_ignored(tmp_path: Path) -> None:
    path = written(tmp_path / "q.jsonl", GOOD, "", {**GOOD, "id": "q2", "remark": "not ours", "kind": "plain"})
    found = read_samples("made", [path], Question)
    assert [sample.id for sample in found.samples] == ["q1", "q2"]
    assert found.places["q2"] == f"{path}, line 3"
    assert found.samples[1].slices == {"lang": "ja", "kind": "plain"}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({key: value for key, value in GOOD.items() if key != "answerable"}, 'line 2: "answerable" is wrong'),
        ({**GOOD, "id": "q2", "answerable": "yes"}, 'line 2: "answerable" is wrong'),
        ({**GOOD, "id": "q2", "lang": "fr"}, 'line 2: "lang" is wrong'),
        ({**GOOD, "id": "q2", "must_contain": ["14日"]}, 'line 2: "must_contain.0" is wrong'),
        (GOOD, 'line 2: the id "q1" is taken by'),
        ("{half", "line 2: this is not JSON"),
        ("[" * 100_000, "line 2: this is not JSON"),
        ([1, 2], "line 2: "),
    ],
)
def test_a_bad_line_is_told_with_its_place(tmp_path: Path, row: Any, said: str) -> None:
    with pytest.raises(EvalError, match=r"^[^\n]+$") as caught:
        read_samples("made", [written(tmp_path / "q.jsonl", GOOD, row)], Question)
    assert said in str(caught.value)


def test_a_dataset_without_samples_measures_nothing(tmp_path: Path) -> None:
    with pytest.raises(EvalError, match="holds no sample"):
        read_samples("made", [written(tmp_path / "q.jsonl", "")], Question)


def test_a_missing_or_misencoded_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(EvalError, match="cannot be read"):
        read_samples("made", [tmp_path / "none.jsonl"], Question)
    (tmp_path / "sjis.jsonl").write_bytes("返品".encode("cp932"))
    with pytest.raises(EvalError, match="not UTF-8"):
        read_samples("made", [tmp_path / "sjis.jsonl"], Question)


def test_any_change_of_a_sample_changes_the_version_of_its_dataset(tmp_path: Path) -> None:
    one = read_samples("made", [written(tmp_path / "a.jsonl", GOOD)], Question)
    other = read_samples("made", [written(tmp_path / "b.jsonl", {**GOOD, "must_contain": [["15日"]]})], Question)
    again = read_samples("made", [written(tmp_path / "c.jsonl", {**GOOD, "remark": 1})], Question)
    assert one.sha != other.sha
    assert one.sha == again.sha
