"""Which files of a folder become articles."""

import unicodedata
from pathlib import Path

import pytest

from app.errors import KnowledgeError
from ingestion.sources import Articles, FolderSource


def write(root: Path, **texts: str) -> None:
    for name, text in texts.items():
        put(root / f"{name}.md", text)


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def ids(articles: Articles) -> list[str]:
    return [document.id for document in articles.documents]


def reasons(articles: Articles) -> dict[str, str]:
    return {item.path: item.reason for item in articles.skipped}


def test_order_is_that_of_the_paths(tmp_path: Path) -> None:
    for name in ("b/a.md", "a/b.md", "a.md", "ぁ.md", "B.md"):
        put(tmp_path / name, "返品です。")
    assert ids(FolderSource(tmp_path).read()) == ["B", "a", "a-b", "b-a", "ぁ"]


def test_japanese_spaced_and_decomposed_names_are_read(tmp_path: Path) -> None:
    put(tmp_path / "返品 ガイド" / unicodedata.normalize("NFD", "バッテリー.MD"), "充電します。")
    [document] = FolderSource(tmp_path).read().documents
    assert (document.id, document.path) == ("返品-ガイド-バッテリー", "返品 ガイド/バッテリー.MD")


def test_hidden_files_and_the_readme_at_the_root_are_no_articles(tmp_path: Path) -> None:
    for name in ("README.md", ".hidden.md", ".git/a.md", "help/README.md"):
        put(tmp_path / name, "本文です。")
    articles = FolderSource(tmp_path).read()
    assert (ids(articles), articles.skipped) == (["help-README"], ())


def test_what_cannot_be_read_is_skipped_with_file_line_and_reason(tmp_path: Path) -> None:
    put(tmp_path / "good.md", "返品です。")
    put(tmp_path / "empty.md", "")
    put(tmp_path / "bad.md", "---\ntitle: A\naudience: staff\n---\n本文")
    put(tmp_path / "picture.png", "x")
    put(tmp_path / "faq.csv", "question,answer\n送料は?,無料です。\n期限は?,\n")
    articles = FolderSource(tmp_path).read()
    assert len(articles.documents) == 2
    assert [(item.path, item.line) for item in articles.skipped] == [
        ("bad.md", 3),
        ("empty.md", None),
        ("faq.csv", 3),
        ("picture.png", None),
    ]


def test_links_that_loop_leave_or_repeat_are_not_followed(tmp_path: Path) -> None:
    root, outside = tmp_path / "kb", tmp_path / "outside"
    put(root / "sub/a.md", "返品です。")
    put(outside / "secret.md", "社外秘です。")
    (root / "sub/loop").symlink_to(root)
    (root / "self").symlink_to("self")
    (root / "out").symlink_to(outside)
    (root / "out.md").symlink_to(outside / "secret.md")
    (root / "again.md").symlink_to("sub/a.md")
    (root / "gone.md").symlink_to("nowhere.md")
    articles = FolderSource(root).read()
    assert ids(articles) == ["sub-a"]
    assert reasons(articles) == {
        "again.md": "is a link to what is read under its own name",
        "gone.md": "is a link that leads nowhere",
        "out": "is a link that leads out of the folder",
        "out.md": "is a link that leads out of the folder",
        "self": "is a link that leads nowhere",
        "sub/loop": "is a link to what is read under its own name",
    }


def test_links_into_a_hidden_folder_are_followed_as_mounted_volumes_need_it(tmp_path: Path) -> None:
    put(tmp_path / "..2026/a.md", "返品です。")
    (tmp_path / "..data").symlink_to("..2026")
    (tmp_path / "a.md").symlink_to("..data/a.md")
    assert ids(FolderSource(tmp_path).read()) == ["a"]


def test_the_first_of_two_articles_with_one_id_is_kept(tmp_path: Path) -> None:
    write(tmp_path, b="---\nid: x\n---\n後です。", a="---\nid: x\n---\n先です。")
    articles = FolderSource(tmp_path).read()
    assert [document.text for document in articles.documents] == ["先です。"]
    assert reasons(articles) == {"b.md": "its id x is already that of a.md"}


@pytest.mark.parametrize("successor", ["unknown", "old"])
def test_a_successor_must_be_another_article(tmp_path: Path, successor: str) -> None:
    write(tmp_path, old=f"---\nsuperseded_by: {successor}\n---\n古い規定です。", new="新しい規定です。")
    articles = FolderSource(tmp_path).read()
    assert ids(articles) == ["new"]
    assert successor in reasons(articles)["old.md"]


def test_a_folder_that_holds_nothing_is_told_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="There is no folder"):
        FolderSource(tmp_path / "missing").read()
    with pytest.raises(KnowledgeError, match="is empty"):
        FolderSource(tmp_path).read()
    put(tmp_path / "a.docx", "x")
    with pytest.raises(KnowledgeError, match=r"No file in .* a\.docx"):
        FolderSource(tmp_path).read()


def test_the_sample_is_read_without_a_skip() -> None:
    articles = FolderSource(Path("kb_sources")).read()
    assert articles.skipped == ()
    assert {document.lang for document in articles.documents} == {"ja", "en"}
