"""Bank accounts."""

import pytest

from app.adapters.pii import bank_account
from tests.unit.pii.marked import found_by, lines, plain, values

FOUND = r"""
⟦GB82 WEST 1234 5698 7654 32⟧
IBAN: ⟦DE75512108001245126199⟧
⟦FR1420041010050500013M02606⟧です
返金先 ⟦NL91 ABNA 0417 1643 00⟧ please
⟦CH93-0076-2011-6238-5295-7⟧
IBAN is ⟦ES9121000418450200051332⟧
⟦BE68539007547034⟧
口座番号：⟦1234567⟧
普通 ⟦7654321⟧ に振り込んでください
普通預金⟦0012398⟧
当座 ⟦3344556⟧
みずほ銀行 渋谷支店 ⟦2345678⟧
三菱UFJ 梅田支店 普通 ⟦9988776⟧
口座は⟦４４５５６６７⟧です
口座番号「⟦00998811⟧」
振込先：⟦2211334⟧
貯蓄 ⟦1122334⟧
ゆうちょの記号⟦11940⟧ 番号 ⟦12345671⟧
記号⟦10150⟧番号⟦98765431⟧
通帳番号は⟦55667788⟧
account number ⟦12345678⟧
my bank account is ⟦44556677⟧
acct ⟦000123456789⟧
sort code 20-00-00 account no. ⟦55779911⟧
my bank acct is ⟦483920174⟧
savings account, the one ending differently: ⟦00981273⟧
a/c ⟦9900112233⟧
checking account ⟦6655443322⟧
savings account: ⟦1020304050⟧
京都銀行 本店 ⟦8877665⟧
account #⟦3141592653⟧
りそな 新宿支店 普通預金 ⟦0102030⟧
refund to IBAN ⟦PT50000201231234567890154⟧
返金先は三菱UFJ銀行の渋谷支店、普通の⟦1234567⟧です
口座番号は以下の通りです\n⟦7654321⟧
（普）⟦1122334⟧
⟦0934871⟧が口座番号です
Account: ⟦00284417⟧
account no is ⟦12345678⟧
BSB 062-000 acc ⟦10293847⟧
旧口座 ⟦5520181⟧ → 新 ⟦7719327⟧
⟦1029381⟧(当座)に振り込んでください
受取を⟦4410027⟧の口座に変えたい
details: 30-92-81, ⟦44109287⟧
"""

LEFT = r"""
routing number 122105155
ABA 021000021
sort code 20-00-00
BSB 062-000
GB82 WEST 1234 5698 7654 33
XX00123456789012345
口座番号を変更したい
口座引き落としは27日です
口座振替の手数料330円
口座は3つ持てますか
普通 3000円のプラン
普通郵便で5日
普通サイズ 1200g
振込先を教えてください
支店は10か所
渋谷支店 10時開店
account settings
account balance 1,200
bank account needed?
通帳は必要ですか
記号を入力してください
記号と数字を8文字以上
order 1234567
会員番号 7654321
2024年の口座開設キャンペーン
貯蓄プラン月5000円
IBAN is required
sort code format
routing table
口座の開設に2週間かかりますか
本店は1階です
AB12CDEF3456
MODEL12 3456 7890 1234
I closed my account last year
普通便と速達の違い
当座の対応をお願いします
普通に使って2年です
口座を変更したいのですが注文番号1234567
"""


@pytest.mark.parametrize("marked", lines(FOUND))
def test_found(marked: str) -> None:
    assert found_by(bank_account.find, plain(marked)) == values(marked)


@pytest.mark.parametrize("text", lines(LEFT))
def test_left_alone(text: str) -> None:
    assert found_by(bank_account.find, text) == []


def test_the_tables_are_long_enough() -> None:
    assert min(len(lines(FOUND)), len(lines(LEFT))) >= 30
