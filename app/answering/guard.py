"""Step 2: does a message ask something, or does it speak to the machine?

Rules know unmistakable attacks, and a model (app/answering/guard_head.py) what only looks like one. Nothing rests on
them alone: the writer can do nothing but quote or be verified, and sees public articles only. So the model never
refuses anybody; what it flags is answered with quotes, which a customer does not notice.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from app.answering.guard_head import Head
from app.domain.ports import Vector
from app.domain.text import normalise
from app.domain.text.unveil import is_set_apart, unveiled

RULES = Path(__file__).with_name("guard_rules.toml")
_CERTAIN = 1.0  # the score of what a rule refuses
_FLAGGED = 0.9  # the least score of what a rule isolates


class Action(StrEnum):
    ALLOW = "allow"
    ISOLATE = "isolate"  # quoted by the embedded writer; no model reads it
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Judgement:
    """`reason` names the rule, or is "model"; None of an ordinary message. `score` in 0..1: the more, the likelier."""

    action: Action = Action.ALLOW
    reason: str | None = None
    score: float = 0.0
    is_abusive: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """Patterns by name, on the plain form of a text."""

    refuse: Mapping[str, re.Pattern[str]]
    isolate: Mapping[str, re.Pattern[str]]
    abuse: re.Pattern[str]

    @classmethod
    def load(cls, path: Path = RULES) -> "Rules":
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        refuse, isolate = ({name: _any(of) for name, of in table[kind].items()} for kind in ("refuse", "isolate"))
        return cls(refuse, isolate, _any([*table["abuse"]["ja"], *table["abuse"]["en"]]))

    def refused(self, plain: str) -> str | None:
        """The name of the rule that refuses `plain`."""
        return next((name for name, pattern in self.refuse.items() if pattern.search(plain)), None)

    def isolated(self, plain: str) -> str | None:
        return next((name for name, pattern in self.isolate.items() if pattern.search(plain)), None)


class Guard:
    def __init__(self, rules: Rules, head: Head | None) -> None:
        self._rules = rules
        self._head = head

    def judge(self, question: str, vector: Vector) -> Judgement:
        """`question` is normalised, `vector` the one it is searched with."""
        plain = unveiled(question)
        is_abusive = self._rules.abuse.search(plain) is not None
        score = self._head.score(vector, plain) if self._head else 0.0
        if rule := self._rules.refused(plain):
            return Judgement(Action.REFUSE, rule, _CERTAIN, is_abusive)
        if rule := self._rules.isolated(plain) or ("set apart" if is_set_apart(question) else None):
            return Judgement(Action.ISOLATE, rule, max(score, _FLAGGED), is_abusive)
        if self._head and score > self._head.threshold:
            return Judgement(Action.ISOLATE, "model", score, is_abusive)
        return Judgement(Action.ALLOW, None, score, is_abusive)

    def mistrusts(self, said: str) -> bool:
        """Whether a rule speaks against what was said before the question, in text that is normalised or not."""
        plain = unveiled(normalise(said).text)
        return bool(self._rules.refused(plain) or self._rules.isolated(plain))


def _any(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.MULTILINE)
