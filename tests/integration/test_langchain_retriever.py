"""The hybrid retriever in LangChain's hands, on a real index with a fake embedder."""

import pytest
from langchain_core.documents import Document as Found
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnableLambda, RunnablePassthrough
from pydantic import ValidationError

from app.adapters.embedder_hashing import HashingEmbedder
from app.adapters.index_files import LoadedIndex
from app.adapters.langchain_retriever import HybridRetriever
from app.answering.retrieve import Retriever
from app.domain.knowledge import Audience
from app.errors import NoIndex
from tests.builders import chunk_of, document, index_of

EMBEDDER = HashingEmbedder(256)
ARTICLES = (
    document("ja-returns", "未開封の商品は14日以内に返品できます。返送料はお客様のご負担です。", "返品について"),
    document("ja-points", "ポイントの有効期限は最後のお買い物から12か月です。", "ポイントについて"),
    document("en-delivery", "Standard delivery takes 2 to 4 days.", "Delivery times", lang="en"),
    document("ja-limit", "返金の上限は担当者一人あたり30,000円です。", "返金の上限", audience=Audience.AGENT),
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> LoadedIndex:
    return index_of(tmp_path_factory.mktemp("index"), *((a, chunk_of(a)) for a in ARTICLES), embedder=EMBEDDER)


@pytest.fixture
def retriever(index: LoadedIndex) -> HybridRetriever:
    return HybridRetriever(current=lambda: Retriever(index, EMBEDDER))


def test_a_document_tells_where_it_is_from(retriever: HybridRetriever, index: LoadedIndex) -> None:
    first = retriever.invoke("返品の返送料は誰の負担ですか")[0]
    article = index.document("ja-returns")
    assert article
    assert first.page_content == article.text[first.metadata["start"] : first.metadata["end"]]
    assert (first.id, first.metadata["document_id"]) == (f"ja-returns:0-{len(article.text)}", "ja-returns")
    assert (first.metadata["title"], first.metadata["url"], first.metadata["lang"]) == ("返品について", None, "ja")
    assert first.metadata["index"] == index.manifest.version
    assert set(first.metadata["scores"]) == {"dense", "lexical", "fused", "sentence", "document", "late"}
    assert all(type(score) is float for score in first.metadata["scores"].values())


def test_the_best_come_first_and_no_more_than_asked_for(retriever: HybridRetriever) -> None:
    scores = [found.metadata["scores"]["fused"] for found in retriever.invoke("返品の返送料")]
    assert scores == sorted(scores, reverse=True)
    assert len(retriever.model_copy(update={"k": 2}).invoke("返品の返送料")) == 2


@pytest.mark.parametrize(("audience", "is_seen"), [(None, False), (Audience.PUBLIC, False), (Audience.AGENT, True)])
def test_the_agents_articles_are_for_agents_only(index: LoadedIndex, audience: Audience | None, is_seen: bool) -> None:
    given = {"audience": audience} if audience else {}
    retriever = HybridRetriever(current=lambda: Retriever(index, EMBEDDER), **given)
    found = {found.metadata["document_id"] for found in retriever.invoke("返金の上限は担当者一人あたりいくらですか")}
    assert ("ja-limit" in found) is is_seen


async def test_asynchronously_it_finds_the_same(retriever: HybridRetriever) -> None:
    assert await retriever.ainvoke("How long is delivery?") == retriever.invoke("How long is delivery?")


def test_many_questions_at_once(retriever: HybridRetriever) -> None:
    questions = ["返送料", "ポイントの有効期限", "How long is delivery?"] * 4
    assert retriever.batch(questions) == [retriever.invoke(question) for question in questions]


@pytest.mark.parametrize("query", ["", " \n\u3000", "\u200b"])
def test_without_a_question_nothing_is_found(retriever: HybridRetriever, query: str) -> None:
    assert retriever.invoke(query) == []


def test_a_missing_index_is_told(index: LoadedIndex) -> None:
    def missing() -> Retriever:
        raise NoIndex("Nothing is indexed yet.")

    with pytest.raises(NoIndex):
        HybridRetriever(current=missing).invoke("返品")


def test_at_least_one_chunk_is_asked_for(index: LoadedIndex) -> None:
    with pytest.raises(ValidationError):
        HybridRetriever(current=lambda: Retriever(index, EMBEDDER), k=0)


def test_it_feeds_a_chain(retriever: HybridRetriever) -> None:
    def joined(found: list[Found]) -> str:
        return "\n".join(f"{document.metadata['title']}: {document.page_content}" for document in found[:1])

    prompt = ChatPromptTemplate.from_template("{articles}\n\n{question}")
    chain = (
        {"articles": retriever | joined, "question": RunnablePassthrough()}
        | prompt
        | RunnableLambda(lambda value: value.to_string())
    )
    assert chain.invoke("ポイントの有効期限は？") == (
        "Human: ポイントについて: ポイントの有効期限は最後のお買い物から12か月です。\n\nポイントの有効期限は？"
    )
