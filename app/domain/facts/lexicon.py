"""Words of a help centre that mean the same, in both languages: what makes a paraphrase meet its source.

One line is one meaning, Japanese before the bar and English behind it; `_` is a space. What an untrue sentence would
swap (refund and exchange, telephone and mail) stands on different lines.
"""

# ruff: noqa: E501 - a row of a table stays one line

import re
from functools import lru_cache

from app.domain.facts.plain import plain

_LINES = """
返品 送り返す 送り返し | return returned
返金 払い戻し 払戻 払戻す お金は戻 返し金 | refund reimburse reimbursement repay money-back money_back paid_back pay_back pays_back give_the_money_back
取消 取り消す 取り消せ 取り消さ 取り消し キャンセル | cancel cancellation call_off
解約 退会 中途解約 アカウント削除 契約を終 | terminate termination close_your_account end_your_contract leave_the_contract end_the_contract
休会 休止 | freeze put_on_hold pause suspend
送料 配送料 配送料金 発送料 配送手数料 返送料 | postage
連絡 問合せ お知らせ 知らせ 通知 申し出 届け出 届出 お届け出 届け出る | contact get_in_touch notify notification notice tell inform let_us_know
注文 オーダー 発注 | order ordering
配送 配達 お届け 届く 届き 届け 届い 到着 | deliver delivery arrive arrival
発送 出荷 送る 送り 送ら 送っ 郵送 送付 | ship shipping dispatch shipment send sent
購入 買う 買い 買っ 買え 買わ お買い上げ お求め | buy purchase bought buyer
交換 取替え 取り替え 付け替え | exchange swap replace replacement
登録 | register registration enrol
入会 加入 | join sign_up
申込 申請 申し込 | apply application
料金 費用 代金 金額 価格 値段 お代 | fee charge cost price
手数料 | handling_fee administration_fee
期限 期日 締切 有効期間 有効期限 有効時間 | deadline expiry expiration due
修理 修繕 直す 直し | repair mend fix
故障 不具合 不良 壊れ 壊し | fault faulty defect defective broken
改善 直ら 直り 直っ 直れ | improve right
再起動 起動し直 入れ直 入れ直し | restart reboot
変更 切替え 切り替え 変え 変わ 移す | change alter modify edit update amend
削除 消去 消え 消し 消す | delete erase permanently_removed removed_permanently
復元 戻せ 元に戻 | restore recover bring_back
利用 使用 使う 使い 使っ 使え 使わ 用い ご使用 お使い | use used
販売 売り 売る 売ら 売っ 売れ | sell sold
会員 メンバー | member membership
営業 開館 開店 開い 開く | open opening
休館 休業 定休 定休日 閉館日 休み 休診 休診日 休館日 休業日 お休み | closed shut shuts
閉館 閉店 閉め 閉ま 閉じ | close closing
電話 フリーダイヤル コールセンター | phone telephone call ring
メール 電子メール | mail e-mail email mailed e-mailed
手紙 はがき 葉書 書面 | letter post postcard in_writing
アプリ | app
窓口 カウンター | counter desk
店頭 店舗 お店 店で | store shop
ウェブ サイト ホームページ オンライン インターネット ネット web | web website online internet
チャット | chat
sms ショートメッセージ | sms text_message
ファックス ファクス fax | fax
開始 スタート 始ま 始め 始まる 開始日 | begin start commence began begun
終了 終わ 終え 満了 | end finish
失効 無効 切れ 消滅 | expire lapse invalid void
有効 | valid
確認 チェック 確かめ 照合 | check confirm verify
本人確認 ご本人様の確認 | identity
身分証 身分証明書 本人確認書類 id | identification id passport_or
掃除 清掃 クリーニング | clean cleaning
洗う 洗い 洗え 洗っ 洗わ 洗濯 洗浄 丸洗い | wash rinse
乾かす 乾かし 乾燥 乾い 干し | dry dried
支払 決済 払う 払い 払っ 払わ 払え 納め | pay payment paid
請求 | bill invoice billing
現金 | cash
カード | card
コンビニ コンビニエンスストア | convenience_store
代引 代金引換 代引き | cash_on_delivery
分割 分割払い | instalment installment
商品 製品 品物 アイテム 品 | item product good goods article
客 お客様 顧客 利用者 ユーザー ご利用者 | customer client user shopper guest people person human
必要 要る 要り 必須 要し 要する | need require must have-to required
予約 | book reserve reservation booking appointment booked
予約制 完全予約制 | by_appointment
入場 入館 入れ 入る | admit admission entry enter
日程 日にち 日付 日時 | date schedule
延期 延ば 延長 | extend extension postpone
短縮 | shorten
紛失 なくし なくす 無くし 失くし 失くす 落とし なくなっ | lose lost loss
盗難 盗ま | stolen theft
廃棄 破棄 捨て 処分 | discard dispose thrown_away throw_away
返却 返す 返し 返せ 返さ 返って 戻り 戻る | returnable
貸出 貸す 貸し 貸与 | lend loan hire rental rent
借りる 借り 借りら | borrow
持参 持ち お持ち ご持参 | bring carry
持込 持ち込 | bring_in
受取 受け取 引取 受領 | collect pick_up pickup receive get obtain
預け 預かり お預かり 預かる 預ける 受託 | check_in_bags leave_with deposit
保管 保存 | store keep kept retain stored
提示 見せ ご提示 | show present
見る 見 閲覧 見られ ご覧 視聴 | view see watch look
表示 出たら 出る 出ま | display shown appear
編集 | edit-file
作成 作る 作れ 作っ 作り 作ら | create make made
書き出し 書き出す 書き出せ エクスポート | export
読み込み インポート | import
読み取り 読み取る 読み取っ スキャン | scan
入力 | type_in
クリック タップ 押す 押し 選ぶ 選び 選択 選べ | click tap press choose select pick
設定 | setting settings
管理者 | admin administrator
端末 デバイス 機器 スマートフォン スマホ | device
パソコン pc | computer pc
パスワード 暗証番号 | password passcode pin
ログイン サインイン | sign_in log_in login sign-in
二段階認証 2段階認証 | two-factor two-step
データ | data
写真 画像 | photo photograph picture
動画 映像 ビデオ | video
撮影 撮る 撮り 撮っ | shoot taken photography
停止 止ま 止め ストップ | stop halt
再開 | resume
禁止 断り お断り ご遠慮 控え お控え 避け | prohibit forbid ban
許可 認め 認めら | allow permit let
対応 対象 | support supported compatible cover covered
適用 反映 | apply_to takes_effect take_effect effective
含む 含み 含ま 込み 付属 同梱 付い 付き | include contain comprise included
別売 別売り | sold_separately
追加 別途 上乗せ | extra additional add further more
割引 値引 値引き 割安 | discount reduction
無料 無償 ただで 費用なし 料金なし 追加料金なし | free complimentary free-of-charge no_charge at_no_charge without_charge waive
有料 有償 | chargeable
半額 半分 半値 | half half-price
全額 全部の料金 満額 | full_amount in_full full_refund full_price full
税込 消費税込 税込み | tax_included including_tax
税抜 税別 税抜き | excluding_tax plus_tax
保証 補償 | warranty guarantee
保険 | insurance insure
遅延 遅れ 遅い 延滞 滞納 | delay late overdue
欠航 運休 | grounded
中止 | abandoned
悪天候 荒天 天候不良 海が荒れ 天気が悪 嵐 | bad_weather stormy
雨天 雨 | rain rainy
大人 成人 | adult
子ども 子供 お子様 小児 お子 こども | child children kid
小学生 小学校 | schoolchild
未就学 未就学児 幼児 小学校入学前 小学校に上がる前 乳幼児 | preschool toddler infant
学生 生徒 | student pupil
高齢者 シニア 65歳以上 | senior pensioner
家族 ご家族 | family relative
代理人 代理 別の人 他の人 代わりの人 | representative someone_else somebody_else on_behalf
保護者 親 | parent guardian
講師 先生 教師 | teacher instructor tutor
医師 医者 | doctor physician
係員 スタッフ 従業員 職員 担当者 技術者 作業員 | staff employee engineer technician
荷物 手荷物 鞄 バッグ 小包 | luggage baggage parcel bag package
ペット 犬 わんちゃん | pet dog
猫 | cat
部屋 客室 お部屋 | room
朝食 朝ごはん | breakfast
昼食 ランチ | lunch
夕食 ディナー | dinner
食事 お食事 食べ 飲食 | meal food eat
水 お水 | water
風呂 浴場 大浴場 貸切風呂 温泉 | bath
駐車 駐車場 | parking park
車 自動車 乗用車 | car
自転車 | bicycle bike cycle
電車 列車 | train
バス シャトルバス 送迎バス | bus shuttle
飛行機 便 | flight plane
船 フェリー 出港 船が出 | ship-sea boat ferry
出発 | depart departure leave
宿泊 泊ま お泊まり 滞在 | stay lodging
到着日 | check-in
引っ越し 引越し 転居 移転 | move moving relocate
住所 | address
電池 バッテリー | battery
充電 | charge-battery recharge
電源 | power
電気 電力 送電 | electricity
ガス | gas
水道 | tap-water
開栓 使用開始 | connection
設置 取付 | install installation fit
取外 外し 外す はずし | remove removal detach
点検 検査 | inspection inspect
立ち会い 立ち会 立ち会っ 在宅 | presence at_home
食洗機 食器洗い機 | dishwasher
証明書 修了証 | certificate
領収書 レシート | receipt
契約 ご契約 | contract agreement
更新 | renew renewal
更新料 | renewal_fee
家賃 賃料 | tenancy
退去 引き払 | move_out vacate
解錠 ロック解除 | unlock
施錠 ロック | lock locked
速度 スピード | speed fast slow
海外 国外 外国 | abroad overseas foreign international
国内 日本国内 | domestic
通話 | voice-call
回線 | line
工事 | works
再発行 発行し直 | reissue
発行 発行さ | issue issued
審査 | review
受付 承 承り 受け付 お受け 受けら 取扱 お取り扱い | accept acceptance take
拒否 | refuse reject decline
参加 ご参加 | attend join_in turn_up show_up participate
見学 体験 | trial
試験 テスト 受験 | test exam examination
合格 | pass passed
予防接種 接種 ワクチン 注射 | vaccination vaccine vaccinate jab
診察 受診 診 来院 診療 | consultation see_a_doctor treat treatment
健診 健康診断 検診 | check-up checkup
薬 お薬 医薬品 | medicine drug medication
処方箋 | prescription
妊娠 | pregnant pregnancy
レントゲン | x-ray xray
アレルギー | allergy allergic
発熱 熱 | fever temperature
貯金 預金 | saving savings
定期預金 | time-deposit
振込 送金 | transfer
引き出し 引き出す 出金 引出 | withdraw withdrawal
利率 利息 金利 | interest
限度 上限 最大 最高 最長 | limit maximum cap at_most no_more_than
下限 最低 最短 最小 | minimum at_least
引上げ 上げ 引き上げ 値上げ | raise raising increase higher
引下げ 下げ 引き下げ 値下げ ダウングレード | lower lowering reduce decrease
即時 すぐ 直ちに ただちに | immediately right_away straight_away at_once instantly
自動 自動的 | automatic automatically
未使用 使っていな 使われていな | unused
未開封 開けていな 開封していな | unopened sealed
特典 | reward
ポイント | points
クーポン 割引券 | coupon voucher
プラン コース | plan
無制限 何度でも 好きなだけ | unlimited as_often_as
予告 事前 前もって あらかじめ | in_advance beforehand prior
喫煙 たばこ タバコ 吸 | smoke smoking
危険 | danger dangerous
警察 | police
理由 | reason
場所 ところ エリア 場 | place area location
問題 トラブル | problem issue trouble
質問 | question
回答 返信 返事 | reply answer respond
案内 紹介 | guide
機内 | cabin onboard
座席 席 指定席 | seat
券 切符 チケット | ticket
回数券 | multi-ride
定期券 | season-ticket season_ticket
超え 過ぎ 経過 たつと たっても 経つ | exceed pass_by elapsed
未満 満たな | under less_than fewer_than
住宅 家 自宅 お住まい | home house
会社 企業 法人 | company corporate firm
世界 | world
映画 | film movie
大きい 大型 | large big
人気 | popular famous
種類 | kind type sort
合算 合計 まとめ | total combine combined sum
"""
_ENTRIES = [tuple(side.split() for side in line.split(" | ")) for line in _LINES.strip().splitlines()]
_JAPANESE = {plain(word): entry[0][0] for entry in _ENTRIES for word in entry[0]}
_PHRASES = {word.replace("_", " "): entry[0][0] for entry in _ENTRIES for word in entry[1] if "_" in word}
_WORDS = {word: entry[0][0] for entry in _ENTRIES for word in entry[1] if "_" not in word}
_NAMES = sorted({entry[0][0] for entry in _ENTRIES})
_NUMBER = {name: n for n, name in enumerate(_NAMES)}


def _alternation(words: list[str]) -> str:
    """Longest first; one kanji alone is a word only where no other kanji touches it."""
    return "|".join(
        rf"{word}(?<![一-鿿]{word})(?![一-鿿])" if re.fullmatch("[一-鿿]", word) else re.escape(word)
        for word in sorted(words, key=len, reverse=True)
    )


_FOUND_JA = re.compile(_alternation(list(_JAPANESE)))
_FOUND_EN = re.compile(rf"\b(?:{_alternation(list(_PHRASES))})\b")
MARK = r"\ue100[\ue200-\uf0ff]"


@lru_cache(maxsize=4096)
def marked(text: str) -> str:
    """`text` (plain) with every known Japanese word and English phrase as a MARK."""
    text = _FOUND_JA.sub(lambda found: _mark(_JAPANESE[found[0]]), text)
    return _FOUND_EN.sub(lambda found: _mark(_PHRASES[found[0]]), text)


def _mark(name: str) -> str:
    return f" \ue100{chr(0xE200 + _NUMBER[name])} "


def meaning(mark: str) -> str:
    """The name of a MARK's meaning."""
    return _NAMES[ord(mark[1]) - 0xE200]


def meaning_of_word(word: str) -> str | None:
    """The meaning of one English word, as it stands in the table."""
    return _WORDS.get(word)


def in_lexicon(word: str) -> bool:
    """Whether all of `word` (plain, Japanese) is one word of the table."""
    return word in _JAPANESE


def known(term: str) -> bool:
    """Whether a term of content.py is a meaning of the table, and so comparable across languages."""
    return term in _NUMBER
