"""An article from a conversation: nothing personal is left in it."""

from datetime import date

import pytest
import yaml

from app.adapters.clock import FixedClock
from app.adapters.learning_memory import MemoryLearnings
from app.adapters.pii_listed import ListedPii
from app.adapters.store_memory import MemoryConversationStore
from app.adapters.vault_memory import MemoryVault
from app.desk.learning import forget_erased, proposal_of
from app.desk.scrub import Scrub, Scrubber
from app.domain.outcome import Language
from app.domain.pseudonyms import PersonalData
from tests.builders import NOON, PERSONAL, conversation

VALUES = [value for values in PERSONAL.values() for value in values]
TODAY = date(2026, 11, 28)


def scrub(language: Language = "ja") -> Scrub:
    vault = MemoryVault()
    vault.keep("c-1", [PersonalData("PERSON", "Imogen Poole"), PersonalData("PERSON", "佐伯 みどり")])
    return Scrubber(ListedPii(PERSONAL), vault).for_conversation("c-1", language)


@pytest.mark.parametrize("value", VALUES)
def test_no_planted_value_survives(value: str) -> None:
    said = conversation(
        ("customer", f"返品したいです。{value} が連絡先です。期限はいつまでですか。"),
        ("agent", f"髙橋様、{value}へご連絡します。返品は14日以内に承ります。"),
    )
    markdown = proposal_of(said, scrub(), TODAY).markdown
    assert value not in markdown
    assert "14日以内" in markdown


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("佐伯様、お待たせしました。", "<PERSON>様、お待たせしました。"),
        ("みどりさんに送りました。", "<PERSON>さんに送りました。"),
        ("斎藤様のご注文です。", "<PERSON>様のご注文です。"),
        ("Dear Ms. Poole, your order", "Dear Ms. <PERSON>, your order"),
        ("Hello Quentin, it ships", "Hello <PERSON>, it ships"),
        ("注文番号は B-204418 です", "注文番号は <NUMBER> です"),
        ("order number is 4471-2203", "order number is <NUMBER>"),
        ("電話は<PHONE_3>です", "電話は<PHONE>です"),
        ("AW-120DのE-05は30分、69,800円、2026年", "AW-120DのE-05は30分、69,800円、2026年"),
        ("お客様のご負担です。皆様へ", "お客様のご負担です。皆様へ"),
    ],
)
def test_names_and_references_go_and_the_matter_stays(text: str, left: str) -> None:
    assert scrub()(text) == left


def test_what_was_learnt_goes_with_its_conversation_however_that_was_erased() -> None:
    store, learnings = MemoryConversationStore(FixedClock(NOON)), MemoryLearnings()
    kept = store.create("ja", "web", "token")
    for name in (kept.id, "gone"):
        said = conversation(("customer", "返品は何日以内ですか"), conversation_id=name)
        learnings.add_proposal(proposal_of(said, scrub(), TODAY))
    forget_erased(learnings, store)
    assert learnings.conversations() == {kept.id}


def test_a_proposal_has_front_matter_the_question_and_what_a_person_said() -> None:
    said = conversation(
        ("customer", "AP-50のランプが消えません。どうすればいいですか"),
        ("answer", "記事の答えです。"),
        ("agent", "お待たせいたしました。\n「フィルター」ボタンを長押ししてください。"),
    )
    proposal = proposal_of(said, scrub(), TODAY)
    front = yaml.safe_load(proposal.markdown.split("---\n")[1])
    assert front["audience"] == "agent"
    assert front["title"] == proposal.title == "AP-50のランプが消えません"
    assert "長押ししてください" in proposal.markdown
    assert "お待たせ" not in proposal.markdown
    assert "返品について" in proposal.markdown  # the article that was shown


@pytest.mark.parametrize(("language", "heading"), [("ja", "お客様のご質問"), ("en", "What was asked")])
def test_headings_are_in_either_language(language: Language, heading: str) -> None:
    proposal = proposal_of(conversation(("customer", "もしもし")), scrub(), TODAY, language)
    assert heading in proposal.markdown
