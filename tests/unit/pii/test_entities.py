"""Our decoding of the entity models finds what spaCy's finds."""

from typing import TYPE_CHECKING

import pytest

from app.adapters.pii.entities import EntityReader
from app.adapters.pii.name_models import ENGLISH, JAPANESE, without_torch

if TYPE_CHECKING:
    from spacy.language import Language

TEXTS = {
    JAPANESE: """
山田
山田太郎と申します。大阪市北区梅田1-2-3に住んでいます。
返品の送料は誰が払いますか
11月28日に佐藤商店で買った炊飯器が3日で壊れました。鈴木部長と高橋さんに伝えてください
 　\t田中 花子　です。
東京都港区芝公園四丁目の株式会社あおば、加藤
""",
    ENGLISH: """
Smith
My name is Ann Lee and I live in San Francisco.
How long does delivery take?
On Monday Dr. Martin Luther King Jr. of Johns Hopkins University paid $5 million to Acme Corp
  Mary   Jane Watson, Peter
I bought it from Best Buy in New York, Los Angeles and Chicago on 3 May 2024
""",
}


@pytest.fixture(scope="module", params=TEXTS)
def model(request: pytest.FixtureRequest) -> "Language":
    with without_torch():
        import spacy

        return spacy.load(request.param, exclude=["parser"])


def test_the_same_names_with_the_same_labels(model: "Language") -> None:
    reader = EntityReader(model.get_pipe("ner"))
    texts = TEXTS[f"{model.lang}_{model.meta['name']}"].strip("\n").split("\n")
    docs = [model(text) for text in texts]
    expected = [[(name.start, name.end, name.label_) for name in doc.ents] for doc in docs]
    assert [list(reader.read(doc)) for doc in docs] == expected
    assert sum(map(len, expected)) > len(texts)


def test_a_text_without_words_has_no_names(model: "Language") -> None:
    assert list(EntityReader(model.get_pipe("ner")).read(model(""))) == []
