"""An embedding model behind a real HTTP server on loopback, well and ill."""

import json
import logging
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from app.adapters import embedder_endpoint
from app.adapters.embedder_endpoint import EndpointEmbedder
from app.adapters.index_registry import FileIndexRegistry
from app.bootstrap import build_services
from app.doctor import Status, examine
from app.domain.ports import Passage
from app.errors import ModelError, SettingsError
from app.main import create_app
from app.settings import Settings
from app.wiring.models import open_embedder
from ingestion.run import ingest_folder
from tests.model_server import model_server
from tests.scripted_model import Body, Reply, ScriptedModel, embeddings, error, serving

KEY = "sk-very-secret-key-0123456789"
QUESTION = {"ja": "返品の返送料は誰の負担ですか", "en": "Who pays for the return shipping?"}
TOLD = {"ja": "ただいま回答できません。", "en": "We cannot answer right now."}


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedder_endpoint, "_ASKED", (1.0, 0))
    monkeypatch.setattr(embedder_endpoint, "_BUILT", (1.0, 1))


def embedder_at(server: ScriptedModel, model: str = "m-1") -> EndpointEmbedder:
    return EndpointEmbedder(server.url, SecretStr(KEY), model)


def unasked(body: Body) -> Reply:
    raise AssertionError(body)


def test_nothing_is_asked_before_the_first_text() -> None:
    with serving(ScriptedModel(unasked)) as server:
        embedder_at(server)
        assert server.asked == []


def test_texts_go_in_batches_as_they_are(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    texts = [f"text {n}" for n in range(70)]
    with serving(ScriptedModel(embeddings)) as server:
        assert len(embedder_at(server).embed_documents(texts)) == 70
    sent = [body["input"] for body in server.asked if body["input"] != ["dimension"]]
    assert sorted(map(len, sent)) == [6, 32, 32]
    assert sorted(text for batch in sent for text in batch) == sorted(texts)
    assert set(server.keys) == {f"Bearer {KEY}"}
    assert "text 1" not in caplog.text


def test_its_fingerprint_names_model_and_dimension_and_no_address() -> None:
    with serving(ScriptedModel(embeddings)) as here, serving(ScriptedModel(embeddings)) as there:
        assert embedder_at(here).fingerprint == embedder_at(there).fingerprint == "m-1@endpoint-64"
        assert embedder_at(here, "m-2").fingerprint == "m-2@endpoint-64"


def test_models_of_the_e5_family_get_their_prefixes() -> None:
    with serving(ScriptedModel(embeddings)) as server:
        embedder = embedder_at(server, "intfloat/multilingual-e5-large")
        embedder.embed_query("a")
        list(embedder.embed_passages([Passage("", "b")]))
    assert [body["input"] for body in server.asked if body["input"] != ["dimension"]] == [["query: a"], ["passage: b"]]


def test_a_build_tries_again() -> None:
    refusals = [error(429), error(503)]
    with serving(
        ScriptedModel(lambda body: refusals.pop() if len(refusals) > 1 and body["input"] == ["a"] else embeddings(body))
    ) as server:
        assert len(embedder_at(server).embed_documents(["a"])) == 1
    assert [body["input"] for body in server.asked].count(["a"]) == 2


def changed(change: Callable[[list[dict[str, object]]], object]) -> Callable[[Body], Reply]:
    """Vectors that went wrong after the first question."""

    def reply(body: Body) -> Reply:
        status, [body_of] = embeddings(body)
        assert isinstance(body_of, bytes)
        whole = json.loads(body_of)
        if body["input"] != ["dimension"]:
            change(whole["data"])
        return status, [json.dumps(whole).encode()]

    return reply


ILL: dict[str, tuple[Callable[[Body], Reply], str]] = {
    "wrong key": (lambda _: error(401, "invalid_api_key", KEY), "(HTTP 401): correct KOTAE_EMBEDDING_API_KEY"),
    "wrong name or address": (lambda _: error(404), "(HTTP 404): correct KOTAE_EMBEDDING_MODEL"),
    "no quota": (lambda _: error(429, "insufficient_quota"), "(HTTP 429): the quota is used up"),
    "failing": (lambda _: error(500), "(HTTP 500): check KOTAE_EMBEDDING_BASE_URL"),
    "hanging": (lambda _: (200, [3.0]), "(no reply in time)"),
    "a page of HTML": (lambda _: (200, [b"<html>"]), "(an unreadable reply: "),
    "no vectors": (lambda _: (200, [b'{"data": []}']), "(an unreadable reply: "),
    "early close": (lambda body: (200, [embeddings(body)[1][0][:50]]), "(an unreadable reply: "),  # type: ignore[index]
    "one vector too few": (changed(list.pop), "(an unreadable reply: "),
    "a vector of zeros": (changed(lambda data: data[0].update(embedding=[0.0] * 64)), "no vectors"),
    "a vector that is no number": (changed(lambda data: data[0].update(embedding=[float("nan")] * 64)), "no vectors"),
    "another dimension": (changed(lambda data: data[0].update(embedding=[1.0] * 32)), "of shape (1, 32), not of 64"),
}  # fmt: skip


@pytest.mark.parametrize("way", ILL)
def test_what_is_no_answer_is_one_sentence(way: str) -> None:
    reply, words = ILL[way]
    with serving(ScriptedModel(reply)) as server, pytest.raises(ModelError) as failed:
        embedder_at(server).embed_query("a")
    assert words in str(failed.value)
    assert KEY not in str(failed.value)


def test_nobody_there_is_one_sentence() -> None:
    with pytest.raises(ModelError, match="no connection"):
        EndpointEmbedder(closed_port(), SecretStr(""), "m-1").embed_query("a")


def closed_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}/v1"


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    for n in range(40):
        (folder / f"{n}.md").write_text(
            f"# 第{n}の商品\n\n返品の返送料は、第{n}の商品ではお客様の負担です。", encoding="utf-8"
        )
    return folder


def settings_for(home: Path, url: str) -> Settings:
    return Settings(home=home, embedding_base_url=url, embedding_model="m-1", embedding_api_key=SecretStr(KEY))


def test_a_build_that_fails_half_way_leaves_nothing_half_written_and_goes_on_where_it_was(
    tmp_path: Path, articles: Path
) -> None:
    batches: list[Body] = []

    def reply(body: Body) -> Reply:
        batches.extend([body] if "返送料は、" in "".join(body["input"]) else [])
        return embeddings(body) if len(batches) <= 2 else error(503)

    with serving(ScriptedModel(reply)) as server:
        settings = settings_for(tmp_path, server.url)
        with pytest.raises(ModelError, match="HTTP 503"):
            ingest_folder(settings, articles)
        assert not list(tmp_path.glob("index/*"))
        server.reply = embeddings
        server.asked.clear()
        assert ingest_folder(settings, articles) == 0
    sent = [text for body in server.asked for text in body["input"] if "返送料は、" in text]
    assert len(sent) == 2 * 8  # 32 of 40 passages, each with its sentence, were known


@pytest.fixture
def indexed(tmp_path: Path, articles: Path) -> Iterator[ScriptedModel]:
    with serving(ScriptedModel(embeddings)) as server:
        assert ingest_folder(settings_for(tmp_path, server.url), articles) == 0
        yield server


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_customer_is_told_while_it_is_away_and_answered_when_it_is_back(
    tmp_path: Path, indexed: ScriptedModel, lang: str
) -> None:
    indexed.reply = lambda _: error(503)
    services = build_services(settings_for(tmp_path, indexed.url))  # it need not be there at the start
    with TestClient(create_app(services)) as browser:
        ready = browser.get("/readyz")
        assert (ready.status_code, "KOTAE_EMBEDDING_BASE_URL" in ready.json()["detail"]) == (503, True)
        begun = browser.post("/api/v1/conversations", json={"locale": lang}).json()
        address = f"/api/v1/conversations/{begun['id']}/messages"
        headers = {"Authorization": f"Bearer {begun['token']}"}
        for is_back in (False, True, False, True):
            indexed.reply = embeddings if is_back else lambda _: error(503)
            answer = browser.post(address, json={"text": QUESTION[lang]}, headers=headers)
            if is_back:
                assert (answer.status_code, "outcome" if "kind" in answer.json() else "") == (200, "outcome")
            else:
                assert (answer.status_code, answer.json()["detail"].startswith(TOLD[lang])) == (503, True)
        assert browser.get("/readyz").status_code == 200


def test_what_is_found_is_answered_with_aligned_vectors(tmp_path: Path, indexed: ScriptedModel) -> None:
    services = build_services(settings_for(tmp_path, indexed.url))
    with TestClient(create_app(services)) as browser:
        begun = browser.post("/api/v1/conversations", json={"locale": "ja"}).json()
        answer = browser.post(
            f"/api/v1/conversations/{begun['id']}/messages",
            json={"text": "第7の商品の返品の返送料は誰の負担ですか"},
            headers={"Authorization": f"Bearer {begun['token']}"},
        ).json()
    assert answer["kind"] == "answer"
    assert answer["citations"][0]["document_id"] == "7"
    assert answer["versions"]["model"].endswith("m-1@endpoint-64-aligned")


def test_an_index_of_another_model_of_the_endpoint_is_refused(tmp_path: Path, indexed: ScriptedModel) -> None:
    other = settings_for(tmp_path, indexed.url).model_copy(update={"embedding_model": "m-2"})
    findings = {finding.check: finding for finding in examine(lambda: other)}
    assert findings["index"].status is Status.WRONG
    assert "m-2@endpoint-64" in findings["index"].message
    assert FileIndexRegistry(tmp_path / "index").current()


def test_an_address_without_a_model_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="KOTAE_EMBEDDING_MODEL"):
        open_embedder(Settings(home=tmp_path, embedding_base_url="http://127.0.0.1:9/v1"))


@pytest.mark.slow
def test_a_real_server_gives_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedder_endpoint, "_BUILT", (60.0, 1))
    with model_server(embeds=True) as url:
        embedder = EndpointEmbedder(url, SecretStr(""), "smollm2")
        vectors = embedder.embed_documents(["How long does delivery take?", "送料はいくらですか", ""])
        assert embedder.fingerprint == "smollm2@endpoint-576"
    assert [len(vector) for vector in vectors] == [576] * 3
