"""What every detector of personal data does."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from app.adapters.pii.detector import load_detector
from app.adapters.pii_listed import ListedPii
from app.domain.ports import PiiDetector

PHONE = "070-4417-2093"
MAIL = "k_okuda@mail.example"


def listed(models: Path) -> PiiDetector:
    return ListedPii({"PHONE": [PHONE, "070"], "EMAIL": [MAIL]})


@pytest.fixture(scope="module", params=[listed, load_detector])
def detector(request: pytest.FixtureRequest, embedded_model_dir: Path) -> PiiDetector:
    make: Callable[[Path], PiiDetector] = request.param
    return make(embedded_model_dir.parent)


def values(detector: PiiDetector, text: str) -> list[tuple[str, str]]:
    return [(text[span.start : span.end], span.type) for span in detector.detect(text)]


def test_a_span_is_the_value_as_it_was_written(detector: PiiDetector) -> None:
    assert values(detector, f"折り返しは{PHONE}、だめなら{MAIL}へ") == [(PHONE, "PHONE"), (MAIL, "EMAIL")]


def test_offsets_count_code_points_also_behind_emoji_and_invisible_characters(detector: PiiDetector) -> None:
    assert values(detector, f"😀\u200b👨‍👩‍👧 ㈱: {PHONE}\r\n{MAIL}") == [(PHONE, "PHONE"), (MAIL, "EMAIL")]


def test_every_occurrence_is_found(detector: PiiDetector) -> None:
    assert values(detector, f"{PHONE}\n{PHONE}") == [(PHONE, "PHONE")] * 2


def test_spans_are_in_order_and_do_not_overlap(detector: PiiDetector) -> None:
    spans = detector.detect(f"{MAIL} {PHONE} {MAIL} 070")
    assert all(one.start < one.end <= other.start for one, other in pairwise(spans))


@pytest.mark.parametrize("text", ["", " ", "\n\u200b", "返品の送料は誰が払いますか", "Who pays for return shipping?"])
def test_nothing_is_found_where_there_is_nothing(detector: PiiDetector, text: str) -> None:
    assert detector.detect(text) == []


@pytest.mark.parametrize("lang", ["ja", "en", None])
def test_the_language_of_the_conversation_hides_nothing(detector: PiiDetector, lang: None) -> None:
    text = f"{PHONE} {MAIL}"
    assert [span.type for span in detector.detect(text, lang)] == ["PHONE", "EMAIL"]


def test_a_version_names_what_decides(detector: PiiDetector) -> None:
    assert detector.version
