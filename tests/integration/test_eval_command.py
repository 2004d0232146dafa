"""`kotae eval` as a QA engineer runs it: processes, files, exit codes."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from app.settings import ROOT

KOTAE = [sys.executable, "-c", "from app.cli import main; main()"]
ARTICLE = "---\nid: {name}\ntitle: {title}\nlang: en\n---\n{text}\n"
QUESTION = {"lang": "en", "gold_docs": [], "answerable": False}
CLAIM = {"lang": "en", "source": "Returns are free within 30 days.", "label": "supported"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose embedded model is made once."""
    return tmp_path_factory.mktemp("home")


def kotae(home: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*KOTAE, "eval", *map(str, arguments)], env=_environment(home), capture_output=True, text=True, check=False
    )


def _environment(home: Path) -> dict[str, str]:
    return {**os.environ, "KOTAE_HOME": str(home), "PYTHONPATH": str(ROOT)}


def lines(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def shop(folder: Path) -> Path:
    folder.mkdir()
    texts = {
        "returns": ("Returns", "You can return unused goods within 30 days. We pay the postage."),
        "delivery": ("Delivery", "Parcels arrive in two to four days. We do not deliver on Sundays."),
        "warranty": ("Warranty", "Every kettle has a warranty of two years from the day of purchase."),
    }
    for name, (title, text) in texts.items():
        (folder / f"{name}.md").write_text(ARTICLE.format(name=name, title=title, text=text), encoding="utf-8")
    return folder


def test_answers_over_a_folder_and_its_questions(home: Path, tmp_path: Path) -> None:
    questions = lines(
        tmp_path / "q.jsonl",
        {
            "id": "q1",
            "question": "How many days do I have to return something unused?",
            "lang": "en",
            "answerable": True,
            "gold_docs": ["returns"],
            "must_contain": [["30 days"]],
        },
        {**QUESTION, "id": "q2", "question": "Who won the chess championship in 1972?"},
    )
    found = kotae(home, "answers", "--kb", shop(tmp_path / "kb"), "--questions", questions, "--json")
    assert found.returncode == 0, found.stderr
    report = json.loads(found.stdout)
    assert (report["task"], report["n"], report["not_measured"]) == ("answers", 2, 0)
    assert report["metrics"]["success_at_1"]["value"] == 1.0
    assert report["metrics"]["false_answer_rate"]["n"] == 1
    assert report["by"]["lang"]["en"]["leak_rate"]["value"] == 0.0
    assert {"index", "prompts", "model", "policy", "dataset"} <= set(report["versions"])
    assert not (home / "index").exists()


def test_a_gold_article_that_does_not_exist_is_told_with_file_and_line(home: Path, tmp_path: Path) -> None:
    row = {**QUESTION, "id": "q1", "question": "?", "gold_docs": ["no-such-article"]}
    questions = lines(tmp_path / "q.jsonl", row)
    found = kotae(home, "answers", "--kb", shop(tmp_path / "kb"), "--questions", questions)
    assert found.returncode == 2
    assert (
        found.stderr.strip().splitlines()[-1].startswith(f'{questions}, line 1: there is no article "no-such-article"')
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("answers", "--kb", "nowhere", "--questions", "{claims}"), '"question" is wrong'),
        (("faithfulness", "--data", "nowhere.jsonl"), "nowhere.jsonl cannot be read"),
        (("retrieval", "--dataset", "nowhere"), "nowhere"),
        (("compare", "nowhere", "nowhere"), "nowhere holds no run"),
        (("gate",), "No suite was run here yet"),
        (("suite", "--gate", "nowhere.toml"), "nowhere.toml cannot be read"),
    ],
)
def test_bad_use_is_one_sentence_and_exit_2(home: Path, tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    claims = lines(tmp_path / "claims.jsonl", {**CLAIM, "id": "c", "claim": "Returns are free."})
    found = kotae(home, *(argument.format(claims=claims) for argument in arguments))
    assert found.returncode == 2, found.stdout
    assert said in found.stderr
    assert "Traceback" not in found.stderr


def test_a_suite_is_judged_accepted_and_compared(home: Path, tmp_path: Path) -> None:
    claims = lines(
        tmp_path / "claims.jsonl",
        {**CLAIM, "id": "a", "claim": "Returns are free within 30 days."},
        {**CLAIM, "id": "b", "claim": "Returns are free within 90 days.", "label": "unsupported"},
    )
    gate = tmp_path / "gate.toml"
    gate.write_text(
        '[[run]]\nname = "claims"\nkind = "faithfulness"\ndata = ["claims.jsonl"]\n'
        '[[rule]]\nrun = "claims"\nmetric = "auc"\nfloor = 0.9\nnot_worse = true\n',
        encoding="utf-8",
    )
    first = kotae(home, "suite", "--gate", gate)
    assert first.returncode == 3, first.stderr
    assert "no baseline" in first.stdout
    assert kotae(home, "accept", "--gate", gate, "--reason", " ").returncode == 2
    assert kotae(home, "accept", "--gate", gate, "--reason", "the first").returncode == 0
    assert '"reason": "the first"' in (tmp_path / "baseline" / "claims" / "run.json").read_text().replace('":"', '": "')
    again = kotae(home, "gate", "--gate", gate, "--json")
    assert again.returncode == 0, again.stdout
    assert json.loads(again.stdout)["passes"] == "pass"
    lines(claims, {**CLAIM, "id": "a", "claim": "Returns are free."})
    other = kotae(home, "suite", "--gate", gate)
    assert other.returncode == 2
    assert "different versions" in other.stderr


def test_a_run_that_was_killed_is_finished_by_the_same_command(home: Path, tmp_path: Path) -> None:
    rows = [{**CLAIM, "id": f"c{n}", "claim": f"Returns are free within {n} days."} for n in range(400)]
    arguments = [
        *KOTAE,
        "eval",
        "faithfulness",
        "--data",
        str(lines(tmp_path / "claims.jsonl", *rows)),
        "--parallel",
        "1",
    ]
    process = subprocess.Popen(arguments, env=_environment(home), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    kept = _samples(home, least=5, seconds=60)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    done = len(kept.read_text(encoding="utf-8").splitlines())
    assert 5 <= done < 400
    found = subprocess.run([*arguments, "--json"], env=_environment(home), capture_output=True, text=True, check=True)
    assert "which was cut off" in found.stderr
    assert json.loads(found.stdout)["n"] == 400
    ids = [json.loads(line)["id"] for line in kept.read_text(encoding="utf-8").splitlines()]
    assert ids == [f"c{n}" for n in range(400)]


def _samples(home: Path, least: int, seconds: float) -> Path:
    """The file of the run under way, once it holds `least` lines."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for path in (home / "evals" / "runs").glob("*-faithfulness-*/samples.jsonl"):
            if len(path.read_text(encoding="utf-8").splitlines()) >= least:
                return path
        time.sleep(0.02)
    raise AssertionError("the run did not begin")
