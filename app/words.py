"""The catalogue of strings, words.toml and words_desk.toml: one text per key and language, with strict variables."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from string import Formatter
from types import MappingProxyType
from typing import Any

from app.domain.outcome import Language
from app.errors import KotaeError

CATALOGUE = tuple(Path(__file__).with_name(name) for name in ("words.toml", "words_desk.toml"))


class WordsError(KotaeError):
    title = "A string of the page is missing or was given the wrong variables"


def variables(text: str) -> frozenset[str]:
    """The names between braces in `text`."""
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)


class Words(Mapping[str, str]):
    """The strings of one language, frozen.

    `words["key"]` is the text as written, `words("key", n=3)` the text with its variables filled. A missing key,
    a missing variable or one the text does not have raises WordsError.
    """

    def __init__(self, language: Language, texts: Mapping[str, str], client_keys: frozenset[str]) -> None:
        self.language = language
        self._texts = MappingProxyType(dict(texts))
        self._client_keys = client_keys

    @property
    def client(self) -> dict[str, str]:
        """The strings that the page's scripts use."""
        return {key: self._texts[key] for key in sorted(self._client_keys)}

    def __getitem__(self, key: str) -> str:
        if key not in self._texts:
            raise WordsError(f'The catalogue has no string "{key}"; add it in both languages.')
        return self._texts[key]

    def __contains__(self, key: object) -> bool:
        return key in self._texts

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def __call__(self, key: str, **values: object) -> str:
        text = self[key]
        if variables(text) != values.keys():
            expected = ", ".join(sorted(variables(text))) or "none"
            raise WordsError(
                f'The string "{key}" takes the variables: {expected}; it was given: {", ".join(values) or "none"}.'
            )
        return text.format_map(values)


def load(*paths: Path) -> dict[Language, Words]:
    """Both languages of the catalogue. Raises WordsError where a language or a variable is missing."""
    entries: dict[str, dict[str, Any]] = {}
    for path in paths or CATALOGUE:
        for key, entry in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if "ja" not in entry or "en" not in entry or variables(entry["ja"]) != variables(entry["en"]):
                raise WordsError(f'{path.name}: "{key}" needs ja and en with the same variables.')
            if key in entries:
                raise WordsError(f'{path.name}: "{key}" stands in another catalogue, too.')
            entries[key] = entry
    client_keys = frozenset(key for key, entry in entries.items() if entry.get("client"))
    languages: tuple[Language, ...] = ("ja", "en")
    return {lang: Words(lang, {key: entry[lang] for key, entry in entries.items()}, client_keys) for lang in languages}


@cache
def _catalogue() -> dict[Language, Words]:
    return load()


def words(language: Language) -> Words:
    return _catalogue()[language]
