"""What is said about a PDF in a file beside it; where that cannot be read, the PDF is not published."""

import unicodedata
from datetime import date
from pathlib import Path

import pytest

from app.domain.knowledge import Audience, Document
from ingestion.sources import Articles, FolderSource
from tests.pdf_files import paragraph, write_pdf

# File name -> what stands in it, and the reason why the PDF that it is about is skipped.
BAD = {
    "typo.pdf.yaml": ("title: A\naudience: agnet", "line 2 of typo.pdf.yaml: its audience must be public or agent"),
    "key.pdf.yaml": ("audiense: agent", "line 1 of key.pdf.yaml: its key 'audiense' is unknown"),
    "open.pdf.yml": ("---\naudience: agent\ntags: [a", "line 4 of open.pdf.yml: its front matter is not YAML"),
    "list.pdf.yaml": ("- agent", "line 1 of list.pdf.yaml: its front matter must be lines"),
    "empty.pdf.yaml": ("", "empty.pdf.yaml: is empty"),
    "binary.pdf.yaml": ("\0\1\2\3" * 20, "binary.pdf.yaml: is not a text file"),
    "upper.pdf.YAML": ("audience: agent", "upper.pdf.YAML: name one upper.pdf.yaml"),
    unicodedata.normalize("NFD", "ガイド.pdf.yaml"): ("audience: agent", "ガイド.pdf.yaml: name one ガイド.pdf.yaml"),
}


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Articles:
    root: Path = tmp_path_factory.mktemp("kb")
    outside: Path = tmp_path_factory.mktemp("outside") / "secret.yaml"
    outside.write_text("audience: agent", encoding="utf-8")
    for name in (
        "good",
        "plain",
        "twice",
        "linked",
        "typo",
        "key",
        "open",
        "list",
        "empty",
        "binary",
        "upper",
        "ガイド",
    ):
        write_pdf(root / f"{name}.pdf", paragraph(f"The device {name} is set up within an hour."))
    (root / "good.pdf.yaml").write_text(
        "id: staff-manual\ntitle: 担当者の手引き\nlang: en\naudience: agent\nreviewed_on: 2026-09-18\n"
        "tags: [setup]\nurl: https://example.com/manual.pdf\n",
        encoding="utf-8",
    )
    for ending in ("yaml", "yml"):
        (root / f"twice.pdf.{ending}").write_text("audience: agent", encoding="utf-8")
    (root / "linked.pdf.yaml").symlink_to(outside)
    for name, (text, _) in BAD.items():
        (root / name).write_text(text, encoding="utf-8")
    for name in ("alone.pdf.yaml", "plain.yaml"):
        (root / name).write_text("audience: agent", encoding="utf-8")
    return FolderSource(root).read()


def by_path(articles: Articles) -> dict[str, Document]:
    return {document.path: document for document in articles.documents}


def test_it_says_what_front_matter_says(articles: Articles) -> None:
    manual = by_path(articles)["good.pdf"]
    assert (manual.id, manual.title, manual.lang, manual.tags) == ("staff-manual", "担当者の手引き", "en", ("setup",))
    assert (manual.audience, manual.url) == (Audience.AGENT, "https://example.com/manual.pdf")
    assert manual.reviewed_on == date(2026, 9, 18)
    assert manual.page_at(0) == 1


def test_a_file_without_one_is_public_and_named_by_its_path(articles: Articles) -> None:
    assert (by_path(articles)["plain.pdf"].audience, by_path(articles)["plain.pdf"].id) == (
        Audience.PUBLIC,
        "plain.pdf",
    )


def test_nothing_else_is_published(articles: Articles) -> None:
    assert set(by_path(articles)) == {"good.pdf", "plain.pdf"}


@pytest.mark.parametrize("name", BAD)
def test_a_file_whose_description_cannot_be_read_is_skipped_with_the_reason(articles: Articles, name: str) -> None:
    told = {item.path: item.reason for item in articles.skipped}
    about = unicodedata.normalize("NFC", name).rpartition(".")[0]
    assert told[about].startswith(f"cannot be used with {BAD[name][1]}")


def test_two_of_them_or_a_link_out_of_the_folder_are_reasons_too(articles: Articles) -> None:
    told = {item.path: item.reason for item in articles.skipped}
    assert told["twice.pdf"] == "cannot be used with twice.pdf.yaml and twice.pdf.yml: name one twice.pdf.yaml"
    assert told["linked.pdf"] == "cannot be used with linked.pdf.yaml, which is a link that leads out of the folder"


@pytest.mark.parametrize("name", ["alone.pdf.yaml", "plain.yaml"])
def test_one_that_is_about_no_file_is_reported(articles: Articles, name: str) -> None:
    assert "is about no file" in {item.path: item.reason for item in articles.skipped}[name]


def test_one_that_is_used_is_not_reported(articles: Articles) -> None:
    assert {item.path for item in articles.skipped} & {"good.pdf.yaml", "typo.pdf.yaml"} == set()
