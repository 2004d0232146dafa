"""GoEmotions (Demszky et al. 2020) as moods; `python -m evals.emotions --data DIR --out FILE` writes its test part as
`kotae eval sentiment` reads it. None of it is kept here."""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from app.domain.understanding import Mood

# The grouping of the paper; what is ambiguous or neutral there is neutral here.
_ANGRY = frozenset({"anger"})
_NEGATIVE = frozenset(
    "annoyance disappointment disapproval disgust embarrassment fear grief nervousness remorse sadness".split()
)
_POSITIVE = frozenset(
    "admiration amusement approval caring desire excitement gratitude joy love optimism pride relief".split()
)


@dataclass(frozen=True, slots=True)
class Comment:
    text: str
    mood: Mood
    lang: str = "en"


def comments(data: Path, part: Literal["train", "dev", "test"]) -> list[Comment]:
    """Raises OSError where the set is missing below `data`. Of several emotions the worst counts."""
    folder = data / "sentiment" / "goemotions"
    names = (folder / "goemo_labels.txt").read_text(encoding="utf-8").split()
    lines = (folder / f"goemo_{part}.tsv").read_text(encoding="utf-8").split("\n")
    rows = (line.split("\t") for line in lines if line.strip())
    return [Comment(text, _mood({names[int(n)] for n in labels.split(",")})) for text, labels, *_ in rows]


def _mood(emotions: set[str]) -> Mood:
    for mood, group in ((Mood.ANGRY, _ANGRY), (Mood.NEGATIVE, _NEGATIVE), (Mood.POSITIVE, _POSITIVE)):
        if emotions & group:
            return mood
    return Mood.NEUTRAL


def write_test(data: Path, out: Path) -> Path:
    """`out` is the file. Raises OSError."""
    rows = (
        {"id": f"goemotions-{n:04}", "lang": "en", "text": comment.text, "label": comment.mood}
        for n, comment in enumerate(comments(data, "test"))
    )
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description="Write GoEmotions' test part for `kotae eval sentiment`.")
    parser.add_argument("--data", type=Path, required=True, help="folder of public data")
    parser.add_argument("--out", type=Path, required=True, help="the file that is written")
    given = parser.parse_args()
    print(write_test(given.data, given.out))


if __name__ == "__main__":
    main()
