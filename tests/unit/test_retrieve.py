"""What retrieval makes of an index's scores."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from app.adapters.embedder_hashing import HashingEmbedder
from app.adapters.index_files import LoadedIndex
from app.adapters.separate_sentences import without_tokens
from app.answering.retrieve import Fusion, Retriever
from app.domain.knowledge import Audience
from app.domain.ports import QuestionVectors, Vector
from tests.builders import chunk_of, document, index_of

TEXTS = {
    "returns": "未開封の商品は14日以内に返品できます。返送料はお客様のご負担です。",
    "delivery": "お届けまで通常2〜4日かかります。沖縄と離島は5日です。",
    "repair": "保証期間内の故障は無料で修理します。修理には10日かかります。",
}


class WithoutTokens(HashingEmbedder):
    def embed_question(self, text: str) -> QuestionVectors:
        return without_tokens(self.embed_query(text))


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> LoadedIndex:
    articles = [document(name, text, title=name) for name, text in TEXTS.items()]
    english = document("returns-en", "返品 returns within 14 days", title="returns-en", lang="en")
    entries = [(article, chunk_of(article)) for article in (*articles, english)]
    folder: Path = tmp_path_factory.mktemp("index")
    return index_of(folder, *entries, embedder=HashingEmbedder())


def ranked(index: LoadedIndex, query: str, fusion: Fusion | None = None) -> list[str]:
    hits = Retriever(index, HashingEmbedder(), fusion).retrieve(query, "ja", Audience.PUBLIC).hits
    return [hit.chunk.document_id for hit in hits]


def test_the_weights_sum_to_one() -> None:
    weights = Fusion()
    parts = (weights.passage, weights.sentence, weights.lexical, weights.document, weights.late)
    assert sum(parts) == pytest.approx(1)


@pytest.mark.parametrize(
    ("query", "found"), [("返品の送料", "returns"), ("沖縄まで何日", "delivery"), ("修理", "repair")]
)
def test_the_right_article_is_first(index: LoadedIndex, query: str, found: str) -> None:
    assert ranked(index, query)[0] == found


def test_scores_lie_between_none_and_all(index: LoadedIndex) -> None:
    hits = Retriever(index, HashingEmbedder()).retrieve("返品の送料", "ja", Audience.PUBLIC).hits
    assert all(0 <= hit.fused <= 1 + 1e-6 for hit in hits)
    assert [hit.fused for hit in hits] == sorted((hit.fused for hit in hits), reverse=True)
    assert hits[0].late == max(hit.late for hit in hits)
    assert hits[0].document == pytest.approx(hits[0].dense, abs=1e-5)  # an article of one passage


def test_what_is_not_compared_by_its_tokens_counts_as_the_least(index: LoadedIndex) -> None:
    query = "返送料はお客様のご負担ですか"
    hits = (
        Retriever(index, HashingEmbedder(), Fusion(compared=2, foreign=0)).retrieve(query, "ja", Audience.PUBLIC).hits
    )
    assert len(hits) == len(TEXTS) + 1
    assert [hit.late > hits[-1].late for hit in hits] == [True, False, False, False]


def test_the_other_language_is_compared_as_well(index: LoadedIndex) -> None:
    only = Fusion(compared=1, foreign=1, passage=0, sentence=0, lexical=1, document=0, late=1)
    hits = Retriever(index, HashingEmbedder(), only).retrieve("返品", "ja", Audience.PUBLIC).hits
    english = next(hit for hit in hits if hit.chunk.lang == "en")
    tokens = HashingEmbedder().embed_question("返品").tokens
    assert english.late == pytest.approx(float(index.token_similarities(tokens, [english.position])[0]))


def test_without_tokens_the_passage_stands_in_for_them(index: LoadedIndex) -> None:
    hits = Retriever(index, WithoutTokens()).retrieve("お届けまで通常何日", "ja", Audience.PUBLIC).hits
    assert hits[0].chunk.document_id == "delivery"
    assert [hit.late for hit in hits] == [hit.dense for hit in hits]


def test_who_may_read_nothing_finds_nothing(tmp_path: Path) -> None:
    article = document(audience=Audience.AGENT)
    alone = index_of(tmp_path, (article, chunk_of(article)), embedder=HashingEmbedder())
    retrieval = Retriever(alone, HashingEmbedder()).retrieve("返品", "ja", Audience.PUBLIC)
    assert retrieval.hits == ()
    assert np.linalg.norm(retrieval.vector) == pytest.approx(1)


class BackwardReranker:
    """Who likes the short ones."""

    fingerprint = "backward"

    def __init__(self) -> None:
        self.read: list[str] = []

    def scores(self, query: str, passages: Sequence[str]) -> Vector:
        self.read += passages
        return np.array([-len(passage) for passage in passages], dtype=np.float32)


def test_a_reranker_changes_the_order_and_not_the_scale(index: LoadedIndex) -> None:
    plain = Retriever(index, HashingEmbedder()).retrieve("返品の送料", "ja", Audience.PUBLIC).hits
    reranker = BackwardReranker()
    hits = Retriever(index, HashingEmbedder(), reranker=reranker).retrieve("返品の送料", "ja", Audience.PUBLIC).hits
    assert [hit.rerank for hit in hits] == sorted((hit.rerank for hit in hits), key=lambda score: -(score or 0))
    assert [hit.fused for hit in hits] == [hit.fused for hit in plain]
    assert {hit.chunk.id for hit in hits} == {hit.chunk.id for hit in plain}
    assert [hit.chunk.id for hit in hits] != [hit.chunk.id for hit in plain]
    assert reranker.read[0] == f"{plain[0].chunk.context}\n{plain[0].chunk.text}"


def test_a_reranker_may_bring_what_would_have_been_cut_off(index: LoadedIndex) -> None:
    reranker = BackwardReranker()
    [hit] = Retriever(index, HashingEmbedder(), reranker=reranker).retrieve("返品の送料", "ja", Audience.PUBLIC, 1).hits
    assert hit.chunk.document_id == "returns-en"


def test_a_reranker_reads_no_more_than_twenty(tmp_path: Path) -> None:
    articles = [document(f"a-{n}", f"返品の規則その{n}です。") for n in range(30)]
    many = index_of(tmp_path, *((article, chunk_of(article)) for article in articles), embedder=HashingEmbedder())
    reranker = BackwardReranker()
    hits = Retriever(many, HashingEmbedder(), reranker=reranker).retrieve("返品", "ja", Audience.PUBLIC, 30).hits
    assert (len(reranker.read), len(hits)) == (20, 30)
    assert [hit.rerank is None for hit in hits] == [False] * 20 + [True] * 10


def test_a_reranker_is_not_asked_where_nothing_is_found(tmp_path: Path) -> None:
    article = document(audience=Audience.AGENT)
    hidden = index_of(tmp_path, (article, chunk_of(article)), embedder=HashingEmbedder())
    retriever = Retriever(hidden, HashingEmbedder(), reranker=BackwardReranker())
    assert retriever.retrieve("返品", "ja", Audience.PUBLIC).hits == ()


def test_a_misspelt_word_is_searched_as_it_was_meant(index: LoadedIndex) -> None:
    found = Retriever(index, HashingEmbedder()).retrieve("しゅうり むりょう?", "ja", Audience.PUBLIC)
    assert found.query == "修理 むりょう?"
    assert found.hits[0].chunk.document_id == "repair"
