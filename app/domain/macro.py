"""A text that agents use again and again, with variables such as `{{customer_name}}`."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.domain.outcome import Language
from app.domain.text import fold
from app.errors import Unprocessable

VARIABLES = frozenset(
    {"customer_name", "order_number", "agent_name", "ticket_id", "expected_time", "product", "shop_name"}
)
_VARIABLE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")


@dataclass(frozen=True, slots=True)
class Macro:
    """`name` is what an agent types, one for both languages; without a `team` it is everybody's."""

    name: str
    language: Language
    title: str
    text: str
    team: str = ""
    uses: int = 0

    @property
    def variables(self) -> frozenset[str]:
        return frozenset(_VARIABLE.findall(self.text))

    def __post_init__(self) -> None:
        """Raises Unprocessable for a variable that nobody can fill, a brace that opens none, or nothing to say."""
        if not self.name.strip() or not self.text.strip():
            raise Unprocessable("A macro needs a name and a text.")
        if unknown := sorted(self.variables - VARIABLES):
            known = ", ".join(sorted(VARIABLES))
            raise Unprocessable(f'The macro "{self.name}" has an unknown variable {unknown[0]!r}; there are {known}.')
        if "{{" in (rest := _VARIABLE.sub("", self.text)) or "}}" in rest:
            raise Unprocessable(f'The macro "{self.name}" has a brace without its pair; write {{{{variable}}}}.')

    def filled(self, values: Mapping[str, str]) -> str:
        """The text to send; a value is put in as it is, once. Raises Unprocessable where one is missing."""
        if missing := sorted(name for name in self.variables if not values.get(name, "").strip()):
            raise Unprocessable(f'The macro "{self.name}" needs {", ".join(missing)}; fill it in first.')
        return _VARIABLE.sub(lambda match: values[match[1]], self.text)


def search(macros: Sequence[Macro], query: str, language: Language, team: str = "") -> list[Macro]:
    """What an agent of `team` may use in that language and what holds every word of `query`: first where its name
    begins so, then where name or title hold it, then the text; among equals the most used."""
    words = fold(query).split()
    usable = [macro for macro in macros if macro.language == language and macro.team in {"", team}]
    found = [macro for macro in usable if all(word in _all(macro) for word in words)]
    return sorted(found, key=lambda macro: (_place(macro, words), -macro.uses, macro.name))


def _place(macro: Macro, words: Sequence[str]) -> int:
    if words and fold(macro.name).startswith(words[0]):
        return 0
    return 1 if all(word in fold(f"{macro.name} {macro.title}") for word in words) else 2


def _all(macro: Macro) -> str:
    return fold(f"{macro.name} {macro.title} {macro.text}")
