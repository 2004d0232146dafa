"""The metrics of ragas themselves; the only file that imports it. Nothing is reported to its makers or to LangSmith."""

import os

os.environ["RAGAS_DO_NOT_TRACK"] = "true"  # read when ragas is imported
os.environ["LANGSMITH_TRACING_V2"] = "false"  # ragas calls its older metrics through LangChain's callbacks

import hashlib
import logging
import math
import unicodedata
import warnings
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any, TypeVar

import anyio
import anyio.to_thread
import numpy as np
import openai
from instructor.core.exceptions import InstructorError
from pydantic import BaseModel, ValidationError
from ragas.dataset_schema import SingleTurnSample
from ragas.embeddings.base import BaseRagasEmbedding
from ragas.llms import llm_factory
from ragas.llms.base import InstructorBaseRagasLLM
from ragas.metrics.collections import (
    AnswerRelevancy,
    CHRFScore,
    ContextPrecision,
    ContextRecall,
    FactualCorrectness,
    Faithfulness,
)
from ragas.metrics.collections.base import BaseMetric
from ragas.prompt.metrics.base_prompt import BasePrompt

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # announced to move to `collections`, where 0.4.3 has none
    from ragas.metrics import IDBasedContextPrecision, IDBasedContextRecall

from app.domain.ports import Embedder
from evals.scorers.judge import Judge, Rubbish, why_not
from evals.scorers.ragas import JUDGED, OFFLINE, Case, Values
from evals.task import Scorer

_PASSAGES = 5  # of those found, which the judge reads: one question to it for each
_DIGITS = 6
_TEMPERATURE = 0.0
_MAX_TOKENS = 2048  # of a reply: a statement and a reason for every sentence of the answer
_ASKED_AGAIN = 1  # times, with what was wrong, where a reply is not in the form that was asked for
_BINARY = {"verdict", "attributed", "noncommittal"}

# Why there is no judgement is in the run; instructor would say it again on the terminal, in the middle of the progress.
logging.getLogger("instructor").setLevel(logging.CRITICAL)

Reply = TypeVar("Reply", bound=BaseModel)


class RagasMetrics:
    """Implements evals.scorers.ragas.Ragas."""

    def __init__(self, embedder: Embedder, judge: Judge | None, judge_seconds: float) -> None:
        self._embeddings = _Embeddings(embedder)
        self._judge = judge
        self._seconds = judge_seconds
        self.scorers: Sequence[Scorer[Any]] = OFFLINE + JUDGED if judge else OFFLINE
        self.versions: Mapping[str, str] = {"ragas": version("ragas")} | (self._judge_versions(judge) if judge else {})

    async def measure(self, case: Case) -> Values:
        values = await self._offline(case)
        if self._judge:
            values |= await self._judged(case, self._judge)
        return values

    async def _offline(self, case: Case) -> Values:
        values: Values = {}
        ids = SingleTurnSample(retrieved_context_ids=list(case.cited), reference_context_ids=list(case.gold))
        if case.cited and case.gold:
            values["ragas_id_context_precision"] = _rounded(await IDBasedContextPrecision().single_turn_ascore(ids))
        if case.gold:
            values["ragas_id_context_recall"] = _rounded(await IDBasedContextRecall().single_turn_ascore(ids))
        if case.answer and case.reference:
            answer, reference = (unicodedata.normalize("NFKC", text) for text in (case.answer, case.reference))
            values["chrf"] = _rounded((await CHRFScore().ascore(reference, answer)).value)
            values["semantic_similarity"] = _rounded(await self._embeddings.cosine(reference, answer))
        return values

    async def _judged(self, case: Case, judge: Judge) -> Values:
        """All at once: a metric whose replies do not come holds up no other."""
        values: Values = {}

        async def measure(name: str, metric: BaseMetric, inputs: dict[str, Any]) -> None:
            values[name] = await _number_or_reason(metric, inputs, self._seconds)

        async with judge.client(self._seconds) as client, anyio.create_task_group() as group:
            metrics = _metrics(_llm(judge.model, client), self._embeddings)
            for name, inputs in _inputs(case).items():
                group.start_soon(measure, name, metrics[name], inputs)
        return dict(sorted(values.items()))

    def _judge_versions(self, judge: Judge) -> dict[str, str]:
        """What the judgements depend on. The temperature is the one that is sent: ragas knows models that take no other
        than 1."""
        llm = _llm(judge.model, judge.client(self._seconds))
        metrics = _metrics(llm, self._embeddings).values()
        prompts = [prompt for metric in metrics for prompt in vars(metric).values() if isinstance(prompt, BasePrompt)]
        texts = [prompt.to_string(prompt.examples[0][0]) for prompt in prompts]
        joined = "\0".join([version("ragas"), version("instructor"), *texts])
        return {
            "judge": judge.name,
            "judge_prompts": hashlib.sha256(joined.encode()).hexdigest()[:12],
            "judge_temperature": str(llm._map_provider_params()["temperature"]),
        }


def _metrics(llm: InstructorBaseRagasLLM, embeddings: "_Embeddings") -> dict[str, BaseMetric]:
    return {
        "ragas_faithfulness": Faithfulness(_Checked(llm)),
        # One question suffices: at temperature 0 a second one is the same, and comes from the cache.
        "ragas_answer_relevancy": AnswerRelevancy(_Checked(llm), embeddings, strictness=1),
        "ragas_context_precision": ContextPrecision(_Checked(llm)),
        "ragas_context_recall": ContextRecall(_Checked(llm)),
        "ragas_factual_correctness": FactualCorrectness(_Checked(llm)),
    }


def _inputs(case: Case) -> dict[str, dict[str, Any]]:
    """By metric that is defined for the case, what it is given."""
    question, answer, reference = (
        {"user_input": case.question},
        {"response": case.answer},
        {"reference": case.reference},
    )
    found = {"retrieved_contexts": list(case.passages[:_PASSAGES])}
    cited = {"retrieved_contexts": list(case.quotes)}
    inputs: dict[str, tuple[bool, dict[str, Any]]] = {
        "ragas_faithfulness": (bool(case.answer and case.quotes), question | answer | cited),
        "ragas_answer_relevancy": (bool(case.answer), question | answer),
        "ragas_context_precision": (bool(case.reference and case.passages), question | reference | found),
        "ragas_context_recall": (bool(case.reference and case.passages), question | reference | found),
        "ragas_factual_correctness": (bool(case.answer and case.reference), answer | reference),
    }
    return {name: given for name, (is_defined, given) in inputs.items() if is_defined}


class _Embeddings(BaseRagasEmbedding):
    """Our own embedder as ragas wants it. Each text alone, and as a query: what is compared is of one kind."""

    def __init__(self, embedder: Embedder) -> None:
        super().__init__()
        self._embedder = embedder

    def embed_text(self, text: str, **_: Any) -> list[float]:
        return self._embedder.embed_query(text)

    async def aembed_text(self, text: str, **_: Any) -> list[float]:
        return await anyio.to_thread.run_sync(self._embedder.embed_query, text)

    async def cosine(self, one: str, other: str) -> float:
        return float(np.dot(await self.aembed_text(one), await self.aembed_text(other)))


class _Checked(InstructorBaseRagasLLM):
    """The judge of one metric, whose replies are refused where ragas would count rubbish: a verdict other than 0 and 1,
    no statements at all, or not one verdict for each statement."""

    def __init__(self, llm: InstructorBaseRagasLLM) -> None:
        self._llm = llm
        self._statements: int | None = None  # of the last decomposition, whose verdicts come next

    def generate(self, prompt: str, response_model: type[Reply]) -> Reply:
        reply: Reply = self._llm.generate(prompt, response_model)
        return self._checked(reply)

    async def agenerate(self, prompt: str, response_model: type[Reply]) -> Reply:
        reply: Reply = await self._llm.agenerate(prompt, response_model)
        return self._checked(reply)

    def _checked(self, reply: Reply) -> Reply:
        for name, value in reply:
            if isinstance(value, list):
                self._check_list(value)
            elif name == "question" and not value.strip():
                raise Rubbish("its question is empty")
            else:
                _check_verdict(name, value)
        return reply

    def _check_list(self, items: list[Any]) -> None:
        if not items:
            raise Rubbish("it holds no statement")
        if isinstance(items[0], str):
            self._statements = len(items)
            return
        if self._statements not in (None, len(items)):
            raise Rubbish(f"it judges {len(items)} statements of {self._statements}")
        self._statements = None
        for item in items:
            for name, value in item:
                _check_verdict(name, value)


def _check_verdict(name: str, value: object) -> None:
    if name in _BINARY and value not in (0, 1):
        raise Rubbish(f'"{name}" is {value}, neither 0 nor 1')


def _llm(model: str, client: openai.AsyncOpenAI) -> Any:
    return llm_factory(model, client=client, temperature=_TEMPERATURE, max_tokens=_MAX_TOKENS, max_retries=_ASKED_AGAIN)


async def _number_or_reason(metric: BaseMetric, inputs: dict[str, Any], seconds: float) -> float | dict[str, str]:
    """A number in 0..1, or why there is none."""
    try:
        with anyio.fail_after(seconds):
            value = float((await metric.ascore(**inputs)).value)
    except (Rubbish, TimeoutError, openai.OpenAIError, InstructorError, ValidationError) as error:
        return {"not_measured": why_not(error)}
    if math.isnan(value) or not -1 <= value <= 1 + 10**-_DIGITS:
        return {"not_measured": "The judge's reply cannot be used: there is nothing in it to count."}
    return _rounded(value)


def _rounded(value: float) -> float:
    """In 0..1: of cosines, what is below 0 is as far away as can be."""
    return round(min(max(value, 0.0), 1.0), _DIGITS)
