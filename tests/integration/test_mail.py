"""Mail over a real server: what customers get, in which form, and what becomes of it when the server does not take it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.adapters.mail_server import MailServer, address_in, open_mail_server
from app.desk.mail import CustomerMail
from app.domain.conversation import Conversation, HandoffRequest, Message, Role
from app.domain.delivery import Delivery
from app.domain.events import ConversationEvent, EventKind
from app.domain.outcome import Language
from app.errors import NotDelivered, SettingsError
from tests.builders import NOON
from tests.scripted import SITE
from tests.smtp_server import Postbox, free_port, only, smtp_server

ADDRESS = "haruka@example.jp"
SENDER = "support@aoba.example"
DELIVERY = Delivery("d-1", 1, "handoff.created", "c-1", "mail", NOON, NOON)
ACKNOWLEDGEMENT = ConversationEvent(1, "c-1", NOON, EventKind.HANDOFF_CREATED, {"ticket_id": "1001"})
REPLY = ConversationEvent(2, "c-1", NOON, EventKind.MESSAGE_CREATED, {"message_id": "m-1", "role": "agent"})
SURVEY = ConversationEvent(3, "c-1", NOON, EventKind.TICKET_RESOLVED, {"ticket_id": "1001"})


def conversation(lang: Language = "ja", contact: str | None = ADDRESS, text: str = "担当の山田です。") -> Conversation:
    request = HandoffRequest("1001", NOON, NOON + timedelta(minutes=40), contact)
    return Conversation("c-1", lang, "web", NOON, (Message("m-1", Role.AGENT, text, NOON, author="山田"),), request)


def mail(postbox: Postbox, shown: Conversation) -> CustomerMail:
    server = open_mail_server(postbox.url)
    return CustomerMail(server, lambda _: shown, address_in, SENDER, SITE, "https://aoba.example")


@pytest.fixture
def postbox() -> Postbox:
    return Postbox(free_port())


@pytest.mark.parametrize(
    ("lang", "subject", "words"),
    [
        ("ja", "【あおば家電】お問い合わせを承りました（受付番号1001）", "本日12:40までに返信いたします。"),
        ("en", "[Aoba Home Electronics] We have received your request (No. 1001)", "Reply expected by 12:40 today."),
    ],
)
async def test_the_acknowledgement_names_the_number_and_the_expected_time(
    postbox: Postbox, lang: Language, subject: str, words: str
) -> None:
    with smtp_server(postbox):
        assert await mail(postbox, conversation(lang)).send(DELIVERY, ACKNOWLEDGEMENT)
    [came] = postbox.mails
    assert (came["Subject"], came["To"]) == (subject, ADDRESS)
    assert came["From"].addresses[0].addr_spec == SENDER
    assert words in came.get_content()
    assert "https://aoba.example" in came.get_content()


async def test_all_mail_about_one_ticket_is_one_thread_that_no_machine_answers(postbox: Postbox) -> None:
    writes = mail(postbox, conversation())
    with smtp_server(postbox):
        for event in (ACKNOWLEDGEMENT, REPLY, SURVEY):
            assert await writes.send(DELIVERY, event)
    first, *others = postbox.mails
    assert first["In-Reply-To"] is None
    assert [each["In-Reply-To"] for each in others] == [first["Message-ID"]] * 2
    assert len({each["Message-ID"] for each in postbox.mails}) == 3
    assert {each["Auto-Submitted"] for each in postbox.mails} == {"auto-generated"}
    assert {each["Date"].datetime for each in postbox.mails} == {NOON}
    assert others[0].get_content().startswith("山田からの返信です（受付番号1001）。\n\n担当の山田です。")
    assert "5段階" in others[1].get_content()
    assert {each.get_content_type() for each in postbox.mails} == {"text/plain"}
    assert all(line.isascii() for raw in postbox.raw for line in raw.split(b"\r\n\r\n")[0].splitlines())


@pytest.mark.parametrize("contact", [None, "", "090-1234-5678", "電話でお願いします", "@", "a@b"])
async def test_without_an_address_nobody_is_told(postbox: Postbox, contact: str | None) -> None:
    with smtp_server(postbox):
        assert not await mail(postbox, conversation(contact=contact)).send(DELIVERY, ACKNOWLEDGEMENT)
    assert postbox.mails == []


@pytest.mark.parametrize(
    "contact",
    [
        f"{ADDRESS}\r\nBcc: all@example.jp",
        f"メールは {ADDRESS} です",
        f"<{ADDRESS}>, b@example.jp",
        f"{ADDRESS}\nSubject: x",
    ],
)
async def test_what_was_left_as_contact_begins_no_other_header_and_reaches_nobody_else(
    postbox: Postbox, contact: str
) -> None:
    with smtp_server(postbox):
        assert await mail(postbox, conversation(contact=contact)).send(DELIVERY, ACKNOWLEDGEMENT)
    [came] = postbox.mails
    assert (came["To"], came["Bcc"], len(came.get_all("Subject", []))) == (ADDRESS, None, 1)
    assert came["X-RcptTo"] in (None, ADDRESS)


@pytest.mark.parametrize(
    ("answer", "is_passing"),
    [("451 greylisted, try later", True), ("452 no space", True), ("550 no such user haruka", False)],
)
async def test_a_refusal_for_now_is_tried_again_and_one_for_good_is_not(
    postbox: Postbox, answer: str, is_passing: bool
) -> None:
    postbox.answers.append(answer)
    with smtp_server(postbox), pytest.raises(NotDelivered) as told:
        await mail(postbox, conversation()).send(DELIVERY, ACKNOWLEDGEMENT)
    assert told.value.is_passing is is_passing
    assert answer[:3] in str(told.value)
    assert "haruka" not in str(told.value)  # the server's words may repeat the address


async def test_a_mail_server_that_is_down_takes_the_mail_once_it_is_up(postbox: Postbox) -> None:
    writes = mail(postbox, conversation())
    with pytest.raises(NotDelivered) as told:
        await writes.send(DELIVERY, ACKNOWLEDGEMENT)
    assert told.value.is_passing
    with smtp_server(postbox):
        assert await writes.send(DELIVERY, ACKNOWLEDGEMENT)
    assert len(postbox.mails) == 1


async def test_a_password_is_never_sent_in_the_clear(postbox: Postbox) -> None:
    server = open_mail_server(f"smtp://user:s3cret-word@127.0.0.1:{postbox.port}")
    writes = CustomerMail(server, lambda _: conversation(), address_in, SENDER, SITE, "https://aoba.example")
    keeper = smtp_server(postbox, authenticator=only(b"user", b"s3cret-word"), auth_require_tls=False)
    with keeper, pytest.raises(NotDelivered):
        await writes.send(DELIVERY, ACKNOWLEDGEMENT)
    assert postbox.mails == []
    assert "s3cret-word" not in repr(server)


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", MailServer("mail.example", 587, False, "", "")),
        ("smtps://mail.example", MailServer("mail.example", 465, True, "", "")),
        ("smtp://a%40b:p%2Fw@mail.example:25", MailServer("mail.example", 25, False, "a@b", "p/w")),
    ],
)
def test_the_address_of_the_mail_server_is_read(url: str, server: MailServer) -> None:
    assert open_mail_server(url) == server


@pytest.mark.parametrize(
    "url", ["mail.example", "http://mail.example", "smtp://", "smtp://user:hush-hush@:x", "smtp://h:99999"]
)
def test_an_address_that_is_none_stops_the_start(url: str) -> None:
    with pytest.raises(SettingsError, match="KOTAE_SMTP_URL is wrong") as told:
        open_mail_server(url)
    assert "hush-hush" not in str(told.value)


def test_only_a_persons_messages_are_mailed() -> None:
    writes = mail(Postbox(0), conversation())
    assert writes.wants(REPLY)
    assert not writes.wants(replace(REPLY, data={"message_id": "m-2", "role": "assistant"}))
    assert not writes.wants(replace(REPLY, data={"message_id": "m-2", "role": "customer"}))
    assert not writes.wants(replace(REPLY, kind=EventKind.AGENT_JOINED))
