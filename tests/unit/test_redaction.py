"""In the pipeline: every step but the customer's own reading sees tokens."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from app.adapters.chat_model_scripted import ScriptedChatModel
from app.adapters.pii_listed import ListedPii
from app.adapters.store_memory import MemoryConversationStore
from app.adapters.vault_memory import MemoryVault
from app.answering.redact import Redactor
from app.domain.chat import Ask
from app.domain.outcome import Kind, Language, Outcome, OutcomeEvent, Reason, SentenceEvent
from app.domain.pseudonyms import SALUTATION, Lost, Pseudonyms
from app.errors import NotFound
from tests.builders import PERSONAL
from tests.scripted_model import claims
from tests.writing import FIRST, QUESTION, SECOND, Desk, desk

ASKED = f"髙橋はるかです。{QUESTION}。090-1234-5678 まで。"


def echoing(ask: Ask) -> str:
    """What is true, to whoever gave a name; then with a name and a card that nobody gave, and with a wrong number."""
    names = re.findall(r"<(?:PERSON|TEXT)_\d+>", said_in(ask))
    said = [*(f"{name}様、{SECOND}" for name in names), f"<PERSON_9>様、{SECOND}", f"<CREDIT_CARD_1>、{SECOND}", FIRST]
    said.append("返品は<PHONE_1>にお電話ください。")
    return claims(*((text, 1) for text in said))


def said_in(ask: Ask) -> str:
    """The fences escape angle brackets."""
    return ask.user.replace("\\u003c", "<").replace("\\u003e", ">")


class Answering:
    def __init__(self, home: Path, model: ScriptedChatModel) -> None:
        self.desk: Desk = desk(model, home)
        self.store: Any = self.desk.pipeline._store
        assert isinstance(self.store, MemoryConversationStore)

    async def ask(self, text: str, locale: Language = "ja") -> tuple[Outcome, list[str]]:
        """The outcome and the streamed sentences, as the customer gets them."""
        self.conversation = self.store.create(locale, "web", "t")
        events = [event async for event in self.desk.pipeline.answer(self.conversation, text)]
        assert isinstance(events[-1], OutcomeEvent)
        said = [event.sentence.text for event in events if isinstance(event, SentenceEvent)]
        return events[-1].outcome, said

    def left(self) -> str:
        """All that is stored of the conversation and its trace."""
        return repr(self.store.record(self.conversation.id)) + repr(self.store._traces)


@pytest.fixture
def model() -> ScriptedChatModel:
    return ScriptedChatModel(echoing)


@pytest.fixture
def answering(tmp_path: Path, model: ScriptedChatModel) -> Answering:
    return Answering(tmp_path, model)


def is_clear(text: str) -> bool:
    return not any(value in text for values in PERSONAL.values() for value in values)


async def test_the_model_is_asked_with_tokens_and_the_customer_reads_their_own_data(
    answering: Answering, model: ScriptedChatModel
) -> None:
    outcome, streamed = await answering.ask(ASKED)
    [ask, *_] = model.asked
    assert f"<PERSON_1>です。{QUESTION}。<PHONE_1> まで。" in said_in(ask)
    assert is_clear(json.dumps([(ask.system, ask.user) for ask in model.asked], ensure_ascii=False))
    assert [sentence.text for sentence in outcome.sentences] == streamed
    assert streamed == [f"髙橋はるか様、{SECOND}", FIRST]


async def test_tokens_that_a_model_makes_up_are_dropped_with_their_sentence(answering: Answering) -> None:
    outcome, streamed = await answering.ask(ASKED)
    assert not [said for said in [*streamed, outcome.text] if "<" in said]
    [verify] = [step for step in answering.store.trace(outcome.trace_id).steps if step.name == "verify"]
    made_up = {drop["text"][: drop["text"].index(">") + 1] for drop in verify.data["dropped"]}
    assert {"<PERSON_9>", "<CREDIT_CARD_1>"} <= made_up


async def test_what_is_stored_has_tokens_only(answering: Answering) -> None:
    outcome, _ = await answering.ask(ASKED)
    stored = answering.store.record(answering.conversation.id).conversation.messages
    assert stored[0].text == f"<PERSON_1>です。{QUESTION}。<PHONE_1> まで。"
    assert stored[1].text == f"<PERSON_1>様、{SECOND}\n{FIRST}"
    assert is_clear(answering.left())
    redact = answering.store.trace(outcome.trace_id).steps[0]
    assert (redact.name, redact.data) == ("redact", {"found": {"PERSON": 1, "PHONE": 1}})


async def test_a_token_that_a_customer_types_is_nobody_s_name(answering: Answering) -> None:
    outcome, streamed = await answering.ask(f"<PERSON_9>です。{QUESTION}")
    stored = answering.store.record(answering.conversation.id).conversation.messages
    assert stored[0].text == f"<TEXT_1>です。{QUESTION}"
    assert (streamed, outcome.text) == ([FIRST], FIRST)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("<PERSON_1>様、返せます。", "返せます。"),
        ("Dear <PERSON_12>, yes.", "yes."),
        ("<PERSON_1>様に返します。", "<PERSON_1>様に返します。"),
        ("<PHONE_1>、返せます。", "<PHONE_1>、返せます。"),
        ("返せます、<PERSON_1>様、", "返せます、<PERSON_1>様、"),
    ],
)
def test_only_a_salutation_at_the_beginning_claims_nothing(text: str, rest: str) -> None:
    assert SALUTATION.sub("", text) == rest


@pytest.mark.parametrize(
    ("locale", "text", "says"),
    [
        ("ja", "０９０１２３４５６７８", "個人情報"),
        ("ja", "髙橋はるか\n105-9999 東京都港区芝公園9丁目9-9\nharuka@example.jp", "個人情報"),
        ("ja", "電話番号は090-1234-5678、名前は髙橋はるかです。", "個人情報"),
        ("en", "Harriet Vane, 203.0.113.77", "details"),
    ],
)
async def test_a_message_of_nothing_but_personal_data_is_asked_what_it_is_about(
    answering: Answering, model: ScriptedChatModel, locale: Language, text: str, says: str
) -> None:
    outcome, _ = await answering.ask(text, locale)
    assert (outcome.kind, outcome.reason, outcome.language) == (Kind.DECLINE, Reason.NOT_FOUND, locale)
    assert says in outcome.text
    assert model.asked == []
    assert is_clear(outcome.text)


async def test_tokens_do_not_make_a_japanese_question_english(answering: Answering) -> None:
    outcome, _ = await answering.ask("返品 harriet Vane haruka@example.jp 090-1234-5678 haruka_t85 送料", "ja")
    assert outcome.language == "ja"


class HalfOpenVault(MemoryVault):
    """One value cannot be read: its key is not here."""

    def read(self, conversation_id: str) -> Pseudonyms:
        return Pseudonyms({"<PHONE_1>": "090-1234-5678", "<EMAIL_1>": Lost.HIDDEN} if conversation_id == "c-1" else {})


def test_one_value_is_read_by_its_token_and_none_of_another_conversation() -> None:
    redactor = Redactor(ListedPii({}), HalfOpenVault(), MemoryVault)
    assert redactor.value("c-1", "<PHONE_1>") == "090-1234-5678"
    for conversation_id, token in (
        ("c-1", "<EMAIL_1>"),
        ("c-1", "<PHONE_2>"),
        ("c-1", "PHONE_1"),
        ("c-2", "<PHONE_1>"),
    ):
        with pytest.raises(NotFound):
            redactor.value(conversation_id, token)
