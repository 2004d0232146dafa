"""What customers are told of their data before they say anything; true for the settings of this service."""

from app.domain.outcome import Language
from app.settings import Settings
from app.words import words


def kept_words(settings: Settings, lang: Language) -> str:
    """How long a conversation is kept."""
    days = settings.retention_days
    return words(lang)("kept_for", days=days) if days else words(lang)["kept_until_asked"]


def greeting_words(settings: Settings, lang: Language) -> tuple[str, str]:
    """The greeting, and what becomes of what is said: how long it is kept, and whether it goes anywhere else."""
    w = words(lang)
    if not (settings.sends_away or settings.searches_away):
        goes = w["written_here"]
    else:
        goes = w["written_outside_masked" if settings.redaction else "written_outside"]
    return w["greeting"], f"{kept_words(settings, lang)}{'' if lang == 'ja' else ' '}{goes}"
