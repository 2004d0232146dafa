"""What a PDF becomes: paragraphs, headings, tables and pages, from letters at places."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.knowledge import Document
from ingestion.chunk import chunk
from ingestion.load import pdf as pdf_loader
from ingestion.load.heavy import load_heavy
from ingestion.load.loader import Loaded, LoadError
from tests.pdf_files import HEIGHT, Drawn, Picture, Stroke, Text, paragraph, table, write_pdf

FILLED = [["方向", "すき間", "理由"], ["上", "50cm", "風が出る"], ["背面", "10cm", "空気を吸い込む"]]
ROWS = ["方向: 上 | すき間: 50cm | 理由: 風が出る", "方向: 背面 | すき間: 10cm | 理由: 空気を吸い込む"]
ONE_LINE = ["ここに、本文が一行あります。"]


def load(folder: Path, *pages: Sequence[Drawn], title: str = "") -> Loaded:
    return load_heavy(write_pdf(folder / "manual.pdf", *pages, title=title), "manual.pdf")


def loaded(folder: Path, *pages: Sequence[Drawn], title: str = "") -> Document:
    [document] = load(folder, *pages, title=title).documents
    return document


def blocks(document: Document) -> list[tuple[str, str]]:
    return [(block.kind.value, document.text[block.start : block.end]) for block in document.blocks]


@pytest.mark.parametrize(
    ("lines", "texts"),
    [
        (["室温が35度までの場所で使っ", "てください。"], ["室温が35度までの場所で使ってください。"]),
        (["この製品の名前は、除湿機の", "DH-60で、容量は3.0Lです。"], ["この製品の名前は、除湿機のDH-60で、容量は3.0Lです。"]),
        (["Keep the dehumidifier in an", "upright position."], ["Keep the dehumidifier in an upright position."]),
        (["The dehumidifier needs instal-", "lation by two."], ["The dehumidifier needs installation by two."]),
        (["ここで文が終わります。", "次の段落は、ここから始まって長く続きます。"], ["ここで文が終わります。", "次の段落は、ここから始まって長く続きます。"]),
        (["・電源を切ってから、タンクを", "取り出します。", "・水を捨てます。"], ["・電源を切ってから、タンクを取り出します。", "・水を捨てます。"]),
        (["1. 電源を切ります。", "2. タンクを出します。"], ["1. 電源を切ります。", "2. タンクを出します。"]),
        (["〒100-0001", "東京都千代田区一番地", "電話 03-0000-0000"], ["〒100-0001", "東京都千代田区一番地", "電話 03-0000-0000"]),
    ],
)  # fmt: skip
def test_lines_are_joined_where_they_were_wrapped(tmp_path: Path, lines: list[str], texts: list[str]) -> None:
    assert [text for _, text in blocks(loaded(tmp_path, paragraph(*lines)))] == texts


def test_a_paragraph_goes_on_over_the_page_and_is_cited_where_it_begins(tmp_path: Path) -> None:
    first = [*paragraph("一頁目の本文です。"), *paragraph("この段落はまだ終わらずに、次の頁へと", top=700)]
    document = loaded(tmp_path, first, [*paragraph("続きます。"), *paragraph("二頁目の本文です。", top=200)])
    assert document.text == "一頁目の本文です。\n\nこの段落はまだ終わらずに、次の頁へと続きます。\n\n二頁目の本文です。"
    assert [document.page_at(block.start) for block in document.blocks] == [1, 1, 2]


def test_two_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    left = paragraph("左の段は、ここから始まって", "下へと続いていきますから、", "右にある段は、いつでも")
    right = paragraph("そのあとに読むようになって", "います。", left=320)
    text = (
        "左の段は、ここから始まって下へと続いていきますから、右にある段は、いつでもそのあとに読むようになっています。"
    )
    assert loaded(tmp_path, [*left, *right]).text == text


class TestHeadings:
    def test_larger_letters_are_headings_and_the_largest_is_the_title(self, tmp_path: Path) -> None:
        heading = [Text("設置のしかた", top=60, size=18), Text("置く場所", top=100, size=13)]
        document = loaded(tmp_path, [*heading, *paragraph("床に置きます。", top=140)], title="別の題")
        assert document.title == "設置のしかた"
        assert blocks(document) == [("heading", "置く場所"), ("paragraph", "床に置きます。")]
        assert chunk(document)[0].heading_path == ("置く場所",)

    def test_bold_lines_are_headings(self, tmp_path: Path) -> None:
        page = [Text("Where it stands", top=60, is_bold=True), *paragraph("On the floor.", top=90)]
        assert blocks(loaded(tmp_path, page, title="Manual")) == [
            ("heading", "Where it stands"),
            ("paragraph", "On the floor."),
        ]

    @pytest.mark.parametrize(
        ("title", "shown"),
        [
            ("除湿機の説明書", "除湿機の説明書"),
            ("Microsoft Word - 原稿.docx", "manual"),
            ("無題", "manual"),
            ("", "manual"),
        ],
    )
    def test_without_a_heading_the_property_is_the_title_unless_a_program_wrote_it(
        self, tmp_path: Path, title: str, shown: str
    ) -> None:
        assert loaded(tmp_path, paragraph(*ONE_LINE), title=title).title == shown


class TestTables:
    @pytest.mark.parametrize("is_drawn", [True, False])
    def test_rows_name_their_columns(self, tmp_path: Path, is_drawn: bool) -> None:
        page = [*paragraph("すき間をあけます。"), *table(FILLED, is_drawn=is_drawn), *paragraph("以上です。", top=500)]
        assert [text for _, text in blocks(loaded(tmp_path, page))] == ["すき間をあけます。", *ROWS, "以上です。"]

    def test_of_two_columns_the_left_one_names_the_right_one(self, tmp_path: Path) -> None:
        document = loaded(tmp_path, table([["容量", "3.0L"], ["電源:", "AC100V"], ["定格", "200W"]], is_drawn=False))
        assert document.text == "容量: 3.0L\n電源: AC100V\n定格: 200W"

    def test_a_cell_of_several_lines_is_one_cell(self, tmp_path: Path) -> None:
        drawn = table([["表示", "状態", "すること"], ["H1", "", "待つ"]])
        page = [*drawn, Text("タンクが", 186, 335, 8), Text("満水です", 186, 345, 8)]
        assert loaded(tmp_path, page).text == "表示: H1 | 状態: タンクが満水です | すること: 待つ"

    def test_a_cell_without_lines_inside_covers_its_rows(self, tmp_path: Path) -> None:
        texts = table([["型", "部品", "値"], ["DH", "幅", "30"], ["", "奥行", "20"]], is_drawn=False)
        across = [Stroke(60, 300 + 24 * row, 420, 300 + 24 * row) for row in (0, 1, 3)]
        down = [Stroke(60 + 120 * column, 300, 60 + 120 * column, 372) for column in range(4)]
        page = [*texts, *across, *down, Stroke(180, 348, 420, 348)]
        assert loaded(tmp_path, page).text == "型: DH | 部品: 幅 | 値: 30\n型: DH | 部品: 奥行 | 値: 20"

    def test_a_frame_around_text_is_no_table(self, tmp_path: Path) -> None:
        frame = [Stroke(50, 80, 500, 80), Stroke(50, 400, 500, 400), Stroke(50, 80, 50, 400), Stroke(500, 80, 500, 400)]
        assert [kind for kind, _ in blocks(loaded(tmp_path, [*paragraph(*ONE_LINE), *frame]))] == ["paragraph"]


class TestRunningHeads:
    def test_what_comes_again_at_the_edge_and_page_numbers_are_dropped(self, tmp_path: Path) -> None:
        pages = [
            [
                Text("あおば家電 説明書", top=30),
                *paragraph(f"{name}頁目の本文です。"),
                Text(f"- {n} -", top=HEIGHT - 20),
            ]
            for n, name in enumerate("一二三", 1)
        ]
        assert loaded(tmp_path, *pages).text == "一頁目の本文です。\n\n二頁目の本文です。\n\n三頁目の本文です。"

    def test_the_title_stays_where_it_comes_again_as_a_running_head(self, tmp_path: Path) -> None:
        pages = [[Text("説明書", top=60, size=18), *paragraph(*ONE_LINE)], *[[Text("説明書", top=30)]] * 3]
        assert loaded(tmp_path, *pages).title == "説明書"

    def test_numbers_at_the_edge_that_do_not_count_pages_stay(self, tmp_path: Path) -> None:
        pages = [[Text(f"合計は{amount}円です。", top=50), *paragraph("本文です。")] for amount in (100, 250, 900)]
        assert "合計は250円です。" in loaded(tmp_path, *pages).text

    def test_a_table_of_contents_is_left_out(self, tmp_path: Path) -> None:
        page = [*paragraph("置く場所 . . . . . . . 2", "表示の意味 ............. 3"), *paragraph(*ONE_LINE, top=300)]
        assert loaded(tmp_path, page).text == ONE_LINE[0]


class TestPages:
    def test_each_chunk_knows_its_page(self, tmp_path: Path) -> None:
        document = loaded(tmp_path, [], paragraph("二頁目です。"), [], paragraph("四頁目です。"))
        assert [(document.page_at(block.start)) for block in document.blocks] == [2, 4]
        assert document.page_starts == (0, 0, 8, 8)

    def test_pages_without_text_are_reported(self, tmp_path: Path) -> None:
        found = load(tmp_path, paragraph(*ONE_LINE), [Picture()], [Picture()], [], [Picture()])
        assert [item.reason for item in found.skipped] == [
            "pages 2–3: no text: needs OCR",
            "page 5: no text: needs OCR",
        ]

    def test_a_broken_page_is_reported_and_the_others_are_read(self, tmp_path: Path) -> None:
        path = write_pdf(tmp_path / "a.pdf", paragraph(*ONE_LINE), paragraph(*ONE_LINE))
        path.write_bytes(path.read_bytes().replace(b"12 0 obj\n<< /Type /Page ", b"12 0 obj\n[] /Type /Page "))
        found = load_heavy(path, "a.pdf")
        assert found.documents[0].text == ONE_LINE[0]
        assert [item.reason for item in found.skipped] == ["page 2: broken"]

    def test_offsets_stay_exact(self, tmp_path: Path) -> None:
        document = loaded(tmp_path, [*paragraph("ﾊﾞｯﾃﾘｰは①番です。"), *table(FILLED)], paragraph("終わり。"))
        assert all(document.text[part.start : part.end] == part.text for part in chunk(document))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.lists(st.tuples(st.text("返品 は、。A1-.・", min_size=1, max_size=20), st.integers(20, 820)), max_size=6),
        max_size=3,
    )
)
def test_any_page_becomes_text_with_exact_offsets_or_a_reason(pages: list[list[tuple[str, int]]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        try:
            document = loaded(
                Path(folder), *[[Text(text, top=top) for text, top in page] for page in pages], title="題"
            )
        except LoadError:
            return
    end = 0
    for block in document.blocks:
        assert document.text[end : block.start].strip() == ""
        assert document.text[block.start : block.end].strip()
        end = block.end
    assert end == len(document.text)
    assert list(document.page_starts) == sorted(document.page_starts)


class TestReasons:
    def test_a_password(self, tmp_path: Path) -> None:
        path = write_pdf(tmp_path / "a.pdf", paragraph(*ONE_LINE), is_locked=True)
        with pytest.raises(LoadError, match="is protected by a password"):
            load_heavy(path, "a.pdf")

    @pytest.mark.parametrize(
        ("pages", "reason"),
        [
            ([[Picture()]], "^no text: needs OCR$"),
            ([[]], "holds no text"),
        ],
    )
    def test_no_text(self, tmp_path: Path, pages: list[list[Drawn]], reason: str) -> None:
        with pytest.raises(LoadError, match=reason):
            load(tmp_path, *pages)

    @pytest.mark.parametrize(("content", "reason"), [(b"", "is empty"), (b"%PDF-1.7 broken", "is broken, or no PDF")])
    def test_damage(self, tmp_path: Path, content: bytes, reason: str) -> None:
        (tmp_path / "a.pdf").write_bytes(content)
        with pytest.raises(LoadError, match=reason):
            load_heavy(tmp_path / "a.pdf", "a.pdf")

    def test_too_many_pages(self, tmp_path: Path) -> None:
        with pytest.raises(LoadError, match=r"has 5,000 pages, and 2,000 are the most that are read"):
            load(tmp_path, *[[]] * 5000)
        assert pdf_loader.MAX_PAGES == 2_000
