"""The limits of all servers together, in Redis (KOTAE_REDIS_URL)."""

import logging
import time
from collections.abc import Sequence
from itertools import chain
from typing import Any, Protocol

from redis import Redis as BlockingRedis
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from app.domain.limits import FULL_SECONDS, VISIT_SECONDS, Allowance, RateLimiter, Room
from app.errors import SettingsError

_log = logging.getLogger(__name__)

_PATIENCE = 0.25  # seconds for an answer: a customer waits for it
_PAUSE = 5.0  # seconds between tries while there is none
_PREFIX = "{kotae}:"  # all keys in one slot of a cluster, as a script needs them

# As in limiter_memory.py, by the clock of Redis: those of the servers may differ. One script, and so one way there and
# back, for allowances and rooms: first the keys of as many allowances as ARGV[1] says, then those of rooms.
_ADMIT = """
local time, allowances, full_at = redis.call('TIME'), tonumber(ARGV[1]), {}
local now, visit, stays, wait = time[1] + time[2] / 1000000, ARGV[2], tonumber(ARGV[3]), 0
local function put(key, at)
  redis.call('SET', key, string.format('%.6f', at), 'PX', math.ceil((at - now) * 1000) + 1)
end
for i, key in ipairs(KEYS) do
  local one, other, penalty = tonumber(ARGV[3 * i + 1]), tonumber(ARGV[3 * i + 2]), tonumber(ARGV[3 * i + 3])
  if i <= allowances then
    full_at[i] = math.max(tonumber(redis.call('GET', key) or 0), now) + one
    local late = full_at[i] - now - other
    if late > 0.00001 then
      late = math.max(late, math.min(late + one, penalty))
      put(key, now + other + late - one)
    end
    wait = math.max(wait, late)
  else
    redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
    local is_full = redis.call('ZCARD', key) >= one
    if is_full and not redis.call('ZSCORE', key, visit) then wait = math.max(wait, other) end
  end
end
if wait > 0.00001 then return tostring(wait) end
for i, key in ipairs(KEYS) do
  if i <= allowances then
    put(key, full_at[i])
  else
    redis.call('ZADD', key, now + stays, visit)
    redis.call('PEXPIRE', key, stays * 1000)
  end
end
return '0'
"""
_LEAVE = "for _, key in ipairs(KEYS) do redis.call('ZREM', key, ARGV[1]) end return 1"


class _Script(Protocol):
    async def __call__(self, keys: Sequence[str], args: Sequence[Any]) -> Any: ...


class RedisRateLimiter:
    """While Redis does not answer, this process counts for itself with `fallback`, and says so once.

    Raises SettingsError for an address that is none. Its connections belong to one event loop.
    """

    def __init__(self, url: str, fallback: RateLimiter) -> None:
        limits: dict[str, Any] = {
            "socket_timeout": _PATIENCE,
            "socket_connect_timeout": _PATIENCE,
            "retry": Retry(NoBackoff(), 1),
        }
        try:
            self._redis = Redis.from_url(url, decode_responses=True, **limits)
        except ValueError:
            raise SettingsError("KOTAE_REDIS_URL is no address of a Redis: redis://host:6379/0, say.") from None
        self._admit: _Script = self._redis.register_script(_ADMIT)
        self._leave: _Script = self._redis.register_script(_LEAVE)
        self._fallback = fallback
        self._is_up = True
        self._next_try = 0.0

    async def take(self, amount: int, allowances: Sequence[Allowance]) -> float:
        wait = await self._ask_to_admit("", (), allowances, amount)
        return await self._fallback.take(amount, allowances) if wait is None else wait

    async def enter(self, visit: str, rooms: Sequence[Room], allowances: Sequence[Allowance] = ()) -> float:
        wait = await self._ask_to_admit(visit, rooms, allowances, 1)
        return await self._fallback.enter(visit, rooms, allowances) if wait is None else wait

    async def leave(self, visit: str, rooms: Sequence[Room]) -> None:
        await self._ask(self._leave, _keys(rooms), [visit])
        await self._fallback.leave(visit, rooms)  # it may have come while Redis was away

    async def close(self) -> None:
        await self._redis.aclose()

    async def _ask_to_admit(
        self, visit: str, rooms: Sequence[Room], allowances: Sequence[Allowance], amount: int
    ) -> float | None:
        keys = [f"{_PREFIX}took:{one.key}" for one in allowances] + _keys(rooms)
        told = [(one.refill(amount), one.seconds, one.penalty) for one in allowances]
        told += [(room.most, FULL_SECONDS, 0) for room in rooms]
        reply = await self._ask(self._admit, keys, [len(allowances), visit, VISIT_SECONDS, *chain(*told)])
        return None if reply is None else float(reply)

    async def _ask(self, script: _Script, keys: Sequence[str], args: Sequence[Any]) -> Any | None:
        """None while Redis does not answer, or is not to be asked."""
        if not keys or time.monotonic() < self._next_try:
            return None
        try:
            reply = await script(keys=keys, args=args)
        except (TimeoutError, RedisError, OSError) as error:
            self._next_try = time.monotonic() + _PAUSE
            if self._is_up:
                reason = type(error).__name__  # its text may hold the address with its password
                _log.warning("Redis does not answer (%s): this process counts for itself until it does.", reason)
            self._is_up = False
            return None
        if not self._is_up:
            _log.warning("Redis answers again.")
        self._is_up = True
        return reply


def check_redis(url: str) -> None:
    """Raises SettingsError where it does not answer, or takes no scripts."""
    patience = 8 * _PATIENCE
    try:
        with BlockingRedis.from_url(url, socket_timeout=patience, socket_connect_timeout=patience) as asked:
            asked.eval("return 1", 0)
    except (TimeoutError, RedisError, OSError, ValueError) as error:
        reason = type(error).__name__  # as above
        raise SettingsError(
            f"Redis does not answer ({reason}), so each server counts its limits for itself: check KOTAE_REDIS_URL."
        ) from None


def _keys(rooms: Sequence[Room]) -> list[str]:
    return [f"{_PREFIX}in:{room.key}" for room in rooms]
