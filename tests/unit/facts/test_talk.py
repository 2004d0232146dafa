"""What is said beside the statement is left out; a text of nothing else stays."""

import pytest

from app.domain.facts.talk import asserted

CASES = [
    ("I'm not sure, but the fee is 500 yen.", "the fee is 500 yen."),
    ("I am sorry, but the fee is not refunded.", "the fee is not refunded."),
    ("Yes. You can return it.", "You can return it."),
    ("Do you like tea? Tea is sold here.", "Tea is sold here."),
    ("はい、返品できます。", "返品できます。"),
    ("We pay the postage.", "We pay the postage."),
    ("Is it open?", "Is it open?"),
]


@pytest.mark.parametrize(("text", "said"), CASES)
def test_talk_is_left_out(text: str, said: str) -> None:
    assert asserted(text).strip() == said
