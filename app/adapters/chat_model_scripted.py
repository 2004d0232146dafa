"""The fake: says what it is told to."""

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field

import anyio

from app.domain.chat import Ask, Call


@dataclass
class ScriptedChatModel:
    """`reply` makes the reply to a request, or raises what the model would; it arrives `piece` characters at a time.

    `asked` keeps the requests, `pause` is the time in seconds before each piece.
    """

    reply: Callable[[Ask], str]
    name: str = "scripted"
    piece: int = 7
    pause: float = 0.0
    asked: list[Ask] = field(default_factory=list)

    async def stream(self, ask: Ask, call: Call, deadline: float) -> AsyncGenerator[str, None]:
        self.asked.append(ask)
        text = self.reply(ask)
        for start in range(0, len(text), self.piece):
            await anyio.sleep(self.pause)
            yield text[start : start + self.piece]
