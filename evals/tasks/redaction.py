"""Redaction alone: is personal data found, and is everything else left alone?

A span is met where a found one overlaps it by a character; of what type that one is counts in the metrics by type only.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import anyio.to_thread
from pydantic import BaseModel, ConfigDict

from app.adapters.pii.detector import load_detector
from app.adapters.site_file import load_site
from app.domain.evaluation import Pair
from app.domain.pii import PiiSpan, PiiType
from app.domain.ports import PiiDetector
from app.settings import Settings
from evals.samples import Dataset, Sample, read_samples
from evals.task import Output, Scorer

# What has a form of its own, rather than being a name or a place; and what has a check digit or a fixed form.
STRUCTURED = frozenset(PiiType) - {PiiType.PERSON, PiiType.ADDRESS}
FIXED = frozenset(
    {PiiType.CREDIT_CARD, PiiType.MY_NUMBER, PiiType.EMAIL, PiiType.POSTAL_CODE, PiiType.PASSPORT, PiiType.BANK_ACCOUNT}
)


class Labelled(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    start: int
    end: int
    type: str


class Message(Sample):
    """`spans` are half-open, in code points of `text`."""

    text: str
    lang: str
    spans: tuple[Labelled, ...]
    kind: str | None = None


Span = tuple[int, int, str]
Score = Callable[[Sequence[Span], Sequence[Span]], Pair | None]  # of the spans that are there and those found


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _met(spans: Sequence[Span], others: Sequence[Span]) -> int:
    return sum(any(_overlap(span, other) for other in others) for span in spans)


def _recall(gold: Sequence[Span], found: Sequence[Span]) -> Pair | None:
    return (_met(gold, found) / len(gold), len(gold)) if gold else None


def _precision(gold: Sequence[Span], found: Sequence[Span]) -> Pair | None:
    return _recall(found, gold)


def _f1(gold: Sequence[Span], found: Sequence[Span]) -> Pair | None:
    """2 TP / (gold + found); a TP is counted from both sides, as one span may overlap several."""
    total = len(gold) + len(found)
    return ((_met(gold, found) + _met(found, gold)) / total, total) if total else None


def _exact_f1(gold: Sequence[Span], found: Sequence[Span]) -> Pair | None:
    total = len(gold) + len(found)
    return (2 * len(set(gold) & set(found)) / total, total) if total else None


def _of_message(score: Score, only: frozenset[str] | None = None) -> Callable[[Message, Output], Pair | None]:
    def scored(message: Message, output: Output) -> Pair | None:
        gold, found = _gold(message), [(start, end, kind) for start, end, kind in output["spans"]]
        if only is None:
            return score(gold, found)
        return score([span for span in gold if span[2] in only], [span for span in found if span[2] in only])

    return scored


def _gold(message: Message) -> list[Span]:
    return [(span.start, span.end, span.type) for span in message.spans]


def _address_covered(message: Message, output: Output) -> Pair | None:
    """Letters and digits count; a comma between two found spans gives nobody away."""
    addresses = [span for span in message.spans if span.type == PiiType.ADDRESS]
    hidden = {place for start, end, _ in output["spans"] for place in range(start, end)}
    covered = [
        all(place in hidden or not message.text[place].isalnum() for place in range(span.start, span.end))
        for span in addresses
    ]
    return (sum(covered) / len(covered), len(covered)) if covered else None


def _touched_clean(message: Message, output: Output) -> Pair | None:
    return None if message.spans else (float(bool(output["spans"])), 1.0)


def _by_type() -> Iterator[Scorer[Message]]:
    groups = [("type", kind.value, frozenset({kind.value})) for kind in PiiType]
    groups += [("group", "structured", frozenset(STRUCTURED)), ("group", "fixed_form", frozenset(FIXED))]
    for group, name, kinds in groups:
        for metric, score in (("recall", _recall), ("precision", _precision), ("f1", _f1), ("exact_f1", _exact_f1)):
            yield Scorer(
                f"{metric}:{name}",
                f"{metric} of {name}, of what is found as such",
                _of_message(score, kinds),
                slice=(group, name),
            )


SCORERS: tuple[Scorer[Message], ...] = (
    Scorer("recall", "share of personal data that is found", _of_message(_recall), "nothing to find"),
    Scorer("precision", "share of what is found that is personal data", _of_message(_precision), "nothing found"),
    Scorer("f1", "precision and recall in one", _of_message(_f1), "nothing to find, and nothing found"),
    Scorer("exact_f1", "the same, of spans right to the character and of the right type", _of_message(_exact_f1)),
    Scorer("address_covered", "share of addresses with no letter or digit left", _address_covered, "no address"),
    Scorer(
        "touched_clean_rate",
        "share of messages without personal data in which some is found",
        _touched_clean,
        "messages with personal data",
        higher_is_better=False,
    ),
    *_by_type(),
)


class Redaction:
    kind = "redaction"
    scorers: Sequence[Scorer[Message]] = SCORERS

    def __init__(self, dataset: Dataset[Message], detector: PiiDetector) -> None:
        self.dataset = dataset
        self.versions: Mapping[str, str] = {"detector": detector.version}
        self._detector = detector

    async def run(self, sample: Message) -> Output:
        found = await anyio.to_thread.run_sync(partial(self._detector.detect, sample.text))
        return {"spans": [_as_row(span) for span in found]}


def _as_row(span: PiiSpan) -> Span:
    return span.start, span.end, span.type


@contextmanager
def open_redaction(settings: Settings, data: list[Path]) -> Iterator[Redaction]:
    """Raises EvalError for data that is not well formed."""
    dataset = read_samples(data[0].stem, data, Message)
    yield Redaction(dataset, load_detector(settings.models, load_site(settings.site_file).published))
