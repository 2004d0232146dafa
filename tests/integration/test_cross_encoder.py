"""A real cross-encoder: loaded without a network, and told in one sentence where it cannot be."""

from pathlib import Path

import pytest

from app.adapters.reranker_cross_encoder import CrossEncoderReranker
from app.errors import ModelError
from app.settings import Settings
from app.wiring.models import open_reranker
from tests.cross_encoder import tiny_cross_encoder

pytestmark = pytest.mark.slow


def test_a_folder_is_loaded_without_a_network(tmp_path: Path, called: list[object]) -> None:
    reranker = open_reranker(Settings(home=tmp_path, reranker=str(tiny_cross_encoder(tmp_path))))
    assert reranker
    assert reranker.scores("返品", ["返品の送料", "修理"]).shape == (2,)
    assert reranker.fingerprint.startswith(f"{tmp_path.name}-")
    assert called == []


def test_none_is_loaded_where_none_is_set(tmp_path: Path) -> None:
    assert open_reranker(Settings(home=tmp_path)) is None


def test_a_name_is_looked_for_among_what_was_fetched_before(
    tmp_path: Path, called: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched = tmp_path / "models--us--tiny"
    (fetched / "refs").mkdir(parents=True)
    (fetched / "refs" / "main").write_text("abc", encoding="ascii")
    (fetched / "snapshots" / "abc").mkdir(parents=True)
    tiny_cross_encoder(fetched / "snapshots" / "abc")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    assert CrossEncoderReranker("us/tiny").fingerprint.startswith("tiny-")
    assert called == []


def test_other_weights_have_another_fingerprint(tmp_path: Path) -> None:
    import torch
    from safetensors.torch import load_file, save_file

    before = CrossEncoderReranker(str(tiny_cross_encoder(tmp_path))).fingerprint
    weights = load_file(tmp_path / "model.safetensors")
    save_file(
        {name: tensor + torch.ones_like(tensor) for name, tensor in weights.items()},
        tmp_path / "model.safetensors",
        metadata={"format": "pt"},
    )
    assert CrossEncoderReranker(str(tmp_path)).fingerprint != before


def test_a_classifier_is_no_reranker(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="3 scores"):
        CrossEncoderReranker(str(tiny_cross_encoder(tmp_path, labels=3)))
