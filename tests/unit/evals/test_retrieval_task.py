"""Search measured by itself: from a folder in BEIR's layout, through a real throw-away index, to a TREC run."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import anyio
import ir_measures
import pytest

from app.adapters.embedder_hashing import HashingEmbedder
from app.answering.retrieve import Retriever
from app.errors import EvalError
from app.settings import Settings
from evals.run import Record, Run, run_task, scored
from evals.scorers.retrieval import MEASURES
from evals.summary import metrics
from evals.tasks.retrieval import SIDES, RetrievalTask, open_retrieval, write_trec
from tests.builders import chunk_of, document, index_of

CORPUS = {  # id → title, text; an id may hold what no file name and no TREC run can
    "../returns?": (
        "返品について",
        "未開封の商品は、お届けから14日以内であれば返品できます。\r\n\r\n送料はお客様のご負担です。",
    ),
    "部品 #2/フィルター": ("フィルターの交換", "空気清浄機のフィルターは半年に一度、新しいものに交換してください。"),
    "warranty\\'\"": ("", "The warranty of every inverter lasts five years from the day of purchase."),
    "title-only": ("Cancelling a subscription", " "),
    "nothing": ("", ""),
}
QUERIES = {
    "q1": ("届いた品物を返したい", {"../returns?": 1}),
    "q2": ("フィルターはいつ交換しますか", {"部品 #2/フィルター": 2, "../returns?": 1}),
    "q3": ("How long is the warranty?", {"warranty\\'\"": 1}),
    "q4": ("Cancelling a subscription", {"title-only": 1, "nothing": 1}),
    "q5": ("全く関係のない質問", {"nothing": 1}),
}


def write_beir(
    folder: Path,
    *,
    corpus: str | None = '{"_id": "a", "title": "A", "text": "text"}',
    queries: str | None = '{"_id": "q", "text": "question"}',
    qrels: str | None = "query-id\tcorpus-id\tscore\nq\ta\t1\n",
) -> Path:
    (folder / "qrels").mkdir(parents=True)
    for name, text in (("corpus.jsonl", corpus), ("queries.jsonl", queries), ("qrels/test.tsv", qrels)):
        if text is not None:
            (folder / name).write_bytes(text.encode())
    return folder


def lines(rows: list[dict[str, str]]) -> str:
    return "\ufeff" + "\r\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\r\n\r\n"


@pytest.fixture(scope="module")
def task(embedded_model_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RetrievalTask]:
    """As some tools on Windows write it: a byte order mark, and lines that end in CRLF."""
    judged = [f"{query}\t{name}\t{grade}" for query, (_, found) in QUERIES.items() for name, grade in found.items()]
    folder = write_beir(
        tmp_path_factory.mktemp("data") / "windows",
        corpus=lines([{"_id": name, "title": title, "text": text} for name, (title, text) in CORPUS.items()]),
        queries=lines([{"_id": name, "text": text} for name, (text, _) in QUERIES.items()]),
        qrels="\ufeff" + "\r\n".join(["query-id\tcorpus-id\tscore", *judged, "q5\ttitle-only\t0"]) + "\r\n",
    )
    home = tmp_path_factory.mktemp("home")
    (home / "models").symlink_to(embedded_model_dir.parent, target_is_directory=True)
    with open_retrieval(Settings(home=home), folder) as opened:
        yield opened


def run_of(task: RetrievalTask, folder: Path) -> Run:
    return anyio.run(run_task, task, task.dataset, folder, 2, 30.0, lambda done, total: None)


def test_every_kind_of_id_and_line_is_read(task: RetrievalTask) -> None:
    assert {query.id: query.relevant for query in task.dataset.samples} == {
        query: relevant for query, (_, relevant) in QUERIES.items()
    }
    found = {query.id: [name for name, _ in task.ranking(query)] for query in task.dataset.samples}
    assert [found[query][0] for query in ("q1", "q2", "q3", "q4")] == [
        "../returns?",
        "部品 #2/フィルター",
        "warranty\\'\"",
        "title-only",
    ]


def test_a_document_is_ranked_once_and_an_empty_one_never(task: RetrievalTask) -> None:
    for side in SIDES:
        for query in task.dataset.samples:
            ranking = task.on(side).ranking(query)
            names, scores = [name for name, _ in ranking], [score for _, score in ranking]
            assert len(set(names)) == len(names)
            assert set(names) <= set(CORPUS) - {"nothing"}
            assert scores == sorted(scores, reverse=True)


def test_each_side_ranks_by_its_own_search(task: RetrievalTask) -> None:
    query = task.dataset.samples[1]
    rankings = {side: dict(task.on(side).ranking(query)) for side in SIDES}
    assert len(rankings["lexical"]) < len(rankings["dense"])  # only what shares a term
    assert all(-1 <= cosine <= 1 for cosine in rankings["dense"].values())
    assert {task.on(side).versions["side"] for side in SIDES} == set(SIDES)


def test_a_question_without_words_is_an_empty_result_or_a_ranking_never_a_failure(task: RetrievalTask) -> None:
    for side in SIDES:
        for text in ("", "。", "\u200b"):
            found = task.on(side).ranking(task.dataset.samples[0].model_copy(update={"text": text}))
            assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)


def test_a_trec_run_gives_ir_measures_the_numbers_of_the_summary(task: RetrievalTask, tmp_path: Path) -> None:
    """White space is a TREC run's only enemy: here without the document whose id has one."""
    run = run_of(task, tmp_path / "run")
    spaced = "部品 #2/フィルター"
    records = tuple(
        record.model_copy(update={"output": {"ranking": [(name, score) for name, score in found if name != spaced]}})
        for record in run.records
        if record.id != "q2" and (found := (record.output or {})["ranking"])
    )
    write_trec(Run(run.about, records), tmp_path / "run.trec")
    judged = {record.id: QUERIES[record.id][1] for record in records}
    measures = {name: ir_measures.parse_measure(measure) for name, measure in MEASURES.items()}
    read = read_back(tmp_path / "run.trec")
    aggregated = ir_measures.calc_aggregate(list(measures.values()), judged, read)
    queries = {query.id: query for query in task.dataset.samples}
    rescored = [
        record.model_copy(update={"scores": scored(queries[record.id], record.output or {}, task.scorers)})
        for record in records
    ]
    ours = metrics(rescored, task.scorers)
    assert {name: ours[name]["value"] for name in MEASURES} == {
        name: pytest.approx(aggregated[measure], abs=1e-6) for name, measure in measures.items()
    }


def read_back(path: Path) -> list[ir_measures.ScoredDoc]:
    return list(ir_measures.read_trec_run(str(path)))  # type: ignore[no-untyped-call]


def ranked(*ranking: tuple[str, float], query: str = "q") -> Record:
    return Record(id=query, sha="", cluster=query, slices={}, scores={}, output={"ranking": list(ranking)})


def test_equal_scores_keep_their_order_in_a_trec_run(task: RetrievalTask, tmp_path: Path) -> None:
    """trec_eval orders by score alone and keeps 32 bits of it: 20.000001 and 20 are the same there."""
    ranking = [("b", 20.000001), ("z", 20.0), ("a", 20.0), ("m", 1e-9), ("c", 0.0), ("d", 0.0), ("e", -0.5)]
    about = run_of(task, tmp_path / "run").about
    write_trec(Run(about, (ranked(*ranking), ranked(query="unmeasured"))), tmp_path / "run.trec")
    read = read_back(tmp_path / "run.trec")
    for name, _ in ranking:
        rank = [each for each, _ in ranking].index(name) + 1
        [value] = ir_measures.iter_calc([ir_measures.RR], {"q": {name: 1}}, read)
        assert value.value == pytest.approx(1 / rank)
    assert [line.split()[3] for line in (tmp_path / "run.trec").read_text().splitlines()] == list("1234567")


def test_what_a_trec_run_cannot_hold_is_said(task: RetrievalTask, tmp_path: Path) -> None:
    about = run_of(task, tmp_path / "run").about
    with pytest.raises(EvalError, match=r'"a b": an id there has no white space'):
        write_trec(Run(about, (ranked(("a b", 1.0)),)), tmp_path / "run.trec")
    with pytest.raises(EvalError, match=r"cannot be written"):
        write_trec(Run(about, (ranked(("a", 1.0)),)), tmp_path / "nowhere" / "run.trec")


@pytest.mark.parametrize(
    ("part", "text", "message"),
    [
        ("corpus", None, r"corpus\.jsonl cannot be read"),
        ("corpus", "\n", r"corpus\.jsonl: holds no document"),
        ("corpus", '{"_id": "a"}', r'corpus\.jsonl, line 1: "_id" and "text" must be there'),
        ("corpus", '\n{"_id": 1, "text": "a"}', r'corpus\.jsonl, line 2: "_id" and "text" must be there'),
        ("corpus", '["a"]', r"corpus\.jsonl, line 1"),
        (
            "corpus",
            '{"_id": "a", "text": "x"}\r\n{"_id": "a", "text": "y"}',
            r'corpus\.jsonl, line 2: the id "a" is taken by .*corpus\.jsonl, line 1',
        ),
        ("corpus", '{"_id": "b", "text": "x"}', r'qrels.test\.tsv, line 2: there is no article "a"'),
        ("queries", None, r"queries\.jsonl cannot be read"),
        ("queries", "", r"queries\.jsonl: holds no sample"),
        ("queries", '{"_id": "q"}', r'queries\.jsonl, line 1: "text" is wrong'),
        (
            "queries",
            '{"_id": "q", "text": "x"}\n\n{"_id": "q", "text": "y"}',
            r'queries\.jsonl, line 3: the id "q" is taken by',
        ),
        ("queries", '{"_id": "p", "text": "x"}', r'qrels.test\.tsv, line 2: there is no query "q"'),
        ("qrels", None, r"qrels holds no \.tsv file"),
        ("qrels", "query-id\tcorpus-id\tscore\n", r"qrels calls no article relevant"),
        ("qrels", "q\ta\t0\n", r"qrels calls no article relevant"),
        ("qrels", "q\ta\t1\n\nq a 1\n", r"test\.tsv, line 3: expected query-id, corpus-id and a whole number"),
        ("qrels", "q\ta\tyes\n", r"test\.tsv, line 1: expected"),
        ("qrels", "q\ta\t1\nq\tb\t1\n", r'test\.tsv, line 2: there is no article "b"'),
    ],
)
def test_bad_data_is_one_sentence_with_its_place(tmp_path: Path, part: str, text: str | None, message: str) -> None:
    folder = write_beir(tmp_path / "beir", **{part: text})
    with pytest.raises(EvalError, match=message) as caught, open_retrieval(Settings(home=tmp_path), folder):
        pytest.fail("was opened")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("damage", [lambda path: path.write_bytes(b"q\ta\t1\xff\n"), lambda path: path.mkdir()])
def test_judgements_that_cannot_be_read_are_named(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    folder = write_beir(tmp_path / "beir", qrels=None)
    damage(folder / "qrels" / "test.tsv")
    with pytest.raises(EvalError, match=r"test\.tsv"), open_retrieval(Settings(home=tmp_path), folder):
        pytest.fail("was opened")


@pytest.fixture
def known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of articles whose index is at hand, with ja-returns in it: nothing is built."""

    @contextmanager
    def indexed(settings: Settings, articles: Path) -> Iterator[Settings]:
        yield settings

    article, embedder = document(), HashingEmbedder()
    index = index_of(tmp_path / "index", (article, chunk_of(article)), embedder=embedder)
    monkeypatch.setattr("evals.tasks.retrieval.indexed", indexed)
    monkeypatch.setattr("evals.tasks.retrieval.open_retriever", lambda _: Retriever(index, embedder))
    return tmp_path / "articles"


def test_a_folder_of_articles_stands_for_the_corpus(known: Path, tmp_path: Path) -> None:
    folder = write_beir(tmp_path / "beir", corpus=None, qrels="q\tja-returns\t1\n")
    with open_retrieval(Settings(home=tmp_path), folder, known, "dense") as task:
        [query] = task.dataset.samples
        assert [name for name, _ in task.ranking(query)] == ["ja-returns"]


def test_a_right_article_that_the_folder_does_not_hold_is_named(known: Path, tmp_path: Path) -> None:
    folder = write_beir(tmp_path / "beir", corpus=None, qrels="q\tja-returns\t1\nq\tja-refunds\t1\n")
    with (
        pytest.raises(EvalError, match=r'test\.tsv, line 2: there is no article "ja-refunds"'),
        open_retrieval(Settings(home=tmp_path), folder, known),
    ):
        pytest.fail("was opened")
