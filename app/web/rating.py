"""A customer's rating of a resolved ticket, from the API and from the page alike."""

from app.domain.conversation import Conversation
from app.domain.desk import State
from app.domain.rating import Rating
from app.errors import Conflict
from app.web.deps import Services
from app.web.timeline import all_events, standing_of


def give_rating(services: Services, conversation: Conversation, score: int, comment: str | None) -> Rating:
    """Of the latest ticket. Raises Conflict before it is resolved and after it was rated, and ConversationLocked."""
    standing = standing_of(all_events(services, conversation.id))
    if standing.state is not State.RESOLVED or standing.ticket is None:
        raise Conflict("There is nothing to rate in this conversation now.")
    said = services.redactor.redact(conversation, comment).text if comment else None
    return services.messages.ratings.rate(conversation.id, standing.ticket, score, said)
