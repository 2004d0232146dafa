"""The extractive writer quotes whole passages, marks the best sentence, and never cuts a condition off."""

from pathlib import Path

import numpy as np
import pytest

from app.adapters.embedder_hashing import HashingEmbedder
from app.answering.extractive import ExtractiveWriter
from app.answering.retrieve import Retriever
from app.domain.knowledge import Audience, Chunk, Document
from app.domain.outcome import Language
from app.domain.ports import Claim
from app.domain.retrieval import Hit, Retrieval
from tests.builders import chunk_of, document, index_of

EMBEDDER = HashingEmbedder(256)
RETURNS = document("ja-returns", "未開封の商品は14日以内に返品できます。返送料はお客様のご負担です。", "返品について")
EXCEPTION = document("ja-fee", "送料は550円です。\nただし、5,000円以上のご注文は無料です。", "送料について")
AW80 = document("ja-aw80", "AW-80のE02は排水に15分以上かかったときの表示です。", "AW-80のエラー")
AW120 = document("ja-aw120", "AW-120DのE-02は排水に10分以上かかったときの表示です。", "AW-120Dのエラー")
POINTS = document("ja-points", "ポイントの有効期限は最後のお買い物から12か月です。", "ポイントについて")


def write(tmp_path: Path, query: str, *chunks: tuple[Document, Chunk], lang: Language = "ja") -> list[Claim]:
    index = index_of(tmp_path, *chunks, embedder=EMBEDDER)
    return ExtractiveWriter().write(Retriever(index, EMBEDDER).retrieve(query, lang, Audience.PUBLIC), index)


def whole(*articles: Document) -> list[tuple[Document, Chunk]]:
    return [(article, chunk_of(article)) for article in articles]


def test_the_passage_is_quoted_whole_and_word_for_word(tmp_path: Path) -> None:
    claims = write(tmp_path, "返品の返送料", *whole(RETURNS, POINTS))
    assert [claim.text for claim in claims] == [
        "未開封の商品は14日以内に返品できます。",
        "返送料はお客様のご負担です。",
    ]
    assert all(claim.span and RETURNS.text[claim.span.start : claim.span.end] == claim.text for claim in claims)


def test_exactly_one_sentence_is_marked_as_the_best(tmp_path: Path) -> None:
    claims = write(tmp_path, "返送料はお客様のご負担", *whole(RETURNS, POINTS))
    assert [claim.text for claim in claims if claim.best] == ["返送料はお客様のご負担です。"]


def test_a_following_chunk_that_limits_the_quoted_one_comes_with_it(tmp_path: Path) -> None:
    cut = EXCEPTION.text.index("ただし")
    rule, limit = (EXCEPTION, chunk_of(EXCEPTION, 0, cut - 1)), (EXCEPTION, chunk_of(EXCEPTION, cut))
    claims = write(tmp_path, "送料は550円", rule, limit, *whole(POINTS))
    assert [claim.text for claim in claims] == ["送料は550円です。", "ただし、5,000円以上のご注文は無料です。"]


@pytest.mark.parametrize("query", ["AW-80とAW-120Dの排水エラーの違い", "AW120DとAW80のE02の排水の違い"])
def test_two_products_in_the_question_bring_a_passage_for_each(tmp_path: Path, query: str) -> None:
    text = " ".join(claim.text for claim in write(tmp_path, query, *whole(AW80, AW120, POINTS)))
    assert "15分" in text
    assert "10分" in text


def test_a_lead_in_brings_the_table_it_leads_up_to(tmp_path: Path) -> None:
    text = "送料は地域で決まります。\n\n地域: 本州 | 送料: 550円\n地域: 沖縄 | 送料: 1,650円"
    fees, cut = document("ja-fees", text, "送料"), text.index("地域: 本州")
    lead, table = (fees, chunk_of(fees, 0, cut - 2)), (fees, chunk_of(fees, cut))
    claims = write(tmp_path, "送料は地域で決まりますか", lead, table, *whole(POINTS))
    assert [claim.text for claim in claims] == [
        "送料は地域で決まります。",
        "地域: 本州 | 送料: 550円",
        "地域: 沖縄 | 送料: 1,650円",
    ]


def test_a_row_keyed_by_the_code_of_the_question_comes_before_text_that_mentions_it(tmp_path: Path) -> None:
    text = (
        "E02とE04は電源を入れ直すと表示が消えます。\n\n表示: E01 | 意味: 給水できない\n表示: E02 | 意味: 排水できない"
    )
    codes, cut = document("ja-codes", text, "AW-80の表示"), text.index("表示: E01")
    mention, rows = (codes, chunk_of(codes, 0, cut - 2)), (codes, chunk_of(codes, cut))
    claims = write(tmp_path, "E02の意味と表示", mention, rows, *whole(POINTS, RETURNS, EXCEPTION))
    assert [claim.text for claim in claims if claim.best] == ["表示: E02 | 意味: 排水できない"]


def quoted(tmp_path: Path, parts: list[tuple[Document, Chunk]], *fused: float) -> list[int]:
    """Positions that are quoted when the passages were found with these scores."""
    index = index_of(tmp_path, *parts, embedder=EMBEDDER)
    order = sorted(range(len(fused)), key=lambda n: -fused[n])
    hits = tuple(Hit(n, index.chunks[n], 0.9, 1.0, fused[n], 0, 0.9) for n in order)
    found = Retrieval("返品について", "ja", Audience.PUBLIC, np.zeros(4, dtype=np.float32), hits)
    return list(dict.fromkeys(claim.chunk for claim in ExtractiveWriter().write(found, index)))


def test_the_article_is_quoted_further_as_far_as_it_fits_half_a_page(tmp_path: Path) -> None:
    texts = [
        "返品は14日以内です。" * 9,
        "送料はお客様のご負担です。" * 9,
        "返品の長い説明です。" * 55,
        "返品の手順です。" * 9,
    ]
    article = document("ja-long", "\n\n".join(texts), "返品")
    starts = [article.text.index(text) for text in texts]
    parts = [(article, chunk_of(article, start, start + len(text))) for start, text in zip(starts, texts, strict=True)]
    assert quoted(tmp_path, parts, 1.0, 0.6, 0.9, 0.4) == [0, 1]


def test_another_article_is_quoted_only_when_it_is_about_as_near(tmp_path: Path) -> None:
    assert quoted(tmp_path, whole(RETURNS, POINTS, EXCEPTION), 1.0, 0.95, 0.75) == [0, 1]


def test_of_passages_about_as_near_the_best_passages_article_comes_first(tmp_path: Path) -> None:
    article = document("ja-two", "返品は14日以内です。\n\n送料は550円です。", "返品")
    cut = article.text.index("送料")
    parts = [(article, chunk_of(article, 0, cut - 2)), *whole(POINTS, AW80), (article, chunk_of(article, cut))]
    assert quoted(tmp_path, parts, 1.0, 0.85, 0.95, 0.8) == [0, 3, 2, 1]
