"""Side by side in one run: LangChain's and Haystack's pipelines and ours, on the same articles, with one embedder.

The articles are public Japanese ones; those that the questions were written for are among them. The questions are those
that calibrate when Kotae answers (evals/datasets/calibration), which does not touch its ranking.
"""

import resource
import tarfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from app.answering.retrieve import Retriever
from app.domain.evaluation import Pair, difference, estimate
from app.domain.knowledge import Audience
from app.domain.text import clean
from app.settings import ROOT
from evals.bench.datasets import Question
from evals.bench.figure import Figure, median
from evals.bench.rival_pipelines import Search, haystack_hybrid, langchain_faiss
from evals.bench.workspace import Workspace
from evals.samples import read_json_lines
from evals.scorers.retrieval import score_ranking

_ARTICLES = 500
_ASKED_OF = "partner_center_ja/partner-center/"  # in the archive: the folder of the questions' articles
_QUESTIONS = ROOT / "evals" / "datasets" / "calibration" / "large_ja.jsonl"
_SHOWN = {"recall_at_5": "R@5", "mrr_at_10": "MRR@10"}


@dataclass(frozen=True, slots=True)
class Measured:
    """`cpu`: seconds of all cores to ingest; `query`: milliseconds of each question; `scores` as of score_ranking."""

    cpu: float
    query: list[float]
    scores: dict[str, list[float]]


def measure(workspace: Workspace, archive: Path | None, count: int = _ARTICLES) -> list[Figure]:
    if archive is None:
        return []
    home = workspace.home("rivals", empty=True)
    articles = _written(archive, home / "articles", count)
    questions = [question for question in _questions() if question.documents <= set(articles)]
    missing: list[Figure] = []
    built = {"ours": _ours(workspace, home)}
    for name, build in (("LangChain, FAISS", langchain_faiss), ("Haystack, hybrid", haystack_hybrid)):
        texts = {name: path.read_text(encoding="utf-8") for name, path in articles.items()}
        embedder = workspace.embedder()
        embedder.embed_query("warm")
        began = time.process_time()
        try:
            search = build(texts, embedder)
        except ImportError as error:
            missing.append(Figure(f"{name}: not measured", 0, note=f"{error}; `make bench` installs it"))
            continue
        built[name] = search, time.process_time() - began
    found = _asked(built, questions)
    size = f"{len(articles)} articles, n = {len(questions)}"
    ours = found.pop("ours")
    return [*(figure for name in found for figure in _compared(name, found[name], ours, size)), *missing]


def _compared(name: str, theirs: Measured, ours: Measured, size: str) -> Iterator[Figure]:
    cpu = f"{ours.cpu:.0f} s, our whole process, of {theirs.cpu:.0f} s, {size}"
    yield Figure(f"ingestion CPU over {name}", ours.cpu / theirs.cpu, "x", 1, note=cpu)
    our_ms, their_ms = median(ours.query), median(theirs.query)
    yield Figure(f"query p50 over {name}", our_ms / their_ms, "x", 1, note=f"{our_ms:.1f} of {their_ms:.1f} ms, {size}")
    for measure, shown in _SHOWN.items():
        mine, other = ([(value, 1.0) for value in each.scores[measure]] for each in (ours, theirs))
        yield _scored(f"{shown} beyond {name}", mine, other, size)


def _scored(what: str, ours: list[Pair], theirs: list[Pair], size: str) -> Figure:
    gain = difference(ours, theirs)
    if gain is None:
        raise AssertionError("there are questions")
    shown = [
        f"{each.value:.3f} [{each.low:.3f}, {each.high:.3f}]" for pairs in (ours, theirs) if (each := estimate(pairs))
    ]
    note = f"{' against '.join(shown)}; difference [{gain.low:+.3f}, {gain.high:+.3f}], {size}"
    return Figure(what, gain.value, limit=0, at_least=True, note=note)


def _ours(workspace: Workspace, home: Path) -> tuple[Search, float]:
    """Its processor time is that of `kotae ingest` in a process of its own, start and writing of the index included."""
    began = _children_cpu()
    workspace.ingest(home / "articles", home)
    cpu = _children_cpu() - began
    retriever = Retriever(workspace.index(home), workspace.embedder())

    def search(question: str) -> list[str]:
        hits = retriever.retrieve(question, "ja", Audience.PUBLIC).hits
        return list(dict.fromkeys(hit.chunk.document_id for hit in hits))

    return search, cpu


def _asked(built: Mapping[str, tuple[Search, float]], questions: list[Question]) -> dict[str, Measured]:
    """Each question to each in turn: what else the machine does falls on all."""
    rankings: dict[str, dict[str, list[str]]] = {name: {} for name in built}
    taken: dict[str, list[float]] = {name: [] for name in built}
    for question in [questions[0], *questions]:
        for name, (search, _) in built.items():
            began = time.perf_counter()
            rankings[name][question.id] = search(question.text)
            taken[name].append(1000 * (time.perf_counter() - began))
    relevant = {question.id: dict.fromkeys(question.documents, 1) for question in questions}
    return {  # nobody pays for the first call
        name: Measured(cpu, taken[name][1:], score_ranking(relevant, rankings[name]))
        for name, (_, cpu) in built.items()
    }


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _written(archive: Path, folder: Path, count: int) -> dict[str, Path]:
    """Articles of the archive by id, as files of the same content for everyone: first those that are asked of."""
    folder.mkdir(parents=True)
    asked = list(_texts(archive, lambda name: _ASKED_OF in name))
    others = _texts(archive, lambda name: _ASKED_OF not in name)
    found = {}
    for n, (name, text) in enumerate(islice([*asked, *islice(others, count)], count)):
        short = name.partition(_ASKED_OF)[2] or f"other-{n}"
        found[short] = folder / f"{n:04}.md"
        found[short].write_text(f"---\nid: {short}\nlang: ja\n---\n{text}", encoding="utf-8")
    return found


def _texts(archive: Path, is_wanted: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
    """Name and text of Markdown articles, without their front matter."""
    with tarfile.open(archive) as files:
        for member in files:
            content = files.extractfile(member) if member.name.endswith(".md") and is_wanted(member.name) else None
            if content:
                text = clean(content.read().decode("utf-8", errors="replace"))
                yield member.name, text.split("\n---\n", 1)[-1] if text.startswith("---\n") else text


def _questions() -> list[Question]:
    rows = [row for _, row in read_json_lines(_QUESTIONS)]
    return [
        Question(row["id"], row["question"], row["lang"], frozenset(row["gold_docs"]), row["kind"])
        for row in rows
        if row["answerable"]
    ]
