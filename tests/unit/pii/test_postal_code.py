"""Postal codes."""

from collections.abc import Iterator

import pytest

from app.adapters.pii import postal_code
from app.adapters.pii.rule import Found, Reading
from tests.unit.pii.marked import found_by, lines, plain, values

FOUND = r"""
〒⟦160-0022⟧ 新宿
〒⟦5300001⟧
〒 ⟦980-0811⟧
〒⟦０６０－０００１⟧
郵便番号は⟦220-0012⟧です
郵便番号 ⟦4600008⟧
郵便番号：⟦８１０ー０００１⟧
住所は⟦604-8571⟧ 京都市中京区
⟦730-0011⟧ 広島県広島市中区
届け先 ⟦950-0917⟧
⟦100-0005⟧ 東京都千代田区丸の内
引っ越し先は⟦390-0874⟧です
自宅（⟦651-0085⟧）
送り先:⟦020-0022⟧
⟦900-0015⟧、沖縄県那覇市
勤務先の⟦108-0075⟧へ
〒⟦一〇一-〇〇二一⟧
\n⟦700-0822⟧\n
Austin, TX ⟦78701⟧
New York, NY ⟦10001-1234⟧
zip code ⟦94103⟧
zip: ⟦30309⟧
California ⟦90012⟧
postcode ⟦SW1A 1AA⟧
London ⟦EC1A 1BB⟧
⟦M1 1AE⟧ Manchester
⟦B33 8TH⟧
Toronto ⟦K1A 0B1⟧
my postal code is ⟦V6B 4Y8⟧
postal code ⟦10115⟧
post code ⟦2000⟧ Sydney
Boston, MA ⟦02108⟧
zip ⟦60611-2277⟧
postcode: ⟦EH12 9DN⟧
郵便番号は⟦150の0043⟧です
郵便番号が変わりまして、⟦5300001⟧になりました
⟦060-0001⟧が新しい郵便番号です
⟦1500043⟧東京都渋谷区道玄坂1-2
zip code for delivery is ⟦94110⟧
my postcode is ⟦sw1a 1aa⟧
we live in ⟦60614⟧
I moved to ⟦90210-1234⟧ last month
Hauptstr. 5, D-⟦10115⟧ Berlin
PLZ ⟦80331⟧
Sydney NSW ⟦2000⟧
Salt Lake City, Utah ⟦84101⟧
postal code: ⟦m5v 2t6⟧
I'm in Dublin, Eircode ⟦D08 K4T2⟧
my address is Singapore ⟦520214⟧
うちは⟦604-8573⟧なんですけど、エリア内ですか
郵便は⟦690の0886⟧です
郵便番号は⟦ゼロロクニのゼロゼロサンロク⟧です
the ZIP was ⟦30308⟧, now ⟦30317⟧
⟦33137⟧, that's my zip code
15 rue des Tanneurs, ⟦59002⟧ Lille
62 Banksia Street, Fremantle WA ⟦6161⟧
PO Box 2219\nHalifax, NS ⟦B3J 3C6⟧
Prinsengracht 261, ⟦1016 GT⟧ Amsterdam
do you come to ⟦bs6 5pq⟧?
12 Carlisle Rd, Fitzroy, vic ⟦3065⟧
Block 4, Anna Nagar, Chennai, PIN ⟦600 040⟧
7 Link Road, Malad West, Mumbai – ⟦400064⟧
Seestraße 8a, Rostock ⟦18055⟧
\n2 ⟦930-0083⟧ 富山市総曲輪
"""

LEFT = r"""
郵便番号を入力しても出ない
郵便番号は必要ですか
内線 123-4567
型番 123-4567
品番 330-4412
電話 123-4567
注文 100-2000
ABC-123-4567
123-45678
1234-567
03-1234-5678
100-1000円
250-3000円です
order 123-4567
part 330-4412
model 55-1234
IN 12345 units
the 90210 show
call 555-1234
zip file 12345
zip it
Do you ship to 90210?
ZIPファイル 3つ
postal service
MK1 5AB12
A1 paper
B5サイズ
S24 Ultra
T1234567890123
ref SW1A-1AA
ext 100-2000
2024-0115
管理番号 700-0822
コード 060-0001-2
伝票 220-0012
we shipped in 12345 boxes
delivery in 10000 steps
604-8573の在庫はありますか
Suite 210, 3900 Lakeshore Blvd, Chicago
S21 8GB RAM
the Fair Trading Act 1987
my card's pin 482913
firmware v2, Build 44787
the red one, Model 20418
"""


def find(text: str) -> Iterator[Found]:
    return postal_code.find(text, Reading())


@pytest.mark.parametrize("marked", lines(FOUND))
def test_found(marked: str) -> None:
    assert found_by(find, plain(marked)) == values(marked)


@pytest.mark.parametrize("text", lines(LEFT))
def test_left_alone(text: str) -> None:
    assert found_by(find, text) == []


def test_the_tables_are_long_enough() -> None:
    assert min(len(lines(FOUND)), len(lines(LEFT))) >= 30
