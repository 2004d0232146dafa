"""From bytes to text."""

from pathlib import Path

import pytest

from ingestion.load.decoding import MAX_BYTES, decode, read_text
from ingestion.load.loader import LoadError

JAPANESE = "返品の送料は、お客様のご負担です。\nＡＷ－８０の①と髙﨑も読めます。\n"
PLAIN = "返品の送料は、お客様のご負担です。\nバッテリーの点検は無料です。\n"


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", JAPANESE),
        ("utf-8-sig", JAPANESE),
        ("utf-16", JAPANESE),
        ("utf-16-le", "Delivery takes 2–4 days.\nSee the list.\n"),
        ("utf-16-be", "Delivery takes 2–4 days.\nSee the list.\n"),
        ("cp932", JAPANESE),
        ("cp932", "返品規定"),
        ("cp932", "My Page → Order history\n"),
        ("euc_jp", PLAIN),
        ("euc_jp", "返品規定"),
        ("euc_jis_2004", "①電源を切る。②待つ。"),
        ("iso2022_jp", PLAIN),
        ("ascii", "Delivery takes two days.\n"),
    ],
)
def test_every_encoding_in_use_is_told_apart(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding)).lstrip("\ufeff") == text


@pytest.mark.parametrize("encoding", ["cp932", "euc_jp"])
def test_each_line_of_the_sample_alone_is_enough_to_tell(encoding: str) -> None:
    article = Path("kb_sources/ja/returns/return-policy.md").read_text(encoding="utf-8")
    lines = [line for line in article.splitlines() if len(line) > 10]
    assert lines
    assert [line for line in lines if decode(line.encode(encoding)) != line] == []


@pytest.mark.parametrize(
    ("data", "line", "reason"),
    [
        (b"", None, "empty"),
        (b" \r\n\0\n", None, "empty"),
        ("\u200b\n".encode(), None, "empty"),
        ("一行目です。\n二行目は".encode() + b"\xe3\x81\n" + "三行目です。".encode(), 2, "broken UTF-8"),
        ("これは壊れた文です。".encode()[:-1], 1, "broken UTF-8"),
        ("一行目です。\n二行目です。\n".encode("cp932") + b"\xff\xff\n", 3, "no encoding that is known"),
        ("don’t worry".encode("cp1252"), 1, "no encoding that is known"),
        ("Größe und Maß".encode("latin-1"), 1, "no encoding that is known"),
        (b"\x1b$B!!\x1b$B!\n\xff", 1, "broken ISO-2022-JP"),
        (b"%PDF-1.7\n", None, "not a text file"),
        (b"PK\x03\x04 zipped", None, "not a text file"),
        (bytes(range(256)) * 10, None, "UTF-16"),
        (bytes(range(1, 32)) * 10, None, "not a text file"),
        (b"\xff\xfea", None, "broken UTF-16"),
    ],
)
def test_what_cannot_be_read_says_why_and_where(tmp_path: Path, data: bytes, line: int | None, reason: str) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(data)
    with pytest.raises(LoadError, match=reason) as caught:
        read_text(path)
    assert caught.value.line == line


def test_a_file_too_large_is_not_even_opened(tmp_path: Path) -> None:
    path = tmp_path / "large.md"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 10_000_000)  # sparse: takes no room
    with pytest.raises(LoadError, match="60 MB"):
        read_text(path)


def test_stray_nul_surrogates_and_line_ends_are_cleaned(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes("返\0品\u200bは\r\n無料\ud800です。".encode("utf-8", "surrogatepass"))
    assert read_text(path) == "返品は\n無料です。"


def test_a_file_that_went_away_is_told(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="cannot be opened"):
        read_text(tmp_path / "gone.md")
