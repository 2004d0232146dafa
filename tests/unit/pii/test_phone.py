"""Telephone numbers."""

import pytest

from app.adapters.pii import phone
from tests.unit.pii.marked import found_by, lines, plain, values

FOUND = r"""
折り返しは⟦03-5544-7781⟧へ
⟦06-6372-1190⟧に電話しました
電話⟦0466-77-2031⟧
TEL:⟦0123(45)6677⟧
TEL⟦03-3456-0192⟧まで
携帯は⟦080-2931-7745⟧
⟦０９０ー８８２１ー４４０３⟧です
⟦〇三-六六七七-八八九〇⟧
⟦070 4432 9981⟧に連絡ください
⟦(042) 512-3300⟧が自宅です
⟦（０７５）２３１−４４６７⟧
⟦+81-3-5544-9981⟧
⟦+81 (0)90 2231 4456⟧
⟦+819044326678⟧
⟦0081-45-330-2291⟧
携帯番号 ⟦09066718823⟧
自宅の番号は⟦0452318876⟧
⟦0120-553-771⟧に何度もかけた
⟦0800-222-3344⟧から着信
⟦050-3355-8870⟧
call me on ⟦415-555-0142⟧
⟦(503) 555-0188⟧ works too
⟦212.555.0167⟧
⟦+1 (617) 555-0119⟧
⟦1-888-555-0143⟧
my number is ⟦2065550177⟧
⟦020 7946 0123⟧ in London
⟦07700 900 321⟧
⟦01632 960 445⟧
⟦+44 (0)161 496 0222⟧
⟦+33 1 99 00 55 12⟧
⟦+61 491 570 156⟧
text ⟦604 555 0151⟧ please
fax: ⟦040 1234 567⟧
実家⟦0257-22-4419⟧、携帯⟦090-1177-3312⟧
\n⟦045-662-1180⟧\n
"""

LEFT = r"""
注文番号 090-1234-5678-01 の件
2024-03-15 に購入
10:00-18:00 営業
3,980円でした
型番 NW-A105-0120
品番AB03-1234-5678
〒150-0043 渋谷
郵便番号 1500043
口座番号 0123456
会員番号 0901234567
伝票番号 0312-3456-7890
追跡番号 080-1122-3344
合計は 1,234,567 円
12/25-01/03は休み
1000-2000円くらい
バージョン 3.10.4.2200
192.168.0.12 に繋がらない
4901234567894 のJAN
T1234567890123
法人番号 1234567890123
order 112-7766554-3322110
tracking number 9400 1118 9922 3344 5566 77
invoice 555-123-4567
serial 212-555-0199-X
ISBN 978-4-00-310101-8
model 800-555-1234
page 120-125
the year 1999-2000
0.123456789
$1,200.50 total
ratio 16:9 or 4:3
30-60 days
2 for 1 offer 50% 1234567
予約番号0332109988
シリアル 0451239876
"""


@pytest.mark.parametrize("marked", lines(FOUND))
def test_found(marked: str) -> None:
    assert found_by(phone.find, plain(marked)) == values(marked)


@pytest.mark.parametrize("text", lines(LEFT))
def test_left_alone(text: str) -> None:
    assert found_by(phone.find, text) == []


def test_the_tables_are_long_enough() -> None:
    assert min(len(lines(FOUND)), len(lines(LEFT))) >= 30
