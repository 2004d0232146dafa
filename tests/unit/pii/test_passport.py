"""Passport numbers."""

import pytest

from app.adapters.pii.papers import PASSPORT
from tests.unit.pii.marked import found_by, lines, plain, values

FOUND = r"""
パスポート番号は⟦TR1234567⟧
パスポート：⟦MZ9876543⟧
旅券番号 ⟦TK0011223⟧
旅券⟦ＴＨ４４５５６６７⟧
パスポートの番号が⟦TZ7788990⟧です
パスポートNo. ⟦MP1122334⟧
パスポート（⟦TR5566778⟧）
旅券番号：⟦XS 4455667⟧
パスポート番号→⟦TM9090909⟧
パスポートは⟦NH3344556⟧
パスポート番号\n⟦TR0099887⟧
旅券の番号「⟦MR1212121⟧」
passport ⟦C01234567⟧
passport number: ⟦512345678⟧
Passport No ⟦X1234567⟧
my passport is ⟦A12345678⟧
passport #⟦L898902C3⟧
US passport ⟦340020013⟧
UK passport number ⟦925076473⟧
passport no. ⟦PA1234567⟧
Indian passport ⟦J8369854⟧
passport: ⟦G12345678⟧
passport number is ⟦YB9988776⟧
Passport ⟦E00007730⟧
パスポート番号(⟦TZ1234987⟧)を登録
旅券番号は⟦TG6677889⟧
パスポート番号 = ⟦MS7654321⟧
passport (⟦AB123456⟧)
the passport number, ⟦K0000001⟧
パスポート番号は以下です\n⟦TR3141592⟧
パスポート番号⟦TR8080808⟧と氏名
パスポートの番号を申し上げます、⟦TZ1122334⟧です
パスポートNo\n⟦MP9988776⟧
⟦TR4455667⟧が私のパスポート番号です
Passport番号は⟦tk7654321⟧
旅券番号は以下の通りです\n⟦NH1029384⟧
my passport (issued in Canada) is ⟦AB123456⟧
⟦X1234567⟧ is my passport number
Here is my passport. The number is ⟦K20481177⟧
⟦TR7012345⟧がパスポートの番号です
パスポートを更新しました。新しい番号は⟦TZ6604412⟧です
息子のパスポートは⟦TS2091447⟧で、妻のは⟦TH8017362⟧です
护照号码 ⟦E62018340⟧
Passport No. ⟦GB7 204 419⟧
the old passport was ⟦A02914445⟧, the new one is ⟦A11839021⟧
私のpassportは⟦TK4401923⟧です
passport number is ⟦five two zero one nine three eight four seven⟧
"""

LEFT = r"""
パスポートは必要ですか
パスポートのコピー
TR1234567
型番 MZ9876543
注文 TK0011223
passport control
My passport expired in 2020
passport photo 35x45
passport copy needed?
パスポートサイズの写真 35mm
パスポートケース 1980円
PASSPORT wallet
旅券の申請
order C01234567
serial X1234567
tracking LX123456789JP
ディズニーのパスポート 8400円
1デーパスポート 2枚
パスポートを2冊
a passport holder in black
年間パスポートは25000円
passport to adventure
E00007730
512345678
model A12345678
is a passport ok
bring your passport
my passport and visa
The passport office
パスポートとビザ
新しいパスポート
ワンデーパス
パスポートの有効期限は20270101です
パスポートケースの注文 AB1234567
My passport was stolen. The order number is K20481177
パスポートを忘れました。電話は090-1234-5670です
パスポートの写しを送りました。注文番号はTK1234567です
passport photos, order AB1234567
"""


@pytest.mark.parametrize("marked", lines(FOUND))
def test_found(marked: str) -> None:
    assert found_by(PASSPORT.find, plain(marked)) == values(marked)


@pytest.mark.parametrize("text", lines(LEFT))
def test_left_alone(text: str) -> None:
    assert found_by(PASSPORT.find, text) == []


def test_the_tables_are_long_enough() -> None:
    assert min(len(lines(FOUND)), len(lines(LEFT))) >= 30
