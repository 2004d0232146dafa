"""Asking for a person, from the API and from the page alike."""

from dataclasses import replace

from app.desk.hours import SupportHours
from app.domain.conversation import Conversation, HandoffRequest
from app.domain.desk import Cause
from app.web.deps import Services


def open_request(services: Services, conversation: Conversation, contact: str | None) -> HandoffRequest:
    """The open request of the conversation, with the time a reply is expected by the site's hours.

    Only a token for the contact is stored; what is returned has it as the customer wrote it. Raises ConversationLocked.
    """
    site = services.site
    expected = SupportHours(site).expected_reply_at(services.clock.now(), site.reply_minutes)
    sealed = services.redactor.seal(conversation, contact) if contact else None
    request = services.store.request_handoff(conversation.id, sealed, expected)
    if conversation.handoff is None:
        services.observer.handed_off(Cause.ASKED_FOR_HUMAN)
    restored = services.redactor.restored(replace(conversation, handoff=request)).handoff
    return restored or request
