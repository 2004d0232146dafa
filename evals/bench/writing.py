"""With a model: how long an answer takes beyond the model's own time, and when its first sentence is shown."""

import asyncio
import time
from collections.abc import Sequence

from app.bootstrap import Services, build_services
from app.domain.outcome import SentenceEvent
from evals.bench.datasets import Question, sample_questions
from evals.bench.figure import Figure, percentile
from evals.bench.loopback_model import LoopbackModel, loopback_model
from evals.bench.workspace import Workspace

_QUESTIONS = 60
_PAUSE_S = 0.3  # of a model that thinks before its first sentence


def measure(workspace: Workspace) -> list[Figure]:
    home = workspace.built("sample", workspace.articles)
    questions = sample_questions()[:: max(1, len(sample_questions()) // _QUESTIONS)]
    with loopback_model(_PAUSE_S) as model:
        model_settings = {"llm_base_url": model.base_url, "llm_model": "loopback"}
        services = build_services(workspace.settings(home).model_copy(update=model_settings))
        asyncio.run(_measured(services, model, questions[:5]))  # nobody pays for the first calls
        own, first = asyncio.run(_measured(services, model, questions))
    note = f"n = {len(own)} answers that the model wrote, loopback, {1000 * _PAUSE_S:.0f} ms before its first sentence"
    late = f"{note}; beyond the model's time for it"
    return [
        Figure("with a model: our share of an answer, p50", percentile(own, 50), "ms", 120, note=note),
        Figure("with a model: our share of an answer, p95", percentile(own, 95), "ms", 400, note=note),
        Figure("with a model: first verified sentence, p50", percentile(first, 50), "ms", 100, note=late),
        Figure("with a model: first verified sentence, p95", percentile(first, 95), "ms", note=late),
    ]


async def _measured(
    services: Services, model: LoopbackModel, questions: Sequence[Question]
) -> tuple[list[float], list[float]]:
    """Milliseconds beyond the model's: of whole answers, and until the first sentence; questions nobody wrote to are
    left out."""
    own, first = [], []
    for question in questions:
        conversation = services.store.create(question.lang, "bench", "bench")
        asked, began, shown = len(model.whole), time.perf_counter(), None
        async for event in services.pipeline.answer(conversation, question.text):
            if shown is None and isinstance(event, SentenceEvent):
                shown = time.perf_counter()
        ended = time.perf_counter()
        if len(model.whole) > asked and shown is not None:
            own.append(1000 * (ended - began - sum(model.whole[asked:])))
            first.append(1000 * (shown - began - model.first[asked]))
    return own, first
