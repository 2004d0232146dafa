"""What each format becomes."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.knowledge import Audience, BlockKind, Document
from app.domain.text import normalise
from ingestion.load import LOADERS, LoadError, load


def loaded(folder: Path, name: str, text: str) -> Document:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    [document] = load(path, name).documents
    return document


def blocks(document: Document) -> list[tuple[str, str]]:
    return [(block.kind.value, document.text[block.start : block.end]) for block in document.blocks]


class TestMarkdown:
    def test_markup_goes_and_words_stay(self, tmp_path: Path) -> None:
        document = loaded(
            tmp_path,
            "a.md",
            "# 返品\n\n**14日以内**に[申込フォーム](form.md)から。"
            "`AW-80`は ~~対象外~~ ![外観](x.png)<!-- 済 -->です。\n\n"
            "```sh\nkotae  ask\n```\n\n> 引用です。\n",
        )
        assert document.title == "返品"
        assert document.text == "14日以内に申込フォームから。AW-80は 対象外 外観です。\n\nkotae  ask\n\n引用です。"

    def test_lists_keep_bullets_numbers_and_nesting(self, tmp_path: Path) -> None:
        document = loaded(tmp_path, "a.md", "手順です。\n\n3. 開く\n   - 左\n   - 右\n4. 閉じる\n\n- [x] 済み\n")
        assert document.text == "手順です。\n\n3. 開く\n  ・左\n  ・右\n4. 閉じる\n・済み"
        assert [block.level for block in document.blocks] == [0, 0, 1, 1, 0, 0]

    def test_a_table_row_says_what_it_means_by_itself(self, tmp_path: Path) -> None:
        document = loaded(
            tmp_path, "a.md", "料金表\n\n|地域|送料|備考|\n|-|-|-|\n|本州|**550円**||\n|沖縄|1,650円|船便|\n"
        )
        assert blocks(document) == [
            ("paragraph", "料金表"),
            ("table_row", "地域: 本州 | 送料: 550円"),
            ("table_row", "地域: 沖縄 | 送料: 1,650円 | 備考: 船便"),
        ]

    def test_wrapped_japanese_joins_without_a_space_and_english_with_one(self, tmp_path: Path) -> None:
        assert loaded(tmp_path, "a.md", "返品は\n無料です。\n").text == "返品は無料です。"
        assert loaded(tmp_path, "b.md", "Returns are\nfree of charge.\n").text == "Returns are free of charge."

    @pytest.mark.parametrize(
        ("markdown", "text"),
        [
            ("**「返品」**は無料です。", "「返品」は無料です。"),
            ("**注意:**本文です。", "注意:本文です。"),
            ("**[規定](a.md)。**次です。", "規定。次です。"),
            ("2**8 と `**` は別です。", "2**8 と ** は別です。"),
        ],
    )
    def test_emphasis_beside_japanese_goes_too(self, tmp_path: Path, markdown: str, text: str) -> None:
        assert loaded(tmp_path, "a.md", markdown).text == text

    def test_circled_numbers_on_lines_of_their_own_are_a_list(self, tmp_path: Path) -> None:
        assert loaded(tmp_path, "a.md", "① 切る。\n② 待つ。\n").text == "1. 切る。\n2. 待つ。"

    def test_containers_leave_their_title_and_content(self, tmp_path: Path) -> None:
        text = ":::: tabs\n::: warning ご注意\n感電します。\n:::\n::::\n後の文です。\n::: tip\n助言です。\n:::\n"
        assert loaded(tmp_path, "a.md", text).text == "ご注意\n\n感電します。\n\n後の文です。\n\n助言です。"

    def test_containers_are_left_alone_in_code(self, tmp_path: Path) -> None:
        assert loaded(tmp_path, "a.md", "```\n::: tip\n```\n").text == "::: tip"

    def test_html_inside_is_read_and_placeholders_are_words(self, tmp_path: Path) -> None:
        text = (
            "<div align='center'><h2>概要</h2><p>本文<br>次の行</p></div>\n\n"
            "Set <your name> to <b>bold</b>.<Badge text='x'/>\n\n<script>alert(1)</script>\n"
        )
        assert loaded(tmp_path, "a.md", text).text == "本文\n次の行\n\nSet <your name> to bold."

    def test_the_title_is_not_repeated_but_other_headings_stay(self, tmp_path: Path) -> None:
        document = loaded(
            tmp_path, "a.md", "---\ntitle: 返品について\n---\n# 返品について\n\n前置き\n\n## 期限\n\n14日\n"
        )
        assert document.text == "前置き\n\n期限\n\n14日"
        assert [block.level for block in document.blocks] == [0, 2, 0]

    def test_without_a_title_the_file_name_serves(self, tmp_path: Path) -> None:
        document = loaded(tmp_path, "返品 手順.md", "前置き\n\n## 期限\n\n14日\n")
        assert (document.title, document.id) == ("返品 手順", "返品-手順")
        assert document.text == "前置き\n\n期限\n\n14日"

    def test_markup_only_in_wide_letters_is_text(self, tmp_path: Path) -> None:
        assert loaded(tmp_path, "a.md", "＜ｂ＞と＊印＊です。").text == "<b>と*印*です。"

    @pytest.mark.parametrize("text", ["# 返品\n", "<!-- draft -->\n", "---\ntitle: A\n---\n", "***\n"])
    def test_an_article_without_text_is_refused(self, tmp_path: Path, text: str) -> None:
        with pytest.raises(LoadError, match="holds no text"):
            loaded(tmp_path, "a.md", text)

    def test_the_hash_tells_whether_anything_changed(self, tmp_path: Path) -> None:
        one, again = loaded(tmp_path, "a.md", "返品です。"), loaded(tmp_path, "a.md", "返品です。\n")
        other = loaded(tmp_path, "a.md", "---\naudience: agent\n---\n返品です。")
        assert one.sha256 == again.sha256
        assert one.sha256 != other.sha256


class TestWebPage:
    PAGE = """<!DOCTYPE html><html lang="en"><head><title>返品 | あおば家電</title>
    <meta name="kotae:id" content="ja-returns"><meta name="kotae:audience" content="agent"><link rel="canonical" href="https://aoba.example/r"></head><body>
    <header><a>あおば家電</a></header><nav>メニュー</nav><main><article><header><h1>返品</h1></header>
    <p><ruby>蓄電池<rp>(</rp><rt>ちくでんち</rt></ruby>は対象外です。</p>
    <p hidden>隠し</p><p style="display: none">隠し</p>
    <aside>広告</aside><dl><dt>期限</dt><dd>14日</dd></dl><pre>a  b</pre>裸の<b>文</b>です。<!-- 注 --></article></main>
    <script>alert(1)</script><footer>会社</footer></body></html>"""

    def test_only_the_main_content_is_read(self, tmp_path: Path) -> None:
        document = loaded(tmp_path, "a.html", self.PAGE)
        assert document.text == "蓄電池は対象外です。\n\n・期限: 14日\n\na  b\n\n裸の文です。"
        assert (document.id, document.title, document.lang) == ("ja-returns", "返品", "ja")
        assert (document.audience, document.url) == (Audience.AGENT, "https://aoba.example/r")

    @pytest.mark.parametrize(
        ("table", "rows"),
        [
            ("<tr><th>電源</th><td>100V</td></tr><tr><th>質量</th><td>38kg</td></tr>", ["電源: 100V", "質量: 38kg"]),
            ("<tr><td>本州</td><td>550円</td><td>550円</td></tr>", ["本州 | 550円 | 550円"]),
            (
                "<tr><th>型</th><th>大</th><th>小</th></tr><tr><td>A</td><td colspan=2>なし</td></tr>",
                ["型: A | 大: なし | 小: なし"],
            ),
            (
                "<tr><th>型</th><th>値</th></tr><tr><td rowspan=2>A</td><td>1</td></tr><tr><td>2</td></tr>",
                ["型: A | 値: 1", "型: A | 値: 2"],
            ),
            ("<tr><th>型</th><th>値</th></tr><tr><td colspan=2>洗濯機</td></tr>", ["洗濯機"]),
            ("<tr><td rowspan=x colspan=99999999>A</td></tr>", ["A"]),
        ],
    )
    def test_tables(self, tmp_path: Path, table: str, rows: list[str]) -> None:
        document = loaded(tmp_path, "a.html", f"<h1>表</h1><table>{table}</table>")
        assert document.text.splitlines() == rows

    def test_a_page_without_main_is_read_from_its_body(self, tmp_path: Path) -> None:
        document = loaded(tmp_path, "a.htm", "<title>返品</title><p>無料です。<p>次の段落")
        assert (document.title, document.text) == ("返品", "無料です。\n\n次の段落")

    def test_a_table_for_layout_is_read_through(self, tmp_path: Path) -> None:
        table = "<table><tr><td>外<table><tr><td>内</td></tr></table></td></tr></table>"
        assert loaded(tmp_path, "a.html", table).text == "外\n\n内"

    def test_a_wrong_audience_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(LoadError, match="audience"):
            loaded(tmp_path, "a.html", '<meta name="kotae:audience" content="staff"><p>返品</p>')

    @pytest.mark.parametrize("html", ["<!--", "<?xml", "<![endif]", "<!DOCTYPE html>", "<frameset><frame></frameset>"])
    def test_a_page_without_a_word_is_refused(self, tmp_path: Path, html: str) -> None:
        with pytest.raises(LoadError, match="holds no text"):
            loaded(tmp_path, "a.html", html)

    def test_any_depth_ends_well(self, tmp_path: Path) -> None:
        try:
            loaded(tmp_path, "a.html", "<div>" * 20_000 + "返品" + "</div>" * 20_000)
        except LoadError as error:
            assert error.reason in {"is nested too deeply", "holds no text"}  # noqa: PT017 - both ends are right


class TestFaqTable:
    def load(self, folder: Path, text: str) -> tuple[list[Document], list[tuple[int | None, str]]]:
        path = folder / "faq.csv"
        path.write_text(text, encoding="utf-8")
        result = load(path, "faq.csv")
        return list(result.documents), [(item.line, item.reason) for item in result.skipped]

    def test_each_row_is_a_document(self, tmp_path: Path) -> None:
        documents, skipped = self.load(
            tmp_path,
            'id,question,answer,lang,audience,tags,url\nf1,送料は?,"550円です。\n離島は別です。",ja,agent,送料;料金,https://a.example/f\n'
            ",Is it free?,Yes.,,,,\n",
        )
        first, second = documents
        assert skipped == []
        assert blocks(first) == [("question", "送料は?"), ("answer", "550円です。\n離島は別です。")]
        assert (first.id, first.title, first.path, first.audience) == ("f1", "送料は?", "faq.csv#2", Audience.AGENT)
        assert (first.tags, first.url) == (("送料", "料金"), "https://a.example/f")
        assert (second.lang, second.path, second.audience) == ("en", "faq.csv#4", Audience.PUBLIC)
        assert second.id.startswith("faq-")

    def test_an_id_made_from_the_question_survives_a_new_order(self, tmp_path: Path) -> None:
        one, _ = self.load(tmp_path, "question,answer\nA?,a\nB?,b\n")
        other, _ = self.load(tmp_path, "question,answer\nB?,b\nA?,a\n")
        assert [document.id for document in one] == [document.id for document in reversed(other)]

    def test_bad_rows_are_skipped_by_their_line_and_the_rest_kept(self, tmp_path: Path) -> None:
        documents, skipped = self.load(
            tmp_path,
            'question,answer,audience\n良い?,"はい。\n二行。",\n回答なし?,,\n,質問なし,\n公開先違い?,はい,staff\n'
            "多い?,は,い,public\n少ない?,はい\n\n最後?,はい,public,,\n",
        )
        assert [document.title for document in documents] == ["良い?", "最後?"]
        assert [line for line, _ in skipped] == [4, 5, 6, 7, 8]
        assert "no answer" in skipped[0][1]
        assert "no question" in skipped[1][1]
        assert "audience must be public or agent" in skipped[2][1]
        assert "has 4 cells" in skipped[3][1]
        assert "has 2 cells" in skipped[4][1]

    def test_a_quote_that_never_closes_is_told_by_the_line_it_opens(self, tmp_path: Path) -> None:
        documents, skipped = self.load(tmp_path, 'question,answer\n良い?,はい\n悪い?,"いいえ\n次?,はい\n')
        assert len(documents) == 1
        assert skipped[0][0] == 3

    @pytest.mark.parametrize("header", ["質問,回答", "Question;Answer", "question\tanswer"])
    def test_column_names_and_separators_vary(self, tmp_path: Path, header: str) -> None:
        separator = next(mark for mark in ",;\t" if mark in header)
        documents, _ = self.load(tmp_path, f"{header}\n送料は?{separator}無料です。\n")
        assert documents[0].title == "送料は?"

    @pytest.mark.parametrize("text", ["a,b\n1,2\n", "question,question,answer\na,b,c\n", '"question,answer\n'])
    def test_a_table_without_the_columns_is_refused(self, tmp_path: Path, text: str) -> None:
        with pytest.raises(LoadError):
            self.load(tmp_path, text)


class TestPlainText:
    def test_first_line_marks_and_wrapped_lines(self, tmp_path: Path) -> None:
        document = loaded(
            tmp_path,
            "a.txt",
            "返品のご案内\n\n■ 期限\n商品の到着から14日以内にお申し込みいただければ、未開封の商品に限り、当店\n"
            "が返品をお受けいたします。\n\n・未開封\n・未使用\n\n電話: 0120-000-417\n時間: 9:00〜18:00\n",
        )
        assert document.title == "返品のご案内"
        assert blocks(document) == [
            ("heading", "期限"),
            (
                "paragraph",
                "商品の到着から14日以内にお申し込みいただければ、未開封の商品に限り、当店が返品をお受けいたします。",
            ),
            ("list_item", "・未開封"),
            ("list_item", "・未使用"),
            ("paragraph", "電話: 0120-000-417\n時間: 9:00〜18:00"),
        ]

    def test_one_line_alone_is_text(self, tmp_path: Path) -> None:
        document = loaded(tmp_path, "送料.txt", "送料は550円です。")
        assert (document.title, document.text) == ("送料", "送料は550円です。")


PIECES = [
    "# 返品\n", "## Ｈ２\n", "段落です。ｶﾞ１つ。\n", "- 項目\n", "  1. 中\n", "|a|b|\n|-|-|\n|1|２|\n", "```\ncode\n",
    "\n", "> 引用\n", "<p>html", "</div>", "::: tip\n", "**太", "**\n", "か\u3099", "\u3099", "&#x200B;", "&nbsp;",
    "<br>", "① 丸\n", "---\n", "[a](b)",
]  # fmt: skip
MARKDOWN = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.sampled_from(sorted(LOADERS)), st.one_of(MARKDOWN, st.text(max_size=80)))
def test_whatever_is_read_is_normal_text_with_blocks_in_order(tmp_path: Path, suffix: str, raw: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(raw.encode("utf-8", "surrogatepass"))
    try:
        documents = load(path, path.name).documents
    except LoadError:
        return
    for document in documents:
        assert normalise(document.text).text == document.text
        end = 0
        for block in document.blocks:
            assert document.text[end : block.start].strip() == ""
            assert block.start < block.end
            end = block.end
        assert end == len(document.text)
        assert any(block.kind is not BlockKind.HEADING for block in document.blocks)


def test_other_endings_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match=r"\.docx are not read"):
        load(tmp_path / "a.docx", "a.docx")
