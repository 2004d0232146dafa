"""What every notifier does: the shipped fake, mail over a real server, and a web hook over a real socket."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from app.adapters.clock import FixedClock
from app.adapters.mail_server import address_in, open_mail_server
from app.adapters.notifier_memory import MemoryNotifier
from app.adapters.safe_http import SafeHttp
from app.adapters.web_hook import WebHook
from app.desk.mail import CustomerMail
from app.desk.rating_links import RatingLinks
from app.domain.conversation import Conversation, HandoffRequest
from app.domain.delivery import Delivery, Notifier
from app.domain.events import ConversationEvent, EventKind
from app.errors import NotDelivered
from tests.builders import NOON
from tests.receiver import Receiver, receiving
from tests.scripted import SITE
from tests.smtp_server import Postbox, free_port, smtp_server

EVENT = ConversationEvent(7, "c-1", NOON, EventKind.HANDOFF_CREATED, {"ticket_id": "1001"})
DELIVERY = Delivery("d-7", 7, EVENT.kind, "c-1", "target", NOON, NOON)
LINKS = RatingLinks(lambda: [b"k" * 32])


@dataclass
class Other:
    """The other side of a notifier."""

    notifier: Notifier
    memory: MemoryNotifier | None = None
    postbox: Postbox | None = None
    receiver: Receiver | None = None

    def refuses(self, for_good: bool) -> None:
        """The next delivery."""
        if self.memory:
            self.memory.refusals.append(NotDelivered("It was refused.", is_passing=not for_good))
        elif self.postbox:
            self.postbox.answers.append("550 no" if for_good else "451 later")
        elif self.receiver:
            self.receiver.statuses = [410 if for_good else 503, 204]

    @property
    def count(self) -> int:
        if self.receiver:
            return len(self.receiver.came)
        return len(self.memory.told) if self.memory else len(self.postbox.mails if self.postbox else ())


@pytest.fixture(params=["memory", "mail", "web hook"])
async def other(request: pytest.FixtureRequest) -> AsyncIterator[Other]:
    if request.param == "memory":
        memory = MemoryNotifier()
        yield Other(memory, memory=memory)
    elif request.param == "mail":
        asked = HandoffRequest("1001", NOON, NOON + timedelta(minutes=40), "haruka@example.jp")
        shown, postbox = Conversation("c-1", "ja", "web", NOON, handoff=asked), Postbox(free_port())
        server = open_mail_server(postbox.url)
        with smtp_server(postbox):
            mail = CustomerMail(server, lambda _: shown, address_in, LINKS, "a@aoba.example", SITE, "https://a.example")
            yield Other(mail, postbox=postbox)
    else:
        async with receiving() as receiver:
            http = SafeHttp(["127.0.0.1"])
            yield Other(WebHook(receiver.url, [b"s" * 32], http, FixedClock(NOON)), receiver=receiver)


async def test_what_is_taken_was_told_once(other: Other) -> None:
    assert other.notifier.wants(EVENT)
    assert await other.notifier.send(DELIVERY, EVENT)
    assert other.count == 1


@pytest.mark.parametrize("for_good", [True, False])
async def test_a_refusal_says_whether_another_try_is_worth_it_and_the_next_is_taken(
    other: Other, for_good: bool
) -> None:
    other.refuses(for_good)
    with pytest.raises(NotDelivered) as told:
        await other.notifier.send(DELIVERY, EVENT)
    assert told.value.is_passing is not for_good
    assert "haruka" not in str(told.value)
    assert await other.notifier.send(DELIVERY, EVENT)


async def test_its_name_fits_into_the_outbox(other: Other) -> None:
    assert 0 < len(other.notifier.target) <= 128
