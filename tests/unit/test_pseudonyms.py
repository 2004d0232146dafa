"""Tokens: the same for the same value, another for another, and never taken from what a customer typed."""

import pytest

from app.adapters.pii_listed import ListedPii
from app.adapters.vault_memory import MemoryVault
from app.answering.redact import Redactor
from app.answering.restore import Restorer
from app.domain.conversation import Conversation, HandoffRequest, Message, Role
from app.domain.outcome import Language, OutcomeEvent, SentenceEvent
from app.domain.pseudonyms import Lost, PersonalData, Pseudonyms, without_tokens
from app.domain.searchable import searchable
from app.errors import ConversationLocked
from tests.builders import NOON, PERSONAL, citation, document, outcome

CONVERSATION = Conversation("c-1", "ja", "web", NOON)


@pytest.fixture
def redactor() -> Redactor:
    return Redactor(ListedPii(PERSONAL), MemoryVault(), MemoryVault)


def said(*texts: str) -> Conversation:
    messages = tuple(Message(f"m-{n}", Role.CUSTOMER, text, NOON) for n, text in enumerate(texts))
    return Conversation("c-1", "ja", "web", NOON, messages)


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("PHONE", "090-1234-5678", "０９０－１２３４－５６７８"),
        ("PHONE", "090-1234-5678", "090ー1234ー5678"),
        ("PHONE", "090-1234-5678", "+81 90 1234 5678"),
        ("PHONE", "090-1234-5678", "+81(0)90-1234-5678"),
        ("PHONE", "03-1234-5678", "(03) 1234 5678"),
        ("CREDIT_CARD", "4111 1111 1111 1111", "4111-1111-1111-1111"),
        ("BANK_ACCOUNT", "GB29 NWBK 6016 1331 9268 19", "gb29nwbk60161331926819"),
        ("PERSON", "髙橋 はるか", "髙橋　はるか"),
        ("PERSON", "Harriet Vane", "HARRIET VANE"),
        ("EMAIL", "Haruka@Example.jp", "haruka@example.jp"),
    ],
)
def test_two_spellings_of_one_value_have_one_token(kind: str, one: str, other: str) -> None:
    known = Pseudonyms().including([PersonalData(kind, one), PersonalData(kind, other)])
    assert dict(known.values) == {f"<{kind}_1>": one}


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("SECRET", "hunter2", "Hunter2"),
        ("USERNAME", "a.b", "ab"),
        ("EMAIL", "a.b@example.jp", "ab@example.jp"),
        ("IP_ADDRESS", "1.11.1.1", "11.1.1.1"),
        ("BIRTH_DATE", "1990/1/11", "1990/11/1"),
        ("PHONE", "090-1234-5678", "090-1234-5679"),
        ("PERSON", "高橋", "髙橋"),
    ],
)
def test_two_values_have_two_tokens(kind: str, one: str, other: str) -> None:
    known = Pseudonyms().including([PersonalData(kind, one), PersonalData(kind, other)])
    assert dict(known.values) == {f"<{kind}_1>": one, f"<{kind}_2>": other}


def test_a_value_that_cannot_be_read_keeps_its_number() -> None:
    known = Pseudonyms({"<PHONE_2>": Lost.UNAVAILABLE}).including([PersonalData("PHONE", "110")])
    assert known.values["<PHONE_3>"] == "110"


def test_personal_data_becomes_tokens_that_last_as_long_as_the_conversation(redactor: Redactor) -> None:
    first = redactor.redact(CONVERSATION, "髙橋はるかです。090-1234-5678 か haruka@example.jp まで。")
    again = redactor.redact(said(first.text), "０９０１２３４５６７８ です、髙橋はるか")
    assert first.text == "<PERSON_1>です。<PHONE_1> か <EMAIL_1> まで。"
    assert again.text == "<PHONE_1> です、<PERSON_1>"
    assert (first.found, again.found) == ({"PERSON": 1, "PHONE": 1, "EMAIL": 1}, {"PERSON": 1, "PHONE": 1})


def test_another_conversation_knows_nothing_of_it(redactor: Redactor) -> None:
    redactor.redact(CONVERSATION, "090-1234-5678")
    other = Conversation("c-2", "ja", "web", NOON)
    assert dict(redactor.redact(other, "返品したい").known.values) == {}


@pytest.mark.parametrize(
    "typed",
    [
        "<PHONE_1>",
        "＜PHONE_1＞",
        "<PHO\u200bNE_1>",
        "<PHONE_１>",
        "<<PHONE_1>>",
        "<CONTACT_1>",
        "<TEXT_1>",
        "<PHO<PHONE_1>NE_1>",
    ],
)
def test_what_a_customer_types_like_a_token_stays_as_typed(redactor: Redactor, typed: str) -> None:
    text = f"090-1234-5678 と {typed} は同じですか"
    redacted = redactor.redact(CONVERSATION, text)
    assert redacted.text.startswith("<PHONE_1> と ")
    assert Restorer(redacted.known, "ja").text(redacted.text) == text
    restored = redactor.restored(said(redacted.text))
    assert (restored.messages[0].text, restored.is_locked) == (text, False)


def test_overlapping_finds_leave_nothing_of_either(redactor: Redactor) -> None:
    overlapping = ListedPii({"ADDRESS": ["港区芝1-2 山田"]})
    found = Redactor(overlapping, MemoryVault(), MemoryVault).redact(CONVERSATION, "港区芝1-2 山田<PHONE_1>です")
    assert found.text == "<ADDRESS_1><TEXT_1>です"


@pytest.mark.parametrize(("kind", "token"), [("staff-id 2", "<STAFF_ID_1>"), ("社員番号", "<OTHER_1>")])
def test_a_recogniser_of_a_team_may_call_its_type_anything(kind: str, token: str) -> None:
    redactor = Redactor(ListedPii({kind: ["E-77"]}), MemoryVault(), MemoryVault)
    redacted = redactor.redact(CONVERSATION, "私は E-77")
    assert redacted.text == f"私は {token}"
    assert Restorer(redacted.known, "ja").text(redacted.text) == "私は E-77"


@pytest.mark.parametrize(("lang", "hidden"), [("ja", "（非表示）"), ("en", "[hidden]")])
def test_without_the_vault_the_history_is_read_only_and_shows_no_token(lang: Language, hidden: str) -> None:
    kept = Redactor(ListedPii(PERSONAL), MemoryVault(), MemoryVault)
    text = kept.redact(CONVERSATION, "090-1234-5678 まで").text
    messages = (Message("m-1", Role.CUSTOMER, text, NOON),)
    handoff = HandoffRequest("1001", NOON, NOON, "<CONTACT_1>")
    conversation = Conversation("c-1", lang, "web", NOON, messages, handoff)
    without = Redactor(ListedPii(PERSONAL), MemoryVault(), MemoryVault)
    restored = without.restored(conversation)
    assert restored.is_locked
    assert restored.messages[0].text == f"{hidden} まで"
    assert restored.handoff == HandoffRequest("1001", NOON, NOON, hidden)
    for adding in (lambda: without.redact(conversation, "追伸"), lambda: without.seal(conversation, "a@b.jp")):
        with pytest.raises(ConversationLocked):
            adding()


def test_new_values_never_fill_the_tokens_of_a_vault_that_was_lost() -> None:
    without = Redactor(ListedPii(PERSONAL), MemoryVault(), MemoryVault)
    with pytest.raises(ConversationLocked):
        without.redact(said("<PHONE_1> まで"), "090-1234-5678")
    assert without.restored(said("<PHONE_1> まで")).messages[0].text == "（非表示） まで"


def test_quotes_are_the_articles_and_are_never_filled_in() -> None:
    known = Pseudonyms({"<PHONE_1>": "090-1234-5678", "<PERSON_1>": "髙橋はるか"})
    article = document(text="伏せた番号は<PHONE_1>のように見えます。")
    given = outcome(citations=(citation(1, article),))
    given = given.model_copy(update={"text": f"<PERSON_1>様。{given.text}"})
    restored = Restorer(known, "ja").outcome(given)
    assert restored.text == "髙橋はるか様。伏せた番号は<PHONE_1>のように見えます。"
    assert (restored.citations, restored.sentences) == (given.citations, given.sentences)
    streaming = Restorer(known, "ja")
    first = streaming.event(SentenceEvent(sentence=given.sentences[0], citations=given.citations))
    later = streaming.event(SentenceEvent(sentence=given.sentences[0], citations=()))
    assert first == SentenceEvent(sentence=given.sentences[0], citations=given.citations)
    assert later == SentenceEvent(sentence=given.sentences[0], citations=())
    assert streaming.event(OutcomeEvent(outcome=given)) == OutcomeEvent(outcome=restored)


def test_an_article_that_speaks_of_tokens_locks_nothing(redactor: Redactor) -> None:
    article = document(text="伏せた番号は<PHONE_1>のように見えます。")
    answer = outcome(citations=(citation(1, article),))
    messages = (
        Message("m-0", Role.CUSTOMER, "番号は?", NOON),
        Message("m-1", Role.ASSISTANT, answer.text, NOON, answer),
    )
    conversation = Conversation("c-1", "ja", "web", NOON, messages)
    assert redactor.restored(conversation) == conversation
    assert redactor.redact(conversation, "090-1234-5678").text == "<PHONE_1>"
    assert redactor.restored(conversation).messages[1].text == article.text


def test_an_altered_value_is_lost_alone(redactor: Redactor) -> None:
    vault = MemoryVault({"c-1": Pseudonyms({"<PHONE_1>": Lost.UNAVAILABLE, "<PERSON_1>": "髙橋はるか"})})
    redactor = Redactor(ListedPii(PERSONAL), vault, MemoryVault)
    restored = redactor.restored(said("<PERSON_1>、<PHONE_1>"))
    assert (restored.messages[0].text, restored.is_locked) == ("髙橋はるか、（読み出せません）", False)
    assert redactor.redact(said("<PERSON_1>、<PHONE_1>"), "090-1234-5678").text == "<PHONE_2>"


def test_a_search_reads_what_is_said_besides_personal_data() -> None:
    assert without_tokens("<PHONE_1>、<SECRET_12>").split() == ["、"]
    assert without_tokens("change <STAFF_ID_1> to x").split() == ["change", "to", "x"]


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("住所は<POSTAL_CODE_1> <ADDRESS_1>です。返品の送料は?", "返品の送料は?"),
        ("<PERSON_1>と申します。返品したい。", "返品したい。"),
        ("返品したい。<PERSON_1>", "返品したい。"),
        ("My name is <PERSON_1>. I live at <ADDRESS_1>. How do I return it?", "How do I return it?"),
        ("How do I return it?\n\nKind regards,\n<PERSON_1>\n<EMAIL_1>", "How do I return it?\n\nKind regards,\n"),
        ("電話番号は<PHONE_1>です。", ""),
        ("<PHONE_1>", ""),
        ("<PERSON_1>、<PHONE_1>", ""),
        # what says more, or asks
        ("届け先を<ADDRESS_1>に変更したい。", "届け先を に変更したい。"),
        ("<PERSON_1>さんはいますか。", " さんはいますか。"),
        ("Is <PHONE_1> my number?", "Is   my number?"),
        ("I paid with <CREDIT_CARD_1> twice.", "I paid with   twice."),
        ("ご連絡ください。住所です。", "ご連絡ください。住所です。"),
        ("", ""),
    ],
)
def test_a_search_leaves_out_who_is_asking(said: str, left: str) -> None:
    assert searchable(said) == left
