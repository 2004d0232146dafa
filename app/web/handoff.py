"""Asking for a person, from the API and from the page alike."""

from app.desk.details import KEYS
from app.domain.conversation import Conversation
from app.domain.desk import Cause, Effect, Escalation
from app.errors import Unprocessable
from app.web.deps import Services


def open_request(services: Services, conversation: Conversation, contact: str | None) -> Conversation:
    """The conversation with its open request, and the time a reply is expected.

    Only a token for the contact is stored; what is returned has it as the customer wrote it. Raises ConversationLocked.
    """
    sealed = services.redactor.seal(conversation, contact) if contact else None
    asked = Escalation(Cause.ASKED_FOR_HUMAN, Effect.HAND_OFF, turn=len(conversation.messages), score=1.0)
    services.desk.open(conversation, asked, contact=sealed)
    return services.redactor.restored(services.store.find(conversation.id))


def give_detail(services: Services, conversation: Conversation, key: str, value: str | None) -> None:
    """Only tokens are stored of what is personal in it. Raises Unprocessable, ConversationLocked or Impossible."""
    if key not in KEYS:
        raise Unprocessable(f"There is no detail {key!r}: {', '.join(KEYS)}.")
    if value and key == "contact":
        value = services.redactor.seal(conversation, value)
    elif value:
        value = services.redactor.redact(conversation, value).text
    services.desk.give(conversation.id, key, value)
