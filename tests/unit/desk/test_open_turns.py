"""What waits for an answer, and what is only said."""

import pytest

from app.desk.open_turns import open_turns
from app.domain.asking import asking, trying
from app.domain.courtesy import is_courtesy, says
from tests.builders import conversation

ANSWER = ("answer", "未開封なら14日以内に返品できます。")
DECLINE = ("decline", "申し訳ありません。確かな情報が見つかりませんでした。")


@pytest.mark.parametrize(
    ("said", "waiting"),
    [
        ([("customer", "返品の期限は？"), DECLINE, ("customer", "担当者お願いします")], [0]),
        ([("customer", "返品の期限は？"), DECLINE, ("customer", "ありがとうございます。もしもし？")], [0]),
        ([("customer", "返品の期限は？"), ANSWER, ("customer", "送料は誰が払いますか"), DECLINE], [2]),
        ([("customer", "返品の期限は？"), ANSWER, ("customer", "それはもう試しました。直りません")], [0, 2]),
        ([("customer", "返品の期限は？"), ANSWER, ("customer", "担当者に代わってください")], [0]),
        ([("customer", "返品の期限は？"), ANSWER], [0]),  # nothing else is there: the hand-off had a reason
        ([("customer", "返品の期限は？"), ("agent", "14日です。"), ("customer", "送料は？")], [2]),
        ([("customer", "注文番号は B-204418 です"), ("customer", "届きません")], [1]),
        ([("customer", "ありがとうございました")], []),
        ([], []),
    ],
)
def test_open_turns_are_those_that_nobody_has_answered_well(said: list[tuple[str, str]], waiting: list[int]) -> None:
    assert open_turns(conversation(*said).messages) == waiting


def test_of_two_thousand_turns_the_last_four_are_open() -> None:
    said = [("customer", f"{n}番目の質問の送料はいくらですか") for n in range(2000)]
    assert open_turns(conversation(*said).messages) == [1996, 1997, 1998, 1999]


@pytest.mark.parametrize(
    "text",
    [
        "よろしくお願いいたします。",
        "ありがとうございます、担当の方を待ちます",
        "担当者と話したいです",
        "人に代わってください",
        "<PERSON_1>と申します。",
        "注文番号は B-204418 です",
        "Thanks, hello?",
        "Can I talk to a human?",
        "Is there a real person there?",
        "My order number is 99120-4",
        "Looking forward to your answer",
    ],
)
def test_courtesy_asks_nothing(text: str) -> None:
    assert is_courtesy(text)
    assert says(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "でもまだつかえません",
        "E-05です",
        "Can it still go back?",
        "Who handles this?",
        "No hinge",
        "触っても大丈夫ですか。",
    ],
)
def test_what_is_short_may_still_ask(text: str) -> None:
    assert says(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "排水ホースはまっすぐにしてみたんですけど変わらなくて",
        "とりあえず電源は切りました。",
        "迷惑メールフォルダも見ました。",
        "I already straightened the hose but it came back.",
        "I aired the room all day and vacuumed the grey pre-filter.",
    ],
)
def test_a_try_is_told_apart(text: str) -> None:
    assert trying(text) > 0


@pytest.mark.parametrize(
    "text", ["先週届きました。", "洗濯機を注文しました。", "I bought an AP-50 last year.", "返品できますか？"]
)
def test_what_happened_is_no_try(text: str) -> None:
    assert trying(text) <= 0


def test_a_question_says_more_clearly_what_is_wanted_than_a_trouble() -> None:
    assert asking("返品できますか？") > asking("電源が入りません。") > asking("先週の金曜日です。")
