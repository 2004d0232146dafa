"""The agents' inbox over HTTP: what it shows, what it asks before it sends, and what goes wrong on the way."""

import asyncio
import json
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.types import ASGIApp

from app.domain.conversation import Conversation
from app.domain.desk import Cause, Effect, Escalation
from app.domain.draft import DraftEnd, End, Tone
from app.domain.knowledge import Audience
from app.domain.macro import Macro
from app.domain.people import StaffRole
from app.domain.pseudonyms import PersonalData
from app.main import create_app
from app.web.access import COOKIE, csrf_token
from app.web.deps import COOKIE as CHAT_COOKIE
from app.web.inbox_live import _frames
from app.web.watch import EventWatch
from app.words import words
from tests.builders import VERSIONS, document, draft, outcome, trace
from tests.scripted import ScriptedServices, scripted_services
from tests.scripted_replies import ScriptedReplies

ASKED = Escalation(Cause.ASKED_FOR_HUMAN, Effect.HAND_OFF, turn=0, score=1.0)
STAFF_TEXT = "返金の上限は30,000円で、店長の許可が要ります。"
W = words("ja")


class Agent:
    """Signed in at a browser."""

    def __init__(self, services: ScriptedServices, app: ASGIApp, name: str) -> None:
        self.user = services.people.add(name.lower(), name, frozenset({StaffRole.AGENT}))
        self.session = services.people.open_session(self.user.id, services.clock.now() + timedelta(days=1))
        self.client = TestClient(app, cookies={COOKIE: self.session}, follow_redirects=False)
        csrf = csrf_token(self.session)
        self.client.headers |= {"x-csrf-token": csrf, "sec-fetch-site": "same-origin", "accept": "text/html"}
        self.client.headers["accept-language"] = "ja"

    def get(self, path: str = "") -> str:
        answer = self.client.get(f"/desk{path}")
        assert answer.status_code == 200
        return unescape(answer.text)

    def post(self, path: str, **fields: Any) -> Any:
        return self.client.post(f"/desk/{path}", data=fields)

    def rows(self, about: str = "") -> list[str]:
        return re.findall(r'data-ticket="(\d+)"(?! data-conversation)', self.get(f"/queue{about}"))

    def has_unread(self) -> bool:
        return 'class="unread"' in self.get("/queue")

    def draft(self) -> str:
        """The id of the draft in the form that is made anew."""
        form = re.search(r'name="draft" value="(\w*)"', self.get("/1001/write"))
        assert form is not None
        return form[1]


@dataclass
class Desk:
    """A service, and a conversation that waits for a person: ticket 1001."""

    services: ScriptedServices
    app: ASGIApp
    conversation: Conversation

    @property
    def replies(self) -> ScriptedReplies:
        writer = self.services.drafting.replies
        assert isinstance(writer, ScriptedReplies)
        return writer

    def waits(self, text: str, token: str) -> str:
        """Another conversation; returns its ticket."""
        other = self.services.store.create("ja", "web", token)
        self.services.store.add_question(other.id, text)
        return self.services.desk.open(self.services.store.find(other.id), ASKED).ticket_id

    def writes(self, text: str) -> None:
        self.services.clock.at += timedelta(seconds=1)
        self.services.store.add_question(self.conversation.id, text)

    def said(self) -> list[str]:
        return [message.text for message in self.services.store.find(self.conversation.id).messages]

    def ends(self) -> list[DraftEnd]:
        return [each.end for each in self.services.drafting.store.ended()]


@pytest.fixture
def desk() -> Iterator[Desk]:
    services = scripted_services()
    conversation = services.store.create("ja", "web", "token")
    services.redactor._vault.keep(conversation.id, [PersonalData("PHONE", "090-1234-5678")])
    services.store.add_question(conversation.id, "返品は何日以内ですか。<PHONE_1>です。")
    services.desk.open(services.store.find(conversation.id), ASKED)
    app = create_app(services)
    with TestClient(app):
        yield Desk(services, app, conversation)


@pytest.fixture
def aoi(desk: Desk) -> Agent:
    return Agent(desk.services, desk.app, "Aoi")


@pytest.fixture
def sora(desk: Desk) -> Agent:
    return Agent(desk.services, desk.app, "Sora")


def test_the_queue_has_mine_unassigned_all_and_done(desk: Desk, aoi: Agent, sora: Agent) -> None:
    desk.waits("配送はいつですか", "2")
    desk.waits("鍵をなくしました", "3")
    aoi.post("1001/take")
    sora.post("1002/take")
    sora.post("1002/resolve")
    tabs = {tab: aoi.rows(f"?tab={tab}") for tab in ("mine", "unassigned", "all", "done")}
    assert tabs == {"mine": ["1001"], "unassigned": ["1003"], "all": ["1001", "1003"], "done": ["1002"]}
    assert aoi.client.get("/desk?tab=theirs").status_code == 422


@pytest.mark.parametrize(
    ("search", "found"),
    [("返品", ["1001"]), ("1002", ["1002"]), ("ハイソウ いつ", []), ("配送　ｲﾂ", []), ("冷蔵庫", [])],
)
def test_the_queue_is_searched_by_all_words(desk: Desk, aoi: Agent, search: str, found: list[str]) -> None:
    desk.waits("配送はいつですか", "2")
    assert aoi.rows(f"?search={search}") == found
    assert (W["desk_no_match"] in aoi.get(f"?search={search}")) == (not found)


def test_what_was_looked_at_is_read_until_the_customer_writes_again(desk: Desk, aoi: Agent, sora: Agent) -> None:
    assert aoi.has_unread()
    aoi.get("/1001")
    assert (aoi.has_unread(), sora.has_unread()) == (False, True)
    desk.writes("まだですか")
    assert aoi.has_unread()


@pytest.mark.parametrize("judged", [1, 3])
def test_the_moods_of_a_conversation_are_drawn(desk: Desk, aoi: Agent, judged: int) -> None:
    told = desk.services.store.create("ja", "web", "moody")
    for n in range(judged):
        desk.services.store.add_question(told.id, "まだ届きません")
        made = trace(told.id, f"t-{n}")
        made.add("understand", 0.001, sentiment={"negative": 0.3 * n})
        desk.services.store.add_answer(told.id, outcome(f"m-{n}", f"t-{n}"), made)
    asked = replace(ASKED, cause=Cause.CRITICAL_TOPIC, topic="safety")
    ticket = desk.services.desk.open(desk.services.store.find(told.id), asked).ticket_id
    page = aoi.get(f"/{ticket}").partition('class="spark')[2].partition("</svg>")[0]
    assert (page.count("<circle"), page.count("<text")) == (judged, 3 + min(judged, 2))


def test_opening_a_conversation_assigns_nothing_and_a_reply_takes_it(desk: Desk, aoi: Agent) -> None:
    aoi.get("/1001")
    assert desk.services.desk.ticket("1001").assigned_to is None
    sent = aoi.post("1001/reply", text="14日以内です。", seen=1)
    assert (sent.status_code, sent.headers["location"]) == (303, "/desk/1001#sent")
    assert desk.services.desk.ticket("1001").agent == "Aoi"
    assert desk.said()[-1] == "14日以内です。"


def test_a_reply_to_a_customer_who_wrote_meanwhile_comes_back_with_the_question(desk: Desk, aoi: Agent) -> None:
    desk.writes("やっぱり交換で")
    late = aoi.post("1001/reply", text="14日以内です。", seen=1)
    assert late.status_code == 409
    assert all(told in late.text for told in ("14日以内です。", W["written_meanwhile"], W["desk_confirm_meanwhile"]))
    assert desk.said()[-1] == "やっぱり交換で"
    assert aoi.post("1001/reply", text="14日以内です。", seen=1, confirm="meanwhile").status_code == 303
    assert desk.said()[-1] == "14日以内です。"


def test_two_replies_in_the_same_second_do_not_both_go_unseen(desk: Desk, aoi: Agent, sora: Agent) -> None:
    assert aoi.post("1001/reply", text="承ります。", seen=1).status_code == 303
    second = sora.post("1001/reply", text="私が承ります。", seen=1)
    assert second.status_code == 409
    assert "私が承ります。" in second.text
    assert desk.said()[1:] == ["承ります。"]


def test_text_for_staff_only_is_asked_about_before_it_goes(desk: Desk, aoi: Agent) -> None:
    desk.replies.of = draft(staff=STAFF_TEXT)
    made = aoi.draft()
    assert W["desk_inside"] in aoi.get("/1001")
    fields = {"text": f"{STAFF_TEXT}ご了承ください。", "seen": 1, "draft": made}
    asked = aoi.post("1001/reply", **fields)
    assert asked.status_code == 409
    assert all(told in asked.text for told in (W["desk_confirm_inside"], W["agent_only_text"], STAFF_TEXT))
    assert len(desk.said()) == 1
    assert aoi.post("1001/reply", **fields, confirm="inside").status_code == 303
    assert len(desk.said()) == 2


def test_who_confirms_one_thing_is_still_asked_the_other(desk: Desk, aoi: Agent) -> None:
    desk.replies.of = draft(staff=STAFF_TEXT)
    fields = {"text": STAFF_TEXT, "seen": 1, "draft": aoi.draft()}
    desk.writes("まだですか")
    both = aoi.post("1001/reply", **fields, confirm="inside")
    assert both.status_code == 409
    assert 'type="hidden" name="confirm" value="inside"' in both.text
    assert aoi.post("1001/reply", **fields, confirm=["inside", "meanwhile"]).status_code == 303


def test_text_for_staff_of_an_earlier_draft_is_asked_about_too(desk: Desk, aoi: Agent) -> None:
    """It was typed on, kept by the browser, and put into a form that has a later draft, or none."""
    desk.replies.of = draft(staff=STAFF_TEXT)
    aoi.draft()
    desk.writes("まだですか")
    desk.replies.of = draft()
    for later in ("", aoi.draft()):
        asked = aoi.post("1001/reply", text=f"{STAFF_TEXT}ご了承ください。", seen=2, draft=later)
        assert (asked.status_code, W["desk_confirm_inside"] in asked.text) == (409, True)
    assert len(desk.said()) == 2


def test_a_draft_of_another_conversation_is_none_here(desk: Desk, aoi: Agent) -> None:
    made, other = aoi.draft(), desk.waits("別の件です", "other")
    text = desk.services.drafting.store.get(made).text
    assert aoi.post(f"{other}/changes", draft=made, text="x").status_code == 404
    assert aoi.post(f"{other}/reply", draft=made, text=text, seen=1).status_code == 404
    assert aoi.post(f"{other}/reject", draft=made, reason="tone").status_code == 303
    assert desk.ends() == []


def test_a_draft_is_made_once_for_what_the_customer_waits_for_and_anew_when_they_write(desk: Desk, aoi: Agent) -> None:
    assert "data-undrafted" in aoi.get("/1001")
    first = aoi.draft()
    assert first == aoi.draft() != ""
    assert desk.replies.asked == [[0]]
    assert draft().sentences[1].text in aoi.get("/1001")
    desk.writes("やっぱり交換で")
    assert aoi.draft() != first
    assert len(desk.replies.asked) == 2


def test_another_tone_is_made_when_it_is_wished_and_only_then(desk: Desk, aoi: Agent) -> None:
    desk.services.drafting = replace(desk.services.drafting, tones=frozenset(Tone))
    plain = aoi.draft()
    assert "/desk/1001/write?tone=warmer" in aoi.get("/1001")
    desk.services.clock.at += timedelta(seconds=1)
    warmer = aoi.get("/1001/write?tone=warmer")
    assert plain not in warmer
    assert aoi.get("/1001/write?tone=warmer") == warmer
    assert aoi.draft() in warmer
    desk.services.clock.at += timedelta(seconds=1)
    assert aoi.get("/1001/write?tone=plain") != warmer
    assert aoi.client.get("/desk/1001/write?tone=ruder").status_code == 422


def test_what_is_sent_ends_its_draft(desk: Desk, aoi: Agent) -> None:
    desk.replies.of = draft()
    made = aoi.draft()
    text = desk.services.drafting.store.get(made).text
    aoi.post("1001/reply", text=text, seen=1, draft=made)
    [end] = desk.ends()
    assert (end.end, end.distance, end.agent) == (End.ACCEPTED, 0.0, aoi.user.id)
    desk.writes("交換は")
    aoi.post("1001/reply", text="30日以内です。", seen=3, draft=aoi.draft())
    assert [each.end for each in desk.ends()] == [End.ACCEPTED, End.EDITED]


def test_a_rejected_draft_is_gone_and_its_reason_is_kept(desk: Desk, aoi: Agent) -> None:
    made = aoi.draft()
    for _ in range(2):  # pressed twice
        assert aoi.post("1001/reject", draft=made, reason="tone").status_code == 303
    [end] = desk.ends()
    assert (end.end, end.rejection) == (End.REJECTED, "tone")
    assert made not in aoi.get("/1001")


def test_an_article_that_is_withdrawn_before_the_reply_goes_is_kept_in_the_end(desk: Desk, aoi: Agent) -> None:
    made = aoi.draft()
    desk.replies.gone = ("ja-returns",)
    assert aoi.post("1001/reply", text="14日以内です。", seen=1, draft=made).status_code == 303
    assert [end.withdrawn for end in desk.ends()] == [("ja-returns",)]


def test_changes_to_a_draft_are_shown_and_additions_without_a_source_counted(desk: Desk, aoi: Agent) -> None:
    made = aoi.draft()
    text = desk.services.drafting.store.get(made).text
    desk.replies.added = ("<b>送料も無料です。",)
    changes = aoi.post("1001/changes", draft=made, text=f"{text}\n<b>送料も無料です。").json()
    assert changes["unsourced"] == W("desk_unsourced", n=1)
    assert "<ins>" in changes["diff"]
    assert "&lt;b&gt;" in changes["diff"]
    assert aoi.post("1001/changes", draft=made, text=text).json()["unsourced"] == ""
    assert aoi.post("1001/changes", draft="unknown", text=text).status_code == 404


def test_a_macro_with_a_gap_is_not_sent(desk: Desk, aoi: Agent) -> None:
    refused = aoi.post("1001/reply", text="{{order_number}}の件です。", seen=1)
    assert refused.status_code == 422
    assert all(told in unescape(refused.text) for told in ("{{ }}の部分", "{{order_number}}の件です。"))
    assert len(desk.said()) == 1


def test_macros_are_filled_with_what_is_known_and_their_use_is_counted(desk: Desk, aoi: Agent) -> None:
    macros = desk.services.drafting.macros
    macros.put(
        Macro("thanks", "ja", "お礼", "{{agent_name}}です。受付番号は{{ticket_id}}、注文は{{order_number}}です。")
    )
    macros.put(Macro("thanks", "en", "Thanks", "This is {{agent_name}}."))
    page = aoi.get("/1001")
    assert "Aoiです。受付番号は1001、注文は{{order_number}}です。" in page
    assert "This is Aoi." not in page
    assert aoi.post("macros/used", macro="thanks/ja/").status_code == 204
    assert {macro.language: macro.uses for macro in macros.macros()} == {"ja": 1, "en": 0}
    assert aoi.post("macros/used", macro="gone/ja/").status_code == 404


def test_personal_data_is_shown_once_it_is_on_record_and_never_otherwise(
    desk: Desk, aoi: Agent, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    pages = aoi.get("/1001") + aoi.get() + aoi.get("/1001/turns") + aoi.get("/1001/write")
    assert 'data-token="<PHONE_1>">電話番号1' in pages
    shown = aoi.post("1001/reveal", token="<PHONE_1>", reason="call_back")
    assert (shown.json(), shown.headers["cache-control"]) == ({"value": "090-1234-5678"}, "no-store")
    entry = desk.services.audit.entries()[-1]
    assert (entry.who, entry.act, entry.what) == (aoi.user.id, "reveal", "1001 PHONE_1 call_back")
    assert "090-1234" not in pages + caplog.text + str(desk.services.audit.entries())
    assert aoi.post("1001/reveal", token="<PHONE_1>", reason="curious").status_code == 422


def test_what_cannot_be_read_is_not_found(desk: Desk, aoi: Agent) -> None:
    desk.waits("配送はいつですか", "2")
    for path, token in (("1002", "<PHONE_1>"), ("1001", "<PHONE_2>"), ("1003", "<PHONE_1>")):
        assert aoi.post(f"{path}/reveal", token=token, reason="other").status_code == 404
    assert aoi.post("1001/reveal", token="髙橋様 090-1234-5678", reason="other").status_code == 404
    assert "090" not in str(desk.services.audit.entries())


def test_notes_are_kept_and_shown_to_colleagues(desk: Desk, aoi: Agent, sora: Agent) -> None:
    assert aoi.post("1001/note", text="090-0000-0000に<b>折り返し済み").status_code == 303
    page = sora.client.get("/desk/1001").text
    assert "&lt;b&gt;折り返し済み" in page
    assert aoi.post("1001/note", text=" ").status_code == 422


def test_a_ticket_is_given_to_a_colleague_and_to_nobody(desk: Desk, aoi: Agent, sora: Agent) -> None:
    sora.get("/1001")
    assert aoi.post("1001/assign", to=sora.user.id).status_code == 303
    assert desk.services.desk.ticket("1001").agent == "Sora"
    assert aoi.post("1001/assign").status_code == 303
    assert desk.services.desk.ticket("1001").assigned_to is None
    assert aoi.post("1001/assign", to="nobody").status_code == 404


def test_of_two_who_take_it_the_later_is_told_who_has_it(aoi: Agent, sora: Agent) -> None:
    assert aoi.post("1001/take").status_code == 303
    late = sora.post("1001/take")
    assert late.status_code == 409
    assert "Aoi" in late.text


def test_agents_see_who_else_has_it_open_and_who_types(desk: Desk, aoi: Agent, sora: Agent) -> None:
    assert sora.post("presence").json() == {"others": ""}
    assert sora.post("presence", ticket="1001").json() == {"others": ""}
    assert aoi.post("presence", ticket="1001").json() == {"others": W("desk_others", names="Sora")}
    sora.post("presence", ticket="1001", typing=True)
    assert W("desk_others_typing", names="Sora") in aoi.get("/1001")
    desk.services.clock.at += timedelta(minutes=1)
    assert aoi.post("presence", ticket="1001").json() == {"others": ""}


def test_a_role_that_is_withdrawn_while_typing_ends_it(desk: Desk, aoi: Agent) -> None:
    aoi.get("/1001")
    desk.services.people.change(aoi.user.id, roles=frozenset({StaffRole.QA}))
    refused = aoi.post("1001/reply", text="14日以内です。", seen=1)
    assert (refused.status_code, "<html" in refused.text) == (403, True)
    as_program = aoi.client.post("/desk/presence", headers={"accept": "application/json"})
    assert (as_program.status_code, as_program.json()["status"]) == (403, 403)
    assert len(desk.said()) == 1


def test_a_session_that_is_over_keeps_the_reply_for_the_next_one(desk: Desk, aoi: Agent) -> None:
    desk.services.people.close_session(aoi.session)
    refused = aoi.post("1001/reply", text="14日以内です。", seen=1)
    assert refused.status_code == 401
    kept = re.search(r'name="kept" value="([^"]*)"', refused.text)
    assert kept is not None
    assert ["text", "14日以内です。"] in json.loads(unescape(kept[1]))


def test_a_conversation_of_two_thousand_turns_shows_the_latest_and_the_whole_when_asked(desk: Desk, aoi: Agent) -> None:
    for n in range(2000):
        desk.services.store.add_question(desk.conversation.id, f"発言{n}")
    page = aoi.get("/1001")
    assert page.count("data-key=") == 200
    assert "発言1999" in page
    assert "発言1500" not in page
    assert W("earlier_messages", n=1802) in page
    keys = re.findall(r'data-key="([^"]+)"', page)
    desk.writes("もしもし")
    fresh = re.findall(r'data-key="([^"]+)"', aoi.get("/1001/turns"))
    assert (fresh[:-1], fresh[-1] in keys) == (keys[1:], False)
    assert "発言0<" in aoi.get("/1001?whole=1")


def test_an_article_for_agents_is_read_at_the_desk_and_nowhere_by_customers(desk: Desk, aoi: Agent) -> None:
    desk.services.index.versions = {VERSIONS.index: [document("ja-limit", STAFF_TEXT, audience=Audience.AGENT)]}
    assert STAFF_TEXT in aoi.get("/sources/ja-limit")
    customer = TestClient(desk.app, cookies={CHAT_COOKIE: f"{desk.conversation.id}.token"}, follow_redirects=False)
    for path in ("/sources/ja-limit", "/api/v1/sources/ja-limit"):
        assert (customer.get(path).status_code, aoi.client.get(path).status_code) == (404, 404)
    refused = customer.get("/desk/sources/ja-limit")
    assert refused.status_code in (303, 401)
    assert STAFF_TEXT not in refused.text


def test_the_stream_of_the_desk_resumes_where_it_was_and_ends_with_the_session(desk: Desk, aoi: Agent) -> None:
    before = desk.services.events.latest()
    desk.writes("まだですか")
    desk.writes("もしもし")

    async def follow() -> list[str]:
        watch, frames = EventWatch(desk.services.events), []
        async for frame in _frames(desk.services, watch, before + 1, aoi.session, patience=0.05):
            frames.append(frame)
            if len(frames) == 3:
                desk.services.people.close_session(aoi.session)
        return frames

    retry, told, *quiet = asyncio.run(asyncio.wait_for(follow(), 5))
    assert (retry, set(quiet)) == ("retry: 2000\n\n", {": keep-alive\n\n"})
    assert f"id: {before + 2}\n" in told
    data = json.loads(told.partition("data: ")[2])
    assert data == {"kind": "message.created", "conversation_id": desk.conversation.id}


@pytest.mark.parametrize("loses", ["session", "role"])
def test_a_stream_in_which_something_always_happens_ends_with_the_right_to_it(
    desk: Desk, aoi: Agent, loses: str
) -> None:
    async def follow() -> int:
        watch, frames = EventWatch(desk.services.events, poll=0.01), 0
        async for _ in _frames(desk.services, watch, 0, aoi.session, patience=0.2):
            frames += 1
            if frames == 3 and loses == "session":
                desk.services.people.close_session(aoi.session)
            elif frames == 3:
                desk.services.people.change(aoi.user.id, roles=frozenset({StaffRole.QA}))
            desk.writes("まだですか")
            watch.ring()
            await asyncio.sleep(0.01)
        return frames

    assert asyncio.run(asyncio.wait_for(follow(), 5)) > 3


@pytest.mark.parametrize("last", ["", "2", "x", "9" * 30, "\u0663"])
def test_whatever_a_page_says_it_has_seen_the_stream_begins(desk: Desk, aoi: Agent, last: str) -> None:
    aoi.client.app.state.watch.close()  # type: ignore[attr-defined]
    assert aoi.client.get("/desk/events", headers=[(b"last-event-id", last.encode())]).text == "retry: 2000\n\n"


@pytest.mark.parametrize("path", ["", "/1001", "/1001/write", "/1001/turns", "/queue"])
def test_the_page_is_in_the_reader_s_language(aoi: Agent, path: str) -> None:
    aoi.client.headers["accept-language"] = "en"
    page = aoi.get(path)
    assert words("en")["desk_inbox"] in page or words("en")["desk_send"] in page or "Customer" in page
    assert W["desk_send"] not in page
    assert W["desk_inbox"] not in page
