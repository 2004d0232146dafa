"""Sentences become the lines that their article has."""

import pytest

from app.domain.outcome import Citation, Sentence
from app.web.lines import lang_of, lead, lines
from tests.builders import citation, outcome


def quoted(quote: str, *sentences: str, n: int = 1) -> tuple[Citation, tuple[Sentence, ...]]:
    cited = citation(n).model_copy(update={"quote": quote})
    return cited, tuple(Sentence(text=text, citations=(n,)) for text in sentences)


def shown(*passages: tuple[Citation, tuple[Sentence, ...]]) -> list[list[str]]:
    """The texts of each line; a table row's by cell, its header in brackets; "*" stands for a chip."""
    answer = outcome().model_copy(
        update={
            "citations": tuple(cited for cited, _ in passages),
            "sentences": tuple(sentence for _, sentences in passages for sentence in sentences),
        }
    )
    return [
        [
            "+".join(
                (f"[{said.key}]" if said.key else "") + (" " * said.space) + said.text + "*" * len(said.chips)
                for said in part
            )
            for part in (line.cells or [(said,) for said in line.said])
        ]
        for line in lines(answer)
    ]


def test_sentences_of_one_paragraph_flow_and_the_chip_ends_the_run() -> None:
    assert shown(quoted("一です。二です。\n\n三です。", "一です。", "二です。", "三です。")) == [
        ["一です。", "二です。"],
        ["三です。*"],
    ]


def test_english_keeps_the_space_between_sentences() -> None:
    assert shown(quoted("One. Two.", "One.", "Two.")) == [["One.", " Two.*"]]


def test_another_passage_begins_a_line_even_where_the_words_are_the_same() -> None:
    assert shown(quoted("同じ。", "同じ。"), quoted("同じ。", "同じ。", n=2)) == [["同じ。*"], ["同じ。*"]]


def test_a_row_has_cells_with_headers_also_where_a_sentence_ends_inside_it() -> None:
    row = "症状: 止まる。 | 対処: 電源を切る。入れ直す。"
    assert shown(quoted(row, "症状: 止まる。", "| 対処: 電源を切る。", "入れ直す。")) == [
        ["[症状: ]止まる。", "[対処: ]電源を切る。+入れ直す。*"]
    ]


def test_a_sentence_that_is_no_quotation_stands_alone() -> None:
    assert shown(quoted("別の文。", "言い換えた文。", "別の文。")) == [["言い換えた文。"], ["別の文。*"]]


def test_list_items_are_items() -> None:
    cited, sentences = quoted("・一つ\n・二つ", "・一つ", "・二つ")
    answer = outcome().model_copy(update={"citations": (cited,), "sentences": sentences})
    assert [line.is_item for line in lines(answer)] == [True, True]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "申し訳ありません。確かな情報が見つかりませんでした。推測ではお答えしません。",
            ("申し訳ありません。確かな情報が見つかりませんでした。", "推測ではお答えしません。"),
        ),
        ("Sorry, I could not find it. I do not guess.", ("Sorry, I could not find it.", "I do not guess.")),
        ("See aoba.example for it", ("See aoba.example for it", "")),
        ("", ("", "")),
    ],
)
def test_the_lead_is_more_than_an_apology(text: str, expected: tuple[str, str]) -> None:
    assert lead(text) == expected


@pytest.mark.parametrize(
    ("text", "lang"), [("洗濯機AW-80", "ja"), ("AW-80", "en"), ("ﾃｽﾄ", "ja"), ("Delivery times", "en")]
)
def test_the_language_of_a_fragment(text: str, lang: str) -> None:
    assert lang_of(text) == lang
