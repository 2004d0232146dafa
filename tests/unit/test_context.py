"""A complete question about the article of the question before is looked for with that question; any other is not."""

from pathlib import Path

import pytest

from app.adapters.embedder_hashing import HashingEmbedder
from app.answering.condense import question_before
from app.answering.context import retrieve_in_context
from app.answering.retrieve import Retriever
from app.domain.conversation import Role, Turn
from app.domain.knowledge import Audience
from tests.builders import chunk_of, document, index_of

EMBEDDER = HashingEmbedder(256)
ARTICLES = (
    document("defect", "不良品が届いたときは30日以内にご連絡ください。写真を2枚以上お送りください。", "不良品"),
    document("card", "メッセージカードの写真は何枚でも選べます。写真は4種類です。", "メッセージカード"),
    document("points", "ポイントの有効期限は12か月です。", "ポイント"),
    *(document(f"other-{n}", f"第{n}号のお知らせです。", f"お知らせ{n}") for n in range(8)),
)
QUESTION = "写真は何枚必要ですか"


@pytest.fixture(scope="module")
def retriever(tmp_path_factory: pytest.TempPathFactory) -> Retriever:
    folder: Path = tmp_path_factory.mktemp("index")
    index = index_of(folder, *((article, chunk_of(article)) for article in ARTICLES), embedder=EMBEDDER)
    return Retriever(index, EMBEDDER)


def found(retriever: Retriever, earlier: str) -> tuple[list[str], bool]:
    retrieval, goes_on = retrieve_in_context(retriever, QUESTION, earlier, "ja", Audience.PUBLIC)
    assert retrieval.query == QUESTION
    scores = [hit.fused for hit in retrieval.hits]
    assert scores == sorted(scores, reverse=True)
    return [hit.chunk.document_id for hit in retrieval.hits], goes_on


def test_the_question_before_decides_between_two_articles(retriever: Retriever) -> None:
    alone, _ = found(retriever, "")
    ranking, goes_on = found(retriever, "不良品が届いたときはどこに連絡すればいいですか")
    assert (alone[0], ranking[0], goes_on) == ("card", "defect", True)


def test_another_matter_before_changes_nothing(retriever: Retriever) -> None:
    assert found(retriever, "第7号のお知らせ") == (found(retriever, "")[0], False)


def test_who_may_read_nothing_finds_nothing(tmp_path: Path) -> None:
    secret = document("secret", "社内の写真です。", "社内", audience=Audience.AGENT)
    index = index_of(tmp_path, (secret, chunk_of(secret)), embedder=EMBEDDER)
    retrieval, goes_on = retrieve_in_context(Retriever(index, EMBEDDER), QUESTION, "写真", "ja", Audience.PUBLIC)
    assert (retrieval.hits, goes_on) == ((), False)


@pytest.mark.parametrize(
    ("question", "before"),
    [
        (QUESTION, "不良品が届きました"),
        ("ところで、メッセージカードの写真は何枚ですか", ""),  # says that it is another matter
        ("それは何枚ですか", ""),  # a follow-up: its standalone question holds it
    ],
)
def test_the_question_before_is_heeded_only_beside_a_complete_one(question: str, before: str) -> None:
    history = (Turn(Role.CUSTOMER, "不良品が届きました。"), Turn(Role.ASSISTANT, "…"))
    assert question_before(history, question, "ja") == before
    assert question_before((), question, "ja") == ""
