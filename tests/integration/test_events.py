"""Events over real sockets: live, resumed without loss or doubles, and for nobody but the customer."""

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from app.adapters.clock import FixedClock
from app.adapters.database import open_engine, upgrade
from app.adapters.sql_events import write_event
from app.adapters.sql_store import SqlConversationStore
from app.adapters.store_memory import MemoryConversationStore
from app.domain.conversation import Conversation
from app.domain.desk import Cause, Effect, Escalation
from app.domain.events import EventKind
from app.domain.people import StaffRole
from app.main import create_app
from tests.builders import NOON
from tests.loopback import serving
from tests.postgres import fresh_postgres
from tests.scripted import ScriptedServices, scripted_services

TOKEN = "the customer's token"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
ASKED = Escalation(Cause.ASKED_FOR_HUMAN, Effect.HAND_OFF, turn=0, score=1.0)
STREAM = BEARER | {"Accept": "text/event-stream"}


@dataclass(frozen=True)
class Stage:
    url: str
    services: ScriptedServices
    store: MemoryConversationStore
    conversation: Conversation
    app: FastAPI

    @property
    def events(self) -> str:
        return f"{self.url}/api/v1/conversations/{self.conversation.id}/events"

    def happens(self, kind: EventKind, **data: str) -> int:
        """As if on another server: nothing here rings."""
        self.store.events.add(self.conversation.id, NOON, kind, data)
        return self.store.events.latest()


@pytest.fixture
def stage() -> Iterator[Stage]:
    store = MemoryConversationStore(FixedClock(NOON))
    services = scripted_services(store)
    conversation = store.create("en", "web", TOKEN)
    app = create_app(services)
    with serving(app) as url:
        yield Stage(url, services, store, conversation, app)


@asynccontextmanager
async def following(url: str, **headers: str) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
    async with (
        httpx2.AsyncClient(timeout=60) as client,
        client.stream("GET", url, headers=STREAM | headers) as response,
    ):
        assert response.status_code == 200
        yield frames(response)


async def frames(response: httpx2.Response) -> AsyncIterator[dict[str, Any]]:
    """The events, with the number that `id:` gives."""
    fields: dict[str, str] = {}
    async for line in response.aiter_lines():
        name, _, value = line.partition(": ")
        if line:
            fields[name] = value
        elif "data" in fields:
            yield json.loads(fields["data"]) | {"id": int(fields["id"]), "event": fields["event"]}
            fields = {}


async def taken(stream: AsyncIterator[dict[str, Any]], count: int) -> list[dict[str, Any]]:
    async with asyncio.timeout(30):
        return [await anext(stream) for _ in range(count)]


async def test_events_arrive_as_they_happen_under_their_kind_and_number(stage: Stage) -> None:
    agent = stage.services.people.add("yamada", "Yamada", frozenset({StaffRole.AGENT}))
    async with following(stage.events) as stream:
        [created] = await taken(stream, 1)
        assert (created["event"], created["state"]) == ("conversation.created", "bot")
        stage.services.desk.open(stage.conversation, ASKED)
        handed_off, asked = await taken(stream, 2)
        began = time.monotonic()
        stage.services.desk.reply(handed_off["handoff"]["ticket_id"], agent, "Which model is it?")
        joined, said = await taken(stream, 2)
    assert time.monotonic() - began < 3.0  # half a second, where the machine has nothing else to do
    assert (handed_off["event"], handed_off["state"]) == ("handoff.created", "waiting")
    assert (asked["event"], asked["handoff"]["asks"]["key"]) == ("details.asked", "order_number")
    assert (joined["id"], joined["number"], joined["event"]) == (4, 4, "agent.joined")
    assert (joined["state"], joined["line"]) == ("with_agent", "Yamada has joined and answers from here.")
    assert (said["message"]["name"], said["message"]["text"]) == ("Yamada", "Which model is it?")
    assert said["handoff"]["agent"] == "Yamada"


async def test_what_happens_in_this_process_arrives_at_once(stage: Stage) -> None:
    stage.app.state.watch._poll = 60.0  # another look at the log comes too late
    async with following(stage.events) as stream:
        await taken(stream, 1)
        async with httpx2.AsyncClient(timeout=60) as client:
            url = f"{stage.url}/api/v1/conversations/{stage.conversation.id}/messages"
            await client.post(url, json={"text": "Returns?"}, headers=BEARER)
        said = await taken(stream, 2)
    assert [event["message"]["role"] for event in said] == ["customer", "assistant"]
    assert said[0]["message"]["text"] == "Returns?"


async def test_one_who_comes_back_goes_on_after_the_last_event_without_loss_or_doubles(stage: Stage) -> None:
    numbers: list[int] = []
    for _ in range(3):
        async with following(stage.events, **({"Last-Event-ID": str(numbers[-1])} if numbers else {})) as stream:
            for _ in range(4):
                stage.happens(EventKind.REPLY_DELAYED, expected_reply_at=NOON.isoformat())
            numbers += [event["id"] for event in await taken(stream, 2)]  # and breaks off in mid-flow
    async with following(f"{stage.events}?after={numbers[-1]}") as stream:
        numbers += [event["id"] for event in await taken(stream, stage.store.events.latest() - numbers[-1])]
    assert numbers == list(range(1, stage.store.events.latest() + 1))


async def test_the_last_event_id_wins_over_the_address_the_stream_began_with(stage: Stage) -> None:
    last = stage.happens(EventKind.HANDOFF_OFFERED)
    after = stage.happens(EventKind.OFFER_DECLINED)
    async with following(f"{stage.events}?after=0", **{"Last-Event-ID": str(last)}) as stream:
        [event] = await taken(stream, 1)
    assert (event["id"], event["event"]) == (after, "offer.declined")


async def test_without_streams_the_same_is_had_by_asking_again(stage: Stage) -> None:
    async with httpx2.AsyncClient(timeout=60) as client:
        first = (await client.get(stage.events, headers=BEARER)).json()
        assert [event["kind"] for event in first["events"]] == ["conversation.created"]
        assert (await client.get(f"{stage.events}?after={first['next']}", headers=BEARER)).json() == {
            "events": [],
            "next": first["next"],
        }
        number = stage.happens(EventKind.HANDOFF_OFFERED)
        later = (await client.get(f"{stage.events}?after={first['next']}", headers=BEARER)).json()
    assert [event["number"] for event in later["events"]] == [number] == [later["next"]]
    assert later["events"][0]["kind"] == "handoff.offered"


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer someone else's"}, {"Last-Event-ID": "1"}])
async def test_nobody_elses_token_opens_it(stage: Stage, headers: dict[str, str]) -> None:
    async with httpx2.AsyncClient(timeout=60) as client:
        answer = await client.get(stage.events, headers={"Accept": "text/event-stream"} | headers)
        assert answer.status_code == 404
        unknown = f"{stage.url}/api/v1/conversations/unknown/events"
        assert (await client.get(unknown, headers=BEARER)).status_code == 404


async def test_events_of_others_stay_with_them(stage: Stage) -> None:
    stage.store.create("en", "web", "another token")
    number = stage.happens(EventKind.HANDOFF_OFFERED)
    async with following(stage.events) as stream:
        assert [event["id"] for event in await taken(stream, 2)] == [1, number]


@pytest.mark.parametrize("last", ["x", "-1", "1.5", "９", "9" * 40])
async def test_a_last_event_id_that_is_none_begins_anew(stage: Stage, last: str) -> None:
    async with following(stage.events, **{"Last-Event-ID": last.encode("latin-1", "replace").decode()}) as stream:
        [event] = await taken(stream, 1)
    assert event["id"] == 1


async def test_streams_of_one_customer_are_bounded(stage: Stage) -> None:
    stage.services.settings = stage.services.settings.model_copy(update={"limit_streams": 2})
    async with following(stage.events), following(stage.events), httpx2.AsyncClient(timeout=60) as client:
        refused = await client.get(stage.events, headers=STREAM)
    assert refused.status_code == 429
    assert "Retry-After" in refused.headers


async def test_a_stream_ends_when_its_conversation_is_erased(stage: Stage) -> None:
    async with following(stage.events) as stream:
        await taken(stream, 1)
        stage.store.erase(stage.conversation.id)
        stage.happens(EventKind.HANDOFF_OFFERED)
        async with asyncio.timeout(10):
            assert [event async for event in stream] == []


async def test_waiting_streams_hold_no_threads(stage: Stage) -> None:
    """Forty is as many as there are: the forty-first would wait for ever."""
    stage.services.settings = stage.services.settings.model_copy(update={"limit_streams": 0})
    async with httpx2.AsyncClient(timeout=10, limits=httpx2.Limits(max_connections=100)) as client:
        opened = []
        for _ in range(60):
            request = client.build_request("GET", stage.events, headers=STREAM)
            response = await client.send(request, stream=True)
            opened.append(response)
        streams = [frames(response) for response in opened]
        assert [(await taken(stream, 1))[0]["id"] for stream in streams] == [1] * 60
        number = stage.happens(EventKind.HANDOFF_OFFERED)
        assert [(await taken(stream, 1))[0]["id"] for stream in streams] == [number] * 60
        for response in opened:
            await response.aclose()


def test_a_server_that_stops_ends_its_streams(stage: Stage) -> None:
    services = scripted_services(stage.store)
    ended = threading.Event()

    def follow(url: str) -> None:
        path = f"{url}/api/v1/conversations/{stage.conversation.id}/events"
        with httpx2.Client(timeout=60) as client, client.stream("GET", path, headers=STREAM) as response:
            for line in response.iter_lines():
                if line.startswith("data"):
                    opened.set()
        ended.set()

    opened = threading.Event()
    with serving(create_app(services)) as url:
        reader = threading.Thread(target=follow, args=(url,))
        reader.start()
        assert opened.wait(10)
        began = time.monotonic()
    assert time.monotonic() - began < 5
    assert ended.wait(5)
    reader.join()


async def test_a_rating_is_taken_once_a_ticket_is_resolved_and_once_only(stage: Stage) -> None:
    agent, desk = stage.services.people.add("yamada", "Yamada", frozenset({StaffRole.AGENT})), stage.services.desk
    url = f"{stage.url}/api/v1/conversations/{stage.conversation.id}/rating"
    async with httpx2.AsyncClient(timeout=10, headers=BEARER) as client:
        assert (await client.post(url, json={"score": 5})).status_code == 409  # nobody has done anything yet
        ticket = desk.open(stage.conversation, ASKED).ticket_id
        desk.resolve(ticket, agent)
        assert (await client.get(stage.events)).json()["events"][-1]["rates"] is True
        assert (await client.post(url, json={"score": 6})).status_code == 422
        nobody = await client.post(url, json={"score": 1}, headers={"Authorization": "Bearer someone else's"})
        assert nobody.status_code == 404
        assert (await client.post(url, json={"score": 4, "comment": "Quick"})).status_code == 204
        assert (await client.post(url, json={"score": 1})).status_code == 409
        last = (await client.get(stage.events)).json()["events"][-1]
    assert (last["kind"], last["rates"]) == ("csat.given", False)
    [given] = stage.services.messages.ratings.of_conversation(stage.conversation.id)
    assert (given.ticket_id, given.score, given.comment) == (ticket, 4, "Quick")


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    with fresh_postgres() as url:
        upgrade(open_engine(url))
        yield url


async def test_two_servers_on_one_database_tell_the_same(postgres: str) -> None:
    """Written by way of one server, read on both, and resumed on the other one."""
    clock, engines = FixedClock(NOON), [open_engine(postgres) for _ in range(2)]
    stores = [SqlConversationStore(engine, clock) for engine in engines]
    conversation = stores[0].create("en", "web", TOKEN)
    path = f"/api/v1/conversations/{conversation.id}"
    with (
        serving(create_app(scripted_services(stores[0]))) as one,
        serving(create_app(scripted_services(stores[1]))) as two,
    ):
        async with following(f"{one}{path}/events") as here, following(f"{two}{path}/events") as there:
            for stream in (here, there):
                assert [event["event"] for event in await taken(stream, 1)] == ["conversation.created"]
            async with httpx2.AsyncClient(timeout=20) as client:
                await client.post(f"{one}{path}/messages", json={"text": "Returns?"}, headers=BEARER)
            began = time.monotonic()
            seen = [await taken(stream, 2) for stream in (here, there)]
            assert time.monotonic() - began < 4.0
        assert seen[0] == seen[1]
        with engines[0].begin() as connection:
            write_event(connection, conversation.id, NOON, EventKind.HANDOFF_OFFERED)
        async with following(f"{two}{path}/events", **{"Last-Event-ID": str(seen[0][0]["id"])}) as stream:
            resumed = await taken(stream, 2)
    assert [event["event"] for event in resumed] == ["message.created", "handoff.offered"]
    assert resumed[0] == seen[0][1]
    for engine in engines:
        engine.dispose()
