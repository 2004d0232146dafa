"""What every embedder does."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
from pydantic import SecretStr

from app.adapters.embedder_aligned import AlignedEmbedder
from app.adapters.embedder_hashing import HashingEmbedder
from app.adapters.embedder_langchain import LangChainEmbedder
from app.adapters.embedder_onnx import OnnxEmbedder
from app.domain.knowledge import Span
from app.domain.ports import Embedder, Passage, PassageVectors
from tests.scripted_model import ScriptedModel, embeddings, serving

RETURNS = Passage(
    "返品について > 送料",
    "返送料はお客様のご負担です。不良品の場合は当社が負担します。",
    (Span(0, 14), Span(14, 30)),
)
DELIVERY = Passage("Delivery", "Standard delivery takes two to four days.", (Span(0, 41),))
NO_SENTENCES = Passage("", "AW-80")


def hashing(_: pytest.FixtureRequest) -> Embedder:
    return HashingEmbedder()


def onnx(request: pytest.FixtureRequest) -> Embedder:
    return OnnxEmbedder(request.getfixturevalue("embedded_model_dir"))


def langchain(_: pytest.FixtureRequest) -> Embedder:
    from langchain_core.embeddings import DeterministicFakeEmbedding

    return LangChainEmbedder(DeterministicFakeEmbedding(size=32), "fake-32")


def sentence_transformers(request: pytest.FixtureRequest) -> Embedder:
    from app.adapters.embedder_sentence_transformers import SentenceTransformersEmbedder
    from evals.bench.torch_model import float_model

    models: Path = request.getfixturevalue("embedded_model_dir").parent
    return SentenceTransformersEmbedder(str(float_model(models / "multilingual-e5-small-float")))


def aligned(_: pytest.FixtureRequest) -> Embedder:
    return AlignedEmbedder(HashingEmbedder())


def endpoint(request: pytest.FixtureRequest) -> Embedder:
    from app.adapters.embedder_endpoint import EndpointEmbedder

    serves = ExitStack()
    request.addfinalizer(serves.close)
    return EndpointEmbedder(serves.enter_context(serving(ScriptedModel(embeddings))).url, SecretStr(""), "m-1")


@pytest.fixture(
    scope="module",
    params=[hashing, onnx, langchain, aligned, endpoint, pytest.param(sentence_transformers, marks=pytest.mark.slow)],
)
def embedder(request: pytest.FixtureRequest) -> Embedder:
    make: Callable[[pytest.FixtureRequest], Embedder] = request.param
    return make(request)


def vectors_of(embedder: Embedder, *passages: Passage) -> list[PassageVectors]:
    found = dict(embedder.embed_passages(passages))
    return [found[position] for position in range(len(passages))]


def test_a_query_is_a_unit_vector_of_the_dimension(embedder: Embedder) -> None:
    vector = embedder.embed_query("返品の送料は誰が払いますか")
    assert len(vector) == embedder.dimension
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    assert all(type(value) is float for value in vector)


def test_a_question_is_its_query_vector_and_its_tokens(embedder: Embedder) -> None:
    question = embedder.embed_question("返品の送料は誰が払いますか")
    np.testing.assert_allclose(question.whole, embedder.embed_query("返品の送料は誰が払いますか"), atol=1e-6)
    assert question.whole.dtype == question.tokens.dtype == np.float32
    assert question.tokens.shape == (len(question.tokens), embedder.dimension)
    if len(question.tokens):
        assert np.linalg.norm(question.tokens, axis=1).sum() == pytest.approx(1, abs=1e-4)


def test_a_passage_has_signs_for_its_tokens_where_a_question_has_tokens(embedder: Embedder) -> None:
    bare, titled = vectors_of(embedder, Passage("", DELIVERY.text), Passage("Delivery", DELIVERY.text))
    if len(embedder.embed_question(DELIVERY.text).tokens):
        assert bare.tokens.shape[1] == (embedder.dimension + 7) // 8
        assert len(titled.tokens) > len(bare.tokens) > 3
    else:
        assert not bare.tokens.size


def test_the_same_text_has_the_same_vector_alone_and_among_others(embedder: Embedder) -> None:
    [alone] = vectors_of(embedder, RETURNS)
    *_, among = vectors_of(embedder, DELIVERY, NO_SENTENCES, RETURNS)
    np.testing.assert_allclose(alone.passage, among.passage, atol=1e-5)
    np.testing.assert_allclose(alone.sentences, among.sentences, atol=1e-5)


def test_every_passage_comes_once_with_a_vector_for_each_sentence(embedder: Embedder) -> None:
    passages = [RETURNS, DELIVERY, NO_SENTENCES] * 12
    found = list(embedder.embed_passages(passages))
    assert sorted(position for position, _ in found) == list(range(36))
    for position, vectors in found:
        assert vectors.passage.shape == (embedder.dimension,)
        assert vectors.sentences.shape == (len(passages[position].sentences), embedder.dimension)
        assert vectors.passage.dtype == vectors.sentences.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(vectors.sentences, axis=1), 1, atol=1e-5)


def test_the_context_counts(embedder: Embedder) -> None:
    here, there = vectors_of(embedder, DELIVERY, Passage("Warranty", DELIVERY.text, DELIVERY.sentences))
    assert not np.allclose(here.passage, there.passage, atol=1e-4)


def test_documents_are_embedded_as_passages_are(embedder: Embedder) -> None:
    [vectors] = vectors_of(embedder, DELIVERY)
    [document] = embedder.embed_documents([DELIVERY.full_text])
    np.testing.assert_allclose(vectors.passage, document, atol=1e-5)


def test_no_documents_have_no_vectors(embedder: Embedder) -> None:
    assert embedder.embed_documents([]) == []
    assert list(embedder.embed_passages([])) == []


@pytest.mark.parametrize(
    "text", ["", " ", "\0", "a\0b", "\ud800", "😀", "</s>", "\u3000", "返" * 3000], ids=lambda text: ascii(text)[:12]
)
def test_no_text_is_too_odd(embedder: Embedder, text: str) -> None:
    assert np.isfinite(embedder.embed_query(text)).all()
    assert np.isfinite(embedder.embed_question(text).tokens).all()
    [vectors] = vectors_of(embedder, Passage("", text, (Span(0, len(text)),)))
    assert np.linalg.norm(vectors.passage) == pytest.approx(1, abs=1e-5)
    assert np.linalg.norm(vectors.sentences[0]) == pytest.approx(1, abs=1e-5)


def test_the_fingerprint_stays(embedder: Embedder) -> None:
    assert embedder.fingerprint == embedder.fingerprint != ""
