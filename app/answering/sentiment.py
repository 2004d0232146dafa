"""How a customer's turn sounds: a logistic model over the question's vector and its letters, and rules beside it.

The model (evals/sentiment_fit.py) knows English comments; rules know what it misses in a shop: polite anger, shouting,
urgency. What both say together was fitted to be a probability. With another embedding model the rules judge alone.
"""

import logging
import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from app.answering.guard_head import letter_runs
from app.domain.ports import Vector
from app.domain.text.unveil import unveiled
from app.domain.understanding import Mood, Sentiment

RULES = Path(__file__).with_name("sentiment_rules.toml")
WEIGHTS = Path(__file__).with_name("sentiment_head.toml")
SIGNS = ("angry", "polite_anger", "negative", "positive", "shouting", "exclaiming")  # in the order of the fit
_LETTERS_OF_A_SHOUT = 8  # "OK" and "AP-30" shout at nobody
_SHOUT = 0.7  # share of capitals among letters
_EXCLAIMED = re.compile(r"[!?！？]{2,}")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Scale:
    """Log odds: `slope` times the model's, a weight for each of SIGNS that is there, and `intercept`."""

    slope: float
    intercept: float
    signs: tuple[float, ...]

    def odds(self, logit: float, signs: tuple[float, ...]) -> float:
        return self.slope * logit + self.intercept + sum(w * sign for w, sign in zip(self.signs, signs, strict=True))


@dataclass(frozen=True, slots=True)
class Head:
    """Weights over the vector, and for what is negative over the letters too; each has its intercept."""

    negative: Vector
    letters: Vector
    angry: Vector
    positive: Vector
    intercepts: tuple[float, float, float]

    def logits(self, vector: Vector, plain: str) -> tuple[float, float, float]:
        """Of negative, angry, positive."""
        n, a, p = self.intercepts
        negative = n + float(self.negative @ vector + self.letters @ letter_runs(plain))
        return negative, a + float(self.angry @ vector), p + float(self.positive @ vector)


@dataclass(frozen=True, slots=True)
class Scales:
    """How to read the model's logits together with the rules."""

    negative: Scale
    angry: Scale
    positive: Scale

    @classmethod
    def of(cls, fields: Mapping[str, Mapping[str, Any]]) -> "Scales":
        return cls(**{name: _scale(fields[name]) for name in ("negative", "angry", "positive")})


class SentimentRules:
    """Patterns by sign on the plain form of a text, and `urgent`."""

    def __init__(self, patterns: Mapping[str, re.Pattern[str]]) -> None:
        self._patterns = patterns

    @classmethod
    def load(cls, path: Path = RULES) -> "SentimentRules":
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        return cls({name: re.compile("|".join(rule["ja"] + rule["en"]), re.MULTILINE) for name, rule in table.items()})

    def signs(self, text: str, plain: str) -> tuple[float, ...]:
        """1 for each of SIGNS that `text` shows, else 0."""
        said = [float(bool(self._patterns[name].search(plain))) for name in SIGNS[:4]]
        letters = [letter for letter in text if letter.isascii() and letter.isalpha()]
        capitals = sum(map(str.isupper, letters))
        shouts = len(letters) >= _LETTERS_OF_A_SHOUT and capitals >= _SHOUT * len(letters)
        return (*said, float(shouts), float(bool(_EXCLAIMED.search(text))))

    def is_urgent(self, plain: str) -> bool:
        return self._patterns["urgent"].search(plain) is not None


class SentimentJudge:
    """Safe to share between threads."""

    def __init__(self, rules: SentimentRules, head: Head | None, scales: Scales) -> None:
        self._rules = rules
        self._head = head
        self._scales = scales

    def judge(self, text: str, vector: Vector) -> Sentiment:
        """`text` is normalised, `vector` the one it is searched with."""
        plain = unveiled(text)
        signs = self._rules.signs(text, plain)
        logits = self._head.logits(vector, plain) if self._head else (0.0, 0.0, 0.0)
        scales = (self._scales.negative, self._scales.angry, self._scales.positive)
        negative, angry, positive = (
            _share(scale.odds(logit, signs)) for scale, logit in zip(scales, logits, strict=True)
        )
        return Sentiment(negative, angry, _mood(negative, angry, positive), self._rules.is_urgent(plain))


def load_judge(fingerprint: str | None, path: Path = WEIGHTS) -> SentimentJudge:
    """`fingerprint` is the embedder's, None where its vectors are not to be read; then rules judge alone."""
    fields = tomllib.loads(path.read_text(encoding="utf-8"))
    rules = SentimentRules.load()
    if fingerprint != fields["embedder"]:
        _log.warning("The mood's model knows %s only; with another one its rules judge alone.", fields["embedder"])
        return SentimentJudge(rules, None, Scales.of(fields["alone"]))
    weights = {
        name: np.array(fields["weights"][name], dtype=np.float32)
        for name in ("negative", "letters", "angry", "positive")
    }
    return SentimentJudge(rules, Head(**weights, intercepts=tuple(fields["intercepts"])), Scales.of(fields["scales"]))


def _scale(fields: Mapping[str, Any]) -> Scale:
    return Scale(float(fields["slope"]), float(fields["intercept"]), tuple(map(float, fields["signs"])))


def _share(odds: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


def _mood(negative: float, angry: float, positive: float) -> Mood:
    if negative >= 0.5:
        return Mood.ANGRY if angry >= 0.5 else Mood.NEGATIVE
    return Mood.POSITIVE if positive >= 0.5 else Mood.NEUTRAL
