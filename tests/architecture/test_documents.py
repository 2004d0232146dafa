"""The documents name what exists, and all of it: settings, commands, routes, targets of the Makefile."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from typer import Typer

from app.cli import app as kotae
from app.main import create_app
from app.settings import PREFIX, Settings
from tests.architecture.sources import ROOT

PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    ROOT / "kb_sources" / "README.md",
]
CODE = re.compile(r"```[a-z]*\n(.*?)```|`([^`\n]+)`", re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


def _code(page: Path) -> str:
    """Everything the page shows as code, one piece a line."""
    found = CODE.findall(page.read_text(encoding="utf-8"))
    return "\n".join(block or span for block, span in found)


def _settings() -> dict[str, str]:
    return {PREFIX + name.upper(): field.description or "" for name, field in Settings.model_fields.items()}


def _commands() -> set[str]:
    return set(_names(kotae, ""))


def _names(group: Typer, prefix: str) -> Iterator[str]:
    for command in group.registered_commands:
        name = command.name or getattr(command.callback, "__name__", "").replace("_", "-")
        yield prefix + name
    for inner in group.registered_groups:
        if inner.typer_instance:
            yield from _names(inner.typer_instance, f"{prefix}{inner.name} ")


def _documented_commands() -> set[str]:
    """The longest known command, or else the first word, of every `kotae …` in the documents."""
    known = _commands()
    groups = {" ".join(command.split()[:n]) for command in known for n in range(1, len(command.split()))}
    found = set()
    for page in PAGES:
        for words in re.findall(r"(?:^|/|\$ |\| )kotae ([a-z][a-z -]*)", _code(page), re.MULTILINE):
            parts = words.split()
            length = next(n for n in range(1, len(parts) + 1) if n == len(parts) or " ".join(parts[:n]) not in groups)
            found.add(" ".join(parts[:length]))
    return found - groups


def test_env_example_lists_every_setting_with_its_meaning() -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^# (.+)\n#(KOTAE_[A-Z_]+)=", text, re.MULTILINE))
    assert {name: meaning for meaning, name in listed.items()} == _settings()


def test_env_example_gives_the_defaults() -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^#(KOTAE_[A-Z_]+)=(.*)$", text, re.MULTILINE))
    defaults = {PREFIX + name.upper(): field.default for name, field in Settings.model_fields.items()}
    assert listed == {name: str(value).removeprefix(f"{ROOT}/") for name, value in defaults.items()}


def test_operations_describes_every_setting() -> None:
    code = _code(ROOT / "docs" / "operations.md")
    assert set(_settings()) - set(re.findall(r"KOTAE_[A-Z_]+", code)) == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_page_names_only_settings_that_exist(page: Path) -> None:
    assert set(re.findall(r"KOTAE_[A-Z_]+", page.read_text(encoding="utf-8"))) - set(_settings()) == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_page_links_only_to_files_that_exist(page: Path) -> None:
    targets = LINK.findall(page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_documented_commands_are_the_commands_there_are() -> None:
    assert _documented_commands() == _commands()


def test_documented_targets_are_the_targets_there_are() -> None:
    made = set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {target for page in PAGES for target in re.findall(r"^make ([a-z-]+)", _code(page), re.MULTILINE)}
    assert named - made == set()
    assert {"run", "test", "index", "bench", "help"} <= named


def test_documented_calls_are_the_calls_there_are() -> None:
    paths = create_app(cast(Any, None)).openapi()["paths"]
    served = {f"{method.upper()} {_unnamed(path)}" for path, methods in paths.items() for method in methods}
    code = "\n".join(_code(page) for page in PAGES)
    named = {f"{method} {_unnamed(path)}" for method, path in re.findall(r"\b(GET|POST|PUT|DELETE) (/[^\s?]*)", code)}
    assert named == served | {"GET /openapi.json"}


def _unnamed(path: str) -> str:
    """Parameters may be called differently."""
    return re.sub(r"\{[^}]*\}", "{}", path)
