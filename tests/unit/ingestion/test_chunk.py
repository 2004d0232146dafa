"""Where documents are cut, and where never."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.knowledge import BlockKind, Document
from ingestion.chunk import chunk
from ingestion.load.article import Draft, article
from ingestion.load.front_matter import FrontMatter
from ingestion.load.loader import LoadError
from ingestion.load.markdown import markdown_drafts


def of(markdown: str, lang: str = "ja", superseded_by: str | None = None) -> Document:
    about = FrontMatter.model_validate({"title": "題", "lang": lang, "superseded_by": superseded_by})
    return article(markdown_drafts(markdown), about, "a.md")


def texts(markdown: str, lang: str = "ja") -> list[str]:
    return [part.text for part in chunk(of(markdown, lang))]


def paragraph(letter: str, length: int) -> str:
    return letter * (length - 1) + "。"


def test_a_chunk_never_crosses_a_heading_and_knows_those_above_it() -> None:
    parts = chunk(of("前置き\n\n## 返品\n\n期限\n\n### 例外\n\n離島\n\n## 配送\n\n送料"))
    assert [(part.heading_path, part.text) for part in parts] == [
        ((), "前置き"),
        (("返品",), "期限"),
        (("返品", "例外"), "離島"),
        (("配送",), "送料"),
    ]
    assert parts[2].context == "題 > 返品 > 例外"


def test_paragraphs_are_gathered_up_to_the_target() -> None:
    parts = texts("\n\n".join(paragraph(letter, 150) for letter in "あいうえお"))
    assert [len(part) for part in parts] == [302, 302, 150]


def test_a_short_tail_joins_the_chunk_before_it() -> None:
    parts = texts("\n\n".join([paragraph("あ", 300), paragraph("い", 100)]))
    assert len(parts) == 1


@pytest.mark.parametrize(
    ("lang", "exception"),
    [
        ("ja", "ただし、離島は除きます"),
        ("ja", "※離島は除きます"),
        ("ja", "なお、離島は別です"),
        ("ja", "注意: 離島は別です"),
        ("en", "However, islands are excluded"),
        ("en", "Note: islands are excluded"),
        ("en", "Except for islands"),
    ],
)
def test_an_exception_stays_with_its_rule(lang: str, exception: str) -> None:
    size = 340 if lang == "ja" else 890
    rule = paragraph("あ", size) if lang == "ja" else "a" * size + "."
    parts = texts(f"{rule}\n\n{exception}{'え' * 100}。", lang)
    assert len(parts) == 1
    assert exception in parts[0]


def test_an_order_is_no_note() -> None:
    parts = texts(f"{paragraph('あ', 340)}\n\n注文{paragraph('え', 200)}")
    assert len(parts) == 2


def test_a_list_stays_whole_with_the_line_before_it() -> None:
    items = "\n".join(f"- {paragraph('い', 50)}" for _ in range(8))
    parts = texts(f"{paragraph('あ', 300)}\n\n次の場合は返品できません。\n\n{items}")
    assert len(parts) == 2
    assert parts[1].startswith("次の場合")
    assert parts[1].count("・") == 8


def test_a_table_too_long_for_one_chunk_is_cut_between_rows_only() -> None:
    rows = "\n".join(f"|{n}|{paragraph('い', 60)}|" for n in range(30))
    parts = chunk(of(f"|番号|内容|\n|-|-|\n{rows}\n"))
    assert len(parts) > 1
    for part in parts:
        assert len(part.text) <= 600
        assert all(line.startswith("番号: ") and line.endswith("。") for line in part.text.splitlines())
        assert len(part.sentences) == len(part.text.splitlines())


def test_a_long_paragraph_is_cut_at_sentence_ends() -> None:
    parts = texts("".join(paragraph("あ", 70) for _ in range(20)))
    assert len(parts) > 2
    assert all(part.endswith("。") and len(part) <= 600 for part in parts)


def test_text_without_any_sentence_end_is_cut_all_the_same() -> None:
    parts = texts("あ" * 2000)
    assert "".join(parts) == "あ" * 2000
    assert max(map(len, parts)) <= 600


def test_a_faq_entry_is_one_chunk_with_its_question() -> None:
    drafts = [Draft(BlockKind.QUESTION, "送料は?"), Draft(BlockKind.ANSWER, "無料です。離島は別です。")]
    document = article(drafts, FrontMatter(title="送料は?"), "faq.csv#2")
    [part] = chunk(document)
    assert (part.question, part.text, part.title) == ("送料は?", "無料です。離島は別です。", "送料は?")
    assert len(part.sentences) == 2


def test_a_superseded_article_is_not_searched() -> None:
    assert chunk(of("古い規定です。", superseded_by="new")) == []


PARAGRAPHS = [
    "## 見出し\n\n", "### 小見出し\n\n", "短い文です。\n\n", "- 項目です。\n- 二つ目。\n\n", "1. 手順\n   - 枝\n\n",
    "ただし、別です。\n\n",
    "|番号|内容|\n|-|-|\n" + "|E01|排水できません。掃除します。|\n" * 12 + "\n", "```\ncode  here\n\n  more\n```\n\n",
    "返品は14日以内です。" * 30 + "\n\n", "あ" * 900 + "\n\n",
    "| " + "い" * 700 + " |\n|-|\n| " + "う" * 700 + " |\n\n",
    "He said it. " * 60 + "\n\n", "No.5 (see p. 3. Thanks) 1.5\n\n",
]  # fmt: skip
ARTICLE = st.lists(st.sampled_from(PARAGRAPHS), min_size=1, max_size=12).map("".join)


@settings(deadline=None)
@given(st.one_of(ARTICLE, st.text(max_size=200)), st.sampled_from(["ja", "en"]))
def test_chunks_quote_the_document_exactly_and_lose_nothing(markdown: str, lang: str) -> None:
    try:
        document = of(markdown, lang)
    except LoadError:
        return
    parts = chunk(document)
    for part in parts:
        assert document.text[part.start : part.end] == part.text
        assert 0 < len(part.text) <= (600 if lang == "ja" else 1600)
        assert part.sentences
        _assert_cover(part.text, [(span.start - part.start, span.end - part.start) for span in part.sentences])
        assert part.sentence(0) == document.text[part.sentences[0].start : part.sentences[0].end]
    headings = [(b.start, b.end) for b in document.blocks if b.kind is BlockKind.HEADING]
    _assert_cover(document.text, sorted([*headings, *((part.start, part.end) for part in parts)]))


def _assert_cover(text: str, spans: Sequence[tuple[int, int]]) -> None:
    """The spans are in order, do not overlap, and leave only white space."""
    end = 0
    for start, stop in spans:
        assert text[end:start].strip() == ""
        assert start < stop
        end = stop
    assert text[end:].strip() == ""
