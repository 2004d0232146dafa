"""A judge behind a real HTTP server on loopback: what it says is counted exactly; what goes wrong is not measured."""

import json
import shutil
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from app.adapters.embedder_hashing import HashingEmbedder
from app.settings import Settings
from evals.commands import Options, run_one
from evals.run import Run
from evals.scorers.ragas import JUDGED, Case, Ragas, open_ragas
from evals.summary import summarise
from evals.tasks.answers import SCORERS, open_answers
from tests.scripted_judge import Reply, ScriptedJudge, completion, serving

NAMES = {scorer.name for scorer in JUDGED}
CASE = Case(
    question="送料はいくらですか。",
    answer="送料は全国一律550円です。\n3,980円以上で無料です。",
    reference="送料は550円で、3,980円以上のご注文では無料です。",
    passages=("営業時間は10時からです。", "送料は全国一律550円です。3,980円以上で無料です。"),
    quotes=("送料は全国一律550円です。3,980円以上で無料です。",),
    cited=(),
    gold=(),
)
SCORES = {  # of the judgements below, by hand
    "ragas_answer_relevancy": 1.0,  # the very question
    "ragas_context_precision": 0.5,  # the second of two passages is useful: (1/2) / 1
    "ragas_context_recall": round(2 / 3, 6),
    "ragas_factual_correctness": 0.5,  # one of two statements, both ways
    "ragas_faithfulness": 0.5,
}


def judgements() -> dict[str, Callable[[str], Any]]:
    """By the schema that a request asks for, the judge's reply to its text."""
    verdicts = [{"statement": s, "reason": "r", "verdict": v} for s, v in (("送料は550円", 1), ("沖縄も550円", 0))]
    sentences = [{"statement": str(i), "reason": "r", "attributed": v} for i, v in enumerate((1, 1, 0))]
    return {
        "StatementGeneratorOutput": lambda _: {"statements": ["送料は550円", "沖縄も550円"]},
        "ClaimDecompositionOutput": lambda _: {"claims": ["送料は550円", "沖縄も550円"]},
        "NLIStatementOutput": lambda _: {"statements": verdicts},
        "AnswerRelevanceOutput": lambda _: {"question": CASE.question, "noncommittal": 0},
        "ContextPrecisionOutput": lambda text: {"reason": "r", "verdict": int(CASE.passages[0] not in text)},
        "ContextRecallOutput": lambda _: {"classifications": sentences},
    }


def judging(**changes: Callable[[str], Any]) -> Callable[[str], Reply]:
    replies = judgements() | changes

    def reply(text: str) -> Reply:
        [schema] = [schema for schema in replies if f'"title": "{schema}"' in text]
        return completion(json.dumps(replies[schema](text), ensure_ascii=False))

    return reply


def opened(home: Path, url: str, seconds: float = 20.0, model: str = "judge-1") -> Ragas:
    judge = {"judge_base_url": url, "judge_model": model, "judge_api_key": SecretStr("sesame")}
    return open_ragas(Settings(home=home).model_copy(update=judge), HashingEmbedder(), seconds)


async def judged(ragas: Ragas, case: Case = CASE) -> dict[str, Any]:
    return {name: value for name, value in (await ragas.measure(case)).items() if name in NAMES}


def reasons(values: dict[str, Any]) -> set[str]:
    return {value["not_measured"] for value in values.values()}


async def test_judgements_are_counted_exactly(tmp_path: Path) -> None:
    with serving(ScriptedJudge(judging())) as judge:
        assert await judged(opened(tmp_path, judge.url)) == SCORES
    assert {(body["model"], body["temperature"]) for body in judge.asked} == {("judge-1", 0.0)}
    assert set(judge.keys) == {"Bearer sesame"}


async def test_a_run_repeats_exactly_and_asks_nothing_when_the_server_is_gone(tmp_path: Path) -> None:
    with serving(ScriptedJudge(judging())) as judge:
        first = await judged(opened(tmp_path, judge.url))
        asked = len(judge.asked)
        assert await judged(opened(tmp_path, judge.url)) == first
        assert len(judge.asked) == asked
    assert await judged(opened(tmp_path, judge.url)) == first
    kept = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "cache" / "judge").rglob("*.json"))
    assert CASE.question in kept
    assert "sesame" not in kept


async def test_another_model_is_asked_itself(tmp_path: Path) -> None:
    with serving(ScriptedJudge(judging())) as judge:
        await judged(opened(tmp_path, judge.url))
        asked = len(judge.asked)
        await judged(opened(tmp_path, judge.url, model="judge-2"))
    assert len(judge.asked) == 2 * asked


async def test_a_damaged_reply_in_the_cache_is_asked_for_again(tmp_path: Path) -> None:
    with serving(ScriptedJudge(judging())) as judge:
        await judged(opened(tmp_path, judge.url))
        for path in (tmp_path / "cache" / "judge").rglob("*.json"):
            path.write_bytes(path.read_bytes()[:40])
        assert await judged(opened(tmp_path, judge.url)) == SCORES
    assert await judged(opened(tmp_path, judge.url)) == SCORES


async def test_what_is_undefined_is_not_asked(tmp_path: Path) -> None:
    declined = Case(CASE.question, "", "", CASE.passages, (), (), ())
    with serving(ScriptedJudge(judging())) as judge:
        assert await judged(opened(tmp_path, judge.url), declined) == {}
    assert judge.asked == []


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ((500, "{}"), "HTTP 500"),
        ((401, '{"error": {"message": "no"}}'), "HTTP 401"),
        ((429, "{}"), "HTTP 429"),
        ((200, "<html>Loading …</html>"), "not a chat completion"),
        ((200, '{"error": "overloaded"}'), "not a chat completion"),
        ((200, "null"), "not a chat completion"),
        ((200, '{"choices": [{}]}'), "cannot be used"),
        (completion(""), "cannot be used"),
        (completion("I would rather not say."), "cannot be used"),
        (completion("{}"), "cannot be used"),
        (completion('{"verdict": "perhaps"}'), "cannot be used"),
    ],
)
async def test_what_goes_wrong_is_not_measured_and_says_why(tmp_path: Path, reply: Reply, reason: str) -> None:
    with serving(ScriptedJudge(lambda _: reply)) as judge:
        values = await judged(opened(tmp_path, judge.url))
    assert set(values) == NAMES
    assert all(reason in each for each in reasons(values)), values


@pytest.mark.parametrize(
    ("schema", "reply", "lost"),
    [
        ("NLIStatementOutput", {"statements": []}, {"ragas_faithfulness", "ragas_factual_correctness"}),
        (
            "NLIStatementOutput",
            {"statements": [{"statement": "s", "reason": "r", "verdict": 1}]},
            {"ragas_faithfulness", "ragas_factual_correctness"},
        ),
        ("StatementGeneratorOutput", {"statements": []}, {"ragas_faithfulness"}),
        ("ClaimDecompositionOutput", {"claims": []}, {"ragas_factual_correctness"}),
        ("AnswerRelevanceOutput", {"question": " ", "noncommittal": 0}, {"ragas_answer_relevancy"}),
        ("AnswerRelevanceOutput", {"question": "?", "noncommittal": 2}, {"ragas_answer_relevancy"}),
        ("ContextPrecisionOutput", {"reason": "r", "verdict": 7}, {"ragas_context_precision"}),
        ("ContextRecallOutput", {"classifications": []}, {"ragas_context_recall"}),
        (
            "ContextRecallOutput",
            {"classifications": [{"statement": "s", "reason": "r", "attributed": -1}]},
            {"ragas_context_recall"},
        ),
    ],
)
async def test_rubbish_in_the_right_form_costs_only_its_metric(
    tmp_path: Path, schema: str, reply: dict[str, Any], lost: set[str]
) -> None:
    with serving(ScriptedJudge(judging(**{schema: lambda _: reply}))) as judge:
        values = await judged(opened(tmp_path, judge.url))
    assert {name for name, value in values.items() if isinstance(value, dict)} == lost
    assert {name: value for name, value in values.items() if name not in lost} == {
        name: value for name, value in SCORES.items() if name not in lost
    }


async def test_an_evasive_answer_is_irrelevant(tmp_path: Path) -> None:
    evasive = judging(AnswerRelevanceOutput=lambda _: {"question": CASE.question, "noncommittal": 1})
    with serving(ScriptedJudge(evasive)) as judge:
        assert (await judged(opened(tmp_path, judge.url)))["ragas_answer_relevancy"] == 0.0


async def test_a_reply_in_another_form_is_asked_for_once_more(tmp_path: Path) -> None:
    said = iter(["Well …"])
    with serving(
        ScriptedJudge(lambda text: completion(next(said)) if len(judge.asked) == 1 else judging()(text))
    ) as judge:
        assert await judged(opened(tmp_path, judge.url)) == SCORES


async def test_a_judge_that_hangs_is_given_up(tmp_path: Path) -> None:
    def hang(_: str) -> Reply:
        time.sleep(3)
        return completion("{}")

    with serving(ScriptedJudge(hang)) as judge:
        began = time.monotonic()
        values = await judged(opened(tmp_path, judge.url, seconds=0.5))
        assert time.monotonic() - began < 2.5
    assert set(values) == NAMES
    assert reasons(values) == {"The judge did not reply in time."}


async def test_a_judge_that_is_not_there(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    values = await judged(opened(tmp_path, url))
    assert reasons(values) == {"The judge cannot be reached."}


async def test_failures_are_not_kept(tmp_path: Path) -> None:
    replies = iter([False] * 6)
    with serving(ScriptedJudge(lambda text: judging()(text) if next(replies, True) else (503, "{}"))) as judge:
        assert any(isinstance(value, dict) for value in (await judged(opened(tmp_path, judge.url))).values())
        for _ in replies:
            pass
        assert await judged(opened(tmp_path, judge.url)) == SCORES


async def test_the_run_records_judge_prompts_and_temperature(tmp_path: Path) -> None:
    versions = opened(tmp_path, "https://user:pass@judge.example:8443/v1").versions
    assert versions["judge"] == "judge-1@judge.example:8443"
    assert versions["judge_temperature"] == "0.0"
    assert len(versions["judge_prompts"]) == 12
    assert opened(tmp_path, "http://127.0.0.1:1/v1").versions["judge_prompts"] == versions["judge_prompts"]


async def test_the_temperature_that_is_recorded_is_the_one_that_is_sent(tmp_path: Path) -> None:
    """ragas sends 1 to models that take no other."""
    with serving(ScriptedJudge(judging())) as judge:
        ragas = opened(tmp_path, judge.url, model="gpt-5")
        await judged(ragas)
    assert {str(body["temperature"]) for body in judge.asked} == {ragas.versions["judge_temperature"]} == {"1.0"}


async def test_only_the_judge_is_called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hosts: set[Any] = set()
    resolve = socket.getaddrinfo

    def recorded(host: Any, *args: Any, **options: Any) -> Any:
        hosts.add(host)
        return resolve(host, *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", recorded)
    with serving(ScriptedJudge(judging())) as judge:
        await judged(opened(tmp_path, judge.url.replace("127.0.0.1", "localhost")))
    from ragas._analytics import _analytics_batcher, do_not_track

    _analytics_batcher.flush()
    assert do_not_track()
    assert {host.decode() if isinstance(host, bytes) else host for host in hosts} == {"localhost"}


def test_questions_through_the_pipeline_are_judged(tmp_path: Path, embedded_model_dir: Path) -> None:
    shutil.copytree(embedded_model_dir, tmp_path / "home" / "models" / embedded_model_dir.name)
    questions, articles = _shop(tmp_path)
    with serving(ScriptedJudge(judging())) as judge:
        url = {"judge_base_url": judge.url, "judge_model": "judge-1"}
        settings = Settings(home=tmp_path / "home", redaction=False).model_copy(update=url)

        def run(name: str) -> Run:
            task = open_answers(settings, articles, [questions], ragas=True)
            return run_one(settings, task, Options(parallel=2), tmp_path / name)[0]

        first, again = run("first"), run("again")
    metrics = summarise(first, SCORERS)["metrics"]
    found = {name: (metrics[name]["value"], metrics[name]["n"]) for name in metrics if name.startswith("ragas_")}
    judged = {name: (SCORES[name], 1) for name in ("ragas_context_recall", "ragas_factual_correctness")}
    assert found | judged == found
    assert found["ragas_id_context_precision"] == found["ragas_id_context_recall"] == (1.0, 1)
    assert metrics["chrf"]["n"] == metrics["semantic_similarity"]["n"] == 1
    assert first.about.versions["judge"].startswith("judge-1@127.0.0.1")
    assert [record.scores for record in first.records] == [record.scores for record in again.records]


def _shop(folder: Path) -> tuple[Path, Path]:
    """A question with a model answer, one that nothing answers, and the articles."""
    articles = folder / "kb"
    articles.mkdir()
    for name, text in {
        "fee": "送料は全国一律550円です。",
        "hours": "営業時間は10時からです。",
        "filter": "フィルターは2年ごとに交換してください。",
    }.items():
        (articles / f"{name}.md").write_text(f"---\nid: {name}\nlang: ja\n---\n{text}\n", encoding="utf-8")
    common = {"lang": "ja", "answerable": True}
    rows = [
        {**common, "id": "1", "question": CASE.question, "gold_docs": ["fee"], "reference": "送料は550円です。"},
        {**common, "id": "2", "question": "1972年のチェスの世界王者は", "gold_docs": [], "answerable": False},
    ]
    questions = folder / "questions.jsonl"
    questions.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return questions, articles
