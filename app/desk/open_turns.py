"""Which of a customer's turns wait for an answer: what a reply must answer, not only what was said last."""

# ruff: noqa: E501 - a row of a table stays one line

import re
from collections.abc import Sequence

from app.domain.conversation import Message, Role
from app.domain.courtesy import asks_for_a_person, says
from app.domain.outcome import Kind

_MOST = 4  # turns; what is older was said again or given up
_PROTEST = re.compile(
    r"違(?:う|い|くて)|そう(?:じゃ|では)な|そういう(?:こと|意味)(?:じゃ|では)|(?:もう|すでに|既に|全部)(?:それは?)?(?:試|やり|やっ|確認|見)|それ(?:は|でも)[^。]{0,8}(?:駄目|だめ|ダメ|直ら|変わら)"
    r"|解決(?:し(?:な|ま)|になら)|答え(?:に)?(?:なって|になら)|分からな|わからな|(?:直|治)(?:ら|り)(?:な|ま)|役に立(?:た|ち)(?:な|ま)|聞いて(?:い)?(?:る|ます)のは"
    r"|\b(?:not what i (?:asked|meant)|that(?:'s| is) not|that isn't|did ?n[o']t (?:help|work)|does ?n[o']t (?:help|work|answer)|no use|useless|already (?:tried|did|done|checked|read)|still (?:not|does|did|the same|nothing)|wrong answer|my question)\b",
    re.IGNORECASE,
)


def open_turns(messages: Sequence[Message]) -> list[int]:
    """Positions of the customer's messages that nobody has answered well, in order; at most the last four.

    A question is open until a person has answered, or the assistant has and the customer has neither voted that down
    nor said that it did not help, nor asked for a person at once. Where all are answered, the last one that says
    anything: the hand-off had a reason.
    """
    began = max((n + 1 for n, message in enumerate(messages) if message.role is Role.AGENT), default=0)
    last, waiting = list[int](), list[int]()
    for n in reversed(range(began, len(messages))):  # from the end: a long conversation is not read whole
        if messages[n].role is Role.CUSTOMER and says(messages[n].text):
            last = last or [n]
            if not _is_answered(messages, n):
                waiting.append(n)
        if len(waiting) == _MOST:
            break
    return waiting[::-1] or last


def _is_answered(messages: Sequence[Message], n: int) -> bool:
    following = messages[n + 1 :]
    if not following or not answers(following[0]):
        return False
    reaction = next((message.text for message in following[1:] if message.role is Role.CUSTOMER), "")
    return not (_PROTEST.search(reaction) or asks_for_a_person(reaction))


def answers(message: Message) -> bool:
    """Whether it is an answer of the assistant's that nobody voted down."""
    is_answer = message.outcome is not None and message.outcome.kind is Kind.ANSWER
    return message.role is Role.ASSISTANT and is_answer and message.helpful is not False
