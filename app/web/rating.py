"""A customer's rating of a resolved ticket, from the API and from the page alike."""

from app.domain.conversation import Conversation
from app.domain.rating import Rating
from app.errors import Conflict
from app.web.deps import Services
from app.web.timeline import may_rate


def give_rating(services: Services, conversation: Conversation, score: int, comment: str | None) -> Rating:
    """Of the latest ticket. Raises Conflict before it is resolved and after it was rated, and ConversationLocked."""
    if conversation.handoff is None or not may_rate(services, conversation):
        raise Conflict("There is nothing to rate in this conversation now.")
    said = services.redactor.redact(conversation, comment).text if comment else None
    return services.messages.ratings.rate(conversation.id, conversation.handoff.ticket_id, score, said)
