"""Links in mail with which a customer rates from any device: for one ticket, for nothing else, and nothing is kept."""

import hashlib
import hmac
from collections.abc import Callable, Sequence

from app.errors import NotFound

_PURPOSE = b"kotae: rating link"  # so that a signature serves no other one


class RatingLinks:
    """`secrets` gives the keys that sign, the current one first; links signed with the others stay good."""

    def __init__(self, secrets: Callable[[], Sequence[bytes]]) -> None:
        self._secrets = secrets

    def token(self, conversation_id: str, ticket_id: str) -> str:
        return f"{conversation_id}.{ticket_id}.{_signature(self._secrets()[0], conversation_id, ticket_id)}"

    def read(self, token: str) -> tuple[str, str]:
        """The ids of conversation and ticket. Raises NotFound for a token that is none of ours."""
        conversation_id, ticket_id, given = [*token.split("."), "", "", ""][:3]
        for secret in self._secrets():
            expected = _signature(secret, conversation_id, ticket_id)
            if hmac.compare_digest(given.encode(), expected.encode()):
                return conversation_id, ticket_id
        raise NotFound("There is no such link.")


def _signature(secret: bytes, conversation_id: str, ticket_id: str) -> str:
    key = hmac.new(secret, _PURPOSE, hashlib.sha256).digest()
    return hmac.new(key, f"{conversation_id}\n{ticket_id}".encode(), hashlib.sha256).hexdigest()[:40]
