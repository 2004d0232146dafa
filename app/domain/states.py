"""Who speaks with the customer, and what may happen next: the whole of it is one table.

A move that is not in the table is impossible. There is no way from a state in which a person has the conversation to
one in which the assistant speaks, but for RETURN, by the person, and WITHDRAW, by the customer.
"""

from enum import StrEnum

from app.domain.desk import State
from app.errors import Impossible


class Move(StrEnum):
    OFFER = "offer"  # the assistant asks whether a person is wanted
    DECLINE = "decline"
    HAND_OFF = "hand_off"  # asked for, accepted or decided
    WRITE = "write"  # by the customer
    WITHDRAW = "withdraw"  # by the customer
    ASSIGN = "assign"  # to somebody, to somebody else, or to nobody in particular
    TAKE = "take"
    REPLY = "reply"  # by a person, who thereby takes it
    RETURN = "return"  # to the assistant
    RESOLVE = "resolve"
    REOPEN = "reopen"  # by a person


TABLE: dict[State, dict[Move, State]] = {
    State.BOT: {
        Move.OFFER: State.OFFERED,
        Move.HAND_OFF: State.WAITING,
        Move.WRITE: State.BOT,
    },
    State.OFFERED: {
        Move.OFFER: State.OFFERED,
        Move.DECLINE: State.BOT,
        Move.HAND_OFF: State.WAITING,
        Move.WRITE: State.OFFERED,
    },
    State.WAITING: {
        Move.HAND_OFF: State.WAITING,
        Move.WRITE: State.WAITING,
        Move.WITHDRAW: State.BOT,
        Move.ASSIGN: State.WAITING,
        Move.TAKE: State.WITH_AGENT,
        Move.REPLY: State.WITH_AGENT,
        Move.RETURN: State.BOT,
        Move.RESOLVE: State.RESOLVED,
    },
    State.WITH_AGENT: {
        Move.HAND_OFF: State.WITH_AGENT,
        Move.WRITE: State.WITH_AGENT,
        Move.WITHDRAW: State.BOT,
        Move.ASSIGN: State.WITH_AGENT,
        Move.TAKE: State.WITH_AGENT,
        Move.REPLY: State.WITH_AGENT,
        Move.RETURN: State.BOT,
        Move.RESOLVE: State.RESOLVED,
    },
    State.RESOLVED: {
        Move.HAND_OFF: State.REOPENED,
        Move.WRITE: State.REOPENED,
        Move.REOPEN: State.REOPENED,
    },
    State.REOPENED: {
        Move.HAND_OFF: State.REOPENED,
        Move.WRITE: State.REOPENED,
        Move.WITHDRAW: State.BOT,
        Move.ASSIGN: State.REOPENED,
        Move.TAKE: State.WITH_AGENT,
        Move.REPLY: State.WITH_AGENT,
        Move.RETURN: State.BOT,
        Move.RESOLVE: State.RESOLVED,
    },
}

SILENT = frozenset({State.WITH_AGENT, State.RESOLVED, State.REOPENED})  # the assistant is, and messages are relayed

_SAID = {
    State.BOT: "is with the assistant",
    State.OFFERED: "is with the assistant, which has offered a person",
    State.WAITING: "waits for a person",
    State.WITH_AGENT: "is with a person",
    State.RESOLVED: "is resolved",
    State.REOPENED: "was opened again and waits for a person",
}


def after(state: State, move: Move) -> State:
    """Raises Impossible for a move that is not in the table."""
    if move not in TABLE[state]:
        raise Impossible(f"Not possible ({move}): the conversation {_SAID[state]}.", f"impossible_{state}")
    return TABLE[state][move]


def require_speech(state: State) -> None:
    """Raises Impossible where the assistant is to be silent."""
    if state in SILENT:
        raise Impossible(f"The assistant is silent: the conversation {_SAID[state]}.", f"impossible_{state}")
