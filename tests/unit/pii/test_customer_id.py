"""Numbers of customers."""

import pytest

from app.adapters.pii import customer_id
from tests.unit.pii.marked import found_by, lines, plain, values

FOUND = r"""
会員番号は⟦12345678⟧です
会員番号：⟦A-0012345⟧
会員ID ⟦mk88123⟧
会員No.⟦556677⟧
会員証番号 ⟦00098812⟧
お客様番号⟦1234-5678-90⟧
お客様番号：⟦ＣＳ００１２３⟧
お客さま番号は⟦9988-7766⟧
顧客番号 ⟦K-20230⟧
顧客コード：⟦TK00981⟧
顧客IDは⟦cus_10293⟧
契約者番号 ⟦7700112233⟧
利用者番号：⟦44556677⟧
加入者番号 ⟦080-1122-334⟧
患者番号⟦000451⟧
診察券番号は⟦20-00871⟧です
診察券No.⟦77812⟧
ポイントカード番号 ⟦2100 0045 6712⟧
社員番号 ⟦E10293⟧
学籍番号：⟦21B4401⟧
会員番号「⟦X55-901⟧」の更新
会員番号→⟦7781200⟧
customer number ⟦C-1002938⟧
customer ID: ⟦88771234⟧
my member number is ⟦4456-7712⟧
membership number: ⟦M0099812⟧
client ID ⟦CL-77120⟧
patient ID ⟦P1002003⟧
subscriber number ⟦5500112299⟧
loyalty card number ⟦6001 2345 6789⟧
employee id: ⟦E4471⟧
customer no. ⟦30021⟧
student ID ⟦s1840021⟧
policy holder number ⟦PH-889123⟧
ユーザー番号 ⟦u-778812⟧
マイページID ⟦mp0098812⟧
お客様番号は以下の通りです。\n⟦12-345-678⟧
会員番号ですが、⟦77812345⟧になります
メンバーズカード番号：⟦5501223344⟧
⟦C1234567⟧が会員番号です
ご契約番号は⟦KY-556677⟧です
受講生番号 ⟦20240115A⟧
カルテ番号は⟦004512⟧
保険証券番号：⟦AB-9988771⟧
policy number is ⟦POL-556677⟧
my member id should be ⟦mb_44219⟧
rewards card number ⟦9900112233⟧
Customer no : ⟦55-0192⟧
会員No⟦88120047⟧です
"""

LEFT = r"""
会員番号を忘れました
会員番号はどこに書いてありますか
注文番号 12345678
伝票番号A-0012345
型番 CS00123
予約番号 K-20230
会員登録は無料ですか
お客様センター
お客様の声 2024
お客様サポート 0120
顧客満足度 98%
customer service 24/7
customer support number?
customers 2024
my member card is lost
membership costs 3000 yen
membership fee 1200
client software v2
patient care
subscriber benefits
loyalty points 1200
employee discount 20%
ticket ID 88771234
order ID 88771234
product ID CL-77120
製品ID TK00981
シリアル番号 7700112233
12345678
ABC-12345
社員食堂 500円
学籍簿
会員価格 1980円
会員限定2024セール
診察券を忘れました
お客様番号がわからないので電話しました 03-1234-5678
会員番号を忘れ、注文番号12345678しかありません
会員ポイント 12000 点
policy change 2024
"""


@pytest.mark.parametrize("marked", lines(FOUND))
def test_found(marked: str) -> None:
    assert found_by(customer_id.find, plain(marked)) == values(marked)


@pytest.mark.parametrize("text", lines(LEFT))
def test_left_alone(text: str) -> None:
    assert found_by(customer_id.find, text) == []


def test_the_tables_are_long_enough() -> None:
    assert min(len(lines(FOUND)), len(lines(LEFT))) >= 30
