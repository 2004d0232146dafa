"""`routes.toml`: where conversations go that are handed to a person."""

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.domain.outcome import Language
from app.domain.understanding import Route
from app.errors import SettingsError

ROUTES = Path(__file__).with_name("routes.toml")


class _Route(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    skill: str = Field(pattern=r"^[a-z][a-z0-9_-]*$")
    ja: tuple[str, ...] = ()
    en: tuple[str, ...] = ()

    @property
    def examples(self) -> dict[Language, tuple[str, ...]]:
        return {"ja": self.ja, "en": self.en}


def load_routes(path: Path = ROUTES) -> tuple[Route, ...]:
    """Raises SettingsError, with the line, for a route that is not whole."""
    text = path.read_text(encoding="utf-8")
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path.name} is not TOML ({error}); correct it.") from None
    return tuple(_route(path.name, text, name, fields) for name, fields in table.items())


def _route(file: str, text: str, name: str, fields: object) -> Route:
    try:
        read = _Route.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "the table"
        raise SettingsError(f'{_place(file, text, name)}: "{field}" of [{name}] is wrong ({first["msg"]}).') from None
    return Route(name, read.skill, read.examples)


def require_known(name: str, routes: tuple[Route, ...], file: Path) -> None:
    """Raises SettingsError, with the line of `file` that names it, for a route that is not there."""
    if any(route.name == name for route in routes):
        return
    text = file.read_text(encoding="utf-8")
    lines = [number for number, line in enumerate(text.splitlines(), 1) if f'"{name}"' in line]
    place = f"{file.name}, line {lines[0]}" if lines else file.name
    raise SettingsError(
        f'{place}: there is no route "{name}"; routes.toml has {", ".join(each.name for each in routes)}.'
    )


def _place(file: str, text: str, name: str) -> str:
    lines = [number for number, line in enumerate(text.splitlines(), 1) if line.strip() == f"[{name}]"]
    return f"{file}, line {lines[0]}" if lines else file
