"""IP addresses."""

import pytest

from app.adapters.pii import ip_address
from tests.unit.pii.marked import found_by, lines, plain, values

FOUND = r"""
IPは⟦203.0.113.5⟧です
⟦198.51.100.200⟧からアクセスしました
アクセス元：⟦１９８．５１．１００．７⟧
my ip is ⟦93.184.216.34⟧
blocked ⟦151.101.1.140⟧?
⟦2001:db8::ff00:42:8329⟧
IPv6: ⟦2001:0db8:85a3:0000:0000:8a2e:0370:7334⟧
login from ⟦185.199.108.153⟧ was not me
⟦fe80::1ff:fe23:4567:890a⟧ on my laptop
固定IP ⟦210.140.92.183⟧ を許可してください
サーバー⟦133.242.0.3⟧に繋がらない
PCのアドレスが⟦192.168.11.23⟧になっています
⟦10.20.30.40⟧ cannot reach you
⟦172.16.5.99⟧
ログに⟦45.33.32.156⟧と出ています
(⟦104.16.132.229⟧)
from ⟦13.107.42.14⟧ to ⟦52.84.12.7⟧
IPアドレス=⟦118.238.201.33⟧
⟦203.0.113.77⟧, ⟦203.0.113.78⟧
whitelist ⟦198.51.100.14⟧ please
接続元IP「⟦126.255.0.9⟧」
⟦2404:6800:4004:80a::200e⟧ です
⟦64.233.160.5⟧:8080
http://⟦192.0.2.44⟧/admin
ping ⟦199.36.158.100⟧ fails
⟦150.95.255.38⟧が弾かれます
IP : ⟦61.205.1.2⟧
VPN経由で⟦89.187.160.3⟧
不審なアクセス ⟦5.188.10.77⟧
⟦220.100.1.250⟧ありがとう
my public address ⟦81.2.69.142⟧
自宅の⟦222.7.56.1⟧から
"""

LEFT = r"""
192.168.1.1 が開けない
ルーター 192.168.0.1
http://192.168.11.1/ に入れません
10.0.0.1 の設定画面
172.16.0.254
127.0.0.1
0.0.0.0
::1
8.8.8.8 にDNSを変えた
1.1.1.1
255.255.255.0
バージョン 10.2.3.4
version 2.0.1.15
firmware 1.22.333.44
ver 4.5.6.7
v1.2.3.4
第1.2.3.4節
section 3.1.4.1
256.1.1.1
1.2.3
1.2.3.4.5
999.999.999.999
12:30:45
10:00-18:00
3.14.159
00:1A:2B:3C:4D:5E
2024.01.15
¥1.200.300
model 12.34.56.78A
a::b::c
8.8.4.4
9.9.9.9
ファーム 3.0.0.4
"""


@pytest.mark.parametrize("marked", lines(FOUND))
def test_found(marked: str) -> None:
    assert found_by(ip_address.find, plain(marked)) == values(marked)


@pytest.mark.parametrize("text", lines(LEFT))
def test_left_alone(text: str) -> None:
    assert found_by(ip_address.find, text) == []


def test_the_tables_are_long_enough() -> None:
    assert min(len(lines(FOUND)), len(lines(LEFT))) >= 30
