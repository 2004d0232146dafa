"""Names in both languages, read with the name models."""

from pathlib import Path

import pytest

from app.adapters.pii.detector import load_detector
from app.domain.ports import PiiDetector
from tests.unit.pii.marked import lines, plain, values

JAPANESE = r"""
⟦北川⟧と申しますが、見積の件でご連絡しました
⟦石黒 達也⟧です。先日はありがとうございました
私、⟦小笠原⟧といいます。少し教えてください
⟦わたなべ⟧と申します
⟦ナカジマ⟧と申します、よろしくお願いします
担当の⟦新田⟧様はいらっしゃいますか
⟦髙嶋⟧さんに伝言をお願いします
⟦山﨑 健太郎⟧名義の契約を解約したい
氏名：⟦大谷 美咲⟧
お名前　⟦古川真由美⟧ 様
フリガナ：⟦オカモト　ユリ⟧
配達先は姉の⟦白石里奈⟧です
夫の⟦高木⟧に電話してください
⟦ロバート・ウィルソン⟧です
⟦陳 美玲⟧と申します
⟦アブドゥル・ラフマン⟧さんの予約です
⟦John Miller⟧と申します。日本に引っ越しました
受取人：⟦三浦 翔⟧
宛名は⟦安藤⟧でお願いします
差出人 ⟦宮本 恵⟧、品名は衣類です
営業の⟦島田⟧さんから聞きました
⟦斉藤⟧氏の紹介で申し込みます
よろしくお願いします。\n⟦野口 裕子⟧
以上です。\n\n⟦片山⟧
お世話になっております、⟦東野⟧でございます。
旧姓は⟦長谷部⟧です
⟦ゆうこ⟧ちゃんの誕生日に間に合いますか
⟦児玉⟧くんの分も一緒に注文しました
修理に来た⟦菅原⟧さんの対応が良かったです
先ほど電話した⟦平井⟧です
契約者は父の⟦村上 正⟧です
名前が⟦渡邉⟧なのに⟦渡辺⟧で届きました
責任者は⟦大迫⟧、電話は夕方に
部長の⟦能登⟧が伺います
⟦日下部 宏⟧から⟦日下部 るり⟧に変更希望
運転者⟦砂川 岳⟧、普通車です
点検に⟦諸星⟧という方が来ました
"""

ENGLISH = r"""
my name is ⟦Harriet Boone⟧ and my order is late
This is ⟦Viktor Hansen⟧ calling about the invoice
I'm ⟦Aisha Rahman⟧, new customer
⟦Gregory Walsh⟧ here, any news?
Please ask for ⟦Nadia⟧ at the desk
Dear ⟦Thomas⟧, thank you for the reply
Hi ⟦Jessica⟧, can you help me?
Kind regards,\n⟦Oliver Finch⟧
Thanks,\n⟦Beatriz⟧
Name: ⟦Liam Gallagher⟧
Attn: ⟦Yuki Tanabe⟧
Mr ⟦Harrison⟧ was very helpful
speak to Mrs. ⟦Delacroix⟧ please
Dr. ⟦Samuel Okafor⟧ ordered the chair
my wife ⟦Karen⟧ will sign for it
my son ⟦Ethan⟧ broke the remote
I talked to ⟦Priscilla⟧ on Friday
⟦Rebecca Stone⟧ from your team promised a call
the account belongs to ⟦Michael Torres⟧
It is registered under ⟦Ingrid Solberg⟧
on behalf of ⟦Daniel Cooper⟧ I want a refund
My name is ⟦Søren Kierk⟧
call me ⟦Alejandro⟧ please
⟦Patricia⟧ said it would be free
booked by ⟦Emily Watson⟧
The driver, ⟦Carlos⟧, left it outside
signed by ⟦Hannah Schmidt⟧
my colleague ⟦Wei Zhang⟧ will collect
My name's ⟦Fiona⟧
- ⟦Douglas Reid⟧
cardholder: ⟦Monica Geller⟧
hi, it's ⟦marvin⟧ again about the lamp
Is ⟦Georgina⟧ in today?
the surname on the invoice should be ⟦Okonjo⟧
my flatmate ⟦Rupert⟧ signed for it
my tutor ⟦Beatriz⟧ cancelled again
Please cc ⟦Bronwyn Pryce⟧ and ⟦Ruaridh⟧
It's ⟦May Castellano⟧, about the bill
signed for by "⟦Gareth⟧"
passenger ⟦HASSAN/OMAR⟧ MR
"""

LEFT = r"""
お客様の声はどこで読めますか
皆様のおかげです
担当者様につないでください
店員さんに聞きました
楽天市場で買いました
ヤマト運輸に問い合わせました
佐川急便で届きますか
松下電器の古いテレビです
ホンダの発電機は扱っていますか
高島屋の商品券は使えますか
山田電機との価格差
さくらの木のテーブル
ひかり電話の申し込み
千葉県に住んでいます
長野に送れますか
福島の桃はありますか
石川県まで何日ですか
赤ちゃん用の椅子
お母さんへの贈り物
お医者さんに言われました
神様みたいな対応
業者さんの都合で遅れる
サンタさんからのプレゼント
ダイソンさんの掃除機
フィリップスのひげそり
王様のブランチで見ました
犬用のベッドはありますか
新規のお申し込みです
本人確認が終わりません
はなまるうどんの割引券
How do I get to Main Street?
Is the Philips kettle in stock?
My Samsung TV flickers
I bought a Calvin Klein bag
Does it work with Alexa?
Thanks for the quick help
Hi there, quick question
Dear Sir or Madam
The Georgia peaches were bad
I live in Austin
Do you ship to Charlotte?
Black Friday deals
Does the Oxford desk fold?
I need it by April
Can I pay with Klarna?
Hello Support Team
Good morning, is anyone there?
Will Mark III fit?
Best regards and thanks
the Grace Period ends when?
Does Hunter ship to Spain?
flying with Delta tomorrow
is the Lincoln in stock
Delta cancelled my flight
Enter your name and/or address
Garmin Venu and KitchenAid Artisan are sold out
夏目漱石の全集はありますか
川口の店舗は何時までですか
"""


@pytest.fixture(scope="module")
def detector(embedded_model_dir: Path) -> PiiDetector:
    return load_detector(embedded_model_dir.parent)


@pytest.mark.parametrize("marked", lines(JAPANESE) + lines(ENGLISH))
def test_found(detector: PiiDetector, marked: str) -> None:
    text = plain(marked)
    found = [text[span.start : span.end] for span in detector.detect(text) if span.type == "PERSON"]
    assert found == values(marked)


@pytest.mark.parametrize("text", lines(LEFT))
def test_left_alone(detector: PiiDetector, text: str) -> None:
    assert detector.detect(text) == []


def test_the_tables_are_long_enough() -> None:
    assert min(len(lines(table)) for table in (JAPANESE, ENGLISH, LEFT)) >= 30
