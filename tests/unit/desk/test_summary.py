"""The hand-off summary: at most five lines, all of them said."""

import pytest

from app.desk.summary import summarise
from app.domain.outcome import Language
from app.domain.summary import MOST_LINES, LineKind
from tests.builders import conversation

SAID = conversation(
    ("customer", "PB-500の電源が入りません。一晩充電してみましたが画面が暗いままです。"),
    ("decline", "申し訳ありません。確かな情報が見つかりませんでした。"),
    ("customer", "交換してもらえますか。送料はかかりますか。"),
    ("customer", "もしもし？"),
)


def test_wish_try_and_what_is_open_are_named_with_their_turns() -> None:
    summary = summarise(SAID, "ja")
    lines = {line.kind: line for line in summary.lines}
    assert summary.lines[0].label == "用件"
    assert "交換してもらえますか" in "".join(line.text for line in summary.lines if line.kind is LineKind.WISH)
    assert (lines[LineKind.TRIED].text, lines[LineKind.TRIED].turn, lines[LineKind.TRIED].message_id) == (
        "一晩充電してみましたが画面が暗いままです。",
        0,
        "m-0",
    )
    assert lines[LineKind.OPEN].text == "送料はかかりますか。"
    assert summary.by == "extractive"


@pytest.mark.parametrize(("language", "label"), [("ja", "用件"), ("en", "Wants")])
def test_labels_are_the_agents_and_quotes_the_customers(language: Language, label: str) -> None:
    first = summarise(SAID, language).lines[0]
    assert (first.label, first.lang) == (label, "ja")


def test_every_line_stands_in_the_turn_it_names() -> None:
    for line in summarise(SAID, "en").lines:
        assert line.text in SAID.messages[line.turn].text
        assert line.message_id == SAID.messages[line.turn].id


@pytest.mark.parametrize(
    ("mood", "text"),
    [
        ([0.1, None, 0.8, None], "怒っています。悪化しています"),
        ([0.7, None, 0.2, None], "落ち着いています。和らいでいます"),
        ([None, None, 0.6, None], "不満があります"),
    ],
)
def test_the_mood_is_that_of_the_last_judged_turn(mood: list[float | None], text: str) -> None:
    line = summarise(SAID, "ja", mood).lines[-1]
    assert (line.kind, line.text, line.turn) == (LineKind.MOOD, text, 2)


def test_a_long_conversation_gives_five_lines_and_a_long_sentence_is_cut() -> None:
    long = [("customer", f"{n}番の返品をしたいのですが、{'とても' * 60}困っていますか？") for n in range(2000)]
    summary = summarise(conversation(*long), "ja", [0.5] * 2000)
    assert len(summary.lines) <= MOST_LINES
    assert all(len(line.text) <= 110 for line in summary.lines)
    assert summary.lines[0].text.endswith("…")


def test_nothing_said_gives_no_line() -> None:
    assert summarise(conversation(("customer", "もしもし？")), "ja").lines == ()
