"""User names and handles."""

import pytest

from app.adapters.pii import username
from tests.unit.pii.marked import found_by, lines, plain, values

FOUND = r"""
LINE IDは⟦neko_daisuki7⟧です
LINE ID：⟦mika.1129⟧
ラインID ⟦taku-taku0⟧
LINEのIDは⟦y_o_k_o⟧
ユーザー名：⟦ryoma88⟧
ユーザー名は⟦ryoma⟧です
ユーザーID ⟦k_sawada⟧
ログインID：⟦aoi2020⟧
ログイン名 ⟦dev.user1⟧
アカウント名は⟦momo_tan⟧です
アカウントID ⟦acc_55812⟧
ニックネーム：⟦pochi3⟧
ハンドルネーム「⟦zero_two⟧」
Twitterのアカウント ⟦@hiro_k2⟧
XのID：⟦@x_taro⟧
インスタのアカウントは⟦@sweets.lover⟧
Instagramで⟦@hana.photo⟧をフォロー
Skype名はなくSkype ID ⟦live_taka22⟧
DiscordのID ⟦gamer_9999⟧
メルカリのユーザー名 ⟦shop_nana5⟧
username: ⟦jsmith_77⟧
my username is ⟦coolcat99⟧
user name ⟦b_wayne1⟧
login id: ⟦rpatel2⟧
user id ⟦u_338_k⟧
screen name ⟦star_gazer⟧
my handle is ⟦@old_fox⟧
logged in as ⟦m.ortega5⟧
skype: ⟦dana.scully51⟧
Discord tag ⟦pixel_pete⟧
follow me, ⟦@baker_girl⟧
Instagram: ⟦@lens_and_light⟧
tweet at ⟦@slow_train⟧
telegram handle ⟦@quiet_bear⟧
Apple IDは⟦mochi_2022⟧
私のLINEのIDは「⟦sora_to_umi⟧」です
IDは⟦taro88⟧でパスワードを忘れました
ユーザー名\n⟦kumagoro5⟧
・ログインID　⟦ｓａｋｕｒａ２０２０⟧
ユーザーIDですが、⟦hana-m3⟧ です
ログイン名は以下の通りです\n⟦m_kato⟧
ニックネームは「⟦もちもち猫⟧」です
ハンドルネームは⟦ゆきんこ⟧です
表示名：⟦くまごろう⟧
⟦taro_y88⟧が私のユーザー名です
⟦mike2neko⟧でログインできません
DiscordのIDは⟦kuro#1234⟧です
discordは⟦nightowl#0420⟧
XのアカウントはたしかⓍではなく⟦@blue_moon⟧
インスタ ⟦@cafe.latte⟧ から連絡しました
⟦@hiro_run⟧（Twitter）です
アカウント名は ⟦kenji.w⟧ で登録しています
Username - ⟦dbrown92⟧
My user ID is set to ⟦p.kowalski⟧
I log in as ⟦wanderer_7⟧
my insta is ⟦lola.bakes⟧
my login is ⟦tomcat55⟧
my gamertag is ⟦xShadow99x⟧
⟦rosie_k⟧ is my username
PSN ID: ⟦Ace_Pilot7⟧
username/password: ⟦mallow_k⟧ / Thistle40
login & pw = ⟦g.ferris⟧ | w0bbleX
id/pass: ⟦tobermory⟧ kettle88
ユーザー名/パスワード：⟦suzume3⟧ / kaki9931
my login is ⟦fennimore⟧, not ⟦fenimore⟧
find me as ⟦harbour.lane⟧ on there
"""

LEFT = r"""
ユーザー名を忘れました
ユーザー名は変更できますか
ログインIDがわからない
アカウント名の変更方法
LINE IDは必要ですか
LINEで連絡できますか
ユーザー名かパスワードが違います
ニックネームは何文字までですか
インスタで見ました
Twitterはやっていますか
username or password incorrect
my username is not accepted
username is wrong
Is the username case sensitive
user id and password
the login name was rejected
handle with care
the door handle broke
handle is loose
account name change
skype is not working
discord server down
logged in as guest yesterday
signed in as admin
@home work
5個@300円
email me @ work
IDは必要ですか
ID番号 12
screen name change fee
username must be unique
telegram and whatsapp
follow the instructions
AppleのIDとは
ログインIDが表示されません
商品ID：ab-1234
Switchの本体が壊れた
Zoomで相談できますか
LINEは使えますか
IDとパスワードを入力
公式アカウント @kotae_support を見ました
Google Pixel 8a
Nintendo: switch2 を買いたい
Amazonは便利です
PayPay is accepted?
Steam is broken
ニックネームは自由に変更できますか
表示名：変更したい
username / password fields stay grey
username/password: both rejected
username/password: wrong / missing
I am signed up as a member, not a guest.
"""


@pytest.mark.parametrize("marked", lines(FOUND))
def test_found(marked: str) -> None:
    assert found_by(username.find, plain(marked)) == values(marked)


@pytest.mark.parametrize("text", lines(LEFT))
def test_left_alone(text: str) -> None:
    assert found_by(username.find, text) == []


def test_the_tables_are_long_enough() -> None:
    assert min(len(lines(FOUND)), len(lines(LEFT))) >= 30
