"""What every reranker does."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from app.adapters.reranker_overlap import OverlapReranker
from app.domain.ports import Reranker
from tests.cross_encoder import tiny_cross_encoder

PASSAGES = ["返品について\n未開封の商品は14日以内に返品できます。", "Delivery\nIt takes 2 days.", "", "返" * 3000]


def overlap(_: Path) -> Reranker:
    return OverlapReranker()


def cross_encoder(folder: Path) -> Reranker:
    from app.adapters.reranker_cross_encoder import CrossEncoderReranker

    return CrossEncoderReranker(str(tiny_cross_encoder(folder)))


@pytest.fixture(scope="module", params=[overlap, pytest.param(cross_encoder, marks=pytest.mark.slow)])
def reranker(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Reranker:
    make: Callable[[Path], Reranker] = request.param
    return make(tmp_path_factory.mktemp("reranker"))


def test_every_passage_has_a_score(reranker: Reranker) -> None:
    scores = reranker.scores("返品の送料は誰が払いますか", PASSAGES)
    assert scores.shape == (len(PASSAGES),)
    assert np.isfinite(scores).all()
    assert len(set(scores.tolist())) > 1


def test_a_passage_has_the_same_score_alone_and_among_others(reranker: Reranker) -> None:
    among = reranker.scores("返品", PASSAGES)
    alone = [float(reranker.scores("返品", [passage])[0]) for passage in PASSAGES]
    np.testing.assert_allclose(among, alone, atol=1e-4)


def test_no_passages_have_no_scores(reranker: Reranker) -> None:
    assert reranker.scores("返品", []).shape == (0,)


@pytest.mark.parametrize("text", ["", "\0", "\ud800", "😀"], ids=ascii)
def test_no_text_is_too_odd(reranker: Reranker, text: str) -> None:
    assert np.isfinite(reranker.scores(text, [text, "返品"])).all()


def test_the_fingerprint_stays(reranker: Reranker) -> None:
    assert reranker.fingerprint == reranker.fingerprint != ""
