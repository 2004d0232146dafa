"""Ask back when two articles fit about equally and differ, and only then."""

from dataclasses import replace

import numpy as np
import pytest

from app.answering.clarify import options, siblings
from app.domain.knowledge import Audience
from app.domain.outcome import Language
from app.domain.retrieval import Hit, Retrieval
from tests.builders import chunk_of, document


def hit(title: str, text: str, fused: float, lang: str = "ja", position: int = 0) -> Hit:
    article = document(document_id=title, title=title, text=text, lang=lang)
    return Hit(position, chunk_of(article), 0.9, 1.0, fused, 0, 0.9)


def retrieval(query: str, *hits: Hit, lang: Language = "ja") -> Retrieval:
    return Retrieval(query, lang, Audience.PUBLIC, np.zeros(4, dtype=np.float32), hits)


AP30 = hit("AP-30のフィルター交換", "交換の目安は12か月です。", 1.0)
AP50 = hit("AP-50のフィルター交換", "交換の目安は24か月です。", 0.97)


def test_two_products_that_the_question_does_not_name_are_asked_about() -> None:
    asked = retrieval("フィルターの交換時期は？", AP30, AP50)
    between = siblings(asked, margin=0.1)
    assert [hit.chunk.title for hit in between] == ["AP-30のフィルター交換", "AP-50のフィルター交換"]


def test_a_choice_asks_the_narrower_question() -> None:
    asked = retrieval("フィルターの交換時期は？", AP30, AP50)
    choice = options(asked, siblings(asked, margin=0.1))[1]
    assert choice.label == "AP-50のフィルター交換"
    again = retrieval(choice.text, AP50, AP30)
    assert siblings(again, margin=0.1) == []


@pytest.mark.parametrize(
    ("query", "first", "second"),
    [
        ("AP-30のフィルターはいつ替えますか", AP30, AP50),
        ("ap50 フィルター", AP50, AP30),
        ("フィルターの交換時期は？", AP30, replace(AP50, fused=0.5)),
        ("フィルターの交換時期は？", AP30, hit("返品について", "14日以内です。", 0.99)),
        ("フィルターの交換時期は？", AP30, hit("AP-50のフィルター交換", "交換の目安は12か月です。", 0.99)),
        ("フィルターの交換時期は？", AP30, hit("AP-30 filter", "Every 12 months.", 0.99, lang="en")),
    ],
    ids=["named", "the other one named", "far behind", "another subject", "the same text", "another language"],
)
def test_no_question_back_when_the_choice_is_made(query: str, first: Hit, second: Hit) -> None:
    assert siblings(retrieval(query, first, second), margin=0.1) == []


def test_english_siblings_are_told_apart_by_their_product() -> None:
    one = hit("SI-40 error codes", "F-11 means 60 degrees.", 1.0, lang="en")
    two = hit("SI-55 error codes", "F-11 means 65 degrees.", 0.98, lang="en")
    assert len(siblings(retrieval("my inverter shows F-11", one, two, lang="en"), 0.1)) == 2
    assert siblings(retrieval("my SI-40 shows F-11", one, two, lang="en"), 0.1) == []
