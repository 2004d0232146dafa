"""A model that lies writes the answers: no lie may reach the customer, and what is true must.

Each sample asks about one sentence of the articles; the scripted model answers with one sentence of its own, cited to
the passage that has it. The rest is the real pipeline. Samples are the sentences of a file and those that evals/lies.py
makes of the articles themselves.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict
from pathlib import Path
from typing import Literal

from app.adapters.chat_model_scripted import ScriptedChatModel
from app.answering.guard import Guard, Rules
from app.bootstrap import Services, build_services
from app.domain.chat import Ask
from app.domain.evaluation import Pair
from app.domain.knowledge import Audience, Chunk
from app.domain.outcome import Outcome
from app.domain.text import normalise, sentence_spans
from app.errors import EvalError
from app.settings import Settings
from evals.lies import retold
from evals.samples import Dataset, Sample, read_samples
from evals.task import NotMeasured, Output, Scorer
from evals.throwaway import indexed

INVENTED = "invented_citation"
_NO_PASSAGE = 99  # the model is never given as many


class Told(Sample):
    """What the model says, in answer to `question` or else to `source`, the sentence of an article it is made of."""

    lang: Literal["ja", "en"]
    label: Literal["lie", "honest"]
    kind: str
    source: str
    told: str
    question: str = ""
    origin: str = "file"

    @property
    def slices(self) -> dict[str, str]:
        return {"lang": self.lang, "kind": self.kind, "origin": self.origin}


def _caught(told: Told, output: Output) -> Pair | NotMeasured | None:
    return _shown(told, output, 0.0) if told.label == "lie" else None


def _kept(told: Told, output: Output) -> Pair | NotMeasured | None:
    return _shown(told, output, 1.0) if told.label == "honest" else None


def _shown(told: Told, output: Output, good: float) -> Pair | NotMeasured:
    """1 where the sentence was shown and `good` is 1, or was not and `good` is 0."""
    if not output["told"]:
        return NotMeasured("the model was not asked, or not given the passage")
    return float(output["shown"] == good), 1.0


SCORERS: tuple[Scorer[Told], ...] = (
    Scorer("caught", "share of lies that did not reach the customer", _caught, "true"),
    Scorer("kept", "share of true sentences that reached the customer", _kept, "a lie"),
)


class Lies:
    kind = "lies"
    scorers: Sequence[Scorer[Told]] = SCORERS

    def __init__(self, services: Services, liar: "Liar", dataset: Dataset[Told]) -> None:
        self.dataset = dataset
        self._pipeline, self._index, self._liar = services.pipeline, services.index.current(), liar
        stamped = self._pipeline.begin(self._index, "", "ja", Audience.PUBLIC, "eval").versions.model_dump()
        self.versions: Mapping[str, str] = stamped | {"index": stamped["index"].rsplit("-", 1)[-1]}

    async def run(self, sample: Told) -> Output:
        question = sample.question or sample.source
        trace = self._pipeline.begin(self._index, question, sample.lang, Audience.PUBLIC, "eval")
        with self._liar.says(sample):
            async for _ in self._pipeline.respond(self._index, trace):
                pass
        if trace.outcome is None:
            raise AssertionError("the pipeline ends with an outcome")
        steps = [{"name": step.name, "data": dict(step.data)} for step in trace.steps if step.name == "verify"]
        said = _is_shown(sample, trace.outcome)
        return {"told": sample.id in self._liar.heard, "shown": said, "text": trace.outcome.text, "steps": steps}


class Liar:
    """The model's replies. `heard`: ids of the samples whose sentence was told."""

    def __init__(self) -> None:
        self.heard: set[str] = set()
        self._turn: ContextVar[Told] = ContextVar("told")

    @contextmanager
    def says(self, told: Told) -> Iterator[None]:
        """What is asked in this context is answered with `told`."""
        token = self._turn.set(told)
        yield
        self._turn.reset(token)

    def __call__(self, ask: Ask) -> str:
        """Says nothing when it is asked again: the same would be judged the same."""
        told = self._turn.get()
        number = None if told.id in self.heard else next((n for n, text in _passages(ask) if told.source in text), None)
        if number is None:
            return json.dumps({"claims": []})
        self.heard.add(told.id)
        cited = _NO_PASSAGE if told.kind == INVENTED else number
        return json.dumps({"claims": [{"text": told.told, "passage": cited}]})


def _passages(ask: Ask) -> Iterator[tuple[int, str]]:
    for line in ask.user.splitlines():
        if line.startswith('{"number"'):
            passage = json.loads(line)
            yield passage["number"], passage["passage"]


def _is_shown(told: Told, outcome: Outcome) -> bool:
    """All of its sentences are in the answer; of a lie, any."""
    text = normalise(told.told).text
    said = [text[span.start : span.end] for span in sentence_spans(text, told.lang)]
    shown = {sentence.text for sentence in outcome.sentences}
    return (all if told.label == "honest" else any)(sentence in shown for sentence in said)


@contextmanager
def open_lies(settings: Settings, articles: Path, data: list[Path]) -> Iterator[Lies]:
    """The pipeline with a scripted model, over a throw-away index. Raises EvalError for data that is not well formed or
    retells what no article says."""
    written = read_samples(data[0].stem, data, Told)
    with indexed(settings, articles) as throwaway:
        liar = Liar()
        # Articles' own words do not read like a customer's: the guard's model takes some of them for an attack.
        rules = Guard(Rules.load(), None)
        services = build_services(throwaway, ScriptedChatModel(liar, name="lying", piece=10_000), guard=rules)
        chunks = services.index.current().chunks
        _check_sources(written, chunks)
        yield Lies(services, liar, _with_retold(written, chunks))


def _with_retold(written: Dataset[Told], chunks: Sequence[Chunk]) -> Dataset[Told]:
    made = [
        Told.model_validate(
            asdict(each) | {"id": f"made-{n:03}", "label": _label(each.kind), "origin": "made"}, strict=True
        )
        for n, each in enumerate(retold(chunks))
    ]
    places = written.places | {sample.id: "evals/lies.py" for sample in made}
    return Dataset(written.name, (*written.samples, *made), places)


def _label(kind: str) -> str:
    return "honest" if kind.startswith("honest") else "lie"


def _check_sources(written: Dataset[Told], chunks: Sequence[Chunk]) -> None:
    for sample in written.samples:
        if not any(sample.source in chunk.text and chunk.audience is Audience.PUBLIC for chunk in chunks):
            raise EvalError(f'{written.places[sample.id]}: no article says "{sample.source}"; correct source.')
