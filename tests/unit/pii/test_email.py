"""E-mail addresses."""

import pytest

from app.adapters.pii import email
from tests.unit.pii.marked import found_by, lines, plain, values

FOUND = r"""
返信先は⟦kubota.rie@inbox-mail.example⟧でお願いします
⟦yasu_1983@keitai.example.ne.jp⟧に届きません
旧アドレス⟦a.b.c@mail.example.org⟧→新アドレス⟦abc@new.example.org⟧
メール：⟦ｔａｋｅｄａ＠ｓｈｏｐ．ｅｘａｍｐｌｅ⟧
件名なしで⟦info+return@kobo.example.com⟧から送りました
please write to ⟦d.o'hara@example.ie⟧.
(⟦first-last@sub.domain.example.co.uk⟧)
"⟦x@y.example⟧" is my address
<⟦no_reply_me@example.net⟧>
ログイン⟦hanako.1@example.jp⟧パスワードは忘れた
連絡:⟦m@example.co⟧です
my e-mail's ⟦UPPER.CASE@EXAMPLE.COM⟧, ok?
⟦user%site@example.org⟧ bounced
⟦a_very_long_local_part.with.dots_1234567890@example.com⟧
mailto:⟦sales-jp@tools.example⟧
⟦kota @ example.com⟧ の間に空白が入りました
⟦rika（at）example.com⟧まで
⟦ken[at]mail[dot]example⟧へ
⟦noriko★example.ne.jp⟧ ★を@に
⟦sato.y＠xn--r8jz45g.example⟧
cc: ⟦one@example.com⟧; ⟦two@example.com⟧,⟦three@example.com⟧
⟦trailing.@ezweb.example⟧が弾かれます
⟦12345@student.example.ac.jp⟧学生です
改行後\n⟦newline@example.com⟧\nです
アドレスは⟦hyphen-@example.com⟧です
私の⟦gmail.style+filter@mail.example.com⟧に領収書を
from ⟦j.doe@example.museum⟧ to support
ご担当者様、⟦wakai@farm.example⟧の若井です
⟦b2b@trading.example.asia⟧ 宛に請求書を送付ください
メアド変わった ⟦momo22@example.xyz⟧
"""

LEFT = r"""
@yukari をフォローしています
npm install left-pad@1.3.0 でエラー
1個@120円で5個ください
会議は@会議室Aです
twitterの@kotae_jp
メールアドレスの形式が正しくありませんと出ます
アットマークが入力できない
user@localhost へ接続
foo@bar
docs @ page 3
price @ 5.00 each
I was @ the store
メール@でください
ssh root@192
@
@@@
a@b@c
name@domain.
example.com/@user
https://social.example/@someone
@example.com is your domain?
#@!$%
xx@1234.5678
版は2@3.x です
email at the counter
dot com business
アットホームな職場
★5つです
Rev.2@A4サイズ
3@4=7?
hello@ world
"""


@pytest.mark.parametrize("marked", lines(FOUND))
def test_found(marked: str) -> None:
    assert found_by(email.find, plain(marked)) == values(marked)


@pytest.mark.parametrize("text", lines(LEFT))
def test_left_alone(text: str) -> None:
    assert found_by(email.find, text) == []


def test_the_tables_are_long_enough() -> None:
    assert min(len(lines(FOUND)), len(lines(LEFT))) >= 30
