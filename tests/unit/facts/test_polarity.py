"""What denies, and what only looks it."""

import pytest

from app.domain.facts.contrasts import contrasts
from app.domain.facts.plain import plain
from app.domain.facts.polarity import denials

DENIES = [
    "延長できません",
    "再発行はいたしかねます",
    "お受けできかねます",
    "駐車場はありません",
    "割引の対象外です",
    "持ち込み不可",
    "飲食は禁止です",
    "お電話での予約は承っておりません",
    "自転車の利用はご遠慮ください",
    "濡らさないでください",
    "水洗いは避けてください",
    "レシートは発行しません",
    "使えなくなります",
    "この券は無効です",
    "予約なしで入れます",
    "祝日は休業です",
    "団体での入場はお断りしています",
    "You cannot extend it",
    "It isn't possible to park here",
    "Vouchers are not accepted",
    "There is no car park",
    "We never call you",
    "You can enter without a booking",
    "Pets are prohibited",
    "None of the rooms has a bath",
    "The offer is invalid",
    "All rooms except the suite",
    "The office is closed on holidays",
    "We are unable to reissue it",
    "Groups are excluded",
    "It no longer works",
    "Drinks aren't allowed",
]
AFFIRMS = [
    "延長できます",
    "予約しなければなりません",
    "遅れるかもしれません",
    "予約してみませんか",
    "操作は少なくて済みます",
    "大人だけでなく子どもも入れます",
    "会員かどうかにかかわらず使えます",
    "途中で入っても問題ありません",
    "飲み物を持ち込んでも構いません",
    "まもなく始まります",
    "電話しか受け付けていません",
    "本人確認が不可欠です",
    "鍵を渡さないといけません",
    "席が少ないときは相席です",
    "国内のみならず海外でも使えます",
    "危ないので係員が案内します",
    "電源を入れてください",
    "予約が必要です",
    "You can extend it",
    "No more than three people may enter",
    "Arrive no later than noon",
    "It does not exceed the limit",
    "Not only adults but also children may enter",
    "Bring your card whether or not you have booked",
    "No problem, we help you",
    "The museum is open",
    "I'm not sure, but it opens at nine",
    "Nothing less than a full refund",
    "You must book",
    "There is a car park",
    "Snow may delay the bus",
    "Only members may enter",
]
CONTRASTS = [
    ("入場は無料です", "入場は有料です", "cost"),
    ("手数料はかかりません", "手数料がかかります", "cost"),
    ("There is no fee", "A fee applies", "cost"),
    ("運賃は当社負担です", "運賃は購入者負担です", "payer"),
    ("we pay the postage", "you pay the postage", "payer"),
    ("箱が未開封です", "箱を開封済みです", "seal"),
    ("sealed boxes", "boxes that were opened", "seal"),
    ("印鑑が必要です", "印鑑は不要です", "need"),
    ("A stamp is required", "A stamp is not required", "need"),
    ("税込の値段", "税抜の値段", "tax"),
    ("午前に伺います", "午後に伺います", "half day"),
    ("before the show", "after the show", "order"),
    ("値上げします", "値下げします", "growth"),
    ("音量を増やす", "音量を減らす", "growth"),
    ("ランプが点灯します", "ランプが点滅します", "lamp"),
    ("青いボタン", "赤いボタン", "colour"),
    ("the left button", "the right button", "side"),
    ("国内で使えます", "海外で使えます", "place"),
    ("個人のお客様", "法人のお客様", "party"),
    ("シルバー会員", "ゴールド会員", "tier"),
    ("毎週の点検", "毎月の点検", "pace"),
    ("前払いです", "後払いです", "payment"),
    ("充電器が付属します", "充電器は付属しません", "include"),
    ("a charger is included", "a charger is not included", "include"),
    ("設定は保存されます", "設定は失われます", "keep"),
    ("当日に届きます", "翌日に届きます", "when"),
    ("店頭で受け取る", "オンラインで受け取る", "way"),
    ("自動で更新", "手動で更新", "mode"),
    ("電源をオンにする", "電源を切る", "power"),
    ("turn the unit on", "turn the unit off", "power"),
]


@pytest.mark.parametrize("text", DENIES)
def test_a_denial_is_counted(text: str) -> None:
    assert denials(plain(text)) % 2 == 1


@pytest.mark.parametrize("text", AFFIRMS)
def test_a_phrase_that_only_looks_like_one_is_not(text: str) -> None:
    assert denials(plain(text)) % 2 == 0


@pytest.mark.parametrize(("one", "other", "name"), CONTRASTS)
def test_opposites_are_told_apart(one: str, other: str, name: str) -> None:
    first, second = contrasts(plain(one))[name], contrasts(plain(other))[name]
    assert first
    assert second
    assert not first & second
