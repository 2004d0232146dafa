"""What a language model costs: prices, a ledger by day, and the budget of a day."""

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

from app.domain.chat import Ask, Call
from app.domain.ports import Clock
from app.errors import ChatModelError

_BYTES_PER_TOKEN = 3  # of UTF-8, on the safe side: a Japanese character is about a token, an English one a quarter


@dataclass(frozen=True, slots=True)
class Prices:
    """Of a million tokens, in any one currency; 0 where calls cost nothing."""

    tokens_in: float = 0.0
    tokens_out: float = 0.0


class Spending:
    """One file a day in `folder`, one line a call; every process of the machine adds to it and sees all of it.

    Calls under way are not counted yet: a budget can be exceeded by what they cost. Days are those of `zone`.
    """

    def __init__(self, folder: Path, prices: Prices, budget: float, clock: Clock, zone: tzinfo) -> None:
        self._folder = folder
        self._prices = prices
        self._budget = budget
        self._clock = clock
        self._zone = zone
        self._file: Path | None = None
        self._read = 0  # bytes of the file
        self._today = 0.0

    def check(self) -> None:
        """Raises ChatModelError when the day's budget is spent."""
        if self._budget and self.today() >= self._budget:
            raise ChatModelError(f"the daily budget of {self._budget:g} is spent")

    def today(self) -> float:
        """What today's calls cost so far."""
        file = self._folder / f"{self._clock.now().astimezone(self._zone):%Y-%m-%d}.jsonl"
        if file != self._file:
            self._file, self._read, self._today = file, 0, 0.0
        with suppress(OSError), file.open("rb") as lines:
            lines.seek(self._read)
            for line in lines:
                if line.endswith(b"\n"):
                    self._read += len(line)
                    self._today += _cost(line)
        return self._today

    def price(self, ask: Ask, call: Call, reply: int) -> None:
        """Complete `call` with its cost; `reply` is the length of its text in UTF-8 bytes, for tokens nobody told."""
        if reply and not call.tokens_in:
            asked = len(f"{ask.system}{ask.user}{json.dumps(dict(ask.schema))}".encode())
            call.tokens_in, call.tokens_out = _tokens(asked), _tokens(reply)
            call.estimated = True
        prices = self._prices
        call.cost = (call.tokens_in * prices.tokens_in + call.tokens_out * prices.tokens_out) / 1_000_000

    def add(self, model: str, call: Call) -> None:
        """Append to the day's file; a call that brought no token is not worth a line."""
        if not call.tokens_in:
            return
        now = self._clock.now().astimezone(self._zone)
        line = json.dumps({"at": now.isoformat(timespec="seconds"), "model": model, **call.data}, ensure_ascii=False)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with (self._folder / f"{now:%Y-%m-%d}.jsonl").open("ab") as file:
                file.write(line.encode() + b"\n")
        except OSError:
            self._today = self.today() + call.cost  # a full disk costs no answer; this process still knows


def _cost(line: bytes) -> float:
    """0 for a line that was cut off."""
    with suppress(ValueError, KeyError, TypeError):
        return float(json.loads(line)["cost"])
    return 0.0


def _tokens(length: int) -> int:
    return -(-length // _BYTES_PER_TOKEN)
