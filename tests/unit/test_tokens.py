"""The terms that the lexical index is searched by."""

import pytest

from app.domain.tokens import tokens


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("返品", ["返", "品", "返品"]),
        ("返", ["返"]),
        ("サーバー", ["サ", "ー", "バ", "サー", "ーバ"]),
        ("ｻｰﾊﾞ", ["サ", "ー", "バ", "サー", "ーバ"]),
        ("How long?", ["how", "long"]),
        ("don’t", ["don't"]),
        ("5,500円", ["5500", "円"]),
        ("１，０００", ["1000"]),
        ("4.0 kW", ["4.0", "kw"]),
        ("E-02", ["e-02", "#e02"]),
        ("E02", ["e02", "#e02"]),
        ("Ｅ−０２", ["e-02", "#e02"]),
        ("AW-120D", ["aw-120d", "#aw120d"]),
        ("AW-80の", ["aw-80", "の", "#aw80"]),
        ("in 5 days", ["in", "5", "days"]),
        ("A・B", ["a", "b"]),
        ("한국어", ["한국어"]),
        ("😀 …!?", []),
        ("", []),
        ("\0", []),
    ],
)
def test_terms(text: str, terms: list[str]) -> None:
    assert tokens(text) == terms
