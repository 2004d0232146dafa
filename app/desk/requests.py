"""Hand-offs as requests in the store, answered within the site's hours."""

from app.desk.hours import SupportHours
from app.domain.conversation import Conversation
from app.domain.desk import Escalation
from app.domain.outcome import Handoff
from app.domain.ports import Clock, ConversationStore
from app.domain.site import Site


class HandoffRequests:
    """A `HandoffDesk` over the store alone."""

    def __init__(self, store: ConversationStore, site: Site, clock: Clock) -> None:
        self._store = store
        self._site = site
        self._clock = clock

    def open(self, conversation: Conversation, escalation: Escalation) -> Handoff:
        expected = SupportHours(self._site).expected_reply_at(self._clock.now(), self._site.reply_minutes)
        request = self._store.request_handoff(conversation.id, None, expected)
        reason = escalation.topic or escalation.cause.value
        return Handoff(ticket_id=request.ticket_id, reason=reason, expected_reply_at=request.expected_reply_at)

    def offer(self, conversation: Conversation, escalation: Escalation) -> None:
        """An offer leaves nothing but its words, in the outcome."""
