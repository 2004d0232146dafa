"""Further values of a kind that was found: "ZIP was 30309, now 30316", "旧 5520184 → 新 7719320"."""

import re
from collections.abc import Iterable, Iterator

from app.adapters.pii.apart import OTHER
from app.adapters.pii.rule import LABELLED, Found

_REACH = 40  # characters


def and_again(text: str, found: Iterable[Found]) -> Iterator[Found]:
    """What was found, and behind each of it what is written alike and is not called something else."""
    known = list(found)
    starts = {each.start for each in known}
    for each in known:
        yield each
        alike = re.compile(rf"(?<![\w.,/#$€£¥-]){_form(text[each.start : each.end])}(?![\w/%]|[-.,]\d)")
        end = each.end
        while behind := alike.search(text, end, end + _REACH + each.end - each.start):
            if behind.start() in starts or OTHER.search(text, end, behind.start()):
                break
            starts.add(behind.start())
            yield Found(behind.start(), behind.end(), LABELLED)
            end = behind.end()


def _form(value: str) -> str:
    """Digits for digits, letters for letters, the rest as it is."""
    return "".join(
        r"\d" if each.isdigit() else "[A-Z]" if each.isupper() else "[a-z]" if each.islower() else re.escape(each)
        for each in value
    )
