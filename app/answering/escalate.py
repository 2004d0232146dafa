"""When a conversation goes to a person: a pure function of what is known of its turns, by the table escalation.toml."""

import tomllib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from app.answering.topics import CRITICAL
from app.domain.desk import Cause, Effect, Escalation, State
from app.domain.understanding import Understood
from app.errors import SettingsError

TABLE = Path(__file__).with_name("escalation.toml")
NEVER_AUTOMATED = frozenset({"legal", "safety", "security", "self_harm", "payment_dispute"})
AT_ONCE = (
    Cause.ASKED_FOR_HUMAN,
    Cause.CRITICAL_TOPIC,
    Cause.ANGER,
    Cause.WORSENING_SENTIMENT,
)  # no answer is waited for
_OFF = "off"
_ANSWERS = 3  # of ours, among which failures are counted
_AT_LEAST = 2  # of them, before a share says anything
URGENT = frozenset({"self_harm", "safety"})  # whom to call is told before anything else
_HELD = frozenset({State.WITH_AGENT, State.REOPENED})  # a person has it, or has had it


class Setback(StrEnum):
    """How an answer of ours went, where it did not answer."""

    DECLINED = "declined"
    REFUSED = "refused"  # by the guard
    UNSURE = "unsure"
    ASKED_BACK = "asked_back"


@dataclass(frozen=True, slots=True)
class Heard:
    """A turn as it is judged: `understood` of a customer's; `setback`, `confidence` and `offers` (a person) of ours.

    `turn` counts all turns from 0. `negative` and `protests`: of a customer's earlier turn. `offers`: its words
    speak of a person; `offered`: it was an offer by this table.
    """

    turn: int
    understood: Understood | None = None
    setback: Setback | None = None
    confidence: float = 1.0
    offers: bool = False
    offered: bool = False
    negative: float | None = None
    protests: bool = False  # of a customer's earlier turn

    @property
    def is_customers(self) -> bool:
        return self.understood is not None or self.negative is not None

    @property
    def has_protested(self) -> bool:
        return self.understood.protests if self.understood else self.protests

    @property
    def mood(self) -> float:
        return self.understood.sentiment.negative if self.understood else self.negative or 0.0


@dataclass(frozen=True, slots=True)
class Line:
    """A cause, or a topic, escalates where its score reaches `threshold`; without `effect` it is turned off. `quotes`:
    beside a hand-off stands what articles say on the matter. `route` takes it, whichever the words are nearest to."""

    threshold: float
    effect: Effect | None
    quotes: bool = False
    route: str | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """`quiet_turns`: of the customer, after an offer, before there is another."""

    causes: dict[Cause, Line]
    topics: dict[str, Line]
    quiet_turns: int = 3


@dataclass(frozen=True, slots=True)
class Facts:
    """The turns in order, the last customer's being the one to decide on; what the conversation has come to.

    `declined_offers`: how many offers of a person the customer has said no to.
    """

    turns: tuple[Heard, ...]
    state: State = State.BOT
    declined_offers: int = 0
    asked: tuple[Heard, ...] = field(init=False)
    answers: tuple[Heard, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "asked", tuple(turn for turn in self.turns if turn.is_customers))
        object.__setattr__(self, "answers", tuple(turn for turn in self.turns if not turn.is_customers))


def escalate(facts: Facts, policy: Policy, causes: Collection[Cause] = tuple(Cause)) -> Escalation | None:
    """The weightiest reason, a hand-off before an offer; None while a machine may go on, or a person has it already.

    Who waits for a person is handed off once more where a matter comes up that no machine may answer.
    """
    if facts.state in _HELD or not facts.asked or facts.asked[-1].understood is None:
        return None
    waits = facts.state is State.WAITING
    causes = frozenset(causes) & {Cause.CRITICAL_TOPIC} if waits else causes
    quiet = waits or _is_quiet(facts, policy)
    found = [
        one for one in _reasons(facts, policy) if one.cause in causes and (one.effect is Effect.HAND_OFF or not quiet)
    ]
    return next((one for one in found if one.effect is Effect.HAND_OFF), found[0] if found else None)


def _reasons(facts: Facts, policy: Policy) -> Iterator[Escalation]:
    """In the order of their weight."""
    turn = facts.asked[-1].turn
    for cause, topic, score in _scores(facts):
        line = policy.topics[topic] if topic else policy.causes[cause]
        if line.effect and score >= line.threshold:
            yield Escalation(cause, line.effect, turn, round(score, 4), topic)


def _scores(facts: Facts) -> Iterator[tuple[Cause, str | None, float]]:
    now = facts.asked[-1].understood
    if now is None:
        return
    for topic in sorted(now.topics, key=lambda each: each.name not in URGENT):
        yield Cause.CRITICAL_TOPIC, topic.name, topic.score
    yield Cause.ASKED_FOR_HUMAN, None, _asked(now, facts)
    yield Cause.ANGER, None, now.sentiment.angry if now.sentiment.negative >= 0.5 else 0.0
    if not now.closes or now.protests or now.sentiment.negative >= 0.5:
        yield Cause.REPEATED_FAILURE, None, _failed(facts)
        yield Cause.WORSENING_SENTIMENT, None, _worsening(facts)
        yield Cause.CANNOT_ANSWER, None, float(_last(facts) is Setback.DECLINED)
        yield Cause.LOW_CONFIDENCE, None, 1 - facts.answers[-1].confidence if facts.answers else 0.0
    yield Cause.GUARD, None, _share([turn.setback is Setback.REFUSED for turn in facts.answers[-_ANSWERS:]])


def _asked(now: Understood, facts: Facts) -> float:
    """In words, or by a yes to an offer just made."""
    before = [turn for turn in facts.answers if turn.turn < facts.asked[-1].turn]
    return 1.0 if now.agrees and before and before[-1].offers else now.wants_human


def _failed(facts: Facts) -> float:
    """The share of the last answers that were of no use: nothing was found, or the customer said so in reply."""
    protested = {
        turn.turn
        for turn, following in zip(facts.turns, facts.turns[1:], strict=False)
        if not turn.is_customers and following.has_protested
    }
    failures = [
        turn.turn in protested or turn.setback in {Setback.DECLINED, Setback.ASKED_BACK}
        for turn in facts.answers[-_ANSWERS:]
    ]
    return _share(failures) if failures and failures[-1] else 0.0


def _share(failures: Sequence[bool]) -> float:
    return sum(failures) / len(failures) if sum(failures) >= _AT_LEAST else 0.0


def _worsening(facts: Facts) -> float:
    """How far the mood has sunk from the best of the turns before, where the last two are both negative."""
    moods = [turn.mood for turn in facts.asked[-4:]]
    if len(moods) < 3 or min(moods[-2:]) < 0.5:
        return 0.0
    return max(0.0, moods[-1] - min(moods[:-1]))


def _last(facts: Facts) -> Setback | None:
    return facts.answers[-1].setback if facts.answers else None


def _is_quiet(facts: Facts, policy: Policy) -> bool:
    """An offer that was passed over is not repeated at once, one that was declined not for twice as long."""
    offers = [turn.turn for turn in facts.answers if turn.offered and turn.turn < facts.asked[-1].turn]
    if not offers:
        return False
    since = sum(turn.turn > offers[-1] for turn in facts.asked)
    return since <= policy.quiet_turns * (1 + bool(facts.declined_offers))


def load_policy(path: Path = TABLE) -> Policy:
    """Raises SettingsError, with the line, for a table that is not whole or automates what it must not."""
    lines = path.read_text(encoding="utf-8")
    try:
        table = tomllib.loads(lines)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path.name} is not TOML ({error}); correct it.") from None
    topics = {name: _line(path.name, lines, f"topics.{name}", table.get("topics", {}).get(name)) for name in CRITICAL}
    causes: dict[Cause, Line] = {
        cause: _line(path.name, lines, cause.value, table.get(cause.value))
        for cause in Cause
        if cause is not Cause.CRITICAL_TOPIC
    }
    for name in NEVER_AUTOMATED:
        if topics[name].effect is not Effect.HAND_OFF:
            place = _place(path.name, lines, f"topics.{name}")
            raise SettingsError(f'{place}: "{name}" always goes to a person; set its effect to "hand_off".')
    if causes[Cause.ASKED_FOR_HUMAN].effect is None:
        place = _place(path.name, lines, Cause.ASKED_FOR_HUMAN.value)
        raise SettingsError(f'{place}: who asks for a person gets one; set the effect to "hand_off" or "offer".')
    return Policy(causes, topics, int(table.get("quiet_turns", 3)))


def _line(file: str, lines: str, name: str, fields: Any) -> Line:
    place = _place(file, lines, name)
    if not isinstance(fields, dict):
        raise SettingsError(f"{place}: [{name}] is missing; give it a threshold and an effect.")
    threshold, effect = fields.get("threshold"), fields.get("effect")
    if isinstance(threshold, bool) or not isinstance(threshold, int | float) or not 0 <= threshold <= 1:
        raise SettingsError(f"{place}: the threshold of [{name}] should be a number from 0 to 1.")
    if effect not in {_OFF, *Effect}:
        raise SettingsError(f'{place}: the effect of [{name}] should be "offer", "hand_off" or "off".')
    quotes = fields.get("quotes", False)
    if not isinstance(quotes, bool):
        raise SettingsError(f"{place}: quotes of [{name}] should be true or false.")
    route = fields.get("route")
    if route is not None and not isinstance(route, str):
        raise SettingsError(f"{place}: the route of [{name}] should be the name of one in routes.toml.")
    return Line(float(threshold), None if effect == _OFF else Effect(str(effect)), quotes, route)


def _place(file: str, lines: str, name: str) -> str:
    heads = [number for number, line in enumerate(lines.splitlines(), 1) if line.strip().startswith(f"[{name}]")]
    return f"{file}, line {heads[0]}" if heads else file
