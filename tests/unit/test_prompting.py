"""Prompts are strict: whatever is wrong with a file stops the start."""

from pathlib import Path

import pytest

from app.answering.pipeline import PROMPTS
from app.errors import SettingsError
from app.prompting import load_prompts
from app.settings import ROOT

GOOD = "---\nid: hello.en\nversion: 1\nvariables: [name]\noutput: text\n---\nHello {name}\n"


def test_every_prompt_the_pipeline_needs_is_there_in_both_languages() -> None:
    prompts = load_prompts(ROOT / "prompts", PROMPTS)
    assert prompts.by_id.keys() >= PROMPTS


def test_a_value_is_put_in_once_and_never_read_as_a_template(tmp_path: Path) -> None:
    (tmp_path / "hello.en.md").write_text(GOOD, encoding="utf-8")
    prompts = load_prompts(tmp_path, frozenset({"hello.en"}))
    assert prompts.render("hello.en", name="{name}{0}") == "Hello {name}{0}"


@pytest.mark.parametrize("values", [{}, {"name": "a", "other": "b"}])
def test_missing_and_surplus_variables_are_refused(tmp_path: Path, values: dict[str, str]) -> None:
    (tmp_path / "hello.en.md").write_text(GOOD, encoding="utf-8")
    with pytest.raises(KeyError):
        load_prompts(tmp_path, frozenset()).render("hello.en", **values)


@pytest.mark.parametrize(
    "text",
    [
        "Hello",
        GOOD.replace("version: 1\n", ""),
        GOOD.replace("[name]", "[]"),
        GOOD.replace("{name}", "{nome}"),
        GOOD.replace("id: hello.en", "id: ["),
    ],
)
def test_a_malformed_file_is_named_in_the_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "hello.en.md").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"hello\.en\.md"):
        load_prompts(tmp_path, frozenset())


def test_a_missing_prompt_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"clarify\.ja is missing"):
        load_prompts(tmp_path, frozenset({"clarify.ja"}))


def test_the_version_changes_with_any_text(tmp_path: Path) -> None:
    (tmp_path / "hello.en.md").write_text(GOOD, encoding="utf-8")
    before = load_prompts(tmp_path, frozenset()).version
    (tmp_path / "hello.en.md").write_text(GOOD.replace("Hello", "Hi"), encoding="utf-8")
    assert load_prompts(tmp_path, frozenset()).version != before
