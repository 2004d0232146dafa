"""One question outside the service: asked from the command line, or run again from its trace."""

import asyncio
import secrets
from typing import Any

from app.bootstrap import Services
from app.domain.knowledge import Audience
from app.domain.outcome import Language, Outcome, OutcomeEvent

_COMPARED = ("kind", "reason", "language", "text", "sentences", "citations", "options", "confidence", "versions")


async def ask_once(services: Services, question: str, locale: Language) -> Outcome:
    """The outcome, stored as a conversation of its own so that it can be replayed. A request for a person is withdrawn
    at once: nobody at a command line would read the reply."""
    conversation = await asyncio.to_thread(services.store.create, locale, "cli", secrets.token_urlsafe(32))
    async for event in services.pipeline.answer(conversation, question):
        if isinstance(event, OutcomeEvent):
            if event.outcome.handoff:
                await asyncio.to_thread(services.desk.withdraw, conversation.id)
            return event.outcome
    raise AssertionError("the pipeline ends with an outcome")


async def replay_trace(services: Services, trace_id: str) -> list[dict[str, Any]]:
    """Where the answer given now, from the index version of then, differs from the stored one. Raises NotFound."""
    stored = await asyncio.to_thread(services.store.trace, trace_id)
    index = await asyncio.to_thread(services.index.load, stored.versions.index)
    asked_by = Audience(stored.audience)
    said = (stored.history, stored.standing)
    again = services.pipeline.begin(index, stored.question, stored.locale, asked_by, "replay", *said)
    async for _ in services.pipeline.respond(index, again):
        pass
    then, now = (trace.outcome.model_dump(mode="json") if trace.outcome else {} for trace in (stored, again))
    return [
        {"field": name, "then": then.get(name), "now": now.get(name)}
        for name in _COMPARED
        if then.get(name) != now.get(name)
    ]
