"""The HTTP surface, on the store with a database behind it and a scripted pipeline."""

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from shutil import copy
from typing import Any

import anyio.to_thread
import pytest
from fastapi.testclient import TestClient

from app.adapters.clock import FixedClock
from app.adapters.database import open_database, open_engine
from app.adapters.pii_listed import ListedPii
from app.adapters.sql_store import SqlConversationStore
from app.adapters.vault_memory import MemoryVault
from app.answering.redact import Redactor
from app.domain.knowledge import Audience
from app.domain.outcome import Language
from app.domain.pii import PiiSpan
from app.errors import DamagedIndex, KotaeError, ModelMismatch, NoIndex
from app.main import create_app
from tests.builders import NOON, document
from tests.scripted import ScriptedServices, scripted_services

Call = tuple[str, str]


@pytest.fixture(scope="module")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "kotae.db"
    open_database(f"sqlite:///{path}").dispose()
    return path


@pytest.fixture
def services(empty_database: Path, tmp_path: Path) -> ScriptedServices:
    database = open_engine(f"sqlite:///{copy(empty_database, tmp_path)}")
    return scripted_services(SqlConversationStore(database, FixedClock(NOON)))


@pytest.fixture
def client(services: ScriptedServices) -> Iterator[TestClient]:
    with TestClient(create_app(services), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def own(client: TestClient) -> "Own":
    return Own(client)


class Own:
    """A conversation and the calls that its token allows."""

    def __init__(self, client: TestClient, **body: str) -> None:
        created = client.post("/api/v1/conversations", json=body or {"locale": "ja"})
        assert created.status_code == 201
        self.id: str = created.json()["id"]
        self.token: str = created.json()["token"]
        self.path = f"/api/v1/conversations/{self.id}"
        self.headers = {"Authorization": f"Bearer {self.token}"}
        self._client = client

    def call(self, method: str, path: str = "", json: Any = None, **headers: str) -> Any:
        return self._client.request(method, self.path + path, json=json, headers=self.headers | headers)

    def send(self, body: bytes) -> Any:
        headers = self.headers | {"Content-Type": "application/json"}
        return self._client.post(f"{self.path}/messages", content=body, headers=headers)


def events(text: str) -> list[tuple[str, Any]]:
    """Parsed as the standard says: frames end with an empty line, `data:` is JSON."""
    frames = [frame.split("\n") for frame in text.split("\n\n") if frame and not frame.startswith(":")]
    assert all(len(frame) == 2 for frame in frames)
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in frames]


def is_problem(response: Any, status: int) -> bool:
    body = response.json()
    return bool(
        response.status_code == body["status"] == status
        and response.headers["content-type"] == "application/problem+json"
        and body["title"]
        and body["detail"]
        and body["type"]
    )


# --- conversations


def test_a_conversation_begins_with_a_greeting_in_its_language(client: TestClient) -> None:
    created = client.post("/api/v1/conversations", json={"locale": "en"}).json()
    assert created["greeting"].startswith("Hello.")
    assert len(created["token"]) >= 43


@pytest.mark.parametrize(
    ("accepted", "locale"), [("en-GB,en;q=0.9", "en"), ("fr, ja;q=0.8, en;q=0.5", "ja"), ("fr", "ja"), ("en;q=x", "ja")]
)
def test_without_a_locale_it_takes_the_readers_language(client: TestClient, accepted: str, locale: str) -> None:
    created = client.post("/api/v1/conversations", json={}, headers={"Accept-Language": accepted}).json()
    shown = client.get(
        f"/api/v1/conversations/{created['id']}", headers={"Authorization": f"Bearer {created['token']}"}
    )
    assert shown.json()["locale"] == locale


def test_the_history_holds_questions_outcomes_and_votes(own: Own) -> None:
    outcome = own.call("POST", "/messages", {"text": "返品の送料は？"}).json()
    own.call("POST", "/feedback", {"message_id": outcome["message_id"], "helpful": True})
    shown = own.call("GET").json()
    question, answer = shown["messages"]
    assert (question["role"], question["text"], question["outcome"]) == ("customer", "返品の送料は？", None)
    assert (answer["role"], answer["outcome"], answer["helpful"]) == ("assistant", outcome, True)
    assert shown["handoff"] is None


@pytest.mark.parametrize(
    "call",
    [("GET", ""), ("POST", "/messages"), ("POST", "/handoff"), ("DELETE", "/handoff"), ("POST", "/feedback")],
)
def test_an_unknown_conversation_and_somebody_elses_are_the_same_404(client: TestClient, own: Own, call: Call) -> None:
    method, path = call
    body = {"text": "返品", "message_id": "m"} if method == "POST" else None
    other = Own(client)
    tries = [
        (f"{own.path}{path}", other.headers),
        (f"{own.path}{path}", {}),
        (f"{own.path}{path}", {"Authorization": f"Basic {own.token}"}),
        (f"/api/v1/conversations/unknown{path}", own.headers),
        (f"/api/v1/conversations/%00{path}", own.headers),
        (f"/api/v1/conversations/%ED%A0%80{path}", own.headers),
    ]
    answers = [client.request(method, url, json=body, headers=headers) for url, headers in tries]
    assert all(is_problem(answer, 404) for answer in answers)
    assert len({answer.json()["title"] for answer in answers}) == 1


# --- messages


def test_json_gets_the_outcome_alone(own: Own) -> None:
    outcome = own.call("POST", "/messages", {"text": "返品の送料は誰が払いますか"}).json()
    assert outcome["kind"] == "answer"
    [citation] = outcome["citations"]
    assert document().text[citation["start"] : citation["end"]] == citation["quote"]


def test_an_event_stream_gets_steps_sentences_and_the_outcome(own: Own) -> None:
    response = own.call("POST", "/messages", {"text": "返品の送料は"}, Accept="text/event-stream")
    assert response.headers["content-type"].startswith("text/event-stream")
    (step, first), (sentence, said), (last, outcome) = events(response.text)
    assert (step, first["name"]) == ("step", "retrieve")
    assert (sentence, said["sentence"]["citations"], said["citations"][0]["n"]) == ("sentence", [1], 1)
    assert (last, outcome["kind"], outcome["text"]) == ("outcome", "answer", said["sentence"]["text"])
    assert own.call("GET").json()["messages"][1]["outcome"] == outcome


@pytest.mark.parametrize("error", [RuntimeError("SECRET internals"), KotaeError("SECRET internals")])
def test_an_answer_that_breaks_off_ends_in_an_error_event(
    own: Own, services: ScriptedServices, error: Exception
) -> None:
    services.pipeline.breaks = error
    text = own.call("POST", "/messages", {"text": "返品"}, Accept="text/event-stream").text
    *_, (name, problem) = events(text)
    assert (name, problem["status"]) == ("error", 500)
    assert problem["detail"].startswith("ただいま回答できません。")
    assert "SECRET" not in text
    assert "Traceback" not in text


def test_a_broken_answer_is_a_500_problem_without_its_inside(own: Own, services: ScriptedServices) -> None:
    services.pipeline.breaks = RuntimeError("SECRET internals")
    response = own.call("POST", "/messages", {"text": "返品"})
    assert is_problem(response, 500)
    assert "SECRET" not in response.text
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b'{"text": ""}', "質問を入力してください。"),
        (b'{"text": " \\u3000\\n\\t"}', "質問を入力してください。"),
        (b'{"text": "\\u0000\\u200b"}', "質問を入力してください。"),
        (b'{"text": "\\ud800"}', "質問を入力してください。"),
        (json.dumps({"text": "あ" * 20_000}).encode(), "4,000文字以内でお送りください。"),
        (json.dumps({"text": "\ufdfa" * 4_000}).encode(), "4,000文字以内でお送りください。"),
        (b'{"text": 7}', "送られた内容に誤りがあります。"),
        (b'{"text": null}', "送られた内容に誤りがあります。"),
        (b"{}", "送られた内容に誤りがあります。"),
        (b"[]", "送られた内容に誤りがあります。"),
        (b"{", "送られた内容を読み取れませんでした。"),
        (b"", "送られた内容に誤りがあります。"),
    ],
)
def test_what_is_no_question_is_refused_politely(
    own: Own, services: ScriptedServices, body: bytes, sentence: str
) -> None:
    response = own.send(body)
    assert is_problem(response, 422)
    assert response.json()["detail"] == sentence
    assert response.json()["errors"][0]["message"]
    assert services.pipeline.asked == []


@pytest.mark.parametrize("body", [b'{"text": "\xff"}', b"[" * 100_000], ids=["not UTF-8", "nested without end"])
def test_a_body_that_is_not_json_is_a_problem(own: Own, body: bytes) -> None:
    assert is_problem(own.send(body), 400)


@pytest.mark.parametrize(
    ("sent", "asked"),
    [
        ("返品\\u0000の\\ud800送料は", "返品の送料は"),
        ("  E-05\\r\\n", "E-05"),
        ("\\ud83d\\ude2d\\ud83d\\ude2d", "😭😭"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("あ", "あ"),
        ("' OR 1=1; --", "' OR 1=1; --"),
    ],
)
def test_any_other_text_reaches_the_pipeline_clean(own: Own, services: ScriptedServices, sent: str, asked: str) -> None:
    assert own.send(f'{{"text": "{sent}"}}'.encode()).status_code == 200
    assert services.pipeline.asked == [asked]
    assert own.call("GET").json()["messages"][0]["text"] == asked


def test_four_thousand_characters_are_not_too_many(own: Own) -> None:
    assert own.call("POST", "/messages", {"text": "あ" * 4_000}).status_code == 200
    assert own.call("POST", "/messages", {"text": "あ" * 4_001}).status_code == 422


def test_a_body_over_the_limit_is_refused(own: Own) -> None:
    assert is_problem(own.send(b'{"text": "' + b"a" * 300_000 + b'"}'), 413)


@pytest.mark.parametrize("error", [NoIndex("run x"), DamagedIndex("run x"), ModelMismatch("run x")])
@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_without_an_index_a_question_is_a_503_and_not_stored(
    own: Own, services: ScriptedServices, error: KotaeError, accept: str
) -> None:
    services.index.error = error
    response = own.call("POST", "/messages", {"text": "返品"}, Accept=accept)
    assert is_problem(response, 503)
    assert response.json()["detail"] == "ただいま準備中です。少し待ってお試しください。"
    assert own.call("GET").json()["messages"] == []


# --- a person, votes


def test_a_request_for_a_person_says_when(own: Own) -> None:
    response = own.call("POST", "/handoff", {"contact": " 090-0000-0000 "})
    assert response.status_code == 201
    shown = response.json()
    assert (shown["ticket_id"], shown["contact"], shown["open"]) == ("1001", "090-0000-0000", True)
    assert shown["expected_reply_at"] == "2026-11-20T03:30:00Z"
    assert shown["notice"] == "担当者に引き継ぎました。本日12:30までに返信いたします。"
    assert (shown["time"], shown["day"], shown["button"]) == ("12:30", "本日（日本時間）", "12:30まで")
    assert own.call("GET").json()["handoff"] == shown


def test_a_request_needs_no_body_and_can_be_withdrawn_once(own: Own) -> None:
    assert own.call("POST", "/handoff").status_code == 201
    assert own.call("DELETE", "/handoff").status_code == 204
    assert own.call("GET").json()["handoff"] is None
    assert is_problem(own.call("DELETE", "/handoff"), 409)


@pytest.mark.parametrize(
    ("feedback", "status"),
    [
        ({"helpful": True}, 204),
        ({"helpful": None}, 204),
        ({"csat": 5, "comment": "よく分かりました"}, 204),
        ({"csat": 6}, 422),
        ({"helpful": "maybe"}, 422),
        ({"comment": "長" * 1_001}, 422),
        ({"message_id": "no-such-message", "helpful": True}, 404),
        ({"message_id": "\ud800x", "helpful": True}, 404),
        ({"message_id": "\ud800", "helpful": True}, 422),
    ],
)
def test_feedback_is_checked(own: Own, feedback: dict[str, Any], status: int) -> None:
    answer = own.call("POST", "/messages", {"text": "返品"}).json()["message_id"]
    body = json.dumps({"message_id": answer} | feedback).encode()
    headers = own.headers | {"Content-Type": "application/json"}
    response = own._client.post(f"{own.path}/feedback", content=body, headers=headers)
    assert response.status_code == status
    assert status == 204 or is_problem(response, status)


# --- sources


def test_a_source_is_the_article_as_it_was_indexed(client: TestClient, services: ScriptedServices) -> None:
    shown = client.get("/api/v1/sources/ja-returns").json()
    article = document()
    assert (shown["text"], shown["title"], shown["lang"]) == (article.text, article.title, "ja")
    assert shown["blocks"] == [{"kind": "paragraph", "start": 0, "end": len(article.text), "level": 0}]
    assert (shown["withdrawn"], shown["outdated"]) == (False, False)
    assert shown["version"] == services.index.current().manifest.version


def test_a_source_tells_what_became_of_it(client: TestClient, services: ScriptedServices) -> None:
    named = [document(name) for name in ("ja/同じ 記事", "changed", "superseded", "gone")]
    now = [named[0], document("changed", "新しい文です。"), replace(named[2], superseded_by="changed")]
    services.index.versions = {"v1": named, "v2": now}
    shown = {
        article.id: client.get(f"/api/v1/sources/{article.id}", params={"version": "v1"}).json() for article in named
    }
    assert {name: (source["withdrawn"], source["outdated"]) for name, source in shown.items()} == {
        "ja/同じ 記事": (False, False),
        "changed": (False, True),
        "superseded": (True, False),
        "gone": (True, False),
    }
    assert shown["changed"]["text"] == document().text


def test_an_article_for_agents_is_not_found_here_whenever_it_became_so(
    client: TestClient, services: ScriptedServices
) -> None:
    services.index.versions = {
        "v1": [document("always", audience=Audience.AGENT), document("since-v2")],
        "v2": [document("always", audience=Audience.AGENT), document("since-v2", audience=Audience.AGENT)],
    }
    paths = ["always", "always?version=v1", "since-v2", "since-v2?version=v1"]
    assert all(is_problem(client.get(f"/api/v1/sources/{path}"), 404) for path in paths)


@pytest.mark.parametrize(
    "path",
    ["unknown", "ja-returns?version=unknown", "ja-returns?version=../..", "ja-returns?version=%00", "%00", "%ED%A0%80"],
)
def test_an_unknown_source_is_not_found(client: TestClient, path: str) -> None:
    assert is_problem(client.get(f"/api/v1/sources/{path}"), 404)


# --- health, errors, the description


def test_health_and_readiness(client: TestClient, services: ScriptedServices) -> None:
    services.redactor.warm_up()  # the service does so in a thread of its own
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").json()["status"] == "ready"
    services.index.error = NoIndex("Nothing is indexed yet: run `kotae ingest DIR`.")
    response = client.get("/readyz")
    assert is_problem(response, 503)
    assert response.json()["detail"] == "Nothing is indexed yet: run `kotae ingest DIR`."
    assert client.get("/healthz").status_code == 200


def test_health_waits_for_no_worker_thread(client: TestClient) -> None:
    async def all_threads_are_taken() -> None:
        threads = anyio.to_thread.current_default_thread_limiter()
        for customer in range(int(threads.total_tokens)):
            threads.acquire_on_behalf_of_nowait(customer)

    async def one_is_free() -> None:
        anyio.to_thread.current_default_thread_limiter().release_on_behalf_of(0)

    assert client.portal
    client.portal.call(all_threads_are_taken)
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(client.get, "/healthz")
        try:
            assert asked.result(timeout=10).status_code == 200
        finally:
            client.portal.call(one_is_free)


@dataclass
class LoadingPii(ListedPii):
    """Finds nothing before it is `loaded`."""

    loaded: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        super().__init__({})

    def detect(self, text: str, lang: Language | None = None) -> list[PiiSpan]:
        self.loaded.wait(timeout=10)
        return super().detect(text, lang)


def test_it_is_not_ready_before_personal_data_is_recognised() -> None:
    services, detector = scripted_services(), LoadingPii()
    services.redactor = Redactor(detector, MemoryVault(), MemoryVault)
    with TestClient(create_app(services)) as client:
        assert client.get("/healthz").status_code == 200
        assert is_problem(client.get("/readyz"), 503)
        detector.loaded.set()
        until = time.monotonic() + 5
        while client.get("/readyz").status_code != 200:
            assert time.monotonic() < until
            time.sleep(0.01)


def test_suggestions_are_the_sites(client: TestClient, services: ScriptedServices) -> None:
    shown = client.get("/api/v1/suggestions", headers={"Accept-Language": "en"}).json()
    assert shown["suggestions"] == list(services.site.suggestions.en)


@pytest.mark.parametrize(
    ("call", "status"),
    [(("GET", "/nothing-here"), 404), (("PUT", "/api/v1/conversations"), 405), (("POST", "/static/chat.css"), 405)],
)
def test_a_wrong_address_or_method_is_a_problem(client: TestClient, call: Call, status: int) -> None:
    assert is_problem(client.request(*call), status)


@pytest.mark.parametrize(("accepted", "detail"), [("en", "We could not find"), ("ja", "お探しのもの")])
def test_problems_speak_the_readers_language(client: TestClient, accepted: str, detail: str) -> None:
    response = client.get("/api/v1/sources/unknown", headers={"Accept-Language": accepted})
    assert response.json()["detail"].startswith(detail)


def test_a_conversations_problems_are_in_its_language(client: TestClient) -> None:
    english = Own(client, locale="en")
    response = english.call("POST", "/messages", {"text": ""}, **{"Accept-Language": "ja"})
    assert response.json()["detail"] == "Please type your question."


@pytest.mark.parametrize("path", ["/", "/api/v1/conversations/x", "/healthz", "/static/tokens.css", "/nothing-here"])
def test_every_response_carries_the_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "frame-ancestors '" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["permissions-policy"]
    assert headers["cache-control"]


STAFF_ONLY = {401, 403, 422, 429, 503}
DESK_CHANGES = STAFF_ONLY | {400, 404, 409, 413}
DOCUMENTED: dict[str, dict[str, set[str | int]]] = {
    "/healthz": {"get": {200}},
    "/readyz": {"get": {200, 503}},
    "/metrics": {"get": {200, 401, 404}},
    "/api/v1/conversations": {"post": {201, 400, 403, 413, 422, 429, 503}},
    "/api/v1/conversations/{conversation_id}": {"get": {200, 404, 422, 429, 503}},
    "/api/v1/conversations/{conversation_id}/messages": {"post": {200, 400, 404, 413, 422, 429, 500, 503}},
    "/api/v1/conversations/{conversation_id}/handoff": {
        "post": {201, 400, 404, 413, 422, 429, 503},
        "delete": {204, 404, 409, 422, 429, 503},
    },
    "/api/v1/conversations/{conversation_id}/events": {"get": {200, 404, 422, 429, 503}},
    "/api/v1/conversations/{conversation_id}/rating": {"post": {204, 400, 404, 409, 413, 422, 429, 503}},
    "/api/v1/conversations/{conversation_id}/handoff/details": {"post": {204, 400, 404, 409, 413, 422, 429, 503}},
    "/api/v1/conversations/{conversation_id}/offer/decline": {"post": {204, 404, 409, 422, 429, 503}},
    "/api/v1/desk/tickets": {"get": {200, *STAFF_ONLY}},
    "/api/v1/desk/agents": {"get": {200, *STAFF_ONLY}},
    "/api/v1/desk/presence": {"post": {204, *STAFF_ONLY}},
    "/api/v1/desk/tickets/{ticket_id}": {"get": {200, 404, *STAFF_ONLY}},
    "/api/v1/desk/tickets/{ticket_id}/take": {"post": {200, *DESK_CHANGES}},
    "/api/v1/desk/tickets/{ticket_id}/assign": {"post": {200, *DESK_CHANGES}},
    "/api/v1/desk/tickets/{ticket_id}/reply": {"post": {201, *DESK_CHANGES}},
    "/api/v1/desk/tickets/{ticket_id}/notes": {"post": {204, *DESK_CHANGES}},
    "/api/v1/desk/tickets/{ticket_id}/return": {"post": {200, *DESK_CHANGES}},
    "/api/v1/desk/tickets/{ticket_id}/resolve": {"post": {200, *DESK_CHANGES}},
    "/api/v1/desk/tickets/{ticket_id}/reopen": {"post": {200, *DESK_CHANGES}},
    "/api/v1/desk/tickets/{ticket_id}/summary": {"get": {200, 404, *STAFF_ONLY}},
    "/api/v1/desk/tickets/{ticket_id}/drafts": {"post": {201, *DESK_CHANGES}},
    "/api/v1/desk/tickets/{ticket_id}/drafts/{draft_id}": {"get": {200, 404, *STAFF_ONLY}},
    "/api/v1/desk/tickets/{ticket_id}/drafts/{draft_id}/check": {"post": {200, *DESK_CHANGES}},
    "/api/v1/desk/tickets/{ticket_id}/drafts/{draft_id}/send": {"post": {201, *DESK_CHANGES}},
    "/api/v1/desk/tickets/{ticket_id}/drafts/{draft_id}/reject": {"post": {204, *DESK_CHANGES}},
    "/api/v1/desk/macros": {"get": {200, *STAFF_ONLY}},
    "/api/v1/desk/macros/{name}/use": {"post": {200, *DESK_CHANGES}},
    "/api/v1/desk/stats": {"get": {200, *STAFF_ONLY}},
    "/api/v1/desk/stats.csv": {"get": {200, *STAFF_ONLY}},
    "/api/v1/conversations/{conversation_id}/feedback": {"post": {204, 400, 404, 413, 422, 429, 503}},
    "/api/v1/sources/{document_id}": {"get": {200, 404, 422, 429, 503}},
    "/api/v1/suggestions": {"get": {200, 422, 429}},
    "/v1/chat/completions": {"post": {200, "4XX", "5XX"}},
    "/v1/models": {"get": {200, "4XX", "5XX"}},
    "/v1/models/{model}": {"get": {200, "4XX", "5XX"}},
}


def test_the_description_names_every_route_and_its_errors(client: TestClient) -> None:
    described = client.get("/openapi.json").json()
    statuses = {
        path: {
            method: {int(status) if status.isdigit() else status for status in call["responses"]}
            for method, call in methods.items()
        }
        for path, methods in described["paths"].items()
    }
    assert statuses == DOCUMENTED


def test_every_reference_of_the_description_leads_somewhere(client: TestClient) -> None:
    text = client.get("/openapi.json").text
    described = json.loads(text)
    references = {piece.split('"')[0] for piece in text.split('"#/components/schemas/')[1:]}
    assert references <= described["components"]["schemas"].keys()
    assert "Problem" in references


def test_documented_errors_are_problem_details_but_where_openai_gives_the_shape(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    contents = [
        response["content"].keys()
        for path, methods in paths.items()
        if not path.startswith("/v1/")
        for call in methods.values()
        for status, response in call["responses"].items()
        if int(status) >= 400
    ]
    assert len(contents) > 20
    assert all(content == {"application/problem+json"} for content in contents)
