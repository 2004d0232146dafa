"""What the site says of a customer is believed with its signature only, for a few minutes, and once."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from app.access.customer_signature import Claim, signature_of
from app.adapters.database import open_database
from app.adapters.sql_store import SqlConversationStore
from app.adapters.sql_vault import SqlVault
from app.adapters.vault_keys import FileKeys
from app.adapters.vault_memory import MemoryVault
from app.answering.redact import Redactor
from app.domain.conversation import SignedCustomer
from app.main import create_app
from app.settings import ROOT
from tests.builders import NOON
from tests.scripted import ScriptedServices, scripted_services

SECRET = "a secret that the site and Kotae share"
CONVERSATIONS = "/api/v1/conversations"
NOW = int(NOON.timestamp())
ABOUT: dict[str, Any] = {
    "external_id": "M-1024",
    "name": "山田 花子",
    "attributes": {"tenure_months": 26, "plan": "premium"},
    "nonce": "n-1",
    "signed_at": NOW,
}


@pytest.fixture
def services(tmp_path: Path) -> ScriptedServices:
    made = scripted_services()
    made.settings = made.settings.model_copy(update={"customer_secret": SecretStr(SECRET)})
    engine = open_database(f"sqlite:///{tmp_path / 'kotae.db'}")
    made.store = SqlConversationStore(engine, made.clock)
    made.redactor = Redactor(made.redactor._detector, SqlVault(engine, FileKeys(tmp_path / "vault.key")), MemoryVault)
    return made


@pytest.fixture
def client(services: ScriptedServices) -> Iterator[TestClient]:
    with TestClient(create_app(services), headers={"Accept-Language": "en"}) as client:
        yield client


def signed(secret: str = SECRET, **changes: Any) -> dict[str, Any]:
    """Signed after the changes; `signature_of` is what the documents describe, as the examples there show."""
    about = ABOUT | changes
    return about | {"signature": signature_of(Claim(**about, signature=""), secret)}


def begin(client: TestClient, customer: Any) -> Any:
    return client.post(CONVERSATIONS, json={"customer": customer})


def test_what_the_site_signed_is_kept_with_the_conversation(client: TestClient, services: ScriptedServices) -> None:
    begun = begin(client, signed()).json()
    kept = services.store.get(begun["id"], begun["token"])
    assert kept.customer == SignedCustomer("<PERSON_1>", 26, "premium")
    assert services.redactor.restored(kept).customer == SignedCustomer("山田 花子", 26, "premium")
    assert services.store.of_customer("M-1024") == [begun["id"]]


def test_neither_name_nor_reference_stands_in_the_database(
    client: TestClient, services: ScriptedServices, tmp_path: Path
) -> None:
    assert begin(client, signed()).status_code == 201
    written = b"".join(path.read_bytes() for path in tmp_path.glob("kotae.db*"))
    assert b"premium" in written
    assert [secret for secret in ("M-1024", "山田 花子", "花子") if secret.encode() in written] == []


def test_what_is_not_given_may_be_left_out(client: TestClient, services: ScriptedServices) -> None:
    begun = begin(client, signed(name=None, attributes={}, nonce="")).json()
    assert services.store.get(begun["id"], begun["token"]).customer == SignedCustomer()


def test_other_attributes_are_signed_and_not_kept(client: TestClient, services: ScriptedServices) -> None:
    given = signed(attributes={"segment": "b2b", "orders": 12, "plan": "basic"})
    begun = begin(client, given).json()
    assert services.store.get(begun["id"], begun["token"]).customer == SignedCustomer("<PERSON_1>", None, "basic")
    altered = signed(attributes={"segment": "b2b"}, nonce="n-2") | {"attributes": {"segment": "vip"}}
    assert begin(client, altered).status_code == 403


@pytest.mark.parametrize(
    "change",
    [
        {"external_id": "M-1025"},
        {"name": "山田 太郎"},
        {"name": None},
        {"attributes": {"tenure_months": 260, "plan": "premium"}},
        {"attributes": {"plan": "premium"}},
        {"nonce": "n-2"},
        {"signed_at": NOW + 1},
        {"signature": "0" * 64},
    ],
    ids=str,
)
def test_what_was_altered_is_refused(client: TestClient, change: dict[str, Any]) -> None:
    refused = begin(client, signed() | change)
    assert (refused.status_code, refused.json()["detail"]) == (403, "The signature over the customer is wrong.")


def test_another_secret_is_refused(client: TestClient) -> None:
    assert begin(client, signed("another secret, as long as the one set")).status_code == 403


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_signature_begins_one_conversation(client: TestClient, language: str) -> None:
    assert begin(client, signed()).status_code == 201
    again = client.post(CONVERSATIONS, json={"customer": signed()}, headers={"Accept-Language": language})
    said = {
        "en": "This signature was used before. Sign anew for each conversation.",
        "ja": "この署名はすでに使われています。会話ごとに署名し直してください。",
    }
    assert (again.status_code, again.json()["detail"]) == (403, said[language])
    assert begin(client, signed(nonce="n-2")).status_code == 201


@pytest.mark.parametrize(
    ("age", "status"), [(0, 201), (300, 201), (600, 201), (601, 403), (-300, 201), (-301, 403), (86_400, 403)]
)
def test_a_signature_is_good_for_minutes(client: TestClient, services: ScriptedServices, age: int, status: int) -> None:
    services.clock.at = NOON + timedelta(seconds=age)
    answer = begin(client, signed())
    assert answer.status_code == status
    assert status == 201 or answer.json()["detail"].startswith("The signature over the customer is too old")


@pytest.mark.parametrize(
    ("secret", "customer", "status"),
    [(SECRET, "M-1024", 403), (SECRET, None, 201), (SECRET, "", 201), ("", "M-1024", 201), ("", signed(), 403)],
    ids=["unsigned", "nobody", "empty", "unsigned, no secret", "signed, no secret"],
)
def test_with_a_secret_only_what_is_signed_is_accepted_and_nothing_signed_without(
    client: TestClient, services: ScriptedServices, secret: str, customer: Any, status: int
) -> None:
    services.settings = services.settings.model_copy(update={"customer_secret": SecretStr(secret)})
    assert begin(client, customer).status_code == status


@pytest.mark.parametrize(
    "change",
    [
        {"external_id": ""},
        {"external_id": "M\nname=x"},
        {"external_id": 7},
        {"external_id": "x" * 201},
        {"name": "\ud800"},
        {"attributes": {"plan\nnonce": "x"}},
        {"attributes": {"tenure_months": "26"}},
        {"attributes": {"tenure_months": -1}},
        {"attributes": {"tenure_months": True}},
        {"attributes": {"plan": 3}},
        {"attributes": {"plan": "x" * 65}},
        {"signed_at": str(NOW)},
        {"signed_at": 10**15},
        {"signature": "F" * 64},
        {"signature": None},
    ],
    ids=str,
)
def test_what_is_no_claim_is_told_as_such(client: TestClient, change: dict[str, Any]) -> None:
    body = json.dumps({"customer": signed() | change})
    answer = client.post(CONVERSATIONS, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert "M-1024" not in answer.text


def test_a_signature_of_a_claim_is_in_no_representation_of_it() -> None:
    claim = Claim(**ABOUT, signature="s" * 64)
    assert "ssss" not in repr(replace(claim, nonce="other"))


def example(language: str) -> str:
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8").partition("## Signed customers")[2]
    found = re.search(rf"```{language}\n(.*?)```", page, re.DOTALL)
    assert found
    return found[1]


def test_the_example_in_python_signs_what_is_accepted(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", NOON.timestamp)
    scope: dict[str, Any] = {}
    exec(example("python"), scope)  # noqa: S102 - what a reader would run
    for about in (("M-1",), ("M-1", "山田 花子", {"tenure_months": 26, "plan": "premium", "a2": 'é="x"'})):
        assert begin(client, scope["signed"](SECRET, *about)).status_code == 201


@pytest.mark.skipif(not shutil.which("node"), reason="no Node here")
def test_the_example_for_node_signs_what_is_accepted(client: TestClient, services: ScriptedServices) -> None:
    call = "signed(process.argv[1], 'M-1', '山田 花子', {tenure_months: 26, plan: 'premium', a2: 'é=\"x\"'})"
    script = f"{example('js')}\nconsole.log(JSON.stringify({call}))"
    made = json.loads(subprocess.run(["node", "-e", script, SECRET], capture_output=True, check=True).stdout)
    services.clock.at = NOON + timedelta(seconds=made["signed_at"] - NOW)
    assert begin(client, made).status_code == 201


def test_the_example_text_is_the_text_that_is_signed() -> None:
    from app.access.customer_signature import signed_text

    shown = (
        (ROOT / "docs" / "api.md")
        .read_text(encoding="utf-8")
        .partition("```\nkotae-customer-1")[2]
        .partition("\n```")[0]
    )
    claim = Claim(**ABOUT | {"nonce": "6f1c2a", "signed_at": 1_795_746_000}, signature="")
    assert signed_text(claim) == f"kotae-customer-1{shown}"
