"""Questions as they were meant; names, codes and right words stay."""

import pytest

from app.answering.spelling import respelt

KNOWN = {"replace": 3, "filter": 9, "warranty": 4, "years": 5, "deliver": 6, "sticks": 1, "discard": 2, "points": 7}
KNOWN |= {"bought": 3, "heater": 5, "hearer": 1, "inverter": 2}
RARE = {"brought": 1, "reset": 1}


def meant(question: str) -> str:
    """A word of the index, and a right one, is one piece to the embedder; any other is three."""
    return respelt(question, lambda term: KNOWN.get(term, 0), lambda word: 1 if word in KNOWN | RARE else 3)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("how do i repalce the fliter in my AP-50", "how do i replace the filter in my AP-50"),
        ("waranty how many yeers", "warranty how many years"),
        ("do you delivr here", "do you deliver here"),
        ("heated by a heatr", "heated by a heater"),
        ("replacr", "replacr"),  # the last letter is seldom the slip
        ("my heeter", "my heater"),  # of two words the more frequent one
    ],
)
def test_a_latin_word_that_is_nowhere_gives_way_to_one_slip_away(typed: str, read: str) -> None:
    assert meant(typed) == read


@pytest.mark.parametrize(
    "question",
    [
        "I brought it back",  # a right word, though the index does not know it
        "Does it work with Discord?",  # a name
        "delivered in a year",  # an inflection of a word the index knows
        "filtr@shop.example, fliter-x, fliter2",  # an address, a code
        "pont",  # too short to tell
        "二段階認証の設定",
        "fliter " * 50,  # long enough to be found by its other words
        "",
    ],
)
def test_everything_else_stays(question: str) -> None:
    assert meant(question) == question


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("さいはいたつ お金かかる?", "再配達 お金かかる?"),
        ("ふぃるたー こうかん", "フィルター 交換"),
        ("ぱすわーどをわすれた", "パスワードをわすれた"),
        ("きゃんせるしたい", "キャンセルしたい"),
        ("りょうしゅうしょがほしい", "領収書がほしい"),
        ("保障書を無くした", "保証書を無くした"),
        ("ごきげんよう", "ごきげんよう"),  # no 期限: a short word in kana stands apart
        ("すごーく困ってます", "すごーく困ってます"),
    ],
)
def test_japanese_words_typed_in_kana_or_as_a_homophone(typed: str, read: str) -> None:
    assert meant(typed) == read
