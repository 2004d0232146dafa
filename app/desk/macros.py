"""Macros from a file: name, team, and title and text in either language or both."""

import tomllib
from pathlib import Path

from app.domain.macro import Macro
from app.domain.outcome import Language
from app.errors import Unprocessable

STARTERS = Path(__file__).with_name("macros.toml")
_LANGUAGES: tuple[Language, ...] = ("ja", "en")


def read_macros(path: Path) -> list[Macro]:
    """Raises Unprocessable, with the file and the macro, for what is none."""
    try:
        with path.open("rb") as file:
            entries = tomllib.load(file).get("macro", [])
    except OSError as error:
        raise Unprocessable(f"{path} cannot be read ({error.strerror}); name a file of macros.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Unprocessable(f"{path} is no TOML: {error}.") from None
    macros = [macro for entry in entries for macro in _macros(path, entry)]
    if not macros:
        raise Unprocessable(f"{path} holds no macro; begin each with [[macro]].")
    return macros


def _macros(path: Path, entry: dict[str, object]) -> list[Macro]:
    name, team = entry.get("name"), entry.get("team", "")
    if not isinstance(name, str) or not isinstance(team, str) or not any(lang in entry for lang in _LANGUAGES):
        raise Unprocessable(f"{path}: a macro needs a name and a text in ja or en; this has {sorted(entry)}.")
    found = []
    for lang in _LANGUAGES:
        said = entry.get(lang)
        if said is None:
            continue
        if not isinstance(said, dict) or not all(isinstance(said.get(key), str) for key in ("title", "text")):
            raise Unprocessable(f'{path}: the macro "{name}" needs a title and a text in {lang}.')
        found.append(Macro(name, lang, said["title"], said["text"], team))
    return found
