"""An estimate that is near enough for a bill nobody sends."""

from pathlib import Path

import pytest

from app.domain.token_estimate import estimate_tokens
from app.settings import ROOT


@pytest.mark.parametrize(("text", "tokens"), [("", 0), (" \n\u3000", 0), ("返品", 1), ("delivery", 2), ("¥5,500", 5)])
def test_short_texts(text: str, tokens: int) -> None:
    assert estimate_tokens(text) == tokens


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_over_the_sample_articles_it_is_within_a_tenth(lang: str, embedded_model_dir: Path) -> None:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(embedded_model_dir / "tokenizer.json"))
    articles = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "kb_sources" / lang).rglob("*.md"))]
    assert len(articles) >= 20
    counted = sum(len(tokenizer.encode(text, add_special_tokens=False).ids) for text in articles)
    assert sum(map(estimate_tokens, articles)) == pytest.approx(counted, rel=0.1)
