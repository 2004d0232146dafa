"""Secrets said in a message."""

import pytest

from app.adapters.pii import secret
from tests.unit.pii.marked import found_by, lines, plain, values

FOUND = r"""
パスワードは⟦Mizu#7712⟧です
パスワード：⟦abc12345⟧
パスワード「⟦hello2you⟧」
ＰＷ：⟦ｑｗｅ７８９⟧
PWは⟦kaki-no-tane8⟧
pass: ⟦P@ssw0rd⟧
パスコード ⟦119922⟧
暗証番号は⟦4471⟧です
暗証番号：⟦０９１８⟧
PIN ⟦2580⟧
PINコードは⟦7391⟧
認証コード ⟦882041⟧ が来ました
認証番号：⟦550 918⟧
確認コードは⟦3391⟧でした
ワンタイムパスワード⟦66120934⟧
セキュリティコード⟦883⟧
CVV：⟦041⟧
合言葉は「⟦ひまわり⟧」です
秘密の質問の答えは⟦たこやき⟧です
アクセストークン ⟦tkn_9a8b7c6d5e⟧
Wi-Fiのパスワードが⟦aoba5g9921⟧です
トークンは⟦0f3c-77aa-19de⟧です
my password is ⟦Blue!Kettle9⟧
password: ⟦letmein123⟧
the password is "⟦sunflower⟧".
pwd=⟦zxcvbn99⟧
passcode: ⟦771230⟧
pin is ⟦9031⟧
verification code ⟦401773⟧
OTP ⟦559021⟧
api key: ⟦a1b2c3d4e5f6g7h8⟧
api_key=⟦XyZ-123456-abc⟧
⟦ghp_abcdefghijklmnopqrstuvwxyz0123456789⟧
key ⟦sk-1234567890abcdefABCDEF12⟧
⟦AKIAIOSFODNN7EXAMPLE⟧
⟦xoxb-123456789012-abcdefGHIJKL⟧
Authorization: Bearer ⟦abcDEF123456.xyz-789⟧
postgres://shop:⟦s3cr3tpw⟧@db.example/x
⟦eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N⟧
door code ⟦4412⟧
recovery code ⟦9F3K-22QX-81LM⟧
パスワードは、たしか⟦Neko2024!⟧だったと思います
パスワードを⟦hogehoge1⟧に設定しました
パス：⟦tora5566⟧
ログインPW　⟦Ab12cd34⟧
仮パスワードは以下です\n⟦x8Kp-22Qm⟧
パスワードは「⟦ひみつのあっこ⟧」です
暗証番号は⟦１２３４⟧にしています
暗証番号は⟦四七一一⟧です
SMSで届いたコードは⟦482913⟧です
届いた番号は⟦55 12 34⟧
6桁の数字は⟦908172⟧でした
⟦Mizu#7712⟧が私のパスワードです
カード裏の数字は⟦371⟧
合言葉を⟦さくらもち⟧にしました
秘密の質問の答え：⟦ポチ⟧
Wi-Fiのキーは ⟦9a8s7d6f⟧
PIN:⟦5 5 1 2⟧
the code is ⟦482913⟧
the code you sent me is ⟦73112⟧
I set my password to ⟦Blue42kite⟧
my password was changed to ⟦Xy99!kk⟧
pw: ⟦kitkat77⟧
pass is ⟦moon1969⟧
⟦Tiger!88⟧ is my password
passcode ⟦1984⟧ not accepted
security answer: ⟦Fluffy⟧
the 3 digits on the back are ⟦552⟧
username/password: mallow_k / ⟦Thistle40⟧
login & pw = g.ferris | ⟦w0bbleX⟧
ユーザー名/パスワード：suzume3 / ⟦kaki9931⟧
パスワードは ⟦violet kettle under moss⟧ です
パスワード：⟦three quiet otters⟧
パスフレーズ「⟦salt wind old pier⟧」です
"""

LEFT = r"""
パスワードを忘れました
パスワードは8文字以上ですか
パスワードの変更方法
パスワードが違うと言われます
パスワードは英数字です
パスワードはどこで変えますか
暗証番号を変更したい
暗証番号は4桁です
認証コードが届かない
認証コードは6桁ですか
確認コードの入力画面
ワンタイムパスワードとは何ですか
PINコードを忘れた
セキュリティコードはどこにありますか
合言葉を教えてください
トークンの有効期限は30分
APIキーの発行方法
アクセストークンが無効です
password reset
my password is wrong
the password is not working
password is expired
I forgot my password
password must be 8 characters
Password requirements are strict
pin number please?
my pin is blocked
verification code not received
the code is 10% off
promo code SAVE20
クーポンコード SUMMER2024
エラーコード 4471
商品コード 882041
郵便番号コード
the token is invalid
passwords are safe?
What is a pass code
secret santa gift
access code needed
security code location
the pin on the plug is bent
パスワードはいつ変わりますか
the discount code is 482913
my order code is 482913
パスワード「変更」ボタンを押しました
パスワードは半角英数8文字以上
パスワードの桁数は8です
パスポート TR1234567
番号は 03-1234-5678
SMSが届く番号は090-1111-2222です
確認メールの番号は注文番号12345678です
username/password: both rejected
username/password: wrong / missing
パスワード：please try it again
パスワードは not accepted yet です
パスワード: cannot log in
パスワード：reset mail never came
"""


@pytest.mark.parametrize("marked", lines(FOUND))
def test_found(marked: str) -> None:
    assert found_by(secret.find, plain(marked)) == values(marked)


@pytest.mark.parametrize("text", lines(LEFT))
def test_left_alone(text: str) -> None:
    assert found_by(secret.find, text) == []


def test_the_tables_are_long_enough() -> None:
    assert min(len(lines(FOUND)), len(lines(LEFT))) >= 30
