"""Asking for a person, from the API and from the page alike."""

from app.desk.hours import SupportHours
from app.domain.conversation import Conversation, HandoffRequest
from app.web.deps import Services


def open_request(services: Services, conversation: Conversation, contact: str | None) -> HandoffRequest:
    """The open request of the conversation, with the time a reply is expected by the site's hours."""
    site = services.site
    expected = SupportHours(site).expected_reply_at(services.clock.now(), site.reply_minutes)
    return services.store.request_handoff(conversation.id, contact, expected)
