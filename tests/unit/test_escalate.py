"""When a conversation goes to a person: the decision, and the table that drives it."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answering.escalate import (
    NEVER_AUTOMATED,
    TABLE,
    Facts,
    Heard,
    Setback,
    escalate,
    load_policy,
)
from app.domain.desk import Cause, Effect, State
from app.domain.understanding import Mood, Sentiment, Topic, Understood
from app.errors import SettingsError

POLICY = load_policy()
CALM = Understood(Sentiment(0.1, 0.0, Mood.NEUTRAL))
UPSET = Understood(Sentiment(0.8, 0.2, Mood.NEGATIVE))
ANGRY = Understood(Sentiment(0.95, 0.9, Mood.ANGRY))


def asked(understood: Understood = CALM) -> Heard:
    return Heard(0, understood)


def answered(setback: Setback | None = None, **more: object) -> Heard:
    return replace(Heard(0, setback=setback), **more)  # type: ignore[arg-type]


def facts(*turns: Heard, state: State = State.BOT, declined: int = 0) -> Facts:
    return Facts(tuple(replace(turn, turn=n) for n, turn in enumerate(turns)), state, declined)


def cause(*turns: Heard, **more: object) -> Cause | None:
    found = escalate(facts(*turns, **more), POLICY)  # type: ignore[arg-type]
    return found.cause if found else None


def test_a_calm_question_with_an_answer_stays_with_the_machine() -> None:
    assert cause(asked(), answered()) is None


@pytest.mark.parametrize("topic", sorted(NEVER_AUTOMATED))
def test_what_must_not_stay_is_handed_off_with_its_evidence(topic: str) -> None:
    found = escalate(facts(asked(), answered(), asked(replace(CALM, topics=(Topic(topic, 0.93),)))), POLICY)
    assert found
    assert (found.cause, found.effect, found.topic) == (Cause.CRITICAL_TOPIC, Effect.HAND_OFF, topic)
    assert (found.turn, found.score) == (2, 0.93)


def test_who_asks_for_a_person_gets_one() -> None:
    assert cause(asked(replace(CALM, wants_human=0.9))) is Cause.ASKED_FOR_HUMAN


def test_yes_means_what_was_offered_last() -> None:
    yes = asked(replace(CALM, agrees=True))
    assert cause(asked(), answered(offers=True), yes) is Cause.ASKED_FOR_HUMAN
    assert cause(asked(), answered(), yes) is None


def test_anger_is_offered_a_person() -> None:
    assert cause(asked(ANGRY)) is Cause.ANGER


def test_a_mood_that_sinks_is_noticed_before_it_is_anger() -> None:
    assert cause(asked(), answered(), asked(UPSET), answered(), asked(UPSET)) is Cause.WORSENING_SENTIMENT
    assert cause(asked(UPSET), answered(), asked(UPSET)) is None


def test_two_answers_of_no_use_are_enough() -> None:
    lost = answered(Setback.DECLINED)
    assert cause(asked(), lost, asked(), lost) is Cause.REPEATED_FAILURE
    assert cause(asked(), lost) is Cause.CANNOT_ANSWER


def test_an_answer_the_customer_protests_against_has_failed() -> None:
    protest = asked(replace(CALM, protests=True))
    assert cause(asked(), answered(), protest, answered(), protest) is Cause.REPEATED_FAILURE
    assert cause(asked(), answered(), protest) is None


def test_an_answer_clears_what_failed_before() -> None:
    assert cause(asked(), answered(Setback.DECLINED), asked(), answered()) is None


def test_who_says_thanks_is_offered_nothing() -> None:
    assert cause(asked(), answered(Setback.DECLINED), asked(replace(CALM, closes=True))) is None


def test_an_unsure_answer_is_offered_a_person() -> None:
    assert cause(asked(), answered(confidence=0.2)) is Cause.LOW_CONFIDENCE


@pytest.mark.parametrize("topic", ["safety", "self_harm"])
def test_danger_to_life_comes_before_any_other_matter(topic: str) -> None:
    urgent = asked(replace(CALM, topics=(Topic("legal", 0.99), Topic(topic, 0.95))))
    found = escalate(facts(urgent), POLICY)
    assert found is not None
    assert (found.topic, found.effect) == (topic, Effect.HAND_OFF)


@pytest.mark.parametrize("state", [State.WAITING, State.WITH_AGENT, State.REOPENED])
def test_nothing_is_decided_while_a_person_has_it(state: State) -> None:
    assert cause(asked(replace(CALM, wants_human=1.0)), state=state) is None


@pytest.mark.parametrize("topic", sorted(NEVER_AUTOMATED))
def test_what_must_not_stay_is_no_machines_matter_while_a_person_is_waited_for_either(topic: str) -> None:
    critical = asked(replace(CALM, topics=(Topic(topic, 0.93),), wants_human=1.0))
    assert cause(critical, state=State.WAITING) is Cause.CRITICAL_TOPIC
    assert cause(critical, state=State.WITH_AGENT) is None


def test_nothing_is_offered_to_whom_waits_for_a_person() -> None:
    lost = answered(Setback.DECLINED)
    assert cause(asked(ANGRY), lost, asked(ANGRY), lost, state=State.WAITING) is None
    assert cause(asked(replace(CALM, topics=(Topic("cancellation", 0.93),))), state=State.WAITING) is None


@pytest.mark.parametrize(("declined", "quiet"), [(0, 3), (1, 6)])
def test_an_offer_is_not_repeated_at_once(declined: int, quiet: int) -> None:
    offer = answered(Setback.DECLINED, offered=True, offers=True)
    for turns in range(1, quiet + 2):
        later = [turn for _ in range(turns) for turn in (asked(), answered(Setback.DECLINED))]
        found = cause(asked(), offer, *later, declined=declined)
        assert (found is None) is (turns <= quiet)


def test_a_hand_off_does_not_wait_for_an_offer_to_be_forgotten() -> None:
    offer = answered(Setback.DECLINED, offered=True)
    assert cause(asked(), offer, asked(replace(CALM, wants_human=1.0))) is Cause.ASKED_FOR_HUMAN


HEARD = st.builds(
    Heard,
    turn=st.just(0),
    understood=st.none() | st.sampled_from([CALM, UPSET, ANGRY]),
    setback=st.none() | st.sampled_from(list(Setback)),
    confidence=st.floats(0, 1),
    offers=st.booleans(),
    offered=st.booleans(),
)


@given(st.lists(HEARD, max_size=12), st.sampled_from(list(State)), st.integers(0, 3))
def test_a_decision_is_always_about_the_last_turn_and_crosses_its_threshold(
    turns: list[Heard], state: State, declined: int
) -> None:
    known = facts(*turns, state=state, declined=declined)
    found = escalate(known, POLICY)
    if found:
        line = POLICY.topics[found.topic] if found.topic else POLICY.causes[found.cause]
        assert found.turn == known.asked[-1].turn
        assert line.threshold <= found.score <= 1
        assert found.effect is line.effect
    assert found == escalate(known, POLICY)


@pytest.mark.parametrize("topic", sorted(NEVER_AUTOMATED))
@pytest.mark.parametrize("effect", ["offer", "off"])
def test_a_table_that_automates_what_it_must_not_stops_the_start(tmp_path: Path, topic: str, effect: str) -> None:
    path = table(tmp_path, f"topics.{topic}", effect)
    number = path.read_text(encoding="utf-8").splitlines().index(f"[topics.{topic}]") + 1
    with pytest.raises(SettingsError, match=rf'^escalation\.toml, line {number}: "{topic}" always goes to a person'):
        load_policy(path)


def test_who_asks_for_a_person_can_not_be_turned_off(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"^escalation\.toml, line \d+: who asks for a person gets one"):
        load_policy(table(tmp_path, "asked_for_human", "off"))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("[anger]", "[anger_]", r"\[anger\] is missing"),
        ("threshold = 0.3", "threshold = 3", "a number from 0 to 1"),
        ('effect = "off"', 'effect = "never"', '"offer", "hand_off" or "off"'),
        ("[guard]", "[guard", "is not TOML"),
    ],
)
def test_a_table_that_is_not_whole_stops_the_start(tmp_path: Path, old: str, new: str, told: str) -> None:
    path = tmp_path / "escalation.toml"
    path.write_text(TABLE.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(SettingsError, match=told):
        load_policy(path)


def table(folder: Path, head: str, effect: str) -> Path:
    """The shipped table with another effect in one place."""
    before, after = TABLE.read_text(encoding="utf-8").split(f"[{head}]", 1)
    path = folder / "escalation.toml"
    path.write_text(f"{before}[{head}]" + after.replace('"hand_off"', f'"{effect}"', 1), encoding="utf-8")
    return path
