"""Public data in the formats of `kotae eval`: made-up rows in the shape that each dataset was published in."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.errors import EvalError
from evals import public
from evals.public import articles_of, asked, lawqa, qsquared, titles
from evals.samples import read_samples
from evals.tasks.faithfulness import Claim
from evals.tasks.retrieval import Query

BODY = "設定画面を開きます。" * 30
SAYINGS = "episode_idx,round,response,knowledge\r\n{},0,{}, It opens at nine. \r\n"
STATUTE = "## 貸本法\n### 第２条\n#### 第1項\n本は一冊とする。\n### 第3条\n返却は七日以内とする。"
GUIDE = "## 貸本法\n### 第2条\n#### 第1項\n本は一冊とする。\n#### 第2項\n雑誌を除く。\n## 指針\n### (問1)\nいつか。\n### (答)\n七日。"


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def judgements(folder: Path) -> set[tuple[str, str]]:
    _, *lines = (folder / "qrels" / "test.tsv").read_text(encoding="utf-8").splitlines()
    return {(query, name) for query, name, _ in (line.split("\t") for line in lines)}


def law(*questions: tuple[str, str]) -> str:
    return json.dumps({"samples": [{"問題文": question, "コンテキスト": context} for question, context in questions]})


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Of growi, one page in both languages and one in Japanese; two questions on statutes and one that asks nothing."""
    growi = tmp_path / "data" / "kb" / "growi_docs" / "docs"
    write(growi / "ja" / "cloud" / "start.md", f"# 初期設定の手順\n\n{BODY}")
    write(growi / "en" / "cloud" / "start.md", f"# First steps\n\n{'Open the settings. ' * 30}")
    write(growi / "ja" / "cloud" / "plan.md", f"# 料金プラン\n\n{BODY}")
    statutes = law(
        ("何冊まで借りられますか。", STATUTE),
        ("次のうち、正しいものを教えてください。", "## 貸本法\n### 第9条\n休日は月曜とする。"),
        ("雑誌は数えますか。", GUIDE),
    )
    write(tmp_path / "data" / "retrieval" / "lawqa_jp" / "data" / "selection.json", statutes)
    said = tmp_path / "data" / "faithfulness" / "qsquared" / "third_party" / "data"
    for n, system in enumerate(("dodeca", "memnet")):
        write(said / f"{system}_consistent.csv", SAYINGS.format(n, '"it opens at nine , yes"'))
        write(said / f"{system}_inconsistent.csv", SAYINGS.format(n, "it opens at ten ."))
    return tmp_path / "data"


def test_titles_are_questions_in_either_language_to_both_editions(data: Path, tmp_path: Path) -> None:
    folder = titles("growi", data, tmp_path / "out")
    queries = {row["text"]: row for row in rows(folder / "queries.jsonl")}
    assert {text: row["lang"] for text, row in queries.items()} == {
        "初期設定の手順": "ja",
        "料金プラン": "ja",
        "First steps": "en",
    }
    found = judgements(folder)
    for text in ("初期設定の手順", "First steps"):
        assert {name for query, name in found if query == queries[text]["_id"]} == {"ja-0001", "en-0000"}
    assert queries["初期設定の手順"]["conversation"] == queries["First steps"]["conversation"]
    assert articles_of(folder) == folder / "articles"
    assert {path.stem for path in (folder / "articles").iterdir()} == {"ja-0000", "ja-0001", "en-0000"}


def test_asked_questions_are_answered_by_the_articles_and_their_translations(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = {"question": "?", "lang": "ja", "answerable": True, "kind": "typo"}
    write(
        tmp_path / "asked" / "growi_ja.jsonl",
        "\n".join(
            json.dumps(row | each)
            for each in (
                {"id": "1", "gold_docs": ["ja/cloud/start.md"]},
                {"id": "2", "gold_docs": ["ja/cloud/plan.md", "en/cloud/start.md"]},
                {"id": "3", "gold_docs": [], "answerable": False},
            )
        ),
    )
    monkeypatch.setattr(public, "_ASKED", tmp_path / "asked")
    folder = asked("growi", data, tmp_path / "out")
    assert {row["kind"] for row in rows(folder / "queries.jsonl")} == {"typo"}
    start = {"ja-cloud-start", "en-cloud-start"}
    assert judgements(folder) == {
        *(("1", name) for name in start),
        *(("2", name) for name in {*start, "ja-cloud-plan"}),
    }
    assert (folder / "articles" / "ja" / "cloud" / "plan.md").is_file()


def test_every_calibration_file_of_a_public_knowledge_base_is_asked() -> None:
    found = {path.stem for name in public.KNOWLEDGE_BASES for path in public._ASKED.glob(f"{name}*.jsonl")}
    assert found == {"growi_ja", "growi_en", "commerce_ja", "commerce_en"}


def test_statutes_are_found_by_article_and_excerpts_of_one_are_joined(data: Path, tmp_path: Path) -> None:
    folder = lawqa(data, tmp_path / "out")
    assert {row["_id"]: row["text"] for row in rows(folder / "corpus.jsonl")} == {
        "貸本法_第2条": "#### 第1項\n本は一冊とする。\n#### 第2項\n雑誌を除く。",
        "貸本法_第3条": "返却は七日以内とする。",
        "貸本法_第9条": "休日は月曜とする。",
        "指針_(問1)": "いつか。\n七日。",
    }
    assert [row["text"] for row in rows(folder / "queries.jsonl")] == ["何冊まで借りられますか。", "雑誌は数えますか。"]
    assert judgements(folder) == {
        ("lawqa-001", "貸本法_第2条"),
        ("lawqa-001", "貸本法_第3条"),
        ("lawqa-003", "貸本法_第2条"),
        ("lawqa-003", "指針_(問1)"),
    }
    assert articles_of(folder) is None


def test_what_two_systems_said_is_read_as_claims(data: Path, tmp_path: Path) -> None:
    claims = read_samples("qsquared", [qsquared(data, tmp_path / "out")], Claim).samples
    assert [(claim.id, claim.claim, claim.label, claim.cluster) for claim in claims] == [
        ("dodeca-consistent-001", "it opens at nine , yes", "supported", "0"),
        ("dodeca-inconsistent-001", "it opens at ten .", "unsupported", "0"),
        ("memnet-consistent-001", "it opens at nine , yes", "supported", "1"),
        ("memnet-inconsistent-001", "it opens at ten .", "unsupported", "1"),
    ]
    assert {claim.source for claim in claims} == {"It opens at nine."}
    assert {claim.kind for claim in claims if claim.cluster == "0"} == {"dev"}  # sha256("0") is odd


def test_a_set_is_written_anew_and_is_read_as_queries(data: Path, tmp_path: Path) -> None:
    stale = write(tmp_path / "out" / "growi-titles" / "articles" / "stale.md", "# Old")
    folder = titles("growi", data, tmp_path / "out")
    assert not stale.exists()
    assert len(read_samples("growi", [folder / "queries.jsonl"], Query).samples) == 3


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda out: titles("growi", out / "nowhere", out), "growi-titles are not all there"),
        (lambda out: asked("commerce_en", out / "nowhere", out), "commerce_en-asked are not all there"),
        (lambda out: lawqa(out / "nowhere", out), r"selection\.json cannot be read"),
        (lambda out: qsquared(out / "nowhere", out), r"dodeca_consistent\.csv cannot be read"),
    ],
)
def test_missing_data_is_one_sentence(tmp_path: Path, make: Callable[[Path], Path], message: str) -> None:
    with pytest.raises(EvalError, match=message):
        make(tmp_path)


@pytest.mark.parametrize("text", ["{", "{}", '{"samples": [1]}', '{"samples": [{"問題文": "?"}]}'])
def test_data_of_another_form_is_one_sentence(data: Path, tmp_path: Path, text: str) -> None:
    path = write(data / "retrieval" / "lawqa_jp" / "data" / "selection.json", text)
    with pytest.raises(EvalError, match="is not in the form it was published in") as caught:
        lawqa(data, tmp_path / "out")
    assert str(path) in str(caught.value)
