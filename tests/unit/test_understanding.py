"""Mood by rules, routes by examples, and what an assistant's words say about its answer."""

from pathlib import Path

import numpy as np
import pytest

from app.adapters.embedder_hashing import HashingEmbedder
from app.answering.escalate import TABLE, Setback, load_policy
from app.answering.escalator import Escalator
from app.answering.intent import Intents
from app.answering.sentiment import load_judge
from app.desk.routes import load_routes
from app.domain.desk import Cause, Effect, Escalation
from app.domain.understanding import Mood, Route
from app.errors import SettingsError
from app.prompting import load_prompts
from app.settings import ROOT, Settings
from app.wiring.policy import open_escalator
from tests.builders import trace
from tests.escalating import UNDERSTANDING

NOWHERE = np.zeros(4, dtype=np.float32)
JUDGE = load_judge(None)


@pytest.mark.parametrize(
    ("calm", "annoyed"),
    [
        ("返品の送料は誰が負担しますか", "いい加減にしてください。何度同じことを言わせるのですか。"),
        ("領収書を発行してください", "お忙しいとは存じますが、二週間も返信がないのはいかがなものでしょうか。"),
        ("Which filter fits the AP-30?", "This is ridiculous, you are useless."),
        ("Where is my order?", "WHERE IS MY ORDER?!"),
        ("Thank you so much!", "I am extremely disappointed."),
    ],
)
def test_rules_alone_tell_an_annoyed_customer_from_a_calm_one(calm: str, annoyed: str) -> None:
    assert JUDGE.judge(calm, NOWHERE).negative < JUDGE.judge(annoyed, NOWHERE).negative


@pytest.mark.parametrize(
    ("text", "urgent"),
    [
        ("至急ご対応ください", True),
        ("明日までに必要です", True),
        ("I need it today, please hurry", True),
        ("返品したいです", False),
        ("Can I change my order?", False),
    ],
)
def test_urgency_is_heard(text: str, urgent: bool) -> None:
    assert JUDGE.judge(text, NOWHERE).is_urgent is urgent


def test_a_probability_is_one() -> None:
    found = JUDGE.judge("最悪です!!", NOWHERE)
    assert 0 <= found.angry <= 1
    assert 0 <= found.negative <= 1
    assert found.mood in set(Mood)


@pytest.mark.parametrize(
    ("said", "setback"),
    [
        ("申し訳ありません。確かな情報が見つかりませんでした。", Setback.DECLINED),
        ("恐れ入りますが、お答えできかねます。", Setback.DECLINED),
        ("Sorry, I could not find reliable information.", Setback.DECLINED),
        ("I'm afraid I can't help with that.", Setback.DECLINED),
        ("Could you rephrase your question?", Setback.ASKED_BACK),
        ("返品は14日以内に承ります。", None),
        ("Delivery takes 2 to 4 days.", None),
    ],
)
def test_an_answer_of_no_use_is_known_by_its_words(said: str, setback: Setback | None) -> None:
    assert UNDERSTANDING.reply(1, said).setback is setback


def test_the_nearest_example_names_the_route() -> None:
    embedder = HashingEmbedder(256)
    routes = (
        Route("returns", "orders", {"ja": ("返品したいです",), "en": ("I want to return it",)}),
        Route("other", "general", {"ja": (), "en": ()}),
    )
    intents = Intents(routes, embedder)
    assert intents.nearest(embedder.embed_question("返品したいです").whole) == "returns"
    assert intents.nearest(embedder.embed_question("zzz qqq").whole) == "other"


def test_a_critical_topic_goes_to_its_route_and_all_else_to_the_nearest() -> None:
    prompts = load_prompts(ROOT / "prompts", frozenset())
    escalator = Escalator(UNDERSTANDING, load_policy(), prompts, load_routes())
    asked = trace("c-1", "m-1", "二重に請求されています")
    asked.add("understand", 0.0, route="delivery")
    assert escalator.route(asked) == "orders"
    for topic, skill in (("payment_dispute", "payment"), ("legal", "orders")):
        asked.escalation = Escalation(Cause.CRITICAL_TOPIC, Effect.HAND_OFF, 0, 1.0, topic)
        assert escalator.route(asked) == skill


def test_every_shipped_route_has_examples_in_both_languages_but_the_last_resort() -> None:
    routes = load_routes()
    assert [route.name for route in routes if not all(route.examples.values())] == ["other"]


def test_an_unknown_route_in_the_settings_stops_the_start_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = tmp_path / "escalation.toml"
    table.write_text(TABLE.read_text("utf-8").replace('"repair"', '"repairs"'), "utf-8")
    monkeypatch.setattr("app.wiring.policy.ESCALATION", table)
    with pytest.raises(
        SettingsError, match=r'^escalation\.toml, line 4\d: there is no route "repairs"; routes\.toml has returns'
    ):
        open_escalator(Settings(home=tmp_path), HashingEmbedder(), load_prompts(ROOT / "prompts", frozenset()))


@pytest.mark.parametrize("wrong", ['[returns]\nskill = "A"\n', "[returns]\nja = []\n"])
def test_a_route_that_is_not_whole_stops_the_start(tmp_path: Path, wrong: str) -> None:
    path = tmp_path / "routes.toml"
    path.write_text(wrong, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"^routes\.toml, line 1: "):
        load_routes(path)
