"""Another model's cosines lie where those of the embedded model do, in the same order."""

from pathlib import Path

import numpy as np
import pytest

from app.adapters.embedder_aligned import EMBEDDED, PAIRS, AlignedEmbedder, Band, band_of
from app.adapters.embedder_hashing import HashingEmbedder
from app.adapters.embedder_onnx import OnnxEmbedder

PASSAGES = [passage for _, passage in PAIRS]


class ConstantEmbedder(HashingEmbedder):
    """To whom all texts are alike."""

    def embed_query(self, text: str) -> list[float]:
        return [1.0, *[0.0] * (self.dimension - 1)]


def cosines(embedder: HashingEmbedder | AlignedEmbedder) -> np.ndarray:
    questions = np.array([embedder.embed_query(question) for question, _ in PAIRS])
    return np.asarray(questions @ np.array(embedder.embed_documents(PASSAGES)).T)


def test_the_band_of_the_embedded_model_is_the_one_that_is_written_down(embedded_model_dir: Path) -> None:
    measured = band_of(OnnxEmbedder(embedded_model_dir))
    assert (measured.apart, measured.together) == pytest.approx((EMBEDDED.apart, EMBEDDED.together), abs=0.005)


class Surer(HashingEmbedder):
    """Who knows what belongs together."""

    def embed_query(self, text: str) -> list[float]:
        subject = np.zeros(16)
        subject[next((n for n, pair in enumerate(PAIRS) if text in pair), 15)] = 1.0
        return [*(0.8 * np.array(super().embed_query(text))), *(0.6 * subject)]


def test_another_model_comes_to_lie_in_that_band() -> None:
    assert band_of(Surer()).together < 0.6
    aligned = band_of(AlignedEmbedder(Surer()))
    assert (aligned.apart, aligned.together) == pytest.approx((EMBEDDED.apart, EMBEDDED.together), abs=1e-4)


def test_a_weak_model_meets_the_band_at_its_lower_end() -> None:
    assert band_of(HashingEmbedder()).together < 0.5
    assert band_of(AlignedEmbedder(HashingEmbedder())).apart == pytest.approx(EMBEDDED.apart, abs=1e-4)


def test_what_is_nearer_stays_nearer() -> None:
    before, after = cosines(HashingEmbedder(256)), cosines(AlignedEmbedder(HashingEmbedder(256)))
    slope, lift = np.polyfit(before.ravel(), after.ravel(), 1)
    np.testing.assert_allclose(after, slope * before + lift, atol=1e-5)
    assert slope > 0


def test_a_model_to_which_everything_is_alike_is_left_alone() -> None:
    assert band_of(AlignedEmbedder(ConstantEmbedder())) == Band(1.0, 1.0)
