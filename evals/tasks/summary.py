"""Conversations that were handed over: does the summary name the wish and what was tried, and nothing that nobody
said?"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from app.desk.summary import summarise
from app.domain.evaluation import Pair
from app.domain.summary import MOST_LINES, LineKind
from app.settings import Settings
from evals.samples import Dataset, Sample, read_samples
from evals.task import Output, Scorer
from evals.tasks.answers import folded
from evals.turns import Said, conversation_of

_WISH = (LineKind.WISH, LineKind.OPEN)
_FIGURE = re.compile(r"\d+(?:[.,:]\d+)*")


class Conversed(Sample):
    """Of each group of `wish` and of `tried` the lines of that kind must hold one alternative. `agent_lang` is the
    agent's language; the conversation's where it is empty."""

    lang: Literal["ja", "en"]
    turns: tuple[Said, ...]
    wish: tuple[tuple[str, ...], ...]
    tried: tuple[tuple[str, ...], ...] = ()
    agent_lang: Literal["ja", "en", ""] = ""
    kind: str = ""


def _names(groups: Sequence[Sequence[str]], output: Output, kinds: Sequence[str]) -> bool:
    text = folded("\n".join(line["text"] for line in output["lines"] if line["kind"] in kinds))
    return all(any(folded(each) in text for each in group) for group in groups)


def _wish(sample: Conversed, output: Output) -> Pair:
    return float(_names(sample.wish, output, _WISH)), 1.0


def _tried(sample: Conversed, output: Output) -> Pair | None:
    if not sample.tried:
        return None
    return float(_names(sample.tried, output, [LineKind.TRIED])), 1.0


def _both(sample: Conversed, output: Output) -> Pair:
    return float(_wish(sample, output)[0] and (_tried(sample, output) or (1.0, 1.0))[0]), 1.0


def _invented(sample: Conversed, output: Output) -> Pair | None:
    """A line that its turn does not hold word for word, or that has a figure from nowhere."""
    lines = [line for line in output["lines"] if line["kind"] != LineKind.MOOD]
    if not lines:
        return None
    return sum(not _was_said(line, sample) for line in lines) / len(lines), float(len(lines))


def _was_said(line: dict[str, Any], sample: Conversed) -> bool:
    turn = sample.turns[line["turn"]].text
    text = line["text"].removesuffix("…")
    return text in turn and set(_FIGURE.findall(text)) <= set(_FIGURE.findall(turn))


def _too_long(_: Conversed, output: Output) -> Pair:
    return float(len(output["lines"]) > MOST_LINES), 1.0


SCORERS: tuple[Scorer[Conversed], ...] = (
    Scorer("names_both", "names the customer's wish and what was tried", _both),
    Scorer("names_wish", "names the customer's wish", _wish),
    Scorer("names_tried", "names what was tried", _tried, "nothing was tried"),
    Scorer("invented_rate", "share of lines that nobody said", _invented, "no line", higher_is_better=False),
    Scorer("too_long_rate", f"has more than {MOST_LINES} lines", _too_long, higher_is_better=False),
)


class Summaries:
    kind = "summary"
    versions: Mapping[str, str] = {"summary": "extractive-1"}

    def __init__(self, dataset: Dataset[Conversed]) -> None:
        self.dataset = dataset
        self.scorers: Sequence[Scorer[Conversed]] = SCORERS

    async def run(self, sample: Conversed) -> Output:
        conversation = conversation_of(sample.id, sample.lang, sample.turns)
        summary = summarise(conversation, sample.agent_lang or sample.lang)
        return {
            "text": "\n".join(f"{line.label}: {line.text}" for line in summary.lines),
            "lines": [{"kind": line.kind, "text": line.text, "turn": line.turn} for line in summary.lines],
        }


@contextmanager
def open_summaries(settings: Settings, data: list[Path]) -> Iterator[Summaries]:
    """Raises EvalError for data that is not well formed."""
    yield Summaries(read_samples(data[0].stem, data, Conversed))
