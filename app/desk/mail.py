"""Mail to a customer who left an address: the acknowledgement, what a person wrote, and the question how it went."""

import asyncio
from collections.abc import Callable
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Protocol

from app.desk.notice import reply_notice
from app.domain.conversation import Conversation, HandoffRequest, Role
from app.domain.delivery import Delivery
from app.domain.events import ConversationEvent, EventKind
from app.domain.site import Site
from app.words import variables, words

_TOLD = {
    EventKind.HANDOFF_CREATED: "ack",
    EventKind.DETAILS_GIVEN: "ack",
    EventKind.MESSAGE_CREATED: "reply",
    EventKind.TICKET_RESOLVED: "survey",
}


class MailServer(Protocol):
    async def send(self, message: EmailMessage) -> None:
        """Raises NotDelivered."""
        ...


class CustomerMail:
    """`read` gives a conversation as its customer sees it, personal data and all, when a mail is written: it is kept
    nowhere else. `address_in` finds the mail address in how a customer wants to be reached."""

    target = "mail"

    def __init__(
        self,
        server: MailServer,
        read: Callable[[str], Conversation],
        address_in: Callable[[str], str | None],
        sender: str,
        site: Site,
        url: str,
    ) -> None:
        self._server = server
        self._read = read
        self._address_in = address_in
        self._sender = sender
        self._site = site
        self._url = url

    def wants(self, event: ConversationEvent) -> bool:
        if event.kind is EventKind.MESSAGE_CREATED:
            return event.data.get("role") == Role.AGENT
        if event.kind is EventKind.DETAILS_GIVEN:
            return event.data.get("key") == "contact"  # an address that was given after the hand-off
        return event.kind in _TOLD

    async def send(self, delivery: Delivery, event: ConversationEvent) -> bool:
        conversation = await asyncio.to_thread(self._read, event.conversation_id)
        request = conversation.handoff
        address = self._address_in(request.contact or "") if request else None
        if address is None or request is None:
            return False
        message = self._letter(event, conversation, self._texts(event, conversation, request))
        message["To"] = address
        await self._server.send(message)
        return True

    def _texts(self, event: ConversationEvent, conversation: Conversation, request: HandoffRequest) -> dict[str, str]:
        """What the words of the mail are filled with."""
        site, lang = self._site, conversation.locale
        texts = {"shop": site.name[lang], "ticket": request.ticket_id, "url": self._url}
        match _TOLD[event.kind]:
            case "ack":
                texts["notice"] = reply_notice(request.requested_at, request.expected_reply_at, site, lang)
            case "reply":
                said = {message.id: message for message in conversation.messages}
                reply = said[event.data["message_id"]]
                texts |= {"text": reply.text, "name": reply.author or words(lang)["agent"]}
        return texts

    def _letter(self, event: ConversationEvent, conversation: Conversation, texts: dict[str, str]) -> EmailMessage:
        """Plain text; all mail about one ticket is one thread, which the acknowledgement begins."""
        w, kind = words(conversation.locale), _TOLD[event.kind]
        host = self._sender.rpartition("@")[2]
        thread = f"<ticket-{texts['ticket']}.{conversation.id}@{host}>"
        message = EmailMessage(SMTP)
        message["From"] = Address(texts["shop"], addr_spec=self._sender)
        message["Subject"] = w(f"mail_subject_{kind}", shop=texts["shop"], ticket=texts["ticket"])
        message["Date"] = format_datetime(event.at)
        message["Message-ID"] = thread if kind == "ack" else f"<event-{event.number}.{conversation.id}@{host}>"
        if kind != "ack":
            message["In-Reply-To"] = message["References"] = thread
        message["Auto-Submitted"] = "auto-generated"
        message["Content-Language"] = conversation.locale
        used = {name: text for name, text in texts.items() if name in variables(w[f"mail_{kind}"])}
        message.set_content(w(f"mail_{kind}", **used).lstrip() + "\n" + w("mail_foot", shop=texts["shop"]).lstrip())
        return message
