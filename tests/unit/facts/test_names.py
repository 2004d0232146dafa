"""Codes and names, and words that are neither."""

import pytest

from app.domain.facts.names import codes, generic_loanword, latin_names

CODES = [
    ("AH-120を使う", "ah120"),
    ("PB-500の電池", "pb500"),
    ("エラーH-27が出る", "h27"),
    ("F-11 is shown", "f11"),
    ("E05が出たら", "e05"),
    ("the MX-900 camera", "mx900"),
    ("電話は03-1234-5678です", "0312345678"),
    ("Call 0120-333-444", "0120333444"),
    ("バージョン2.4.1", "2.4.1"),
    ("help@shop.example まで", "help@shop.example"),
    ("RX7とRX-8", "rx7"),
    ("SI-55形", "si55"),
    ("IPX4 water proof", "ipx4"),
    ("WH-1000XM4 headphones", "wh1000xm4"),
    ("HB-65 battery", "hb65"),
]
NO_CODES = [
    "14日以内",
    "5,000円",
    "3-5日",
    "up to 10 items",
    "2026-04-01",
    "9:00-18:00",
    "50/60 Hz",
    "1.5時間",
    "W 575 mm",
    "A社の製品",
]
NAMES = [
    ("PayPayで支払えます", ["PayPay"]),
    ("VISAとJCBが使えます", ["VISA", "JCB"]),
    ("You can pay with Suica here", ["Suica"]),
    ("Cards such as JCB work", ["JCB"]),
    ("Ask the Osaka office", ["Osaka"]),
]
NO_NAMES = [
    "カードで払えます",
    "Webから申し込む",
    "You can pay here",
    "Open on Monday",
    "See the FAQ",
    "返品は14日以内です",
    "In May it is closed",
]


@pytest.mark.parametrize(("text", "code"), CODES)
def test_a_code_is_read_without_its_hyphen(text: str, code: str) -> None:
    assert codes(text)[0][2] == code


@pytest.mark.parametrize("text", NO_CODES)
def test_a_number_is_no_code(text: str) -> None:
    assert codes(text) == []


@pytest.mark.parametrize(("text", "names"), NAMES)
def test_a_name_is_read(text: str, names: list[str]) -> None:
    assert latin_names(text) == names


@pytest.mark.parametrize("text", NO_NAMES)
def test_an_ordinary_word_is_no_name(text: str) -> None:
    assert latin_names(text) == []


@pytest.mark.parametrize(
    ("word", "ordinary"), [("キャンセル", True), ("メール", True), ("サウナ", False), ("プリウス", False)]
)
def test_an_ordinary_loanword_is_told_from_a_thing(word: str, ordinary: bool) -> None:
    assert generic_loanword(word) is ordinary
