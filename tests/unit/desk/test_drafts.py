"""A draft, what is checked before it goes, and what becomes of it."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from app.adapters.clock import FixedClock
from app.adapters.drafts_memory import MemoryDrafts
from app.adapters.learning_memory import MemoryLearnings
from app.adapters.pii_listed import ListedPii
from app.adapters.vault_memory import MemoryVault
from app.desk.drafts import Drafts, framed, staff_text, why_none
from app.desk.scrub import Scrubber
from app.domain.draft import End, Lack, Rejection
from app.domain.learning import CandidateKind
from app.domain.outcome import Language
from app.errors import AgentOnlyText, Conflict, NotFound
from tests.builders import NOON, PERSONAL, conversation, draft
from tests.scripted_replies import ScriptedReplies

SECRET = "担当者が発行できるお詫びクーポンは1件3,000円までです。"
SAID = conversation(("customer", "返品は何日以内ですか"), ("decline", "見つかりませんでした。"))
LATER = conversation(("customer", "返品は何日以内ですか"), ("decline", "…"), ("customer", "まだですか"))


@dataclass
class Desk:
    replies: ScriptedReplies
    store: MemoryDrafts = field(default_factory=MemoryDrafts)
    learnings: MemoryLearnings = field(default_factory=MemoryLearnings)
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOON))

    @property
    def drafts(self) -> Drafts:
        scrubber = Scrubber(ListedPii(PERSONAL), MemoryVault())
        return Drafts(self.replies, self.store, self.learnings, scrubber, self.clock)


def desk(staff: str = "", **script: tuple[str, ...]) -> Desk:
    return Desk(ScriptedReplies(draft(staff=staff), **script))  # type: ignore[arg-type]


async def test_a_draft_answers_the_open_turns_between_a_greeting_and_a_closing_line() -> None:
    at = desk()
    made = await at.drafts.make(SAID)
    assert at.replies.asked == [[0]]
    assert [bool(sentence.citations) for sentence in made.sentences] == [False, True, False]
    assert made.sentences[0].text == "お問い合わせいただき、ありがとうございます。"
    assert at.store.get(made.id) == made
    assert not made.is_stale(len(SAID.messages))
    assert made.is_stale(len(LATER.messages))


async def test_an_upset_customer_is_told_that_we_are_sorry() -> None:
    made = await desk().drafts.make(SAID, upset=0.9)
    assert "申し訳ございません" in made.sentences[1].text


@pytest.mark.parametrize("lack", list(Lack))
@pytest.mark.parametrize("language", ["ja", "en"])
async def test_without_support_there_is_no_draft_and_a_reason(lack: Lack, language: Language) -> None:
    at = Desk(ScriptedReplies(draft(), lack))
    made = await at.drafts.make(replace(SAID, locale=language))
    assert (made.sentences, made.lack) == ((), lack)
    assert why_none(lack, language)
    assert framed(await at.replies.write([], [], language), is_upset=True) == ()


async def test_staff_text_goes_out_only_when_that_is_confirmed() -> None:
    at = desk(staff=SECRET)
    made = await at.drafts.make(SAID)
    with pytest.raises(AgentOnlyText):
        at.drafts.send(made.id, SAID, made.text, "aoi")
    assert at.store.ended() == []
    assert at.drafts.send(made.id, SAID, made.text, "aoi", confirm_agent_only=True).end is End.ACCEPTED


@pytest.mark.parametrize(
    ("text", "is_held"),
    [
        (f"はい。{SECRET}", True),
        ("お詫びクーポンは1件3,000円までです。", True),
        ("未開封の商品は14日以内に返品できます。", False),
        ("クーポンはございません。", False),
        ("", False),
    ],
)
def test_staff_text_is_known_by_a_good_part_of_it(text: str, is_held: bool) -> None:
    assert bool(staff_text(draft(staff=SECRET), text)) == is_held


def test_what_a_public_sentence_says_too_is_no_secret() -> None:
    both = draft(staff="未開封の商品は14日以内に返品できます。")
    assert staff_text(both, "未開封の商品は14日以内に返品できます。") == ()


async def test_what_cannot_be_delivered_is_not_sent() -> None:
    at = desk()
    made = await at.drafts.make(SAID)

    def deliver() -> None:
        raise Conflict("The customer wrote meanwhile.")

    with pytest.raises(Conflict):
        at.drafts.send(made.id, SAID, made.text, "aoi", deliver=deliver)
    assert (at.store.ended(), at.learnings.candidates()) == ([], [])
    assert at.drafts.send(made.id, SAID, made.text, "aoi").end is End.ACCEPTED


async def test_what_was_sent_is_kept_with_its_diff_distance_time_additions_and_withdrawn_articles() -> None:
    at = desk(gone=("ja-returns",), added=("送料は無料です。",))
    made = await at.drafts.make(SAID)
    at.clock.at = NOON + timedelta(seconds=40)
    end = at.drafts.send(made.id, LATER, made.text.replace("14日", "14日間") + "\n送料は無料です。", "aoi")
    assert (end.end, end.seconds, end.agent) == (End.EDITED, 40.0, "aoi")
    assert (end.additions, end.withdrawn) == (("送料は無料です。",), ("ja-returns",))
    assert 0 < end.distance < 0.3
    assert "".join(change.text for change in end.changes if change.kind != "delete") == end.sent
    assert at.drafts.check(made, LATER, made.text).stale
    with pytest.raises(Conflict):
        at.drafts.reject(made.id, SAID, Rejection.OTHER, "aoi")


async def test_an_accepted_draft_becomes_a_candidate_without_personal_data() -> None:
    at = Desk(ScriptedReplies(replace(draft(), asked=("髙橋はるかです。返品は何日以内ですか",))))
    made = await at.drafts.make(SAID)
    at.drafts.send(made.id, SAID, made.text, "aoi")
    [candidate] = at.learnings.candidates()
    assert (candidate.kind, candidate.gold_docs, candidate.must_contain) == (
        CandidateKind.GOOD,
        ("ja-returns",),
        (("14日",),),
    )
    assert candidate.question == "<PERSON>です。返品は何日以内ですか"
    assert "ありがとう" not in candidate.reference


@pytest.mark.parametrize(
    ("rejection", "teaches"),
    [
        (Rejection.WRONG, True),
        (Rejection.INCOMPLETE, True),
        (Rejection.TONE, False),
        (Rejection.NOT_NEEDED, False),
        (Rejection.OTHER, False),
    ],
)
async def test_a_rejected_draft_teaches_where_it_was_wrong(rejection: Rejection, teaches: bool) -> None:
    at = desk()
    made = await at.drafts.make(SAID)
    assert at.drafts.reject(made.id, SAID, rejection, "aoi").rejection is rejection
    kinds = [candidate.kind for candidate in at.learnings.candidates()]
    assert kinds == ([CandidateKind.REGRESSION] if teaches else [])


async def test_a_reply_that_was_rewritten_teaches_nothing() -> None:
    at = desk()
    made = await at.drafts.make(SAID)
    at.drafts.send(made.id, SAID, "担当からお電話いたします。", "aoi")
    assert at.learnings.candidates() == []


def test_an_unknown_draft_is_not_found() -> None:
    with pytest.raises(NotFound):
        desk().drafts.send("nobody", SAID, "", "aoi")
