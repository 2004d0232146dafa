"""Samples and the files they come from: JSON Lines, read strictly, so that no score rests on a misread line."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from app.errors import EvalError


class Sample(BaseModel):
    """One line of a dataset. `cluster` names what is resampled together: the conversation, or the sample alone."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    id: str
    conversation: str | None = None

    @property
    def cluster(self) -> str:
        return self.conversation or self.id

    @property
    def slices(self) -> dict[str, str]:
        """By what the results are also shown: {"lang": "ja", …}."""
        return {
            name: value for name in ("lang", "kind") if isinstance(value := getattr(self, name, None), str) and value
        }

    @property
    def sha(self) -> str:
        """Changes with anything the scores depend on."""
        return hashlib.sha256(self.model_dump_json(exclude_defaults=True).encode()).hexdigest()[:16]


S = TypeVar("S", bound=Sample)


@dataclass(frozen=True, slots=True)
class Dataset(Generic[S]):
    """`places` says where each sample stands, "file, line 3", for errors."""

    name: str
    samples: tuple[S, ...]
    places: dict[str, str]

    @property
    def sha(self) -> str:
        joined = "\n".join(f"{sample.id} {sample.sha}" for sample in self.samples)
        return hashlib.sha256(joined.encode()).hexdigest()[:16]

    def first(self, limit: int | None) -> "Dataset[S]":
        return Dataset(self.name, self.samples[:limit], self.places)


def read_samples(name: str, files: list[Path], model: type[S]) -> Dataset[S]:
    """All lines of `files` as samples. Raises EvalError, with file and line, for a line that is not a sample, an id
    that was there before, or when there is none at all."""
    samples: list[S] = []
    places: dict[str, str] = {}
    for path in files:
        for place, fields in read_json_lines(path):
            sample = _parsed(place, fields, model)
            if sample.id in places:
                raise EvalError(f'{place}: the id "{sample.id}" is taken by {places[sample.id]}; give each its own.')
            places[sample.id] = place
            samples.append(sample)
    if not samples:
        raise EvalError(f"{', '.join(str(path) for path in files)}: holds no sample; there is nothing to measure.")
    return Dataset(name, tuple(samples), places)


def read_json_lines(path: Path) -> Iterator[tuple[str, Any]]:
    """("FILE, line N", the line's value) of each line that is not blank. Raises EvalError."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")  # U+2028 may stand in a line
    except OSError as error:
        raise EvalError(f"{path} cannot be read ({error.strerror}); name a file of JSON Lines.") from None
    except UnicodeDecodeError:
        raise EvalError(f"{path} is not UTF-8 text; save it as UTF-8.") from None
    for number, line in enumerate(lines, 1):
        if line.strip():
            place = f"{path}, line {number}"
            try:
                yield place, json.loads(line)
            except (ValueError, RecursionError):
                raise EvalError(f"{place}: this is not JSON; write one JSON object a line.") from None


def _parsed(place: str, fields: Any, model: type[S]) -> S:
    try:
        return model.model_validate_json(json.dumps(fields))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the line"
        raise EvalError(f'{place}: "{where}" is wrong ({first["msg"]}); see docs/evals.md for the format.') from None
