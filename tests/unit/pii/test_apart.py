"""Values that stand apart from their label."""

import pytest

from app.adapters.pii.apart import Apart
from tests.unit.pii.marked import lines, plain, values

LOCKERS = Apart(r"locker|ロッカー", r"(?<![A-Za-z\d])[A-Z]\d{4}(?![A-Za-z\d])")

FOUND = r"""
I have a locker on the second floor. It is ⟦K4410⟧.
My locker jams again and again; the sticker says ⟦K4410⟧
locker\n⟦K4410⟧
Is the locker mine? It says ⟦K4410⟧
ロッカーを借りています。⟦K4410⟧です
ロッカーの件で伺いました。番号は⟦K4410⟧です
⟦K4410⟧ is what my locker says
「⟦K4410⟧」がロッカーの表示です
⟦k4410⟧ was the LOCKER
"""

LEFT = r"""
The part is K4410.
A locker with 12 keys, K4410
My locker jams. The order is K4410
My locker is fine and my account is K4410
Do you sell a locker? The lamp K4410 is broken.
ロッカーは何階ですか。部品はK4410です
My locker jams. I wrote to you on Monday and again on Friday, about K4410
My locker jams. I came by. You were shut. Then K4410
K4410 arrived. Where is the locker?
K4410. My locker jams
order K4410 is what the locker needs
"""


def found(text: str) -> list[str]:
    return [text[start:end] for start, end in LOCKERS.spans(text)]


@pytest.mark.parametrize("marked", lines(FOUND))
def test_found_in_another_sentence_or_before_the_label(marked: str) -> None:
    assert found(plain(marked)) == values(marked)


@pytest.mark.parametrize("text", lines(LEFT))
def test_left_where_it_belongs_to_something_else_or_stands_too_far(text: str) -> None:
    assert found(text) == []
