"""What is too much is refused, in the shape that whoever asked can read; the others do not notice."""

import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from secrets import token_hex
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from fastapi.testclient import TestClient

from app.adapters.limiter_memory import MemoryRateLimiter
from app.adapters.limiter_redis import RedisRateLimiter
from app.domain.people import StaffRole
from app.main import create_app
from app.web.access import COOKIE
from tests.loopback import serving
from tests.redis_server import redis_url
from tests.scripted import ScriptedServices, scripted_services

SUGGESTIONS = "/api/v1/suggestions"
OURS = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}


@contextmanager
def serve(services: ScriptedServices, host: str = "192.0.2.1", **limits: int) -> Iterator[TestClient]:
    """A client at that address; of the limits, only those that are named."""
    none = {"limit_requests": 0, "limit_characters": 0, "limit_streams": 0, "limit_address": 1}
    services.settings = services.settings.model_copy(update=none | limits)
    with TestClient(create_app(services), client=(host, 50000), follow_redirects=False) as client:
        yield client


@pytest.fixture
def services() -> ScriptedServices:
    return scripted_services()


class Timed(MemoryRateLimiter):
    """Its clock stands until it is set."""

    def __init__(self) -> None:
        self.at = 0.0
        super().__init__(lambda: self.at)


def begin(client: TestClient | httpx2.Client) -> tuple[str, dict[str, str]]:
    made = client.post("/api/v1/conversations", json={}).json()
    return f"/api/v1/conversations/{made['id']}", {"Authorization": f"Bearer {made['token']}"}


def test_too_many_requests_are_a_problem_that_says_when_to_come_back(services: ScriptedServices) -> None:
    services.limiter = Timed()
    with serve(services, limit_requests=6) as client:
        assert [client.get(SUGGESTIONS).status_code for _ in range(6)] == [200] * 6
        refused = client.get(SUGGESTIONS, headers={"Accept-Language": "en"})
        assert refused.status_code == 429
        assert refused.headers["retry-after"] == "10"
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.headers["x-content-type-options"] == "nosniff"
        assert refused.json() == {
            "type": "about:blank",
            "title": "Too many requests",
            "status": 429,
            "detail": "Too much at once. Please wait a little and try again.",
        }
        services.limiter.at = 9.9
        assert client.get(SUGGESTIONS).status_code == 429
        services.limiter.at = 10.0
        assert [client.get(SUGGESTIONS).status_code for _ in range(2)] == [200, 429]


@pytest.mark.parametrize("path", ["/v1/models", "/v1/chat/completions"])
def test_on_v1_it_has_the_shape_that_openais_clients_know(services: ScriptedServices, path: str) -> None:
    with serve(services, limit_requests=1) as client:
        client.get("/v1/models")
        refused = client.request("GET" if path.endswith("models") else "POST", path)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "60")
    assert refused.json()["error"] == {
        "message": "Too much at once. Please wait a little and try again.",
        "type": "rate_limit_error",
        "param": None,
        "code": "rate_limit_exceeded",
    }


def test_a_browser_gets_a_page(services: ScriptedServices) -> None:
    with serve(services, limit_requests=1) as client:
        client.get("/", headers=OURS)
        refused = client.get("/", headers=OURS | {"Accept-Language": "ja"})
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "60")
    assert "少しお待ちください" in refused.text


def test_each_token_has_its_own_limit_and_one_address_that_of_a_few(services: ScriptedServices) -> None:
    with serve(services, limit_requests=5, limit_address=2) as client:
        (mine, my_token), (yours, your_token) = begin(client), begin(client)
        assert [client.get(mine, headers=my_token).status_code for _ in range(6)] == [200] * 5 + [429]
        assert [client.get(yours, headers=your_token).status_code for _ in range(4)] == [200] * 3 + [429]


def test_a_token_that_goes_on_asking_is_given_nothing_and_its_neighbours_do_not_wait(
    services: ScriptedServices,
) -> None:
    services.limiter = Timed()
    with serve(services, limit_requests=2, limit_address=10) as client:
        (mine, my_token), (yours, your_token) = begin(client), begin(client)
        assert [client.get(mine, headers=my_token).status_code for _ in range(8)] == [200] * 2 + [429] * 6
        services.limiter.at = 31  # it was told 60 seconds at first, and has asked five times since
        refused = client.get(mine, headers=my_token)
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "59")
        assert client.get(yours, headers=your_token).status_code == 200
        services.limiter.at = 90
        assert client.get(mine, headers=my_token).status_code == 200


def test_another_address_is_another_matter(services: ScriptedServices) -> None:
    with serve(services, host="192.0.2.1", limit_requests=1) as flooding:
        assert [flooding.get(SUGGESTIONS).status_code for _ in range(3)] == [200, 429, 429]
    with serve(services, host="192.0.2.2", limit_requests=1) as other:
        assert other.get(SUGGESTIONS).status_code == 200


def test_one_network_of_ipv6_is_one_address(services: ScriptedServices) -> None:
    answers = []
    for host in ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1"):
        with serve(services, host=host, limit_requests=1) as client:
            answers.append(client.get(SUGGESTIONS).status_code)
    assert answers == [200, 429, 200]


def test_an_invented_token_is_no_way_around(services: ScriptedServices) -> None:
    with serve(services, limit_requests=3) as client:
        tokens = [{"Authorization": f"Bearer made-up-{n}"} for n in range(5)]
        assert [client.get(SUGGESTIONS, headers=token).status_code for token in tokens] == [200] * 3 + [429] * 2


def test_an_office_full_of_staff_is_no_flood_from_its_address(services: ScriptedServices) -> None:
    with serve(services, limit_requests=3) as client:
        for n in range(3):
            user = services.people.add(f"agent-{n}", f"Agent {n}", frozenset({StaffRole.AGENT}))
            session = services.people.open_session(user.id, services.clock.now() + timedelta(hours=1))
            cookie = {"Cookie": f"{COOKIE}={session}"}
            asked = [client.get("/desk/queue", headers=cookie).status_code for _ in range(4)]
            assert asked == [200] * 3 + [429]
        unknown = {"Cookie": f"{COOKIE}=made-up"}
        assert (
            client.get("/desk/queue", headers=unknown).status_code == 429
        )  # the first of each counted for the address


def test_a_key_that_everybody_sends_is_nobodys(services: ScriptedServices) -> None:
    unused = {"Authorization": "Bearer unused"}
    for host in ("192.0.2.1", "192.0.2.2"):
        with serve(services, host=host, limit_requests=1) as client:
            assert client.get("/v1/models", headers=unused).status_code == 200


def test_questions_are_counted_by_their_characters(services: ScriptedServices) -> None:
    services.limiter = Timed()
    with serve(services, limit_characters=5000) as client:
        path, token = begin(client)
        assert client.post(f"{path}/messages", json={"text": "あ" * 3500}, headers=token).status_code == 200
        refused = client.post(f"{path}/messages", json={"text": "あ" * 2000}, headers=token)
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "18")
        assert client.post(f"{path}/messages", json={"text": "あ" * 20}, headers=token).status_code == 200
        turns = [{"role": "user", "content": "あ" * 400}, {"role": "user", "content": "い" * 600}]
        on_v1 = client.post("/v1/chat/completions", json={"model": "kotae", "messages": turns})
        assert (on_v1.status_code, on_v1.headers["retry-after"]) == (429, "12")
        assert on_v1.json()["error"]["code"] == "rate_limit_exceeded"
    assert services.pipeline.asked == ["あ" * 3500, "あ" * 20]


def test_without_scripts_the_question_is_kept_on_the_page(services: ScriptedServices) -> None:
    with serve(services, limit_characters=10) as client:
        client.post("/chat/messages", data={"text": "返品の送料は誰が払いますか"}, headers=OURS)
        refused = client.post("/chat/messages", data={"text": "配送は何日ですか"}, headers=OURS)
    assert refused.status_code == 429
    assert "配送は何日ですか" in refused.text
    assert "短い時間に送信が集中しています。" in refused.text


def test_static_files_and_health_are_not_counted(services: ScriptedServices) -> None:
    with serve(services, limit_requests=1) as client:
        client.get(SUGGESTIONS)
        paths = ["/healthz", "/readyz", "/static/tokens.css"] * 3
        assert [client.get(path).status_code for path in paths] == [200] * 9


def test_a_customer_in_a_hurry_notices_nothing() -> None:
    """The limits as they are by default: 20 questions in a row, with a look at the page and a vote for each."""
    with TestClient(create_app(scripted_services())) as client:
        path, token = begin(client)
        for _ in range(20):
            answer = client.post(f"{path}/messages", json={"text": "返品の送料は誰が払いますか"}, headers=token)
            vote = {"message_id": answer.json()["message_id"], "helpful": True}
            voted = client.post(f"{path}/feedback", json=vote, headers=token)
            looked = client.get("/", headers=OURS)
            assert [answer.status_code, voted.status_code, looked.status_code] == [200, 204, 200]


def test_a_flood_without_redis_ends_in_429_and_never_in_500(services: ScriptedServices) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        services.limiter = RedisRateLimiter(f"redis://127.0.0.1:{nobody.getsockname()[1]}", MemoryRateLimiter())
        with serve(services, limit_requests=10, limit_streams=4) as client:
            assert [client.get(SUGGESTIONS).status_code for _ in range(30)] == [200] * 10 + [429] * 20


def test_two_servers_count_together_in_redis(services: ScriptedServices) -> None:
    answers = []
    host = f"2001:db8:{token_hex(2)}:{token_hex(2)}::1"
    for _ in range(2):
        services.limiter = RedisRateLimiter(redis_url(), MemoryRateLimiter())
        with serve(services, host=host, limit_requests=2) as client:
            answers += [client.get(SUGGESTIONS).status_code for _ in range(2)]
    assert answers == [200, 200, 429, 429]


def _asked(address: str, path: str, token: dict[str, str], accept: str) -> socket.socket:
    """A connection on which a question was just asked."""
    where = urlsplit(address)
    body = json.dumps({"text": "返品"})
    head = {
        "Host": where.netloc,
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "Accept": accept,
    }
    lines = [f"POST {path}/messages HTTP/1.1", *(f"{name}: {value}" for name, value in (head | token).items())]
    connection = socket.create_connection((str(where.hostname), where.port or 0), timeout=10)
    connection.sendall("\r\n".join([*lines, "", body]).encode())
    return connection


@contextmanager
def serving_slowly(services: ScriptedServices, pause: float, **limits: int) -> Iterator[httpx2.Client]:
    services.pipeline.pause = pause
    none: dict[str, Any] = {"limit_requests": 0, "limit_characters": 0, "limit_streams": 0, "limit_address": 1}
    services.settings = services.settings.model_copy(update=none | limits)
    with serving(create_app(services)) as address, httpx2.Client(base_url=address) as client:
        yield client


def _until(client: httpx2.Client, path: str, status: int, seconds: float) -> float:
    began = time.monotonic()
    while client.get(path).status_code != status:
        assert time.monotonic() - began < seconds
        time.sleep(0.02)
    return time.monotonic() - began


def test_a_stream_whose_client_leaves_makes_room_at_once(services: ScriptedServices) -> None:
    with serving_slowly(services, pause=4, limit_streams=1) as client:
        path, token = begin(client)
        stream = _asked(str(client.base_url), path, token, "text/event-stream")
        assert b"200 OK" in stream.recv(4096)
        refused = client.get(SUGGESTIONS)
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
        stream.close()
        assert _until(client, SUGGESTIONS, 200, seconds=3) < 3


def test_no_more_streams_than_that_at_a_time(services: ScriptedServices) -> None:
    with serving_slowly(services, pause=0.5, limit_streams=3) as client:
        path, token = begin(client)
        with ThreadPoolExecutor(6) as pool:
            post = lambda _: client.post(f"{path}/messages", json={"text": "返品"}, headers=token)  # noqa: E731
            answers = [answer.status_code for answer in pool.map(post, range(6))]
        assert sorted(answers) == [200] * 3 + [429] * 3
        assert client.post(f"{path}/messages", json={"text": "返品"}, headers=token).status_code == 200


def test_who_asks_and_leaves_again_and_again_has_no_more_answers_made_than_who_stays(
    services: ScriptedServices,
) -> None:
    with serving_slowly(services, pause=2, limit_streams=1, limit_address=2) as client:
        (mine, my_token), (yours, your_token), (another, a_token) = (begin(client) for _ in range(3))
        for path, token in ((mine, my_token), (yours, your_token)):
            with _asked(str(client.base_url), path, token, "text/event-stream") as stream:
                assert b"200 OK" in stream.recv(4096)
            _until(client, SUGGESTIONS, 200, seconds=5)
            refused = client.post(f"{path}/messages", json={"text": "返品"}, headers=token)
            assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
        assert client.post(f"{another}/messages", json={"text": "返品"}, headers=a_token).status_code == 429
        assert len(services.pipeline.asked) == 2
        time.sleep(2.1)
        assert client.post(f"{another}/messages", json={"text": "返品"}, headers=a_token).status_code == 200
