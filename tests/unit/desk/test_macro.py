"""Macros are strict: what cannot be filled in is said."""

from pathlib import Path

import pytest

from app.desk.macros import STARTERS, read_macros
from app.domain.macro import VARIABLES, Macro, search
from app.errors import Unprocessable

HELLO = Macro("hello", "ja", "挨拶", "{{customer_name}}様、{{ agent_name }}です。")


def test_a_macro_is_filled_with_values_as_they_are() -> None:
    assert HELLO.filled({"customer_name": "{{agent_name}}", "agent_name": "青木", "product": "x"}) == (
        "{{agent_name}}様、青木です。"
    )


@pytest.mark.parametrize("values", [{}, {"customer_name": "髙橋"}, {"customer_name": "髙橋", "agent_name": " "}])
def test_a_missing_value_is_said(values: dict[str, str]) -> None:
    with pytest.raises(Unprocessable, match="agent_name"):
        HELLO.filled(values)


@pytest.mark.parametrize("text", ["{{custmer_name}}様", "{{}}", "{{customer_name}", "customer_name}}", " "])
def test_a_text_that_nobody_can_fill_in_is_refused(text: str) -> None:
    with pytest.raises(Unprocessable):
        Macro("hello", "ja", "挨拶", text)


def test_the_set_to_begin_with_is_whole_in_both_languages() -> None:
    macros = read_macros(STARTERS)
    assert len(macros) == 24
    assert {macro.name for macro in macros if macro.language == "ja"} == {
        macro.name for macro in macros if macro.language == "en"
    }
    filled = dict.fromkeys(VARIABLES, "x")
    assert not any("{" in macro.filled(filled) or "!" in macro.text for macro in macros)
    by_name = {(macro.name, macro.language): macro.variables for macro in macros}
    assert all(by_name[name, "ja"] == by_name[name, "en"] for name, _ in by_name)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "holds no macro"),
        ("[[macro]]\nname = 1", "needs a name"),
        ('[[macro]]\nname = "a"\nja = { title = "題" }', "title and a text"),
        ('[[macro]]\nname = "a"\nen = { title = "t", text = "{{nobody}}" }', "nobody"),
        ("[[macro", "no TOML"),
    ],
)
def test_a_file_that_is_wrong_is_told_with_its_name(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "macros.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Unprocessable, match=says):
        read_macros(path)


def test_a_search_finds_names_first_then_titles_then_texts() -> None:
    macros = [
        Macro("a", "ja", "返金の案内", "あ"),
        Macro("返金", "ja", "題", "あ"),
        Macro("b", "ja", "題", "返金します"),
        Macro("c", "ja", "題", "返金します", uses=3),
        Macro("d", "en", "返金", "x"),
        Macro("e", "ja", "返金", "x", team="repair"),
    ]
    assert [macro.name for macro in search(macros, "返金", "ja")] == ["返金", "a", "c", "b"]
    assert "e" in [macro.name for macro in search(macros, "返金", "ja", team="repair")]
    assert len(search(macros, "", "ja")) == 4
