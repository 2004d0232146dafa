"""How long an answer takes beside embedding its question alone, in this process, conversation and trace stored."""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

from app.adapters.pii_listed import ListedPii
from app.bootstrap import Services, build_services
from app.domain.conversation import Conversation
from app.domain.outcome import OutcomeEvent
from app.domain.ports import Embedder
from evals.bench.datasets import Question, sample_questions
from evals.bench.figure import Figure, median, percentile
from evals.bench.large import large_home
from evals.bench.workspace import Workspace

_QUESTIONS = 60
_AT_ONCE = 8
_OVER_EMBEDDING = 1.5
_ALLOWANCE_MS = 15.0


def measure(workspace: Workspace, archive: Path | None) -> list[Figure]:
    homes = {"sample index": workspace.built("sample", workspace.articles)}
    if archive:
        homes["10,000 chunks"] = large_home(workspace, archive)
    questions = sample_questions()[:: max(1, len(sample_questions()) // _QUESTIONS)]
    return [figure for name, home in homes.items() for figure in _figures(workspace, name, home, questions)]


def _figures(workspace: Workspace, name: str, home: Path, questions: Sequence[Question]) -> list[Figure]:
    services = build_services(workspace.settings(home), detector=ListedPii({}))  # without name models
    embedder = workspace.embedder()
    asyncio.run(_one_by_one(services, questions[:5]))  # nobody pays for the first calls
    embedding, single = asyncio.run(_in_turns(services, embedder, questions))
    together = asyncio.run(_at_once(services, questions))
    allowed = _OVER_EMBEDDING * median(embedding) + _ALLOWANCE_MS
    n = f"n = {len(questions)}, {len(services.index.current().chunks)} chunks"
    note = f"{n}; embedding the question alone {median(embedding):.1f} ms"
    return [
        Figure(f"answer, {name}, p50", median(single), "ms", round(allowed, 1), note=note),
        Figure(
            f"{_AT_ONCE} answers at once, {name}, p95",
            percentile(together, 95),
            "ms",
            round(_AT_ONCE * median(single), 1),
            note=f"n = {len(together)}; {_AT_ONCE} x the single p50 is allowed",
        ),
    ]


async def _in_turns(
    services: Services, embedder: Embedder, questions: Sequence[Question]
) -> tuple[list[float], list[float]]:
    """Embedding alone and whole answer, question by question: what else the machine does falls on both."""
    embedding, single = [], []
    for question in questions:
        began = time.perf_counter()
        embedder.embed_query(question.text)
        embedding.append(1000 * (time.perf_counter() - began))
        single += await _one_by_one(services, [question])
    return embedding, single


async def _at_once(services: Services, questions: Sequence[Question]) -> list[float]:
    """Eight customers, each with a share of the questions and always one of them open."""
    begun = _begun(services, questions)
    taken = await asyncio.gather(*(_answers(services, begun[n::_AT_ONCE]) for n in range(_AT_ONCE)))
    return [milliseconds for share in taken for milliseconds in share]


async def _one_by_one(services: Services, questions: Sequence[Question]) -> list[float]:
    return await _answers(services, _begun(services, questions))


def _begun(services: Services, questions: Sequence[Question]) -> list[tuple[Conversation, Question]]:
    """Each question with a conversation of its own."""
    return [(services.store.create(question.lang, "bench", "bench"), question) for question in questions]


async def _answers(services: Services, begun: Sequence[tuple[Conversation, Question]]) -> list[float]:
    """Milliseconds to the outcome."""
    taken = []
    for conversation, question in begun:
        began = time.perf_counter()
        events = [event async for event in services.pipeline.answer(conversation, question.text)]
        taken.append(1000 * (time.perf_counter() - began))
        if not isinstance(events[-1], OutcomeEvent):
            raise RuntimeError(f"no outcome for {question.text!r}")
    return taken
