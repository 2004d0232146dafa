"""Driving licences."""

import pytest

from app.adapters.pii.papers import DRIVING_LICENCE
from tests.unit.pii.marked import found_by, lines, plain, values

FOUND = r"""
運転免許証番号 ⟦301234567890⟧
免許証の番号は⟦62 0456 789012⟧です
運転免許 ⟦540011223344⟧
免許番号：⟦1234-5678-9012⟧
免許証⟦９９００１１２２３３４４⟧
運転免許証番号は「⟦887766554433⟧」
免許の番号 ⟦445566778899⟧
運転免許証：⟦305678901234⟧
ライセンス番号 ⟦770011223344⟧
免許証番号→⟦667788990011⟧
運転免許の番号が⟦121212343434⟧
免許証(⟦302233445566⟧)
driver's license ⟦D1234567⟧
drivers license number: ⟦S530-4608-3450⟧
driver license ⟦A9988776⟧
DL ⟦Y1234567⟧
DLN: ⟦12345678⟧
driving licence ⟦MORGA753116SM9IJ⟧
my driver's licence is ⟦F255-9215-0094⟧
license number ⟦WDL7788990⟧
licence no. ⟦JONES 710238 HA9⟧
driver’s license #⟦H3344556⟧
Driving license: ⟦BX0099887⟧
licence number is ⟦SMITH 805091 K99⟧
drivers lic. ⟦07234561⟧
運転免許証の⟦609911882277⟧
免許証番号\n⟦301122334455⟧
免許証番号を⟦100200300400⟧に変更
driver license no ⟦Z5566778⟧
driver's license number is ⟦C7654321⟧ (CA)
運転免許:⟦450099887766⟧
免許は⟦223344556677⟧
免許証番号は第⟦301234567890⟧号です
免許の番号を以下に書きます\n⟦305512345678⟧
運転免許証No：⟦44-12-345678-90⟧
⟦301122334455⟧が免許証番号です
My driver's license from Ohio is ⟦RT123456⟧
DL#: ⟦S12345678⟧
driving licence number ⟦morga657054sm9ij⟧
Ontario driver's licence: ⟦A1234-56789-01234⟧
I uploaded my licence. It reads ⟦HARRI612148AB9DR⟧
免許証を更新しました。番号は⟦305512347700⟧です
⟦D4417723⟧ is what my driving licence says
"""

LEFT = r"""
運転免許証は使えますか
免許証のコピーを送りました
免許を取りました
免許証の有効期限は2027年
注文番号 301234567890
301234567890
電話 090-1234-5678
免許証の表と裏
免許の更新は3年ごと
driver's license accepted?
Do I need my driving licence
the license key
license agreement v2.0
software license 2024
driver update 10.2
printer driver v8
DL speed 100Mbps
ライセンス認証が通らない
ライセンスは3台まで
DLサイトで買いました
driving gloves size 9
screwdriver 12345678
免許証を2枚
運転免許センター
運転席 12
free license for students
licence to sell
license plate
コード 123456789012
driver seat
my driver was late 2 hours
driver Anna 12 min away
免許証を忘れたので電話 090-1234-5678
ライセンスキーは 12345678
免許証は届きました。注文番号は305512347700です
My driver's license expired. Tracking 305512347700
"""


@pytest.mark.parametrize("marked", lines(FOUND))
def test_found(marked: str) -> None:
    assert found_by(DRIVING_LICENCE.find, plain(marked)) == values(marked)


@pytest.mark.parametrize("text", lines(LEFT))
def test_left_alone(text: str) -> None:
    assert found_by(DRIVING_LICENCE.find, text) == []


def test_the_tables_are_long_enough() -> None:
    assert min(len(lines(FOUND)), len(lines(LEFT))) >= 30
