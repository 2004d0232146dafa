"""What a person will need to know: one short question at a time, never twice, and never what was said already."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.domain.conversation import Conversation, HandoffRequest, Role
from app.domain.desk import State
from app.domain.outcome import Language
from app.domain.ticket import Ticket
from app.words import words

SAID = Path(__file__).with_name("details.toml")
KEYS = ("order_number", "product", "tried", "contact")  # in this order
_LONGEST = 200
_LOOKED_AT = 100  # messages
_END = re.compile(r"[。.!?！？\n]")
_MAY_BE_ASKED = frozenset({State.WAITING, State.REOPENED})  # a person asks what they need themselves


@dataclass(frozen=True, slots=True)
class Question:
    key: str
    text: str


def next_question(ticket: Ticket | HandoffRequest) -> str | None:
    """The key of what is to be asked next; None when everything was said or skipped."""
    known = {**ticket.details, **({"contact": ticket.contact} if ticket.contact else {})}
    return next((key for key in KEYS if key not in known), None)


def question(conversation: Conversation, lang: Language) -> Question | None:
    """The one that is open now."""
    request = conversation.handoff
    key = next_question(request) if request and conversation.state in _MAY_BE_ASKED else None
    return Question(key, words(lang)[f"detail_{key}"]) if key else None


def said_already(conversation: Conversation) -> dict[str, str | None]:
    """The details that the customer's own messages hold, as they are kept: tokens stand for personal data."""
    said = [message.text for message in conversation.messages if message.role is Role.CUSTOMER][-_LOOKED_AT:]
    found = {key: _find(key, said) for key in KEYS}
    if found["product"] == found["order_number"]:
        found["product"] = None
    return {key: value for key, value in found.items() if value}


def _find(key: str, texts: list[str]) -> str | None:
    """What was said last counts."""
    for text in reversed(texts):
        for pattern in _patterns()[key]:
            if match := pattern.search(text):
                found = match[1] if pattern.groups else _sentence(match) if key == "tried" else match[0]
                return found.strip()[:_LONGEST]
    return None


def _sentence(match: re.Match[str]) -> str:
    before, after = (
        _END.split(match.string[: match.start()])[-1],
        _END.split(match.string[match.end() :], maxsplit=1)[0],
    )
    return f"{before}{match[0]}{after}"


@cache
def _patterns() -> dict[str, tuple[re.Pattern[str], ...]]:
    kept = tomllib.loads(SAID.read_text(encoding="utf-8"))
    return {key: tuple(re.compile(pattern, re.IGNORECASE) for pattern in kept[key]) for key in KEYS}
