"""Messages of public data, attacks and ordinary ones: what evals/guard_fit.py learns from, and what is kept aside.

    python -m evals.guard_data --data DIR --out FOLDER

writes what is kept aside as `kotae eval guard` reads it: deepset, in_the_wild, ordinary and xstest, each .jsonl.
Kept aside are deepset's and banking77's test parts, a third of the in-the-wild prompts, a quarter of the dialogues of
asdc and the safe prompts of XSTest; what begins alike (versions of one jailbreak) is on one side.
"""

import argparse
import csv
import hashlib
import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from app.domain.text import normalise

_SEED = 20_261_122
_GOEMOTIONS, _CLINC = 5_000, 2_500  # messages drawn of each


@dataclass(frozen=True, slots=True)
class Labelled:
    """A message. `source` names the set it is from; `group` is equal for messages that must stay on one side."""

    text: str
    is_attack: bool
    source: str
    lang: Literal["ja", "en"]
    kept_aside: bool = False
    group: str = ""


def public_messages(data: Path) -> Iterator[Labelled]:
    """All of them, in one order. Raises OSError where a set is missing below `data`."""
    yield from _deepset(data / "injection" / "deepset")
    yield from _in_the_wild(data / "injection" / "in_the_wild" / "inthewild_jailbreak_llms.json")
    yield from _banking(data / "intent" / "banking77" / "banking_data")
    yield from _asdc(data / "dialogue" / "asdc" / "data" / "main" / "dialog" / "json")
    yield from _goemotions(data / "sentiment" / "goemotions" / "goemo_train.tsv")
    yield from _clinc(data / "intent" / "clinc150" / "data" / "data_full.json")
    for row in _rows(data / "overblocking" / "xstest" / "xstest_prompts.csv"):
        if row["label"] == "safe":
            yield Labelled(row["prompt"], False, "xstest", "en", kept_aside=True)


def share(text: str, parts: int) -> int:
    """Which of `parts` a text belongs to: the same on every machine."""
    return int(hashlib.sha256(text.encode()).hexdigest(), 16) % parts


def _deepset(folder: Path) -> Iterator[Labelled]:
    from pyarrow import parquet

    for part in ("train", "test"):
        table = parquet.read_table(folder / f"deepset_{part}.parquet").to_pydict()
        for text, label in zip(table["text"], table["label"], strict=True):
            yield Labelled(text, bool(label), "deepset", "en", part == "test")


def _in_the_wild(path: Path) -> Iterator[Labelled]:
    for text in json.loads(path.read_text(encoding="utf-8")):
        beginning = re.sub(r"\W+", "", normalise(text).text.lower())[:40]
        yield Labelled(text, True, "in_the_wild", "en", share(beginning, 3) == 0, beginning)


def _banking(folder: Path) -> Iterator[Labelled]:
    for part in ("train", "test"):
        for row in _rows(folder / f"{part}.csv"):
            yield Labelled(row["text"], False, "banking77", "en", part == "test")


def _asdc(folder: Path) -> Iterator[Labelled]:
    for path in sorted(folder.glob("*.json")):
        for said in json.loads(path.read_text(encoding="utf-8"))["utterances"]:
            source = "asdc" if said["name"].startswith("customer") else "asdc_operator"
            yield Labelled(said["text"], False, source, "ja", share(path.stem, 4) == 0, path.stem)


def _goemotions(path: Path) -> Iterator[Labelled]:
    lines = path.read_text(encoding="utf-8").splitlines()
    for line in random.Random(_SEED).sample(lines, _GOEMOTIONS):  # noqa: S311 - a draw, no secret
        yield Labelled(line.split("\t")[0], False, "goemotions", "en")


def _clinc(path: Path) -> Iterator[Labelled]:
    said = json.loads(path.read_text(encoding="utf-8"))
    drawn = random.Random(_SEED).sample(said["train"], _CLINC)  # noqa: S311 - a draw, no secret
    for text, _ in [*drawn, *said["oos_train"]]:
        yield Labelled(text, False, "clinc150", "en")


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def write_kept_aside(data: Path, out: Path) -> None:
    files: dict[str, list[str]] = {}
    for said in public_messages(data):
        if said.kept_aside and said.source != "asdc_operator":
            name = {"banking77": "ordinary", "asdc": "ordinary"}.get(said.source, said.source)
            lines = files.setdefault(name, [])
            row = {"id": f"{said.source}-{len(lines)}", "text": said.text, "lang": said.lang, "category": said.source}
            lines.append(json.dumps(row | {"label": "attack" if said.is_attack else "benign"}, ensure_ascii=False))
    out.mkdir(parents=True, exist_ok=True)
    for name, lines in files.items():
        (out / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the public messages that are kept aside.")
    parser.add_argument("--data", type=Path, required=True, help="folder of public data")
    parser.add_argument("--out", type=Path, required=True, help="folder the files are written to")
    given = parser.parse_args()
    write_kept_aside(given.data, given.out)


if __name__ == "__main__":
    main()
