"""What escalates in tests: the shipped rules without a model, and a desk that remembers."""

from dataclasses import dataclass, field

from app.answering.escalate import Policy, load_policy
from app.answering.escalator import PROMPTS, Escalator
from app.answering.sentiment import load_judge
from app.answering.topics import load_topics
from app.answering.understand import Understanding
from app.domain.conversation import Conversation
from app.domain.desk import Escalation
from app.domain.outcome import Handoff
from app.prompting import load_prompts
from app.settings import ROOT
from tests.builders import NOON

UNDERSTANDING = Understanding(load_judge(None), load_topics(None), None)
_REQUIRED = frozenset(f"{name}.{lang}" for name in PROMPTS for lang in ("ja", "en"))


def escalator(policy: Policy | None = None) -> Escalator:
    return Escalator(UNDERSTANDING, policy or load_policy(), load_prompts(ROOT / "prompts", _REQUIRED))


@dataclass
class RememberingDesk:
    opened: list[Escalation] = field(default_factory=list)
    offered: list[Escalation] = field(default_factory=list)

    def open(
        self,
        conversation: Conversation,
        escalation: Escalation,
        *,
        route: str | None = None,
        tenure: int | None = None,
    ) -> Handoff:
        self.opened.append(escalation)
        return Handoff(ticket_id="T-1", reason=escalation.topic or escalation.cause, expected_reply_at=NOON)

    def offer(self, conversation: Conversation, escalation: Escalation) -> None:
        self.offered.append(escalation)
