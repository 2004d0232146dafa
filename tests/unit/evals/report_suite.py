"""Made-up suites for the tests of the report: a few questions and claims, and what came of them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from app.domain.evaluation import Pair
from evals.gate import Entry, Gate, Rule
from evals.run import About, Record, Run, write_run
from evals.suite import Suite

FOLDER = "20261122T042245Z-suite"
HOSTILE = "<script>alert('x')</script><img src=//evil.example/x onerror=alert(1)>\"&"
DECLINED = "申し訳ありません。確かな情報が見つかりませんでした。"

Scores = Mapping[str, Pair | str]


def question(name: str, *, right: bool = True, kind: str = "plain", lang: str = "ja", text: str = "送料は？") -> Record:
    """An answerable question: answered well from its article, or declined."""
    scores: Scores = {"correct": (float(right), 1.0), "false_refusal_rate": (float(not right), 1.0)}
    asked = {"question": text, "answerable": True, "gold_docs": ["fees"], "must_contain": [["550円"]]}
    return _record(name, kind, lang, scores, asked, answer("送料は550円です。" if right else None))


def unanswerable(name: str, *, right: bool = True, lang: str = "ja", text: str = "色は？") -> Record:
    scores: Scores = {"false_answer_rate": (float(not right), 1.0)}
    asked = {"question": text, "answerable": False, "gold_docs": [], "must_contain": []}
    return _record(name, "near_miss", lang, scores, asked, answer(None if right else "赤です。"))


def answer(
    text: str | None, *, ranking: Sequence[str] = ("fees",), cited: str = "fees", dropped: Sequence[str] = ()
) -> dict[str, Any]:
    """What the pipeline says, with its steps; None declines."""
    decided = "answer" if text or dropped else "decline"
    steps: list[dict[str, Any]] = [
        {"name": "language", "data": {"language": "ja"}},
        {"name": "retrieve", "data": {"hits": [{"chunk": f"{each}:0-9", "fused": 0.9} for each in ranking]}},
        {"name": "decide", "data": {"evidence": {"cosine": 0.9}, "kind": decided, "confidence": 0.8}},
    ]
    if decided == "answer":
        out = [{"text": each, "reasons": ["number: 550円 not in source"]} for each in dropped]
        steps += [{"name": "write", "data": {"claims": 1}}, {"name": "verify", "data": {"dropped": out}}]
    citation = {"document_id": cited, "quote": text, "audience": "public", "is_current": True}
    return {
        "kind": "answer" if text else "decline",
        "text": text or DECLINED,
        "confidence": 0.8,
        "ranking": list(ranking),
        "citations": [citation] if text else [],
        "sentences": [{"text": text, "supported": True}] if text else [],
        "steps": steps,
    }


def claim(name: str, *, supported: bool, kept: bool, score: float) -> Record:
    scores: dict[str, Pair | str] = {"auc": (score, float(supported))}
    scores["recall_supported" if supported else "recall_unsupported"] = (float(kept == supported), 1.0)
    asked = {
        "source": "送料は550円です。",
        "claim": "送料は660円です。",
        "label": "supported" if supported else "unsupported",
    }
    output = {"supported": kept, "score": score, "reasons": [] if kept else ["number: 660円 not in source"]}
    return _record(name, "changed_number", "ja", scores, asked, output)


def run_of(records: Sequence[Record], kind: str = "answers", sha: str = "data-1", seconds: float = 61.0) -> Run:
    versions = {"index": "i-1", "prompts": "p-1", "model": "m-1", "policy": "r-1"}
    about = About(
        kind=kind, dataset="made", dataset_sha=sha, n=len(records), versions=versions, seconds=seconds, reason=""
    )
    return Run(about, tuple(records))


def suite_of(
    folder: Path, rules: Sequence[Rule], runs: Mapping[str, Run], baselines: Mapping[str, Run] | None = None
) -> Suite:
    """Kept in `folder`/20261122T042245Z-suite; a rule on a run that is not among `runs` finds its data missing."""
    kinds = {name: run.about.kind for name, run in runs.items()}
    entries = [Entry(name=name, kind=kinds.get(name, "answers")) for name in dict.fromkeys([*kinds, *_asked(rules)])]
    for name, run in runs.items():
        write_run(run, folder / FOLDER / name)
    return Suite(folder / FOLDER, Gate(run=tuple(entries), rule=tuple(rules)), dict(runs), dict(baselines or {}))


def rule(metric: str, floor: float | None = None, *, run: str = "shop", not_worse: bool = False, **where: str) -> Rule:
    return Rule(run=run, metric=metric, slice=where, floor=floor, not_worse=not_worse)


def _asked(rules: Sequence[Rule]) -> list[str]:
    return [each.run for each in rules]


def _record(name: str, kind: str, lang: str, scores: Scores, asked: dict[str, Any], output: dict[str, Any]) -> Record:
    fields = {"id": name, "lang": lang, "kind": kind, "audience": "public", "must_not_contain": []} | asked
    return Record(
        id=name,
        sha=name,
        cluster=name,
        slices={"lang": lang, "kind": kind},
        scores=dict(scores),
        seconds=0.2,
        input=fields,
        output=output,
        place="made.jsonl, line 1",
    )
