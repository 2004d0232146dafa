"""Escalation alone: does a conversation go to a person when it should, at the right turn and for the right reason?

The assistant's turns are given. A turn of the customer is judged with all that was said before it; whether it was
answered is known from the reply, where that answered, or where nothing comes after it. A first reply that found nothing
is known at the customer's next turn: until then they may simply ask in other words.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

import anyio.to_thread
from pydantic import BaseModel, ConfigDict

from app.answering.escalate import Facts, Heard, Policy, Setback, escalate, load_policy
from app.answering.guard import Action, Guard
from app.answering.understand import Understanding
from app.domain.desk import Cause, Escalation
from app.domain.ports import Embedder
from app.domain.text import normalise
from app.settings import Settings
from app.wiring.models import open_embedder
from app.wiring.policy import open_guard, open_understanding, policy_version
from evals.samples import Dataset, Sample, read_samples
from evals.task import Output, Scorer

_PERSONS = frozenset({Cause.CRITICAL_TOPIC.value, Cause.ASKED_FOR_HUMAN.value})
_LOST = frozenset({Setback.DECLINED, Setback.ASKED_BACK})


class Said(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    role: Literal["customer", "assistant"]
    text: str


class Dialogue(Sample):
    """`at_turn` counts all turns from 0; without `escalate` there is none, and no `reason`."""

    lang: str
    turns: tuple[Said, ...]
    escalate: bool
    at_turn: int | None = None
    reason: str | None = None
    kind: str | None = None
    tenure_months: int | None = None

    @property
    def slices(self) -> dict[str, str]:
        return super().slices | {"reason": self.reason or "none"}


def _late(dialogue: Dialogue, output: Output) -> tuple[float, float] | None:
    """In turns of the customer; early is not late."""
    if not dialogue.escalate or output["turn"] is None or dialogue.at_turn is None:
        return None
    between = dialogue.turns[dialogue.at_turn + 1 : output["turn"] + 1]
    return float(sum(said.role == "customer" for said in between)), 1.0


SCORERS: tuple[Scorer[Dialogue], ...] = (
    Scorer(
        "recall",
        "share of the conversations that need a person which get or are offered one",
        lambda dialogue, output: (float(output["turn"] is not None), 1.0) if dialogue.escalate else None,
        "no person is needed",
    ),
    Scorer(
        "recall_persons",
        "the same, where somebody asks for a person or the topic is critical",
        lambda dialogue, output: (float(output["turn"] is not None), 1.0) if dialogue.reason in _PERSONS else None,
        "another reason, or none",
    ),
    Scorer(
        "precision",
        "share of the escalated conversations that need a person",
        lambda dialogue, output: (float(dialogue.escalate), 1.0) if output["turn"] is not None else None,
        "not escalated",
    ),
    Scorer(
        "false_rate",
        "share of the conversations that need nobody which are escalated",
        lambda dialogue, output: None if dialogue.escalate else (float(output["turn"] is not None), 1.0),
        "a person is needed",
        higher_is_better=False,
    ),
    Scorer(
        "turns_late", "the customer's turns after the one that needs a person", _late, "not escalated",
        higher_is_better=False,
    ),
    Scorer(
        "reason_accuracy",
        "share of the rightly escalated conversations whose reason is the labelled one",
        lambda dialogue, output: (float(output["cause"] == dialogue.reason), 1.0)
        if dialogue.escalate and output["turn"] is not None
        else None,
        "not escalated, or needlessly",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Listener:
    """What an escalation rests on, as the service has it."""

    embedder: Embedder
    guard: Guard
    understanding: Understanding
    policy: Policy

    def decide(self, dialogue: Dialogue) -> Escalation | None:
        """At the first turn at which there is something to decide."""
        heard = tuple(self._heard(number, said, dialogue) for number, said in enumerate(dialogue.turns))
        for number, turn in enumerate(heard):
            if turn.understood:
                reply = heard[number + 1 : number + 2]
                facts = Facts((*heard[: number + 1], *(reply if self._counts(reply, heard, number) else ())))
                if found := escalate(facts, self.policy):
                    return found
        return None

    def _counts(self, reply: tuple[Heard, ...], heard: tuple[Heard, ...], number: int) -> bool:
        if not reply or reply[0].is_customers:
            return False
        before = [turn for turn in heard[:number] if not turn.is_customers]
        has_failed_before = bool(before) and before[-1].setback in _LOST
        return reply[0].setback not in _LOST or has_failed_before or number + 2 == len(heard)

    def _heard(self, number: int, said: Said, dialogue: Dialogue) -> Heard:
        if said.role == "assistant":
            refused = number > 0 and self._is_refused(dialogue.turns[number - 1])
            return Heard(number, setback=Setback.REFUSED) if refused else self.understanding.reply(number, said.text)
        text = normalise(said.text).text.strip()
        vector = self.embedder.embed_question(text).whole
        return Heard(number, self.understanding.read(text, vector, dialogue.tenure_months))

    def _is_refused(self, said: Said) -> bool:
        text = normalise(said.text).text.strip()
        return self.guard.judge(text, self.embedder.embed_question(text).whole).action is Action.REFUSE


class EscalationTask:
    kind = "escalation"
    scorers: Sequence[Scorer[Dialogue]] = SCORERS

    def __init__(self, dataset: Dataset[Dialogue], listener: Listener) -> None:
        self.dataset = dataset
        self.versions: Mapping[str, str] = {"model": listener.embedder.fingerprint, "policy": policy_version()}
        self._listener = listener

    async def run(self, sample: Dialogue) -> Output:
        found = await anyio.to_thread.run_sync(partial(self._listener.decide, sample))
        if found is None:
            return {"turn": None, "cause": None, "effect": None, "topic": None, "score": 0.0}
        told = {"turn": found.turn, "cause": found.cause, "effect": found.effect}
        return told | {"topic": found.topic, "score": found.score}


@contextmanager
def open_escalation(settings: Settings, data: list[Path]) -> Iterator[EscalationTask]:
    """Raises EvalError for data that is not well formed, SettingsError for a table that is not."""
    embedder = open_embedder(settings)
    listener = Listener(embedder, open_guard(settings, embedder), open_understanding(settings, embedder), load_policy())
    yield EscalationTask(read_samples(data[0].stem, data, Dialogue), listener)
