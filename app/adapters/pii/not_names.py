"""Words that look like names of persons and are not, from not_names.toml."""

import tomllib
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_suffix(".toml")


def not_names(language: str, kind: str) -> frozenset[str]:
    return frozenset(word.strip() for word in _tables()[language][kind].split(","))


@cache
def _tables() -> dict[str, dict[str, str]]:
    tables: dict[str, dict[str, str]] = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return tables
