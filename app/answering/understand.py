"""Step 4: what a customer's turn says beside its question – mood, critical topics, route – and how ours went."""

import re
import tomllib
from pathlib import Path

from app.answering import sentiment
from app.answering import topics as critical_topics
from app.answering.escalate import Heard, Setback
from app.answering.intent import Intents
from app.answering.sentiment import SentimentJudge
from app.answering.topics import Topics
from app.domain.ports import Vector
from app.domain.text import normalise
from app.domain.text.unveil import unveiled
from app.domain.understanding import Understood

SETBACKS = Path(__file__).with_name("setbacks.toml")
FILES = (
    SETBACKS,
    sentiment.RULES,
    sentiment.WEIGHTS,
    critical_topics.RULES,
    critical_topics.WEIGHTS,
)  # all that it rests on


class Understanding:
    """Safe to share between threads."""

    def __init__(self, judge: SentimentJudge, critical: Topics, intents: Intents | None) -> None:
        self._judge = judge
        self._topics = critical
        self._intents = intents
        table = tomllib.loads(SETBACKS.read_text(encoding="utf-8"))
        self._said = {name: re.compile("|".join(rule["ja"] + rule["en"])) for name, rule in table.items()}

    def read(self, text: str, vector: Vector, tenure_months: int | None = None) -> Understood:
        """`text` is normalised, `vector` the one it is searched with."""
        plain = unveiled(text)
        topics, wants_human = self._topics.judge(plain, vector, tenure_months)
        return Understood(
            sentiment=self._judge.judge(text, vector),
            topics=topics,
            wants_human=wants_human,
            protests=self._topics.says("protests", plain),
            closes=self._topics.says("closes", plain),
            agrees=self._topics.says("agrees", plain),
            route=self._intents.nearest(vector) if self._intents else None,
        )

    def protests(self, text: str) -> bool:
        """Whether a customer says that the last answer was of no use, in text that is normalised or not."""
        return self._topics.says("protests", unveiled(normalise(text).text))

    def reply(self, turn: int, text: str) -> Heard:
        """A turn of any assistant, by what it said."""
        plain = unveiled(normalise(text).text)
        setbacks = [each for each in Setback if each.value in self._said and self._said[each.value].search(plain)]
        return Heard(
            turn, setback=setbacks[0] if setbacks else None, offers=self._said["offers"].search(plain) is not None
        )
