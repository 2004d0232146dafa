"""What limits a statement, and statements without a limit."""

import pytest

from app.domain.facts.conditions import claims_all, conditions, hedges, says_only, without_conditions
from app.domain.facts.plain import plain

CONDITIONAL = [
    "雨の場合は中止します",
    "満席の場合に限り、立ち見となります",
    "会員であれば割引になります",
    "予約すれば入れます",
    "学生ならば半額です",
    "紛失したときは、お届けください",
    "更新の際は、証明書をお持ちください",
    "定員に達しない限り、当日も入れます",
    "平日に限り利用できます",
    "月曜を除き、毎日開いています",
    "本人以外は受け取れません",
    "割引になるのは、学生の場合です",
    "証明書がないと入れません",
    "If it rains, the show is cancelled",
    "You may enter only if you have booked",
    "Entry is allowed unless the hall is full",
    "You get a discount provided that you are a student",
    "As long as seats remain, you may enter",
    "In case of loss, tell the desk",
    "Bring a card when you renew",
    "Open daily except Mondays",
    "No one other than you may collect it",
    "Show the card to get a discount",
    "Once the gate is shut, wait outside",
    "Everyone apart from staff must leave",
    "Tickets are valid only for adults",
    "Parking is free only after 6 p.m.",
    "Refunds are made on condition that the seal is whole",
    "Whenever the lamp blinks, wait",
    "All days excluding Sundays",
]
PLAIN = [
    "毎日開いています",
    "証明書をお持ちください",
    "入場は無料です",
    "遅れる場合があります",
    "料金は500円です",
    "係員が案内します",
    "電源を入れます",
    "ボタンを押してください",
    "席は自由です",
    "駅から歩いて5分です",
    "カードで支払えます",
    "予約が必要です",
    "写真を撮れます",
    "荷物を預けられます",
    "The hall opens at nine",
    "Bring your card",
    "Entry costs 500 yen",
    "It may be late",
    "Staff will guide you",
    "Press the button",
    "Seats are free",
    "You can pay by card",
    "You must book",
    "You may take photos",
    "We keep your luggage",
    "The hall is five minutes from the station",
    "Snacks are sold",
    "The bus stops here",
    "Rooms have a bath",
    "Call us any day",
]


@pytest.mark.parametrize("text", CONDITIONAL)
def test_a_limit_is_seen(text: str) -> None:
    assert conditions(plain(text))
    assert without_conditions(plain(text)) != plain(text)


@pytest.mark.parametrize("text", PLAIN)
def test_a_statement_without_one_has_none(text: str) -> None:
    assert not conditions(plain(text))


@pytest.mark.parametrize(
    "text",
    [
        "すべての席",
        "全品が対象です",
        "いつでも入れます",
        "どなたでも使えます",
        "必ず届きます",
        "all seats",
        "Anyone may enter",
        "It always works",
    ],
)
def test_a_word_for_everything_is_seen(text: str) -> None:
    assert claims_all(plain(text))


@pytest.mark.parametrize(
    "text", ["一部の席", "対象の商品", "some seats", "a few rooms", "24時間いつでも", "each other"]
)
def test_a_word_for_a_part_is_none_for_everything(text: str) -> None:
    assert not claims_all(plain(text))


@pytest.mark.parametrize("text", ["会員のみ入れます", "学生に限ります", "only members", "大人だけが入れます"])
def test_only_is_seen(text: str) -> None:
    assert says_only(plain(text))


@pytest.mark.parametrize(
    ("text", "doubt"), [("遅れることがあります", True), ("It may be late", True), ("遅れます", False)]
)
def test_a_possibility_is_told_from_a_fact(text: str, doubt: bool) -> None:
    assert hedges(plain(text)) is doubt
