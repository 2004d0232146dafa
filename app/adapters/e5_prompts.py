"""What models of the e5 family want before a text, and rarely say themselves."""

import re

QUERY, PASSAGE = "query: ", "passage: "
_E5 = re.compile(r"(?:^|[-_/])e5(?:[-_:]|$)")


def is_e5(model: str) -> bool:
    """By its name, such as `intfloat/multilingual-e5-small`."""
    return bool(_E5.search(model.lower()))
