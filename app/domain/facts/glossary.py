"""Words of a help centre in both languages: enough to find the clause a claim in the other language speaks of."""

# ruff: noqa: E501 - a row of a table stays one line

import re
from functools import lru_cache

_WORDS = """
返品 return|返金,払戻 refund,reimburse,money back|交換 exchange,replace,swap|配送,配達,届 deliver|発送,出荷 ship,dispatch,sent
送料 shipping,postage|注文 order|取消,キャンセル,解約 cancel|支払,払 pay,payment|手数料,料金,費用 fee,charge,cost,price
代引 cash on delivery|振込 transfer|カード card|コンビニ convenience store|領収書,レシート receipt|請求書,インボイス invoice
ポイント points|クーポン coupon,voucher|割引 discount|会員 member|退会 close,withdraw|登録 register,sign up|ログイン sign in,log in
パスワード password|メール mail|電話 phone,call|住所 address|変更 change|予約 book,reservation,appointment|保証 warranty,guarantee,covered
修理 repair|故障,不良,不具合 defect,fault,broken|部品 part,parts|電池,バッテリ battery|充電 charg|電源 power|フィルタ filter|掃除,清掃 clean
洗濯 wash|乾燥 dry|水 water|海水 sea water|画面 screen|写真 photo|動画 video|本人確認,身分証 identity,identification,id
証明書,修了証 certificate|試験,テスト test,exam|受講 learner,student|代理,別の人,他の人 else,on behalf|子ども,お子 child|大人 adult|学生 student
荷物 luggage,parcel,item|生もの perishable|差出人,送り主 sender|警察 police|店舗,店頭 store,shop|窓口 counter,desk|駐車 park|ペット,犬 pet,dog
猫 cat|部屋,客室 room|食事 meal|朝食 breakfast|撮影 photograph,take photo|入場 enter,entry,admission|休館,休業,休み closed|営業 open
設置 install|取外 remov|エアコン air condition|ピアノ piano|引越,引っ越 move,moving|別料金,追加 extra,additional|引取,受取 collect,pick up
保管 kept,keep,store|返送 returned to,send back|期限 deadline,due,expire|開封 open|未使用 unused|新品 new|海外 abroad,overseas|消耗品 consumable
データ data|削除 delete|個人情報 personal|設定 setting|更新 renew,update|運賃 fare|欠航,中止 cancelled|ベルト strap|医療 medical|旅券 passport
身長 tall,height|プール pool|付き添い,付添 accompan|再受験 retake|延長 extend,renew|貸出 loan,borrow|処方箋 prescription|薬 medicine
"""
_ENTRIES = [entry.split(" ", 1) for line in _WORDS.strip().splitlines() for entry in line.split("|")]
_PATTERNS = tuple(
    (japanese, re.compile("|".join((japanese.replace(",", "|"), rf"\b(?:{english.replace(',', '|')})"))))
    for japanese, english in _ENTRIES
)


@lru_cache(maxsize=2048)
def concepts(text: str) -> frozenset[str]:
    """The entries whose word, in either language, occurs in `text` (plain)."""
    return frozenset(name for name, pattern in _PATTERNS if pattern.search(text))
