"""Addresses in both languages, read with the name models."""

from pathlib import Path

import pytest

from app.adapters.pii.detector import load_detector
from app.domain.ports import PiiDetector
from tests.unit.pii.marked import lines, plain, values

JAPANESE = r"""
送付先は⟦東京都豊島区西池袋3-28-1 藤久ビル西2号館7階⟧です
⟦神奈川県藤沢市鵠沼海岸2丁目7番13号⟧に引っ越しました
⟦大阪府豊中市新千里東町1-4-2-1804⟧まで送れますか
住所：⟦福島県いわき市平字梅本21番地⟧
⟦仙台市青葉区国分町三丁目七番一号 ハイツ国分二〇三号⟧
⟦岩手県盛岡市内丸10番1号⟧へお願いします
⟦埼玉県さいたま市浦和区高砂3−15−1⟧
⟦千葉市中央区市場町1-1⟧が会社です
⟦横浜市西区みなとみらい2-2-1 ランドマークテラス3405⟧
⟦静岡県富士宮市弓沢町150⟧の実家へ
⟦名古屋市中区栄3丁目18-1 ナディアコート1201号室⟧に変更
⟦岐阜県高山市上一之町75番地⟧です
⟦京都府宇治市宇治琵琶33番地⟧
⟦神戸市中央区加納町6-5-1⟧宛て
⟦和歌山県田辺市新屋敷町1⟧に届かない
⟦岡山県倉敷市西中新田640番地 コーポ白壁B-105⟧
⟦広島市中区国泰寺町一丁目6番34号⟧です
⟦香川県高松市番町１丁目８番１５号⟧
⟦愛媛県松山市二番町4-7-2 グランドメゾン二番町 1102⟧
⟦高知県高知市本町5丁目1-45⟧
⟦北九州市小倉北区城内1-1⟧から
⟦長崎県佐世保市八幡町1番10号⟧
⟦熊本市中央区手取本町1-1-602⟧
⟦鹿児島市山下町11番1号⟧まで何日
⟦沖縄県石垣市真栄里672番地⟧に送れますか
⟦札幌市北区北24条西5丁目1-1⟧
⟦北海道旭川市6条通9丁目46⟧
⟦新宿区西新宿2-8-1⟧のオフィス
⟦町田市森野2-2-22 シャトー町田 305号⟧です
⟦山形県山形市旅篭町二丁目3番25号⟧
⟦青森県弘前市大字上白銀町1-1⟧
自宅は⟦つくば市研究学園1-1-1⟧です
"""

ENGLISH = r"""
Please ship to ⟦742 Evergreen Terrace, Springfield, OR⟧ instead
I live at ⟦19 Rosemount Gardens, Glasgow⟧
⟦1600 Amphitheatre Parkway, Mountain View⟧ is the office
⟦350 5th Ave, Suite 2100, New York, NY⟧
send it to ⟦8 Abbey Road, London⟧
⟦1201 Third Street NW, Apt 14, Washington, DC⟧
deliver to ⟦55 Wattle Crescent, Brisbane⟧ please
my house is ⟦4 Privet Drive⟧
⟦221 W. Jackson Blvd, Chicago, IL⟧
⟦Flat 3, 27 Hanover Square, Leeds⟧
Address: ⟦70 Lakeshore Road East, Unit 5, Mississauga⟧
⟦P.O. Box 7720, Anchorage, AK⟧
ship it to ⟦12 Rue de Rivoli, Paris⟧
⟦Bahnhofstrasse 17, Zürich⟧ is my address
⟦Via Roma 24, Milano⟧
we moved to ⟦Calle Mayor 31, Madrid⟧
⟦Keizersgracht 452, Amsterdam⟧
⟦2100 Sunset Boulevard, Los Angeles, CA⟧
⟦93 Grafton Lane⟧ is around the corner
from ⟦600 Harbor Drive, San Diego, CA⟧
⟦15 Kings Court, Cambridge⟧
⟦9 Maple Close, Reading⟧ not number 7
⟦31 Orchard Way, Apt. 6C, Albany, NY⟧
office: ⟦77 Massachusetts Avenue, Cambridge, MA⟧
⟦400 Oak Hill Road, Asheville, NC⟧
to ⟦18 Dock Street, Cape Town⟧
⟦3 Temple Place, Dublin⟧
the parcel went to ⟦1022 Birch Street, Boise, ID⟧
⟦64 Victoria Parade, Melbourne⟧
⟦5200 Legacy Drive, Plano, TX⟧
Please send it to ⟦Flat 6, 18 Quarry Road, Leeds⟧ LS6 3PN
I live at ⟦Basement flat, 9 Heron Mews, London⟧
Deliver to ⟦Blk 214 Tampines Street 22 #07-113 Singapore⟧ 520214
We are at ⟦Thistle Cottage, 3 Mill Lane⟧, thanks
moved to ⟦14 Fern Meadow⟧, please update
it goes to ⟦77 harbour street⟧ please
"""

LEFT = r"""
東京都に配送できますか
大阪府内の店舗を教えてください
横浜市には3店舗あります
渋谷区の店は10時からですか
1-2週間で届きますか
第3条第2項の件
2丁目の角の店ですか
伝票番号4478-9921-3305の件
北海道は送料1,200円ですか
千葉県産の米5kg
京都で3泊します
サイズは60-70-80です
名古屋駅前店は3階ですか
5-6人用のテント
新潟コシヒカリ10キロ
神奈川の2店舗を比べたい
型番はKJ-55-X9000です
関東1都6県に配送
東京から大阪まで2日
東海道線で3駅
How many streets do you cover?
I waited 3 hours in the drive thru
2 orders on the way
The 5 star place
Do you deliver on Sunday?
It took 25 days to court
I have 2 drives and 1 court shoe
10 way multi plug
3 place settings please
model 450 Drive X
We close at 5 on Main
Is there parking in the square?
page 12 lane markings
4 seasons park pass
The road to 100 points
the 8 Quarry Road bus never came
is there a 12 Station Street tram stop near you
I need 2 Hill view chairs
We met on 14 March 2024, 3 of us
"""


@pytest.fixture(scope="module")
def detector(embedded_model_dir: Path) -> PiiDetector:
    return load_detector(embedded_model_dir.parent)


@pytest.mark.parametrize("marked", lines(JAPANESE) + lines(ENGLISH))
def test_found(detector: PiiDetector, marked: str) -> None:
    text = plain(marked)
    found = [text[span.start : span.end] for span in detector.detect(text) if span.type == "ADDRESS"]
    assert found == values(marked)


@pytest.mark.parametrize("text", lines(LEFT))
def test_left_alone(detector: PiiDetector, text: str) -> None:
    assert detector.detect(text) == []


def test_the_tables_are_long_enough() -> None:
    assert min(len(lines(table)) for table in (JAPANESE, ENGLISH, LEFT)) >= 30
