"""What should not stay with a machine: critical topics, and customers who ask for a person.

Rules know the usual words (topics.toml); a model over the question's vector (topics_head.toml) knows what is said in
others. Whichever is surer counts.
"""

import logging
import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.domain.ports import Vector
from app.domain.understanding import CANCELLATION, Topic

RULES = Path(__file__).with_name("topics.toml")
WEIGHTS = Path(__file__).with_name("topics_head.toml")
CRITICAL = ("self_harm", "safety", "security", "payment_dispute", "legal", "press", "complaint", CANCELLATION)
ASKED = "asked_for_human"
LONG_STANDING = 24  # months
_LONGEST = 500  # letters from either end that rules read
_BY_RULE = 0.95  # the score of what a rule says
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Rule:
    """`unless` is cut out of a message before `says` looks at it."""

    says: re.Pattern[str]
    unless: re.Pattern[str] | None

    def holds(self, plain: str) -> bool:
        return self.says.search(self.unless.sub(" ", plain) if self.unless else plain) is not None


@dataclass(frozen=True, slots=True)
class TopicHead:
    """Logistic models over the question's vector: `weights` has shape (topics, d). A topic is told from its threshold
    on, where its score is read as 0.5."""

    names: tuple[str, ...]
    intercepts: Vector
    weights: Vector
    thresholds: Vector

    def scores(self, vector: Vector) -> dict[str, float]:
        odds = self.intercepts + self.weights @ vector - self.thresholds
        return {name: 1 / (1 + math.exp(-float(each))) for name, each in zip(self.names, odds, strict=True)}


class Topics:
    """Safe to share between threads."""

    def __init__(self, rules: Mapping[str, Rule], head: TopicHead | None) -> None:
        self._rules = rules
        self._head = head

    def says(self, rule: str, plain: str) -> bool:
        """`plain` is unveiled (app/domain/text/unveil.py)."""
        return self._rules[rule].holds(plain)

    def judge(
        self, plain: str, vector: Vector | None, tenure_months: int | None = None
    ) -> tuple[tuple[Topic, ...], float]:
        """The critical topics above one half, the surest first, and how much a person is asked for, in 0..1. Without a
        vector the rules judge alone. Of a long text both ends are read."""
        plain = plain if len(plain) <= 2 * _LONGEST else f"{plain[:_LONGEST]}\n{plain[-_LONGEST:]}"
        found = self._scores(plain, vector)
        if self._leaves(plain, tenure_months):
            found[CANCELLATION] = _BY_RULE
        told = [Topic(name, found[name]) for name in CRITICAL if found[name] >= 0.5]
        return tuple(sorted(told, key=lambda topic: -topic.score)), found[ASKED]

    def _scores(self, plain: str, vector: Vector | None) -> dict[str, float]:
        """Where an `unless` holds and the rest of the message says nothing, the model, which cannot leave it out,
        does not count."""
        by_model = self._head.scores(vector) if self._head and vector is not None else {}
        scores = {}
        for name in (*CRITICAL, ASKED):
            rule = self._rules[name]
            is_excused = rule.unless is not None and rule.unless.search(plain) is not None
            scores[name] = _BY_RULE if rule.holds(plain) else 0.0 if is_excused else by_model.get(name, 0.0)
        return scores

    def _leaves(self, plain: str, tenure_months: int | None) -> bool:
        is_long = tenure_months is not None and tenure_months >= LONG_STANDING
        return self.says("leaving", plain) and (is_long or self.says("long_standing", plain))


def load_topics(fingerprint: str | None) -> Topics:
    """`fingerprint` is the embedder's, None where its vectors are not to be read."""
    return Topics(load_rules(), _load_head(fingerprint))


def load_rules(path: Path = RULES) -> dict[str, Rule]:
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return {
        name: Rule(_any(rule["ja"] + rule["en"]), _any(rule["unless"]) if rule["unless"] else None)
        for name, rule in table.items()
    }


def _load_head(fingerprint: str | None, path: Path = WEIGHTS) -> TopicHead | None:
    fields = tomllib.loads(path.read_text(encoding="utf-8"))
    if fields["embedder"] != fingerprint:
        _log.warning("The topics' model knows %s only; with another one its rules judge alone.", fields["embedder"])
        return None
    heads = fields["topic"]
    numbers = {name: np.array([head[name] for head in heads.values()], dtype=np.float32) for name in
               ("intercept", "weights", "threshold")}  # fmt: skip
    return TopicHead(tuple(heads), numbers["intercept"], numbers["weights"], numbers["threshold"])


def _any(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.MULTILINE)
