"""Web hooks over real sockets: signed, never inside unless allowed, and a receiver's answer decides what follows."""

import base64
import json
import re
import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from app.adapters.clock import FixedClock
from app.adapters.safe_http import SafeHttp
from app.adapters.web_hook import WebHook, body_of, read_secrets, signature
from app.domain.delivery import Delivery
from app.domain.events import ConversationEvent, EventKind
from app.errors import NotDelivered, SettingsError
from app.settings import ROOT
from tests.builders import NOON
from tests.receiver import Receiver, receiving

SECRETS = [b"a secret of at least 24 bytes", b"the one that it replaces ......"]
EVENT = ConversationEvent(
    7,
    "c-1",
    NOON,
    EventKind.HANDOFF_CREATED,
    {"ticket_id": "1001", "reason": "asked_for_human", "note": "haruka@example.jp"},
)
DELIVERY = Delivery("d-7", 7, EVENT.kind, "c-1", "hook", NOON, NOON)
DELIVERY_SECONDS = 0.3


def hook(receiver: Receiver, allowed: Sequence[str] = ("127.0.0.1",)) -> WebHook:
    return WebHook(receiver.url, SECRETS, SafeHttp(allowed, seconds=DELIVERY_SECONDS), FixedClock(NOON))


async def test_what_is_posted_has_ids_and_nothing_personal_and_is_signed_with_each_secret() -> None:
    async with receiving() as receiver:
        assert await hook(receiver).send(DELIVERY, EVENT)
    [(headers, body)] = receiver.came
    assert json.loads(body) == {
        "type": "handoff.created",
        "timestamp": "2026-11-20T03:00:00+00:00",
        "data": {"event": 7, "conversation_id": "c-1", "ticket_id": "1001"},
    }
    assert headers["content-type"] == "application/json"
    assert (headers["webhook-id"], headers["webhook-timestamp"]) == ("d-7", str(int(NOON.timestamp())))
    expected = [signature(secret, "d-7", int(NOON.timestamp()), body) for secret in SECRETS]
    assert headers["webhook-signature"].split(" ") == expected


def test_the_signature_is_that_of_the_specification() -> None:
    """The example of Standard Webhooks' own libraries."""
    [secret] = read_secrets(["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])
    signed = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    ("status", "is_passing"),
    [(410, False), (400, False), (404, False), (301, False), (408, True), (429, True), (500, True), (503, True)],
)
async def test_what_a_receiver_answers_decides_whether_it_is_asked_again(status: int, is_passing: bool) -> None:
    async with receiving(status) as receiver:
        with pytest.raises(NotDelivered) as told:
            await hook(receiver).send(DELIVERY, EVENT)
    assert told.value.is_passing is is_passing
    assert str(told.value) == f"The receiver answered {status}."


async def test_one_that_hangs_is_given_up_and_asked_again_later() -> None:
    async with receiving(0) as receiver:
        with pytest.raises(NotDelivered) as told:
            await hook(receiver).send(DELIVERY, EVENT)
    assert told.value.is_passing


async def test_nothing_is_posted_inside_unless_it_is_allowed() -> None:
    async with receiving() as receiver:
        with pytest.raises(NotDelivered, match="KOTAE_FETCH_ALLOWED") as told:
            await hook(receiver, allowed=()).send(DELIVERY, EVENT)
    assert (told.value.is_passing, receiver.came) == (False, [])


async def test_the_name_of_a_target_shows_nothing_of_its_address_but_the_host() -> None:
    async with receiving() as receiver:
        target = hook(receiver).target
    assert target.startswith("web hook 127.0.0.1 ")
    assert "not-for-logs" not in target


@pytest.mark.parametrize("kind", list(EventKind))
def test_four_kinds_of_events_are_told(kind: EventKind) -> None:
    told = {"conversation.created", "message.created", "handoff.created", "ticket.resolved"}
    assert hook(Receiver([204])).wants(ConversationEvent(1, "c-1", NOON, kind)) is (kind in told)


@pytest.mark.parametrize(
    "value", ["", "whsec_", "plain words", "whsec_%%%", "whsec_" + base64.b64encode(b"x" * 23).decode()]
)
def test_a_secret_that_is_none_stops_the_start_and_is_not_repeated(value: str) -> None:
    with pytest.raises(SettingsError, match="KOTAE_WEBHOOK_SECRET is wrong") as told:
        read_secrets([value])
    assert not value or value == "whsec_" or value not in str(told.value)


def test_the_snippet_of_the_documents_tells_what_is_ours_from_what_is_not() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    [snippet] = re.findall(r"```python\n(.*?def is_ours.*?)```", page, re.DOTALL)
    names: dict[str, Any] = {}
    exec(snippet, names)  # noqa: S102 – our own documentation
    is_ours: Callable[[dict[str, str], bytes, str], bool] = names["is_ours"]
    secret, body, now = "whsec_" + base64.b64encode(SECRETS[0]).decode(), body_of(EVENT), int(time.time())
    headers = {
        "webhook-id": "d-7",
        "webhook-timestamp": str(now),
        "webhook-signature": f"v1,bm90IGl0 {signature(SECRETS[0], 'd-7', now, body)}",
    }
    assert is_ours(headers, body, secret)
    assert not is_ours(headers, body + b" ", secret)
    assert not is_ours(headers, body, "whsec_" + base64.b64encode(SECRETS[1]).decode())
    assert not is_ours(headers | {"webhook-id": "d-8"}, body, secret)
    old = str(now - 600)
    repeated = {"webhook-timestamp": old, "webhook-signature": signature(SECRETS[0], "d-7", int(old), body)}
    assert not is_ours(headers | repeated, body, secret)
