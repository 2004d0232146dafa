"""The language a reader is spoken to in."""

from fastapi import Request

from app.domain.outcome import Language

LANGUAGE_COOKIE = "kotae_lang"


def chosen(value: str | None) -> Language | None:
    if value == "ja":
        return "ja"
    return "en" if value == "en" else None


def reader_language(request: Request, default: Language) -> Language:
    """What was chosen on the page (`?lang=`, then its cookie), else what the browser prefers, else `default`."""
    return (
        chosen(request.query_params.get("lang"))
        or chosen(request.cookies.get(LANGUAGE_COOKIE))
        or preferred(request.headers.get("accept-language", ""))
        or default
    )


def preferred(accept_language: str) -> Language | None:
    """The one of both languages with the highest quality (RFC 9110, 12.5.4); the first of equals."""
    best: tuple[float, Language] | None = None
    for item in accept_language.split(","):
        tag, _, quality = item.partition(";")
        language = chosen(tag.strip().split("-")[0].lower())
        weight = _quality(quality)
        if language and weight > (best[0] if best else 0.0):
            best = weight, language
    return best[1] if best else None


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    try:
        return float(value) if name == "q" else 1.0
    except ValueError:
        return 0.0
