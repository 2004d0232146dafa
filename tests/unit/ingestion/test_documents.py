"""What office documents, e-books and e-mails become, and which are refused."""

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pptx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from app.domain.knowledge import Document
from ingestion.chunk import chunk
from ingestion.load import HEAVY, LoadError, load, package
from ingestion.load.heavy import load_heavy
from ingestion.sources import FolderSource


def loaded(path: Path) -> Document:
    [document] = load_heavy(path, path.name).documents
    assert all(document.text[part.start : part.end] == part.text for part in chunk(document))
    return document


def blocks(document: Document) -> list[tuple[str, str]]:
    return [(block.kind.value, document.text[block.start : block.end]) for block in document.blocks]


def texts(document: Document) -> list[str]:
    return [text for _, text in blocks(document)]


class TestWord:
    def read(self, folder: Path, build: Callable[[Any], object]) -> Document:
        word: Any = docx.Document()
        build(word)
        word.save(str(folder / "a.docx"))
        return loaded(folder / "a.docx")

    def test_headings_lists_and_paragraphs(self, tmp_path: Path) -> None:
        def build(word: Any) -> None:
            word.add_heading("返品のしかた", 0)
            word.add_heading("手順", 1)
            word.add_paragraph("次の順に\n進めます。")
            for step in ("箱に入れます。", "送ります。"):
                word.add_paragraph(step, style="List Number")
            word.add_paragraph("送り状", style="List Bullet")
            word.add_paragraph("控え", style="List Bullet 2")

        document = self.read(tmp_path, build)
        assert (document.title, document.lang, document.id) == ("返品のしかた", "ja", "a.docx")
        assert blocks(document) == [
            ("heading", "手順"),
            ("paragraph", "次の順に\n進めます。"),
            ("list_item", "1. 箱に入れます。"),
            ("list_item", "2. 送ります。"),
            ("list_item", "・送り状"),
            ("list_item", "・控え"),
        ]

    def test_the_property_is_the_title_where_no_heading_is(self, tmp_path: Path) -> None:
        def build(word: Any) -> None:
            word.core_properties.title = "Returns"
            word.add_paragraph("Within 14 days.")

        assert self.read(tmp_path, build).title == "Returns"

    def test_tables_with_a_marked_header_and_merged_cells(self, tmp_path: Path) -> None:
        def build(word: Any) -> None:
            table = word.add_table(rows=3, cols=2)
            for row, cells in zip(table.rows, [("Area", "Fee"), ("Honshu", "¥550"), ("", "¥600")], strict=True):
                for cell, text in zip(row.cells, cells, strict=True):
                    cell.text = text
            table.cell(1, 0).merge(table.cell(2, 0))
            table.rows[0]._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))

        assert texts(self.read(tmp_path, build)) == ["Area: Honshu | Fee: ¥550", "Area: Honshu | Fee: ¥600"]

    def test_what_word_does_not_print_is_left_out(self, tmp_path: Path) -> None:
        def build(word: Any) -> None:
            paragraph = word.add_paragraph("送料は")
            hidden = paragraph.add_run("社外秘で")
            hidden.font.hidden = True
            deleted = f'<w:del {nsdecls("w")} w:id="1"><w:r><w:delText>330円</w:delText><w:t>330円</w:t></w:r></w:del>'
            inserted = f'<w:ins {nsdecls("w")} w:id="2"><w:r><w:t>550円です。</w:t></w:r></w:ins>'
            for xml in (deleted, inserted):
                paragraph._p.append(parse_xml(xml))
            word.sections[0].header.paragraphs[0].text = "社内用"

        assert self.read(tmp_path, build).text == "送料は550円です。"

    def test_readings_above_kanji_are_not_mixed_into_the_text(self, tmp_path: Path) -> None:
        ruby = (
            f"<w:r {nsdecls('w')}><w:ruby><w:rt><w:r><w:t>へんぴん</w:t></w:r></w:rt>"
            "<w:rubyBase><w:r><w:t>返品</w:t></w:r></w:rubyBase></w:ruby></w:r>"
        )
        document = self.read(tmp_path, lambda word: word.add_paragraph("")._p.append(parse_xml(ruby)))
        assert document.text == "返品"


class TestPowerPoint:
    def test_slides_are_pages_with_their_title_as_heading(self, tmp_path: Path) -> None:
        slides: Any = pptx.Presentation()
        for title, body in (("返品", "14日以内\n未開封のみ"), ("送料", "550円")):
            slide = slides.slides.add_slide(slides.slide_layouts[1])
            slide.shapes.title.text, slide.placeholders[1].text = title, body
            slide.notes_slide.notes_text_frame.text = "ここだけの話"
        slides.slides[0].shapes[1].text_frame.paragraphs[1].level = 1
        slides.slides.add_slide(slides.slide_layouts[1]).element.set("show", "0")
        slides.save(str(tmp_path / "a.pptx"))
        document = loaded(tmp_path / "a.pptx")
        assert document.title == "返品"
        assert blocks(document) == [
            ("list_item", "・14日以内"),
            ("list_item", "・未開封のみ"),
            ("heading", "送料"),
            ("list_item", "・550円"),
        ]
        assert [document.page_at(block.start) for block in document.blocks] == [1, 1, 2, 2]

    def test_a_table_on_a_slide_names_its_columns(self, tmp_path: Path) -> None:
        slides: Any = pptx.Presentation()
        slide = slides.slides.add_slide(slides.slide_layouts[6])
        table = slide.shapes.add_table(3, 2, 0, 0, 9144000, 914400).table
        for i, cells in enumerate([("Area", "Fee"), ("Honshu", "¥550"), ("", "¥600")]):
            for j, text in enumerate(cells):
                table.cell(i, j).text = text
        table.cell(1, 0).merge(table.cell(2, 0))
        slides.save(str(tmp_path / "a.pptx"))
        assert texts(loaded(tmp_path / "a.pptx")) == ["Area: Honshu | Fee: ¥550", "Area: Honshu | Fee: ¥600"]


class TestExcel:
    def read(
        self, folder: Path, sheets: Mapping[str, Sequence[Sequence[Any]]], change: Callable[[Any], object] = id
    ) -> Document:
        book: Any = openpyxl.Workbook()
        book.remove(book.active)
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        change(book)
        book.save(folder / "送料表.xlsx")
        return loaded(folder / "送料表.xlsx")

    def test_each_row_names_its_columns_below_its_sheet(self, tmp_path: Path) -> None:
        rows: list[list[Any]] = [
            ["2026年の送料"],
            [],
            ["地域", "送料", "日数"],
            ["本州", 550, 2],
            ["沖縄", 1650, 5],
            ["※税込みです。"],
        ]
        document = self.read(tmp_path, {"送料": rows})
        assert document.title == "送料表"
        assert texts(document) == [
            "送料",
            "2026年の送料",
            "地域: 本州 | 送料: 550 | 日数: 2",
            "地域: 沖縄 | 送料: 1650 | 日数: 5",
            "※税込みです。",
        ]

    def test_what_is_hidden_is_left_out(self, tmp_path: Path) -> None:
        def hide(book: Any) -> None:
            book["社内"].sheet_state = "hidden"
            book["送料"].row_dimensions[3].hidden = True
            book["送料"].column_dimensions["C"].hidden = True

        rows: list[list[Any]] = [["地域", "送料", "原価"], ["本州", 550, 300], ["沖縄", 1650, 900]]
        document = self.read(tmp_path, {"送料": rows, "社内": [["上限は5万円です。"]]}, hide)
        assert texts(document) == ["送料", "地域: 送料", "本州: 550"]

    @pytest.mark.parametrize(
        ("value", "form", "shown"),
        [
            (0.1, "0%", "10%"), (1234.5, "#,##0.00", "1,234.5"), (3300, '"¥"#,##0', "¥3,300"), (550, '#,##0"円"', "550円"),
            (date(2026, 9, 18), "yyyy/m/d", "2026-09-18"), (3.0, "General", "3"), (True, "General", "TRUE"),
        ],
    )  # fmt: skip
    def test_values_are_as_a_reader_sees_them(self, tmp_path: Path, value: Any, form: str, shown: str) -> None:
        def style(book: Any) -> None:
            book["A"]["B1"].number_format = form

        assert texts(self.read(tmp_path, {"A": [["値", value], ["別", "x"]]}, style))[1] == f"値: {shown}"

    def test_merged_cells_and_a_bold_header(self, tmp_path: Path) -> None:
        def merge(book: Any) -> None:
            book["A"].merge_cells("A2:A3")
            for cell in book["A"][1]:
                cell.font = openpyxl.styles.Font(bold=True)

        rows: list[list[Any]] = [["地域", "送料"], ["本州", "550円"], [None, "600円"]]
        assert texts(self.read(tmp_path, {"A": rows}, merge))[1:] == [
            "地域: 本州 | 送料: 550円",
            "地域: 本州 | 送料: 600円",
        ]

    def test_a_sheet_formatted_to_its_end_is_read_at_once(self, tmp_path: Path) -> None:
        def format_all(book: Any) -> None:
            book["A"].cell(1_048_576, 16_384).font = openpyxl.styles.Font(bold=True)

        assert texts(self.read(tmp_path, {"A": [["送料は550円です。"]]}, format_all)) == ["A", "送料は550円です。"]


class TestMail:
    def write(self, folder: Path, message: EmailMessage | bytes) -> Path:
        path = folder / "a.eml"
        path.write_bytes(message if isinstance(message, bytes) else message.as_bytes())
        return path

    def message(self, text: str, charset: str = "utf-8") -> EmailMessage:
        message = EmailMessage()
        message["Subject"], message["From"], message["To"] = "返品のご案内", "a@aoba.example", "b@example.com"
        message.set_content(text, charset=charset)
        return message

    @pytest.mark.parametrize("charset", ["utf-8", "iso-2022-jp", "shift_jis"])
    def test_subject_and_body_without_who_wrote_it(self, tmp_path: Path, charset: str) -> None:
        document = loaded(self.write(tmp_path, self.message("14日以内です。\n\n> 返品できますか。\n", charset=charset)))
        assert (document.title, document.text) == ("返品のご案内", "14日以内です。\n\n返品できますか。")

    def test_html_is_preferred_and_attachments_are_reported(self, tmp_path: Path) -> None:
        message = self.message("plain")
        message.add_alternative("<p>Within <b>14 days</b>.</p><ul><li>unopened</li></ul>", subtype="html")
        message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="規定.pdf")
        found = load_heavy(self.write(tmp_path, message), "a.eml")
        assert texts(found.documents[0]) == ["Within 14 days.", "・unopened"]
        assert [item.reason for item in found.skipped] == [
            "規定.pdf is attached and not read: put it into the folder as a file of its own"
        ]

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"", "is empty"),
            (b"just some text\n", "is no e-mail"),
            (b"Subject: x\nContent-Type: application/pkcs7-mime\n\nMIIB", "is encrypted"),
            (b"Subject: x\nContent-Type: image/png\n\nxx", "holds no text"),
            (b"Subject: x\nContent-Type: text/plain; charset=nonsense\n\n\x81\x00\xff\xff", "UTF-8|encoding|text file"),
        ],
    )
    def test_reasons(self, tmp_path: Path, content: bytes, reason: str) -> None:
        with pytest.raises(LoadError, match=reason):
            loaded(self.write(tmp_path, content))


CONTAINER = '<container><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>'
BOOK = """<package><metadata><dc:title xmlns:dc="d">洗濯機の手引き</dc:title></metadata><manifest>
<item id="n" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="b" href="b%202.xhtml" media-type="application/xhtml+xml"/>
<item id="a" href="a.xhtml" media-type="application/xhtml+xml"/></manifest>
<spine><itemref idref="n"/><itemref idref="a"/><itemref idref="b"/></spine></package>"""
PARTS = {
    "META-INF/container.xml": CONTAINER,
    "OPS/book.opf": BOOK,
    "OPS/nav.xhtml": "<html><body><p>目次</p></body></html>",
    "OPS/a.xhtml": "<!DOCTYPE html><html><body><h1>一章</h1><p>はじめに<ruby>洗<rt>せん</rt></ruby>います。</p></body></html>",
    "OPS/b 2.xhtml": "<html><body><h1>二章</h1><p>次に干します。</p></body></html>",
}


def write_zip(path: Path, parts: Mapping[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


class TestBook:
    def test_chapters_come_in_the_order_of_the_spine(self, tmp_path: Path) -> None:
        document = loaded(write_zip(tmp_path / "a.epub", PARTS))
        assert document.title == "洗濯機の手引き"
        assert texts(document) == ["一章", "はじめに洗います。", "二章", "次に干します。"]

    def test_a_protected_chapter_is_a_reason(self, tmp_path: Path) -> None:
        lock = '<encryption><CipherReference URI="OPS/a.xhtml"/></encryption>'
        path = write_zip(tmp_path / "a.epub", PARTS | {"META-INF/encryption.xml": lock})
        with pytest.raises(LoadError, match="digital rights management"):
            loaded(path)

    def test_a_missing_part_is_a_reason(self, tmp_path: Path) -> None:
        path = write_zip(tmp_path / "a.epub", {"META-INF/container.xml": CONTAINER})
        with pytest.raises(LoadError, match="is broken, or no EPUB"):
            loaded(path)


ENTITIES = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'
ZIPPED = sorted(HEAVY - {".pdf", ".eml"})


@pytest.mark.parametrize("ending", ZIPPED)
class TestPackages:
    """Refused before anything of them is parsed."""

    @pytest.mark.parametrize(
        ("parts", "reason"),
        [
            ({"word/document.xml": ENTITIES}, r"defines XML entities in word/document\.xml"),
            ({"word/document.xml": ENTITIES.encode("utf-16")}, "defines XML entities"),
            ({"word/vbaProject.bin": b"x"}, "holds macros"),
            ({"_rels/.rels": "http://purl.oclc.org/ooxml/officeDocument"}, "is Strict Open XML"),
        ],
    )
    def test_harmful_parts(self, tmp_path: Path, ending: str, parts: dict[str, str], reason: str) -> None:
        with pytest.raises(LoadError, match=reason):
            load_heavy(write_zip(tmp_path / f"a{ending}", parts), "a")

    def test_a_zip_bomb(self, tmp_path: Path, ending: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(package, "MAX_UNPACKED", 1_000_000)
        path = write_zip(tmp_path / f"a{ending}", {"word/document.xml": bytes(4_000_000)})
        assert path.stat().st_size < 10_000
        with pytest.raises(LoadError, match="unpacks to 4 MB, and 1 MB is the most that is read"):
            load_heavy(path, "a")

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"", "is empty"),
            (b"no archive", "is broken, or not in the format that its ending says"),
            (b"PK\x03\x04 cut off", "is broken"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is protected by a password, or in a format of Office before 2007"),
        ],
    )
    def test_damage_and_passwords(self, tmp_path: Path, ending: str, content: bytes, reason: str) -> None:
        path = tmp_path / f"a{ending}"
        path.write_bytes(content)
        with pytest.raises(LoadError, match=reason):
            load_heavy(path, "a")

    def test_an_encrypted_part(self, tmp_path: Path, ending: str) -> None:
        content = bytearray(write_zip(tmp_path / "plain", {"a.xml": "<a/>"}).read_bytes())
        content[content.index(b"PK\x01\x02") + 8] |= 1
        (tmp_path / f"a{ending}").write_bytes(content)
        with pytest.raises(LoadError, match="is protected by a password"):
            load_heavy(tmp_path / f"a{ending}", "a")


@pytest.mark.parametrize(("ending", "reason"), [(".docm", "macros"), (".xlsm", "macros"), (".xls", "before 2007")])
def test_other_endings_of_office_say_what_to_do(tmp_path: Path, ending: str, reason: str) -> None:
    with pytest.raises(LoadError, match=reason):
        load(tmp_path / f"a{ending}", "a")


def test_a_folder_holds_articles_beside_reasons(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# 返品\n\n14日以内です。", encoding="utf-8")
    word: Any = docx.Document()
    word.add_paragraph("送料は550円です。")
    word.save(str(tmp_path / "a.docx"))
    (tmp_path / "b.docx").write_bytes(b"broken")
    bomb = io.BytesIO(bytes(400_000_000))
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", bomb.getbuffer())
    articles = FolderSource(tmp_path).read()
    assert [document.id for document in articles.documents] == ["a.docx", "a"]
    assert [(item.path, item.reason) for item in articles.skipped] == [
        ("b.docx", "is broken, or not in the format that its ending says"),
        ("bomb.xlsx", "unpacks to 400 MB, and 300 MB is the most that is read"),
    ]
