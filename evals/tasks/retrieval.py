"""The right article for a question, by search alone: BEIR folders, or queries beside a folder of articles."""

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import anyio.to_thread
import yaml
from pydantic import Field

from app.answering.retrieve import Retriever
from app.domain.evaluation import Pair
from app.domain.knowledge import Audience
from app.domain.text import detect_language, normalise
from app.errors import EvalError
from app.search import open_retriever
from app.settings import Settings
from evals.run import Run
from evals.samples import Dataset, Sample, read_json_lines, read_samples
from evals.scorers.retrieval import MEASURES, score_ranking
from evals.task import Output, Scorer
from evals.throwaway import indexed

_CHUNKS = 200  # candidates: an article can fill several places with its chunks
_DOCUMENTS = 100  # of a ranking, as TREC runs have it


class Query(Sample):
    """`relevant` holds the grades of the articles that answer it, from `qrels`."""

    id: str = Field(validation_alias="_id")
    text: str
    lang: str = ""
    kind: str = ""
    relevant: dict[str, int] = Field(default_factory=dict)


def _scored(measure: str, query: Query, output: Output) -> Pair:
    ranking = [name for name, _ in output["ranking"]]
    return score_ranking({query.id: query.relevant}, {query.id: ranking})[measure][0], 1.0


SCORERS: tuple[Scorer[Query], ...] = tuple(
    Scorer(name, f"{measure} of ir-measures over the articles' ranking", partial(_scored, name))
    for name, measure in MEASURES.items()
)


class RetrievalTask:
    kind = "retrieval"
    scorers: Sequence[Scorer[Query]] = SCORERS

    def __init__(self, dataset: Dataset[Query], retriever: Retriever, names: Mapping[str, str]) -> None:
        self.dataset = dataset
        manifest = retriever.index.manifest
        self.versions: Mapping[str, str] = {"index": manifest.version.rsplit("-", 1)[-1], "model": manifest.model}
        self._retriever = retriever
        self._names = names

    async def run(self, sample: Query) -> Output:
        return {"ranking": await anyio.to_thread.run_sync(partial(self._ranking, sample))}

    def _ranking(self, query: Query) -> list[tuple[str, float]]:
        """The articles found with the score of their best chunk, best first."""
        text = normalise(query.text).text.strip()
        lang = detect_language(text, "en" if query.lang == "en" else "ja")
        best: dict[str, float] = {}
        for hit in self._retriever.retrieve(text, lang, Audience.PUBLIC, _CHUNKS).hits:
            best.setdefault(hit.chunk.document_id, round(hit.fused, 6))
        return [(self._names.get(name, name), score) for name, score in best.items()][:_DOCUMENTS]


@contextmanager
def open_retrieval(settings: Settings, folder: Path, articles: Path | None = None) -> Iterator[RetrievalTask]:
    """`folder` in BEIR's layout; `articles` stands for its `corpus.jsonl`. Raises EvalError for data that is not well
    formed."""
    dataset = _judged(folder)
    with tempfile.TemporaryDirectory(prefix="kotae-corpus-") as made:
        names = {} if articles else _write_articles(folder / "corpus.jsonl", Path(made))
        with indexed(settings, articles or Path(made)) as throwaway:
            retriever = open_retriever(throwaway)
            known = set(names.values()) or {chunk.document_id for chunk in retriever.index.chunks}
            _check_relevant(dataset, known)
            yield RetrievalTask(dataset, retriever, names)


def _judged(folder: Path) -> Dataset[Query]:
    """The queries that `qrels` says anything relevant about."""
    queries = read_samples(folder.name, [folder / "queries.jsonl"], Query)
    relevant = _qrels(folder)
    for name, (place, _) in relevant.items():
        if name not in queries.places:
            raise EvalError(f'{place}: there is no query "{name}" in queries.jsonl; correct one of the two.')
    judged = tuple(
        query.model_copy(update={"relevant": relevant[query.id][1]})
        for query in queries.samples
        if query.id in relevant
    )
    if not judged:
        raise EvalError(f"{folder / 'qrels'} judges none of the queries; there is nothing to measure.")
    return Dataset(queries.name, judged, {query.id: relevant[query.id][0] for query in judged})


def _qrels(folder: Path) -> dict[str, tuple[str, dict[str, int]]]:
    """Query → where it was judged first, and its relevant articles with their grades. `test.tsv` alone where there is
    one, as BEIR is evaluated."""
    found: dict[str, tuple[str, dict[str, int]]] = {}
    test = folder / "qrels" / "test.tsv"
    files = [test] if test.exists() else sorted((folder / "qrels").glob("*.tsv"))
    if not files:
        raise EvalError(f"{folder / 'qrels'} holds no .tsv file; put the judgements there.")
    for path in files:
        for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1):
            cells = line.split("\t")
            if not line.strip() or (number == 1 and cells[0] == "query-id"):
                continue
            if len(cells) != 3 or not re.fullmatch(r"-?\d+", cells[2].strip()):
                raise EvalError(f"{path}, line {number}: expected query-id, corpus-id and a whole number, with tabs.")
            if int(cells[2]) > 0:
                place = f"{path}, line {number}"
                found.setdefault(cells[0], (place, {}))[1][cells[1]] = int(cells[2])
    return found


def _write_articles(corpus: Path, folder: Path) -> dict[str, str]:
    """One article a document, so that they are read, cut and embedded as a user's; our id → that of the corpus."""
    names: dict[str, str] = {}
    seen: dict[str, str] = {}
    for number, (place, fields) in enumerate(read_json_lines(corpus)):
        if not isinstance(fields, dict) or not all(isinstance(fields.get(key), str) for key in ("_id", "text")):
            raise EvalError(f'{place}: "_id" and "text" must be there and be strings.')
        if fields["_id"] in seen:
            raise EvalError(f'{place}: the id "{fields["_id"]}" is taken by {seen[fields["_id"]]}; give each its own.')
        seen[fields["_id"]] = place
        name = f"d{number}"
        names[name] = fields["_id"]
        title = str(fields.get("title") or "").strip()
        front = yaml.safe_dump({"id": name} | ({"title": title} if title else {}), allow_unicode=True)
        (folder / f"{name}.md").write_text(f"---\n{front}---\n{fields['text']}\n", encoding="utf-8")
    return names


def _check_relevant(dataset: Dataset[Query], known: set[str]) -> None:
    for query in dataset.samples:
        for name in query.relevant:
            if name not in known:
                raise EvalError(
                    f'{dataset.places[query.id]}: there is no article "{name}"; correct qrels or the corpus.'
                )


def write_trec(run: Run, out: Path) -> None:
    """`qid Q0 document rank score kotae`, as trec_eval and ir-measures read it."""
    lines = [
        f"{record.id} Q0 {name} {rank} {score:.6f} kotae\n"
        for record in run.records
        for rank, (name, score) in enumerate((record.output or {}).get("ranking", ()), 1)
    ]
    out.write_text("".join(lines), encoding="utf-8")
