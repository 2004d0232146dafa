"""An answer in the shapes of OpenAI's chat completions: one object, or chunks as server-sent events."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from app.domain.outcome import Event, Outcome, OutcomeEvent, SentenceEvent, StepEvent
from app.domain.token_estimate import estimate_tokens
from app.web.completions.errors import told
from app.web.completions.reply import Reply, whole_reply
from app.web.completions.request import MODEL
from app.web.runs import AnswerRun

_Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """What all parts of one answer have in common. `created`: seconds since 1970; `address`: see `Reply`."""

    id: str
    created: int
    address: str
    prompt_tokens: int
    include_usage: bool = False  # of a stream: in a chunk of its own at the end

    def completion(self, outcome: Outcome) -> _Json:
        reply = whole_reply(outcome, self.address)
        message: _Json = {"role": "assistant", "content": reply.text, "refusal": None}
        message["annotations"] = reply.annotations(outcome)
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        usage = {"usage": self._usage(reply.text)}
        return self._head("chat.completion") | {"choices": [choice]} | usage | _kotae(outcome)

    async def chunks(self, run: AnswerRun, patience: float) -> AsyncIterator[str]:
        """Frames of an event stream; a comment whenever `patience` seconds pass without anything to say."""
        reply = Reply(self.address)
        try:
            yield self._delta({"role": "assistant", "content": ""})
            async for event in run.read(patience):
                if event is None:
                    yield ": keep-alive\n\n"
                elif isinstance(event, OutcomeEvent):
                    for frame in self._end(reply, event.outcome):
                        yield frame
                elif added := _added(reply, event):
                    yield self._delta({"content": added})
        except Exception as error:
            yield _frame(told(error)[1].model_dump())

    def _end(self, reply: Reply, outcome: Outcome) -> list[str]:
        rest = reply.add_rest(outcome)
        frames = [self._delta({"content": rest})] if rest else []
        last = {"annotations": reply.annotations(outcome)}
        frames.append(self._delta(last, "stop", _kotae(outcome)))
        if self.include_usage:
            usage = {"choices": [], "usage": self._usage(reply.text)}
            frames.append(_frame(self._head("chat.completion.chunk") | usage))
        return [*frames, "data: [DONE]\n\n"]

    def _delta(self, delta: _Json, finish_reason: str | None = None, more: _Json | None = None) -> str:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        usage = {"usage": None} if self.include_usage else {}
        return _frame(self._head("chat.completion.chunk") | {"choices": [choice]} | usage | (more or {}))

    def _head(self, kind: str) -> _Json:
        return {"id": self.id, "object": kind, "created": self.created, "model": MODEL}

    def _usage(self, text: str) -> _Json:
        said = estimate_tokens(text)
        return {
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": said,
            "total_tokens": self.prompt_tokens + said,
        }


def _added(reply: Reply, event: Event) -> str:
    """What the event adds to the message; nothing where it is only news of the work."""
    if isinstance(event, SentenceEvent):
        return reply.add_sentence(event.sentence)
    return reply.add_notice(event.notice) if isinstance(event, StepEvent) and event.notice else ""


def _kotae(outcome: Outcome) -> _Json:
    """What OpenAI's shape has no place for, in a field of its own: kind, confidence, versions, trace."""
    return {"kotae": outcome.model_dump(mode="json")}


def _frame(data: _Json) -> str:
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n"
