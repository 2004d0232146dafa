"""Dates of birth."""

import pytest

from app.adapters.pii import birth_date
from tests.unit.pii.marked import found_by, lines, plain, values

FOUND = r"""
生年月日：⟦1985年3月12日⟧
生年月日は⟦1970/01/05⟧です
⟦昭和48年11月3日⟧生まれ
⟦S50.4.1⟧生まれです
誕生日は⟦8月15日⟧
誕生日：⟦2001-07-20⟧
⟦平成十二年六月九日⟧生
生年月日 ⟦19921130⟧
⟦大正15年2月28日⟧生まれの祖母
生年月日（西暦）⟦1999.9.9⟧
⟦1964年10月10日⟧に生まれました
バースデーは⟦5月5日⟧です
生年月日→⟦H3/8/17⟧
出生日 ⟦2010年1月1日⟧
⟦令和2年5月1日⟧生まれの子ども
date of birth ⟦12/05/1979⟧
DOB: ⟦1988-04-23⟧
d.o.b. ⟦3 Jan 1956⟧
born ⟦June 14, 1990⟧
I was born on ⟦2nd of March 1983⟧
my birthday is ⟦Aug 30⟧
birthday: ⟦30/08/1994⟧
birth date ⟦1975.12.01⟧
born in Leeds on ⟦7 February 1968⟧
Birthdate = ⟦02-29-2000⟧
My date of birth is ⟦October 3rd, 1987⟧
DOB ⟦19800101⟧
誕生日が⟦12月24日⟧なので
生年月日、⟦１９７８年５月６日⟧
生年月日：⟦昭和五十五年一月三十日⟧
⟦1990年1月2日⟧が誕生日です
誕生年月日 ⟦1966年6月6日⟧
⟦S60.4.1⟧生まれの男です
誕生日を申し上げます：⟦1985/04/01⟧
⟦1985年4月1日⟧生
生まれは⟦昭和60年4月1日⟧です
母の誕生日は⟦3月3日⟧です
⟦1985年4月⟧生まれ
b. ⟦12 May 1971⟧
Born: ⟦1990-02-03⟧
birthday is the ⟦5th of June⟧
⟦4 July 1988⟧ is my date of birth
DOB ⟦850401⟧
D O B : ⟦01/02/1990⟧
⟦1985/04/01⟧（生年月日）
You asked for my date of birth. It is ⟦4 May 1987⟧
誕生日を間違えて登録しました。正しくは⟦1987年5月4日⟧です
DOB ⟦04/05⟧
"""

LEFT = r"""
2024年3月1日に購入
キャンペーンは6月30日まで
誕生日プレゼント用です
誕生日クーポンはありますか
生年月日の変更方法
1985年創業の老舗
生まれて初めて使いました
8月15日は営業していますか
12/25までに届きますか
新しく生まれ変わったデザイン
生産日 2023/11/05
生もの 3月5日着
製造年月日 2024.02.10
お届け日 2024-05-05
July 4, 2024 delivery
born to run
birthday cake order
my birthday gift has not arrived
a birthday party for 12 people
the update of May 3
expires 12/27
5月5日生クリーム入荷
契約日：1999年9月9日
2024年4月入学の学生
生年月日は必須ですか
DOB field is broken
ordered on 2024-06-01
It was 12/05/2023 when I paid
H3サイズ
S50.4の部品
平成レトロ家電
9月18日発売
3月3日が誕生日プレゼントの締切です
4月生まれ割引
誕生日プレゼントです。2025年5月4日までに届きますか
birthday gift, needed by 4 May 2025
"""


@pytest.mark.parametrize("marked", lines(FOUND))
def test_found(marked: str) -> None:
    assert found_by(birth_date.find, plain(marked)) == values(marked)


@pytest.mark.parametrize("text", lines(LEFT))
def test_left_alone(text: str) -> None:
    assert found_by(birth_date.find, text) == []


def test_the_tables_are_long_enough() -> None:
    assert min(len(lines(FOUND)), len(lines(LEFT))) >= 30
