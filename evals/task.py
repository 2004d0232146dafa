"""What an evaluation is made of: a task runs each sample once, scorers turn what came out into numbers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol

from app.domain.evaluation import Pair, Statistic, weighted_mean
from evals.samples import Dataset, S

Output = dict[str, Any]  # plain JSON: kept in the run, so that a sample can be looked at and scored again
INPUT = "input"  # in an output: fields that are kept in place of the sample's own, such as a question that was redacted


@dataclass(frozen=True, slots=True)
class NotMeasured:
    """A score that should be there and is not – a time-out, rubbish from a judge: counted and shown, never 0 or NaN."""

    reason: str


@dataclass(frozen=True, slots=True)
class Scorer(Generic[S]):
    """`score` gives a sample's pair (see app.domain.evaluation), in 0..1, or None where the metric is undefined for it,
    which `undefined` explains.

    A scorer with a `slice` (its name, a value) looks at that part of each sample only; its name is "METRIC:VALUE".
    """

    name: str
    measures: str
    score: Callable[[S, Output], Pair | NotMeasured | None]
    undefined: str = ""
    statistic: Statistic = weighted_mean
    higher_is_better: bool = True
    slice: tuple[str, str] | None = None

    @property
    def is_mean(self) -> bool:
        """Whether a single sample's score says something by itself."""
        return self.statistic is weighted_mean


class Task(Protocol[S]):
    """A dataset bound to the thing it measures."""

    @property
    def kind(self) -> str: ...

    @property
    def dataset(self) -> Dataset[S]: ...

    @property
    def scorers(self) -> Sequence[Scorer[S]]: ...

    @property
    def versions(self) -> Mapping[str, str]:
        """Everything but the dataset that the numbers depend on."""
        ...

    async def run(self, sample: S) -> Output:
        """Raises KotaeError or TimeoutError where the sample cannot be measured."""
        ...
