"""Critical topics and the wish for a person, by rules alone: what is found, and what is left alone."""

import pytest

from app.answering.topics import load_topics
from app.domain.text import normalise
from app.domain.text.unveil import unveiled

TOPICS = load_topics(None)


def found(text: str, tenure_months: int | None = None) -> set[str]:
    return {topic.name for topic in TOPICS.judge(plain(text), None, tenure_months)[0]}


def asks(text: str) -> bool:
    return TOPICS.judge(plain(text), None)[1] >= 0.5


def plain(text: str) -> str:
    return unveiled(normalise(text).text)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("弁護士に相談します", "legal"),
        ("You will hear from my lawyer", "legal"),
        ("充電器から煙が出ています", "safety"),
        ("I got an electric shock from it", "safety"),
        ("アカウントが乗っ取られました", "security"),
        ("Somebody has hacked my account", "security"),
        ("身に覚えのない請求があります", "payment_dispute"),
        ("クレジットカードを紛失しました", "payment_dispute"),
        ("There is a payment I did not make", "payment_dispute"),
        ("My card was stolen", "payment_dispute"),
        ("もう死にたいです", "self_harm"),
        ("I want to kill myself", "self_harm"),
        ("正式に苦情を申し立てます", "complaint"),
        ("I want to make a formal complaint", "complaint"),
        ("SNSで拡散します", "press"),
        ("I am going to post this on Twitter", "press"),
        ("Please close my account", "cancellation"),
        ("十年以上使ってきましたが、解約します", "cancellation"),
    ],
)
def test_a_critical_topic_is_found(text: str, topic: str) -> None:
    assert topic in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "返品の送料は誰が負担しますか",
        "禁煙の部屋はありますか",
        "火を使わないストーブはありますか",
        "カードの有効期限を変更したい",
        "口コミに書いてあった色はどれですか",
        "注文をキャンセルしたい",
        "Does it have a smoke detector?",
        "Can I change my password?",
        "I found my lost card, can I use it again?",
        "The ATM swallowed my card",
        "When will my new card arrive?",
        "How do I cancel my order?",
        "Do you have an Instagram page?",
        "Can I post a photo of my room on Instagram?",
        "部屋の写真をインスタに載せてもいいですか",
        "The card I thought I lost was in my pocket",
    ],
)
def test_an_ordinary_message_touches_none(text: str) -> None:
    assert found(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "担当者と話したいです",
        "オペレーターにつないでください",
        "ボットじゃなくて人間に聞きたい",
        "折り返しお電話をお願いできますか",
        "電話で直接説明してもらえませんか",
        "I want to talk to a human",
        "agent please",
        "Could someone call me back?",
        "Are you a bot? Then let me speak to a real person.",
    ],
)
def test_who_asks_for_a_person_is_heard(text: str) -> None:
    assert asks(text)


@pytest.mark.parametrize(
    "text",
    [
        "あなたは人間ですか",
        "電話の受付時間を教えてください",
        "担当者から来週届くと言われました",
        "家族の人数は4人です",
        "Are you human?",
        "Am I talking to a bot?",
        "A person in the shop told me it was in stock",
        "When is customer service open?",
        "Can someone else pick up my parcel?",
        "What is a transfer agent?",
        "The money did not come out of the ATM machine",
        "船の上から妹に電話したい",
    ],
)
def test_who_speaks_of_people_asks_for_nobody(text: str) -> None:
    assert not asks(text)


@pytest.mark.parametrize(("months", "is_critical"), [(None, False), (23, False), (24, True)])
@pytest.mark.parametrize("text", ["定期便を解約します", "I am cancelling my subscription"])
def test_leaving_matters_of_who_has_long_been_a_customer(text: str, months: int | None, is_critical: bool) -> None:
    assert (found(text, months) == {"cancellation"}) is is_critical
