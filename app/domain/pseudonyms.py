"""The personal data of one conversation, and the tokens that stand for it, such as `<PHONE_1>`."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType

TOKEN = re.compile(r"<([A-Z]+(?:_[A-Z]+)*)_([1-9]\d{0,5})>")
SALUTATION = re.compile(r"^(?:(?:dear|hello|hi) )?<PERSON_[1-9]\d{0,5}> ?(?:様|さま|さん)?[、,] ?", re.IGNORECASE)
LITERAL = "TEXT"  # the type of what a customer typed that only looks like a token
FIRST_PERSON = "<PERSON_1>"  # of a conversation that begins with a name
CONTACT = "CONTACT"  # the type of how to reach a customer, in their words
# Digits and letters tell these apart, however they are grouped; case and spaces matter in none but the exact ones.
_GROUPED = frozenset("PHONE POSTAL_CODE MY_NUMBER NATIONAL_ID CREDIT_CARD BANK_ACCOUNT DRIVER_LICENSE PASSPORT".split())
_EXACT = frozenset({"SECRET", "USERNAME", LITERAL, CONTACT})


class Lost(Enum):
    """Why a value cannot be read: the key to it is not here, or it was altered."""

    HIDDEN = "hidden"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class PersonalData:
    """A value as the customer wrote it; `type` is a PII type, LITERAL or CONTACT."""

    type: str
    value: str = field(repr=False)

    @property
    def identity(self) -> tuple[str, str]:
        """Equal for two spellings of one value: ０９０ー…, 090-… and +81 90-… are one number."""
        if self.type in _EXACT:
            return self.type, self.value
        folded = "".join(unicodedata.normalize("NFKC", self.value).casefold().split())
        if self.type in _GROUPED:
            grouped = re.sub(r"[\W_ー]", "", folded)
            folded = re.sub(r"^810?(?=\d{9})", "0", grouped) if folded.startswith("+81") else grouped
        return self.type, folded


class Pseudonyms:
    """`values` by token; in the place of a value that cannot be read stands why. Never changed once it is made."""

    def __init__(self, values: Mapping[str, str | Lost] = MappingProxyType({})) -> None:
        self.values = MappingProxyType(dict(values))
        read = ((token, value) for token, value in values.items() if isinstance(value, str))
        self._tokens = {PersonalData(_type(token), value).identity: token for token, value in read}

    def including(self, found: Iterable[PersonalData]) -> "Pseudonyms":
        """Each of `found` has a token afterwards: that of an equal value, or the next number of its type."""
        values, tokens, last = dict(self.values), dict(self._tokens), _last_numbers(self.values)
        for data in found:
            if data.identity not in tokens:
                last[data.type] = last.get(data.type, 0) + 1
                token = tokens[data.identity] = f"<{data.type}_{last[data.type]}>"
                values[token] = data.value
        return Pseudonyms(values)

    def token(self, data: PersonalData) -> str:
        """Raises KeyError for what they do not include."""
        return self._tokens[data.identity]


def tokens_in(text: str) -> set[str]:
    return {match.group() for match in TOKEN.finditer(text)}


def without_tokens(text: str) -> str:
    """What is said besides personal data."""
    return TOKEN.sub(" ", text)


def _type(token: str) -> str:
    return token[1:].rpartition("_")[0]


def _last_numbers(tokens: Iterable[str]) -> dict[str, int]:
    last: dict[str, int] = {}
    for match in map(TOKEN.fullmatch, tokens):
        if match:
            last[match[1]] = max(last.get(match[1], 0), int(match[2]))
    return last
