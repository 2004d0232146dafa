"""Steps 4 and 8: what a turn says beside its question, and whether the conversation goes to a person."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace

from app.answering.draft import AnswerDraft
from app.answering.escalate import AT_ONCE, URGENT, Facts, Heard, Policy, Setback, escalate
from app.answering.understand import Understanding
from app.domain.conversation import Message, Role, Turn
from app.domain.desk import Effect, Escalation
from app.domain.knowledge import Audience
from app.domain.outcome import Kind, Outcome, OutcomeEvent, Reason
from app.domain.ports import Vector
from app.domain.trace import Trace
from app.domain.understanding import Route
from app.prompting import Prompts

PROMPTS = ("handoff", "handoff_safety", "handoff_self_harm", "offer")  # each in both languages
_MOODS = 3  # of the customer's turns before, kept in each trace
_SETBACKS = {Kind.DECLINE: Setback.DECLINED, Kind.CLARIFY: Setback.ASKED_BACK}


class Escalator:
    """Decides for one question at a time, and writes what it rests on into the trace. Safe to share between threads."""

    def __init__(
        self, understanding: Understanding, policy: Policy, prompts: Prompts, routes: Sequence[Route] = ()
    ) -> None:
        self._understanding = understanding
        self._policy = policy
        self._prompts = prompts
        self._skills = {route.name: route.skill for route in routes}

    def understand(self, question: str, vector: Vector, draft: AnswerDraft) -> Heard:
        """`question` is normalised, `vector` the one it is searched with."""
        standing = draft.trace.standing
        with draft.step("understand") as data:
            understood = self._understanding.read(question, vector, standing.tenure_months)
            earlier = [turn.negative for turn in draft.trace.history if turn.negative is not None]
            data |= asdict(understood) | {"topics": [asdict(topic) for topic in understood.topics]}
            data |= {"moods": [*earlier[-_MOODS:], round(understood.sentiment.negative, 4)]}
        return Heard(standing.turn, understood)

    def route(self, trace: Trace) -> str | None:
        """The skill that the question takes: of the route of its critical topic, or else of the nearest one."""
        topic = trace.escalation.topic if trace.escalation else None
        line = self._policy.topics.get(topic) if topic else None
        nearest = next((step.data.get("route") for step in trace.steps if step.name == "understand"), None)
        found = line.route if line and line.route else nearest
        return self._skills.get(found) if isinstance(found, str) else None

    def at_once(self, heard: Heard, draft: AnswerDraft) -> Escalation | None:
        """A hand-off, whatever we could answer; None otherwise, and for staff, who ask as persons."""
        if draft.trace.audience != Audience.PUBLIC:
            return None
        found = escalate(self._facts(draft.trace, heard), self._policy, AT_ONCE)
        return self._noted(found, draft) if found and found.effect is Effect.HAND_OFF else None

    def farewell(self, escalation: Escalation, draft: AnswerDraft) -> str:
        prompt = f"handoff_{escalation.topic}" if escalation.topic in URGENT else "handoff"
        return self._prompts.render(f"{prompt}.{draft.language}")

    def handed_off(self, escalation: Escalation, draft: AnswerDraft) -> OutcomeEvent:
        return draft.handed_off(self.farewell(escalation, draft))

    def quotes_too(self, escalation: Escalation) -> bool:
        """Whether the articles may say what to do until a person is there."""
        return escalation.topic in self._policy.topics and self._policy.topics[escalation.topic].quotes

    def ended(
        self, answer: OutcomeEvent, heard: Heard, escalation: Escalation | None, draft: AnswerDraft
    ) -> OutcomeEvent:
        """The hand-off that was decided, with what was quoted; else the answer, with an offer of a person beside it, or
        a hand-off in place of one that holds nothing."""
        if escalation:
            return self.handed_off(escalation, draft)
        if draft.trace.audience != Audience.PUBLIC:
            return answer
        reply = _heard(heard.turn + 1, _as_turn(answer.outcome.text, answer.outcome))
        found = escalate(self._facts(draft.trace, heard, reply), self._policy)
        if found and answer.outcome.kind is not Kind.DECLINE:
            found = replace(found, effect=Effect.OFFER)  # nobody is sent to a person who has just got an answer
        self._noted(found, draft)
        if found is None:
            return answer
        if found.effect is Effect.HAND_OFF:
            return self.handed_off(found, draft)
        return draft.offered(self._prompts.render(f"offer.{draft.language}"), found.cause)

    def _facts(self, trace: Trace, *now: Heard) -> Facts:
        first = trace.standing.turn - len(trace.history)
        before = (self._before(first + n, turn) for n, turn in enumerate(trace.history))
        return Facts((*before, *now), trace.standing.state, trace.standing.declined_offers)

    def _before(self, number: int, turn: Turn) -> Heard:
        if turn.role is Role.CUSTOMER:
            return Heard(number, negative=turn.negative or 0.0, protests=self._understanding.protests(turn.text))
        heard = _heard(number, turn) if turn.kind else self._understanding.reply(number, turn.text)
        return replace(heard, offers=heard.offers or turn.offered)

    def _noted(self, found: Escalation | None, draft: AnswerDraft) -> Escalation | None:
        with draft.step("escalate") as data:
            data |= {"escalation": asdict(found) if found else None}
        draft.trace.escalation = found
        return found


def turns_of(messages: Iterable[Message], moods: Sequence[float]) -> list[Turn]:
    """What was said, with what became of it; `moods` are those of the customer's last turns."""
    turns = [_as_turn(message.text, message.outcome, message.role) for message in messages]
    asked = [n for n, turn in enumerate(turns) if turn.role is Role.CUSTOMER]
    for n, negative in zip(reversed(asked), reversed(moods), strict=False):
        turns[n] = replace(turns[n], negative=negative)
    return turns


def moods_in(trace: Trace) -> list[float]:
    """Of the customer's last turns, the question's last."""
    kept = next((step.data["moods"] for step in trace.steps if step.name == "understand"), [])
    return [float(mood) for mood in kept if isinstance(mood, int | float)] if isinstance(kept, list) else []


def _as_turn(text: str, outcome: Outcome | None, role: Role = Role.ASSISTANT) -> Turn:
    if outcome is None:
        return Turn(role, text)
    return Turn(role, text, outcome.kind, outcome.reason, outcome.confidence, outcome.offer is not None)


def _heard(number: int, turn: Turn) -> Heard:
    """A turn of ours whose outcome is known."""
    setback = Setback.REFUSED if turn.reason is Reason.REFUSED else _SETBACKS.get(turn.kind) if turn.kind else None
    confidence = turn.confidence if turn.kind is Kind.ANSWER else 1.0
    is_offer = turn.offered or turn.kind is Kind.DECLINE
    return Heard(number, setback=setback, confidence=confidence, offers=is_offer, offered=turn.offered)
