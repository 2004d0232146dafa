"""The right article for a question, by search alone: BEIR folders, or queries beside a folder of articles."""

import math
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Literal, NamedTuple, get_args

import anyio.to_thread
import numpy as np
import yaml
from pydantic import Field

from app.answering.condense import condense, question_before, recent
from app.answering.context import retrieve_in_context
from app.answering.retrieve import Retriever
from app.domain.evaluation import Pair
from app.domain.knowledge import Audience
from app.domain.text import clean, detect_language, normalise
from app.errors import EvalError
from app.search import open_retriever
from app.settings import Settings
from evals.history import History
from evals.run import Run
from evals.samples import Dataset, Sample, read_json_lines, read_samples
from evals.scorers.retrieval import MEASURES, score_ranking
from evals.task import Output, Scorer
from evals.throwaway import indexed

Side = Literal["hybrid", "dense", "lexical"]
SIDES: tuple[Side, ...] = get_args(Side)

_CHUNKS = 200  # candidates: an article can fill several places with its chunks
_DOCUMENTS = 100  # of a ranking, as TREC runs have it


class Query(Sample):
    """`relevant` holds the grades of the articles that answer it, from `qrels`; `history` was said before."""

    id: str = Field(validation_alias="_id")
    text: str
    history: History = ()
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
    """`side` says whose ranking is measured: of the mix that answers rest on, or of one of the searches it mixes."""

    kind = "retrieval"
    scorers: Sequence[Scorer[Query]] = SCORERS

    def __init__(
        self, dataset: Dataset[Query], retriever: Retriever, names: Mapping[str, str], side: Side = "hybrid"
    ) -> None:
        self.dataset = dataset
        manifest = retriever.index.manifest
        self.versions: Mapping[str, str] = {
            "index": manifest.version.rsplit("-", 1)[-1],
            "model": manifest.model,
            "side": side,
        }
        self._retriever = retriever
        self._names = names
        self._side = side

    def on(self, side: Side) -> "RetrievalTask":
        """The same questions to the same index."""
        return RetrievalTask(self.dataset, self._retriever, self._names, side)

    async def run(self, sample: Query) -> Output:
        return {"ranking": await anyio.to_thread.run_sync(partial(self.ranking, sample))}

    def ranking(self, query: Query) -> list[tuple[str, float]]:
        """The articles found with the score of their best chunk, best first."""
        best: dict[str, float] = {}
        for position, score in self._found(query):
            best.setdefault(self._retriever.index.chunks[position].document_id, round(float(score), 6))
        return [(self._names.get(name, name), score) for name, score in best.items()][:_DOCUMENTS]

    def _found(self, query: Query) -> Iterable[tuple[int, float]]:
        """(position of a chunk, score), best first."""
        text = normalise(query.text).text.strip()
        lang = detect_language(text, "en" if query.lang == "en" else "ja")
        history = recent(query.history)
        earlier, text = question_before(history, text, lang), condense(history, text, lang)
        if self._side == "lexical":
            return self._retriever.index.lexical(text, Audience.PUBLIC, k=_CHUNKS)
        retrieval, _ = retrieve_in_context(self._retriever, text, earlier, lang, Audience.PUBLIC, k=_CHUNKS)
        if self._side == "dense":
            return self._retriever.index.dense(retrieval.vector, Audience.PUBLIC, k=_CHUNKS)
        return [(hit.position, hit.fused) for hit in retrieval.hits]


@contextmanager
def open_retrieval(
    settings: Settings, folder: Path, articles: Path | None = None, side: Side = "hybrid"
) -> Iterator[RetrievalTask]:
    """`folder` in BEIR's layout; `articles` stands for its `corpus.jsonl`. Raises EvalError for data that is not well
    formed."""
    judgements = _judgements(folder)
    dataset = _judged(folder, judgements)
    with tempfile.TemporaryDirectory(prefix="kotae-corpus-") as made:
        names = {} if articles else _write_articles(folder / "corpus.jsonl", Path(made))
        if not articles:
            _check_relevant(judgements, set(names.values()).__contains__)
        with indexed(settings, articles or Path(made)) as throwaway:
            retriever = open_retriever(throwaway)
            if articles:
                _check_relevant(judgements, lambda name: retriever.index.document(name) is not None)
            yield RetrievalTask(dataset, retriever, names, side)


class _Judgement(NamedTuple):
    """A line of `qrels` that calls an article relevant."""

    place: str
    query: str
    article: str
    grade: int


def _judged(folder: Path, judgements: Sequence[_Judgement]) -> Dataset[Query]:
    """The queries that anything is relevant to."""
    queries = read_samples(folder.name, [folder / "queries.jsonl"], Query)
    relevant: dict[str, dict[str, int]] = {}
    for place, query, article, grade in judgements:
        if query not in queries.places:
            raise EvalError(f'{place}: there is no query "{query}" in queries.jsonl; correct one of the two.')
        relevant.setdefault(query, {})[article] = grade
    judged = (
        query.model_copy(update={"relevant": relevant[query.id]}) for query in queries.samples if query.id in relevant
    )
    return Dataset(queries.name, tuple(judged), queries.places)


def _judgements(folder: Path) -> list[_Judgement]:
    """`test.tsv` alone where there is one, as BEIR is evaluated."""
    found = []
    test = folder / "qrels" / "test.tsv"
    files = [test] if test.exists() else sorted((folder / "qrels").glob("*.tsv"))
    if not files:
        raise EvalError(f"{folder / 'qrels'} holds no .tsv file; put the judgements there.")
    for path in files:
        for number, line in enumerate(read_text(path).split("\n"), 1):
            cells = line.split("\t")
            if not line.strip() or (number == 1 and cells[0] == "query-id"):
                continue
            if len(cells) != 3 or not re.fullmatch(r"-?\d+", cells[2].strip()):
                raise EvalError(f"{path}, line {number}: expected query-id, corpus-id and a whole number, with tabs.")
            if int(cells[2]) > 0:
                found.append(_Judgement(f"{path}, line {number}", cells[0], cells[1], int(cells[2])))
    if not found:
        raise EvalError(f"{folder / 'qrels'} calls no article relevant; there is nothing to measure.")
    return found


def read_text(path: Path) -> str:
    """Raises EvalError."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise EvalError(f"{path} cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise EvalError(f"{path} is not UTF-8 text; save it as UTF-8.") from None


def _write_articles(corpus: Path, folder: Path) -> dict[str, str]:
    """One article a document, so that they are read, cut and embedded as a user's; our id → that of the corpus.

    A document with nothing but a title is found by it; one without either is never found.
    """
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
        title, text = clean(str(fields.get("title") or "")).strip(), clean(fields["text"])
        front = yaml.safe_dump({"id": name} | ({"title": title} if title else {}))
        body = text if text.strip() else title
        (folder / f"{name}.md").write_text(f"---\n{front}---\n{body}\n", encoding="utf-8")
    if not names:
        raise EvalError(f"{corpus}: holds no document; there is nothing to search.")
    return names


def _check_relevant(judgements: Iterable[_Judgement], is_known: Callable[[str], bool]) -> None:
    for judgement in judgements:
        if not is_known(judgement.article):
            raise EvalError(f'{judgement.place}: there is no article "{judgement.article}"; correct it or the corpus.')


def write_trec(run: Run, out: Path) -> None:
    """`qid Q0 document rank score kotae`, as trec_eval and ir-measures read it. They sort by the score, as a float of
    32 bits, and ties by name: equal scores are told apart here, so that the ranking they read is ours.

    Raises EvalError for an id with white space, which separates the columns, and where `out` cannot be written.
    """
    lines = []
    for record in run.records:
        least = np.float32(math.inf)
        for rank, (name, score) in enumerate((record.output or {}).get("ranking", ()), 1):
            if re.search(r"\s", record.id + name):
                raise EvalError(f'A TREC run cannot hold "{record.id}" and "{name}": an id there has no white space.')
            least = min(np.float32(score), np.nextafter(least, np.float32(-math.inf)))
            lines.append(f"{record.id} Q0 {name} {rank} {least:.9g} kotae\n")
    try:
        out.write_text("".join(lines), encoding="utf-8")
    except OSError as error:
        raise EvalError(f"{out} cannot be written ({error.strerror}).") from None
