"""A passage can answer when it holds the codes a question names and a value of the kind it asks for."""

from pathlib import Path

import numpy as np
import pytest

from app.adapters.embedder_hashing import HashingEmbedder
from app.adapters.index_files import LoadedIndex
from app.answering.asked import Asked, able_first
from app.domain.knowledge import Audience
from app.domain.retrieval import Hit, Retrieval
from tests.builders import chunk_of, document, index_of

EMBEDDER = HashingEmbedder(64)


def passages(tmp_path: Path, *texts: str, title: str = "案内") -> LoadedIndex:
    articles = [document(f"ja-{n}", text, title) for n, text in enumerate(texts)]
    return index_of(tmp_path, *((article, chunk_of(article)) for article in articles), embedder=EMBEDDER)


@pytest.mark.parametrize(
    ("question", "answers", "does_not"),
    [
        ("フィルターの値段いくら", "フィルターは1,980円です。", "フィルターは12か月ごとに替えます。"),
        ("送料はいくらですか", "送料は無料です。", "送料は地域で決まります。"),
        ("How much is delivery?", "Delivery costs ¥550.", "Delivery takes a while."),
        ("いつまでに返せばいい", "到着から14日以内です。", "未開封の商品は返品できます。"),
        ("How long does it take?", "About two weeks.", "It depends on the area."),
        ("When do my points expire?", "They expire after 12 months.", "They cannot be moved."),
        ("電話は何時まで", "9:00から18:00までです。", "平日に承ります。"),
        ("FAXの番号教えて", "0120-000-119です。", "お電話で承ります。"),
        ("重さ 何kg", "質量は6.5kgです。", "容量は6.5kWhです。"),
        ("運転音は何デシベル", "約46デシベルです。", "静かに運転します。"),
        ("予約は何人までできますか", "4名までです。", "人数をご入力ください。"),
        ("How many panels are in a set?", "A set has 12 panels.", "Panels are made of glass."),
        ("色は何色ありますか", "ホワイトのみです。", "大きさは2種です。"),
    ],
)
def test_a_value_of_the_kind_that_is_asked_for(tmp_path: Path, question: str, answers: str, does_not: str) -> None:
    index, asked = passages(tmp_path, answers, does_not), Asked.by(question)
    assert asked.values
    assert [asked.can_be_answered_by(n, index) for n in (0, 1)] == [True, False]


@pytest.mark.parametrize(
    "question",
    [
        "返品できますか",
        "いくら以上買えば送料がタダになるの",
        "電子レンジを使うときの注意",
        "何度も失敗します",
        "料金プランの変更方法",
        "Is it safe when several servers run?",
        "How can I regenerate the image cache?",
        "How do I report the total number of errors?",
    ],
)
def test_no_kind_is_asked_for(tmp_path: Path, question: str) -> None:
    assert Asked.by(question).values == ()
    assert Asked.by(question).can_be_answered_by(0, passages(tmp_path, "マイページで承ります。"))


def test_every_code_of_the_question_is_needed_in_whatever_spelling(tmp_path: Path) -> None:
    index = passages(tmp_path, "E02は排水の表示です。", "お手入れの方法です。", title="AW-80のエラー")
    assert Asked.by("AW80でe-02が出た").can_be_answered_by(0, index)
    assert not Asked.by("AW-80のE09って何").can_be_answered_by(0, index)
    assert not Asked.by("AW-80のE02").can_be_answered_by(1, index)


def test_what_a_passage_leads_up_to_counts_as_its_own(tmp_path: Path) -> None:
    fees = document("ja-fees", "送料は地域で決まります。\n\n本州は550円です。", "送料")
    cut = fees.text.index("本州")
    parts = [(fees, chunk_of(fees, 0, cut - 2)), (fees, chunk_of(fees, cut))]
    assert Asked.by("送料はいくら").can_be_answered_by(0, index_of(tmp_path, *parts, embedder=EMBEDDER))


def test_passages_that_can_answer_come_first_and_keep_their_order(tmp_path: Path) -> None:
    index = passages(tmp_path, "部品があります。", "部品は500円です。", "部品を替えます。", "部品は800円です。")
    hits = tuple(Hit(n, chunk, 0.9, 1.0, 1 - n / 10, 0, 0.9) for n, chunk in enumerate(index.chunks))
    found = Retrieval("部品はいくら", "ja", Audience.PUBLIC, np.zeros(4, dtype=np.float32), hits)
    assert [hit.position for hit in able_first(found, index).hits] == [1, 3, 0, 2]


def test_a_row_with_the_code_is_told_from_text_that_mentions_it() -> None:
    rows = chunk_of(document(text="E02は電源を切ると消えます。\n表示: E02 | 意味: 排水できない"))
    asked = Asked.by("E02が消えない")
    assert asked.keyed_sentence(rows) == 1
    assert asked.is_keyed(rows)
    assert not asked.is_keyed(chunk_of(document(text="E02は電源を切ると消えます。")))
