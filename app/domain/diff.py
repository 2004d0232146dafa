"""What was changed in a text, by words; in Japanese by runs of one script, which is how a reader sees its words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_RUN = re.compile(
    r"<[A-Z_]+_\d+>|[A-Za-z]+(?:['’-][A-Za-z]+)*|\d+(?:[.,:]\d+)*|[一-鿿々〆ヶ]+|[ァ-ヺー]+|[ぁ-ゖ]+|\s+|.", re.DOTALL
)
_LONGEST = 4_000  # characters of which every one is compared; longer texts are compared by words


class ChangeKind(StrEnum):
    SAME = "same"
    INSERT = "insert"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Change:
    kind: ChangeKind
    text: str


def segments(text: str) -> list[str]:
    """Words, numbers, spaces and marks; joined they are `text`."""
    return _RUN.findall(text)


def word_diff(before: str, after: str) -> tuple[Change, ...]:
    """Joined, what is not inserted is `before`, and what is not deleted is `after`."""
    old, new = segments(before), segments(after)
    changes: list[Change] = []
    for tag, i, j, m, n in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            changes.append(Change(ChangeKind.SAME, "".join(old[i:j])))
            continue
        if j > i:
            changes.append(Change(ChangeKind.DELETE, "".join(old[i:j])))
        if n > m:
            changes.append(Change(ChangeKind.INSERT, "".join(new[m:n])))
    return tuple(changes)


def edit_distance(before: str, after: str) -> float:
    """Levenshtein's distance over the length of the longer text, 0 (the same) to 1."""
    long = max(len(before), len(after)) > _LONGEST
    old, new = (segments(before), segments(after)) if long else (list(before), list(after))
    return _levenshtein(old, new) / max(len(old), len(new), 1)


def _levenshtein(old: Sequence[str], new: Sequence[str]) -> int:
    """Insertions, deletions and substitutions (Levenshtein 1966), by rows (Wagner & Fischer 1974)."""
    while old and new and old[0] == new[0]:
        old, new = old[1:], new[1:]
    while old and new and old[-1] == new[-1]:
        old, new = old[:-1], new[:-1]
    row = list(range(len(new) + 1))
    for n, each in enumerate(old, 1):
        diagonal, row[0] = row[0], n
        for m, other in enumerate(new, 1):
            diagonal, row[m] = row[m], min(row[m] + 1, row[m - 1] + 1, diagonal + (each != other))
    return row[-1]
