"""Amounts that are the same in other words, and amounts that only look it."""

import pytest

from app.domain.facts.plain import plain
from app.domain.facts.quantities import Quantity, quantities

SAME = [
    ("8千円", "8,000円"),
    ("¥12,500", "12,500円"),
    ("JPY 700", "700円"),
    ("七百円", "700 yen"),
    ("3万2千円", "32,000円"),
    ("2億円", "200,000,000円"),
    ("４５分", "45分"),
    ("2.5時間", "150分"),
    ("3週間", "21日間"),
    ("three weeks", "21 days"),
    ("48h", "2日"),
    ("half an hour", "30分"),
    ("二割", "20%"),
    ("4割引", "40パーセント"),
    ("半年", "6か月"),
    ("3年間", "36 months"),
    ("6㎏", "6,000 g"),
    ("1.2m", "120cm"),
    ("25 mm", "2.5 cm"),
    ("4〜6営業日", "4 to 6 business days"),
    ("5から8日", "5-8日"),
    ("7 to 9 hours", "7〜9時間"),
    ("20日以内", "within 20 days"),
    ("最大15枚", "up to 15 items"),
    ("16歳以上", "16 years old or over"),
    ("6文字以上", "at least 6 characters"),
    ("9か月未満", "less than 9 months"),
    ("80人を超える", "more than 80 people"),
    ("no more than 4 pieces", "4個まで"),
    ("twice", "2回"),
    ("fifteen items", "15個"),
    ("19th", "nineteenth"),
    ("3,000 W", "3kW"),
    ("the 2-year plan", "24か月"),
]
DIFFERENT = [
    ("8千円", "8万円"),
    ("¥1,250", "12,500円"),
    ("700円", "700ドル"),
    ("45分", "45秒"),
    ("2.5時間", "250分"),
    ("3週間", "14日間"),
    ("two weeks", "20 days"),
    ("3営業日", "3日"),
    ("5 business days", "5 days"),
    ("二割", "2%"),
    ("半年", "5か月"),
    ("3年間", "30 months"),
    ("6kg", "6g"),
    ("120cm", "120mm"),
    ("4〜6営業日", "4〜7営業日"),
    ("5-8日", "5日"),
    ("20日以内", "20日以降"),
    ("within 20 days", "after 20 days"),
    ("16歳以上", "16歳未満"),
    ("16歳以上", "16歳以下"),
    ("at least 6 characters", "at most 6 characters"),
    ("9か月以上", "9か月を超える"),
    ("over 80 people", "at least 80 people"),
    ("up to 4 pieces", "at least 4 pieces"),
    ("under 5 kg", "up to 5 kg"),
    ("2回", "3回"),
    ("five items", "fifteen items"),
    ("30日前", "30日後"),
    ("3,000 W", "3,000 V"),
    ("3kW", "3kWh"),
    ("5万円以上", "5万円以下"),
    ("10%", "15%"),
]
WORDS_NOT_AMOUNTS = [
    "十分に乾かしてください",
    "一部の店舗",
    "一般の方",
    "万一の故障",
    "AW-77",
    "型番E31",
    "one of them",
    "no one",
    "千葉県",
]


def only(text: str) -> Quantity:
    (found,) = quantities(plain(text))
    return found


@pytest.mark.parametrize(("claim", "source"), SAME)
def test_the_same_amount_in_other_words_agrees(claim: str, source: str) -> None:
    assert only(claim).agrees(only(source))
    assert only(source).agrees(only(claim))


@pytest.mark.parametrize(("claim", "source"), DIFFERENT)
def test_another_amount_unit_or_bound_does_not_agree(claim: str, source: str) -> None:
    assert not only(claim).agrees(only(source))


@pytest.mark.parametrize("text", WORDS_NOT_AMOUNTS)
def test_a_word_with_a_digit_in_it_is_no_amount(text: str) -> None:
    assert quantities(plain(text)) == []


def test_a_range_follows_from_its_upper_end_with_at_most() -> None:
    assert only("6日以内").agrees(only("4〜6日"))
    assert not only("4日以内").agrees(only("4〜6日"))
