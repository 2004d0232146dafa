"""The turns before a question, as data sets write them, and what comes of them."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.adapters.embedder_hashing import HashingEmbedder
from app.answering.retrieve import Retriever
from app.domain.conversation import Role, Turn
from app.errors import EvalError
from evals import followups
from evals.samples import Dataset, read_samples
from evals.tasks.answers import Question
from evals.tasks.retrieval import Query, RetrievalTask
from tests.builders import chunk_of, document, index_of

ASKED, TOLD = Turn(Role.CUSTOMER, "AP-30のフィルターの交換の目安は？"), Turn(Role.ASSISTANT, "12か月です。")


def read(folder: Path, history: Any) -> Question:
    fields = {"id": "q", "question": "AP-50は？", "lang": "ja", "answerable": True, "gold_docs": ["a"]}
    file = folder / "q.jsonl"
    file.write_text(json.dumps(fields | {"history": history}, ensure_ascii=False), encoding="utf-8")
    return read_samples("q", [file], Question).samples[0]


@pytest.mark.parametrize(
    ("given", "read_as"),
    [
        ([{"role": "customer", "text": ASKED.text}, {"role": "assistant", "text": TOLD.text}], (ASKED, TOLD)),
        ([{"role": "user", "content": ASKED.text}, {"role": "assistant", "content": TOLD.text}], (ASKED, TOLD)),
        ([ASKED.text], (ASKED,)),
        ([], ()),
        (None, ()),
    ],
)
def test_turns_are_read_in_each_form(tmp_path: Path, given: Any, read_as: tuple[Turn, ...]) -> None:
    assert read(tmp_path, given).history == read_as


@pytest.mark.parametrize("given", ["AP-30", [1], [{"role": "judge", "text": "x"}], [{"role": "customer"}], {"a": 1}])
def test_what_is_no_history_is_named(tmp_path: Path, given: Any) -> None:
    with pytest.raises(EvalError, match=r'q\.jsonl, line 1: "history'):
        read(tmp_path, given)


def test_a_sample_without_history_is_still_the_same_sample(tmp_path: Path) -> None:
    plain = Question(id="q", question="AP-50は？", lang="ja", answerable=True, gold_docs=("a",))
    assert read(tmp_path, []).sha == plain.sha
    assert read(tmp_path, [ASKED.text]).sha != plain.sha


def test_search_is_asked_the_standalone_question(tmp_path: Path) -> None:
    embedder = HashingEmbedder(256)
    articles = (
        document("ap30", "AP-30のフィルターの交換の目安は12か月です。", "AP-30のフィルター交換"),
        document("ap50", "AP-50のフィルターの交換の目安は24か月です。", "AP-50のフィルター交換"),
        document("size", "AP-50の高さは60cmです。", "AP-50の寸法"),
    )
    index = index_of(tmp_path, *((article, chunk_of(article)) for article in articles), embedder=embedder)
    query = Query.model_validate_json(json.dumps({"_id": "q", "text": "AP-50は？", "history": [ASKED.text]}))
    task = RetrievalTask(Dataset("d", (query,), {}), Retriever(index, embedder), {})
    assert task.ranking(query)[0][0] == "ap50"
    alone = query.model_copy(update={"history": ()})
    assert task.ranking(query) != task.ranking(alone)


def test_the_three_ways_differ_in_what_is_asked_only() -> None:
    question = Question(
        id="q", question="値段は？", lang="ja", answerable=True, gold_docs=("a",), history=(ASKED, TOLD)
    )
    made = {way: change(question) for way, change in followups._WAYS.items()}
    assert made["condensed"] is question
    assert (made["joined"].question, made["joined"].history) == (f"{ASKED.text} 値段は？", ())
    assert (made["as asked"].question, made["as asked"].history) == ("値段は？", ())


def test_the_development_split_is_well_formed_and_what_stands_alone_in_it_is_left_alone() -> None:
    samples = read_samples("dev", [followups._DATASETS / "followups" / "dev.jsonl"], Question).samples
    assert len(samples) >= 60
    assert all(sample.history for sample in samples)
    alone = [sample for sample in samples if sample.kind in followups._ALONE]
    assert len(alone) >= 20
    assert followups._changed(alone) == 0
