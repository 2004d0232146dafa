"""Text that a model is given as data: nothing in it can end it, or be taken for words of ours."""

import json
from collections.abc import Mapping

_MARKS = frozenset("<>[]\u2028\u2029\x85")


def fenced(data: Mapping[str, object]) -> str:
    """JSON on one line. Nothing inside can end it, and no bracket in it reads as a mark of ours or of a chat template.

    `data` must hold no lists: their brackets would be taken for such marks.
    """
    text = json.dumps(data, ensure_ascii=False)
    return "".join(f"\\u{ord(char):04x}" if char in _MARKS else char for char in text)
