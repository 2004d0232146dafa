"""Payment cards."""

import pytest

from app.adapters.pii import credit_card
from tests.unit.pii.marked import found_by, lines, plain, values

FOUND = r"""
カード⟦4539 1488 0343 6467⟧
⟦4539148803436467⟧で払いました
⟦４５３９−１４８８−０３４３−６４６７⟧
VISA ⟦4716-4618-9732-5509⟧
Mastercard ⟦5425 2334 3010 9903⟧
⟦2223 0031 2200 3222⟧ (新しいMC)
JCBの⟦3566002020360505⟧
⟦3530 1113 3330 0000⟧
アメックス⟦3714 496353 98431⟧
⟦378734493671000⟧ amex
diners ⟦30569309025904⟧
⟦38520000023237⟧
Discover ⟦6011 1111 1111 1117⟧
⟦6011000990139424⟧
銀聯 ⟦6212345678901232⟧
card number ⟦4000 0025 0000 3155⟧ declined
my card (⟦4917 6100 0000 0000⟧) expired
クレカ番号は⟦5200828282828210⟧です
カード番号 ⟦1234 5678 1234 5678⟧ が使えない
クレジットカード⟦4111-1111-1111-1112⟧ 打ち間違い
two cards: ⟦4242424242424242⟧ and ⟦5555555555554444⟧
⟦4242.4242.4242.4242⟧
credit card ⟦5105-1051-0510-5100⟧.
\n⟦6304 0000 0000 0000⟧\n maestro
デビットカード⟦4035501000000008⟧
⟦4462030000000000⟧
カード ⟦3528 0007 0000 0000⟧
the last card, ⟦6759649826438453⟧, no
⟦5019717010103742⟧
cc ⟦4012888888881881⟧
カードは⟦4000/0566/5566/5556⟧
プリペイドカード ⟦4571 7360 1234 5676⟧
"""

LEFT = r"""
注文番号 4539148803436467
追跡番号 4716 4618 9732 5509
カードの下4桁は6467です
card ending in 1881
4539 1488 0343 6466
4539148803436460 という番号
JAN 4901085612347
ISBN 9784873119038
T4010001012345
法人番号4010401012345
1234567890123456
0000 0000 0000 0000
9999-9999-9999-9995
tracking 6011111111111117
order no. 5555555555554444
invoice 378282246310005
シリアル 4111111111111111
2024-01-15 12:30:45 123
10,000,000,000,000円
円周率は3.14159265358979323846
4539-1488-0343
+81 90 1234 5678 901
3000 2000 1000 500
カードは使えますか
visa or mastercard?
クレジットカードの有効期限は12/27
バーコード 4549292000016
送り状 4012-8888-8888
ticket 4000056655665556
A4242424242424242
4242424242424242424242
部品番号 30569309025904
"""


@pytest.mark.parametrize("marked", lines(FOUND))
def test_found(marked: str) -> None:
    assert found_by(credit_card.find, plain(marked)) == values(marked)


@pytest.mark.parametrize("text", lines(LEFT))
def test_left_alone(text: str) -> None:
    assert found_by(credit_card.find, text) == []


def test_the_tables_are_long_enough() -> None:
    assert min(len(lines(FOUND)), len(lines(LEFT))) >= 30
