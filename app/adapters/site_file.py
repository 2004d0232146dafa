"""Reads `site.toml`."""

import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from app.domain.site import Site
from app.errors import SettingsError


def load_site(path: Path) -> Site:
    """Raises SettingsError that names the file and the line or the key."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise SettingsError(
            f"{path} cannot be read ({reason}); put the site's facts there or name the file in KOTAE_SITE_FILE."
        ) from None
    try:
        site = Site.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path} is not valid TOML: {error}.") from None
    except ValidationError as error:
        raise SettingsError(f"{path}: {_sentence(dict(error.errors()[0]))}") from None
    _check_country(path, site.hours.public_holidays)
    return site


def _sentence(error: dict[str, Any]) -> str:
    key = ".".join(str(part) for part in error["loc"]) or "the file"
    reason = str(error["ctx"]["error"]) if error["type"] == "value_error" else str(error["msg"])
    return f"{key} is wrong: {reason}."


def _check_country(path: Path, country: str | None) -> None:
    if country is None:
        return
    from holidays import list_supported_countries

    if country not in list_supported_countries():
        raise SettingsError(
            f'{path}: hours.public_holidays is wrong: "{country}" is not a country code such as "JP"; correct it or '
            "leave it out."
        )
