"""Numbers that a state gives a person."""

import pytest

from app.adapters.pii import national_id
from tests.unit.pii.marked import found_by, lines, plain, values

FOUND = r"""
my SSN is ⟦457-55-5462⟧
⟦078-05-1120⟧
social security number: ⟦219 46 7731⟧
SSN ⟦536224587⟧ on file
ITIN ⟦912-70-1234⟧
tax payer id ⟦936-82-0041⟧
SSN=⟦123-45-6789⟧
(⟦401-22-9087⟧)
National Insurance number ⟦AB123456C⟧
NI: ⟦JM 40 24 25 C⟧
⟦PX 12 34 56 D⟧ is my NINO
在留カードは⟦UL82658810LC⟧です
在留カード番号：⟦ＡＢ１２３４５６７８ＣＤ⟧
⟦GD45671209EA⟧を提示しました
基礎年金番号 ⟦4421-990317⟧
年金番号：⟦1234-567890⟧
年金手帳番号は⟦5501 228844⟧
健康保険証の番号は⟦06130012⟧です
保険証番号：⟦31240588⟧
被保険者番号 ⟦0001234567⟧
被保険者証の記号 ⟦1234567⟧
雇用保険の番号⟦1301-234567-8⟧
住民票コード ⟦12345678901⟧
NHS ⟦943 476 5919⟧
Medicare ⟦2950 12345 1⟧
SIN: ⟦046 454 286⟧
aadhaar ⟦2345 6789 0123⟧
national id ⟦A123456789⟧
identity card no. ⟦770112345⟧
身份证 ⟦11010519491231002X⟧
주민등록번호 ⟦850101-1234568⟧
⟦720315-2345671⟧ (韓国)
基礎年金番号は⟦1234-567890⟧です
⟦4321-098765⟧が基礎年金番号です
在留カードの番号を送ります ⟦CD87654321EF⟧
保険者番号：⟦06130012⟧
NI number: ⟦AB123456C⟧
my social is ⟦219-09-9999⟧
NRIC ⟦S1234567D⟧
社会保障番号 ⟦219099999⟧
"""

LEFT = r"""
000-12-3456
666-12-3456
123-00-4567
123-45-0000
order 457-55-5462
part number 536-22-4587
ref 078-05-1120
2024-01-15
123-456-7890
12-34-5678
〒123-4567
NINOを教えて
GB123456A
AB12345C
AB1234567C
model AB123456E
型番 UL82658810
UL8265881LC
年金の手続きはどこですか
保険証は必要ですか
健康保険には入れますか
雇用保険について
在留カードのコピーを送ります
SSN is required?
what is a social security number
110105194912310021
990101-9234567
851301-1234567
10-20-3000
password AB123456
tracking AB123456789JP
ISBN 4-06-519981-2
invoice 401-22-9087
住民票の写しは3通必要ですか
保険料は12000円です
健康保険は2024年4月から
在留カードの期限は2026年
"""


@pytest.mark.parametrize("marked", lines(FOUND))
def test_found(marked: str) -> None:
    assert found_by(national_id.find, plain(marked)) == values(marked)


@pytest.mark.parametrize("text", lines(LEFT))
def test_left_alone(text: str) -> None:
    assert found_by(national_id.find, text) == []


def test_the_tables_are_long_enough() -> None:
    assert min(len(lines(FOUND)), len(lines(LEFT))) >= 30
