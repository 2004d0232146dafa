"""What every index of chunks does; above all, whom it shows what."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.adapters.embedder_hashing import HashingEmbedder
from app.adapters.index_memory import MemoryIndex
from app.adapters.token_index import TokenIndex
from app.domain.knowledge import Audience, Chunk, Document
from app.domain.ports import ChunkIndex, Vector
from tests.builders import chunk_of, document, embedded, index_of

EMBEDDER = HashingEmbedder()
Entry = tuple[Document, Chunk]
Make = Callable[..., ChunkIndex]


@pytest.fixture(params=["files", "memory"])
def make(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Make:
    def from_files(*entries: Entry) -> ChunkIndex:
        return index_of(Path(mkdtemp(dir=tmp_path_factory.getbasetemp())), *entries, embedder=EMBEDDER)

    def in_memory(*entries: Entry) -> ChunkIndex:
        chunks = [embedded(chunk, EMBEDDER) for _, chunk in entries]
        return MemoryIndex(from_files(*entries).manifest, [article for article, _ in entries], chunks)

    return from_files if request.param == "files" else in_memory


def article(name: str, text: str, audience: Audience = Audience.PUBLIC, question: str | None = None) -> Entry:
    written = document(name, text, title=name, audience=audience)
    return written, chunk_of(written, question=question)


def query(text: str) -> Vector:
    return np.array(EMBEDDER.embed_query(text), dtype=np.float32)


RETURNS = article("returns", "未開封の商品は14日以内に返品できます。返送料はお客様のご負担です。")
ERRORS = article("errors", "エラーE-02は排水に15分以上かかったときに出ます。")
LIMITS = article("limits", "担当者は30,000円まで返金できます。", Audience.AGENT)
FAQ = article("faq", "マイページの注文履歴から印刷できます。", question="領収書はどこでもらえますか")


def test_the_text_itself_is_found_first(make: Make) -> None:
    index = make(RETURNS, ERRORS, FAQ)
    wanted = f"{ERRORS[1].context}\n{ERRORS[1].text}"
    [(position, cosine), *_] = index.dense(query(wanted), Audience.PUBLIC, 3)
    assert index.chunks[position].document_id == "errors"
    assert cosine == pytest.approx(1, abs=1e-5)


def test_a_faq_entry_is_found_by_its_question_and_comes_once(make: Make) -> None:
    index = make(RETURNS, FAQ, ERRORS)
    hits = index.dense(query("領収書はどこでもらえますか"), Audience.PUBLIC, 3)
    assert hits[0][0] == 1
    assert hits[0][1] == pytest.approx(1, abs=1e-5)
    assert sorted(position for position, _ in hits) == [0, 1, 2]


def test_faq_entries_do_not_crowd_out_other_chunks(make: Make) -> None:
    entries = [article(f"faq{n}", f"お答え{n}", question=f"お答え{n}") for n in range(8)]
    hits = make(*entries).dense(query("お答え"), Audience.PUBLIC, 5)
    assert len({position for position, _ in hits}) == 5


def test_cosines_are_those_of_the_search(make: Make) -> None:
    index = make(RETURNS, FAQ, ERRORS, LIMITS)
    for position, cosine in index.dense(query("領収書"), Audience.AGENT, 4):
        assert index.cosines(query("領収書"), [position])[0] == pytest.approx(cosine, abs=1e-5)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("返品", {"returns", "limits"}),
        ("返", {"returns", "limits"}),
        ("E-02", {"errors"}),
        ("e02", {"errors"}),
        ("Ｅ－０２", {"errors"}),
        ("30000円", {"limits"}),
        ("領収書", {"faq"}),
        ("errors", {"errors"}),
        ("天気", set()),
        ("😀", set()),
        ("", set()),
    ],
)
def test_words_find_chunks(make: Make, words: str, found: set[str]) -> None:
    index = make(RETURNS, ERRORS, LIMITS, FAQ)
    hits = index.lexical(words, Audience.AGENT, 10)
    assert {index.chunks[position].document_id for position, _ in hits} == found
    assert all(score > 0 for _, score in hits)


def test_a_code_as_it_is_written_ranks_before_its_other_spelling(make: Make) -> None:
    index = make(article("plain", "E02が出ます"), article("dashed", "E-02が出ます"))
    assert index.lexical("E-02", Audience.PUBLIC, 2)[0][0] == 1
    assert index.lexical("E02", Audience.PUBLIC, 2)[0][0] == 0


def test_coverage_is_the_share_of_the_question(make: Make) -> None:
    index = make(RETURNS, ERRORS, FAQ)
    held, known = index.coverage({"返品"}, [0, 1])
    assert held.tolist() == [pytest.approx(1), 0]
    assert known == pytest.approx(1)
    held, known = index.coverage({"返品", "weather"}, [0])
    assert 0 < held[0] < 1
    assert 0 < known < 1
    assert index.coverage((), [0, 1])[1] == 0


def test_sentence_vectors_are_those_of_the_chunk(make: Make) -> None:
    index = make(ERRORS, RETURNS)
    assert index.sentence_vectors(0).shape == (1, 64)
    vectors = index.sentence_vectors(1)
    assert vectors.shape == (2, 64)
    assert vectors.dtype == np.float32
    assert vectors[1] @ query("returns\n返送料はお客様のご負担です。") == pytest.approx(1, abs=1e-3)


def test_the_nearest_sentence_of_each_chunk_is_told_with_its_cosine(make: Make) -> None:
    index = make(RETURNS, ERRORS, FAQ)
    asked = query("返送料はお客様のご負担")
    found = index.nearest_sentences(asked, [2, 0])
    for position, (n, cosine) in zip([2, 0], found, strict=True):
        cosines = index.sentence_vectors(position) @ asked
        assert n == cosines.argmax()
        assert cosine == pytest.approx(float(cosines.max()), abs=1e-6)
    assert found[1][0] == 1
    assert index.nearest_sentences(asked, []) == []


def test_an_article_is_the_mean_of_its_passages(make: Make) -> None:
    written, _ = RETURNS
    index = make((written, chunk_of(written, 0, 18)), ERRORS, (written, chunk_of(written, 18)))
    asked = query("返送料")
    first, errors, second = index.document_cosines(asked, [0, 1, 2])
    assert first == second != errors
    assert errors == pytest.approx(index.cosines(asked, [1])[0], abs=1e-5)
    assert min(index.cosines(asked, [0, 2])) < first


def test_a_language_is_the_mean_of_its_passages(make: Make) -> None:
    index = make(RETURNS, ERRORS)
    asked = query("返送料")
    both = index.cosines(asked, [0, 1])
    assert float(index.language_mean("ja") @ asked) == pytest.approx(float(both.mean()), abs=1e-5)
    assert not index.language_mean("en").any()
    assert index.language_mean("en").shape == asked.shape


def test_the_chunk_with_the_questions_tokens_is_nearest(make: Make) -> None:
    index = make(RETURNS, ERRORS, FAQ)
    tokens = EMBEDDER.embed_question("排水 エラー").tokens
    alone = index.token_similarities(tokens, [1])
    among = index.token_similarities(tokens, [2, 1, 0])
    assert among.argmax() == 1
    assert among[1] == pytest.approx(alone[0], abs=1e-5)
    assert 0 < alone[0] <= 1
    assert index.token_similarities(tokens[:0], [0, 1]).tolist() == [0, 0]


def test_a_chunk_without_tokens_is_near_nothing(tmp_path: Path) -> None:
    index = TokenIndex.build([np.empty((0, 0), np.uint8), np.full((2, 1), 255, np.uint8)], 8)
    tokens = np.full((1, 8), 8**-0.5, dtype=np.float32)
    assert index.similarities(tokens, [0, 1]).tolist() == pytest.approx([0, 1])
    index.save(tmp_path)
    assert TokenIndex.load(tmp_path).similarities(tokens, [1, 0, 1]).tolist() == pytest.approx([1, 0, 1])


def test_articles_are_read_by_id(make: Make) -> None:
    index = make(RETURNS, ERRORS)
    assert index.document("errors") == ERRORS[0]
    assert index.document("nowhere") is None


@given(
    audiences=st.lists(st.sampled_from(Audience), min_size=1, max_size=12),
    with_question=st.lists(st.booleans(), min_size=12, max_size=12),
    k=st.integers(1, 15),
)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_customer_never_gets_what_is_for_agents(
    make: Make, audiences: list[Audience], with_question: list[bool], k: int
) -> None:
    entries = [
        article(f"d{n}", f"返金の上限{n}", audience, question="返金の上限" if asked else None)
        for n, (audience, asked) in enumerate(zip(audiences, with_question, strict=False))
    ]
    index = make(*entries)
    for reader in Audience:
        readable = [n for n, audience in enumerate(audiences) if audience in reader.readable]
        for hits in (index.dense(query("返金の上限"), reader, k), index.lexical("返金の上限", reader, k)):
            positions = [position for position, _ in hits]
            assert len(positions) == len(set(positions)) == min(k, len(readable))
            assert set(positions) <= set(readable)
            scores = [score for _, score in hits]
            assert scores == sorted(scores, reverse=True)


def test_it_counts_the_chunks_that_hold_a_term(make: Make) -> None:
    index = make(RETURNS, LIMITS, ERRORS)
    assert [index.frequency(term) for term in ("返", "#e02", "返品", "nowhere")] == [2, 1, 1, 0]


@pytest.mark.parametrize(
    ("audience", "translated"), [(Audience.PUBLIC, [True, True, False]), (Audience.AGENT, [False, True, False])]
)
def test_an_article_has_a_translation_where_all_its_readers_may_read_it(
    make: Make, audience: Audience, translated: list[bool]
) -> None:
    original, english = RETURNS[0], document("returns-en", "Returns within 14 days.", "Returns", "en", audience)
    english = replace(english, translation_of=original.id)
    index = make(RETURNS, (english, chunk_of(english)), ERRORS)
    assert [index.has_translation(position) for position in range(3)] == translated
