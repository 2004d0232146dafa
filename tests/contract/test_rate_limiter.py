"""What every rate limiter does: the one in this process and the one in Redis."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from secrets import token_hex

import pytest

from app.adapters.limiter_memory import MemoryRateLimiter
from app.adapters.limiter_redis import RedisRateLimiter
from app.domain.limits import FULL_SECONDS, VISIT_SECONDS, Allowance, RateLimiter, Room
from app.errors import SettingsError
from tests.redis_server import redis_url


@pytest.fixture(params=["memory", "redis"])
async def limiter(request: pytest.FixtureRequest) -> AsyncIterator[RateLimiter]:
    made = MemoryRateLimiter() if request.param == "memory" else RedisRateLimiter(redis_url(), MemoryRateLimiter())
    yield made
    await made.close()


def allowance(most: int = 3, seconds: float = 60.0) -> Allowance:
    """Nobody else's."""
    return Allowance(f"test-{token_hex(8)}", most, seconds)


def room(most: int = 2) -> Room:
    return Room(f"test-{token_hex(8)}", most)


async def test_as_much_is_given_at_once_as_is_allowed_and_then_it_is_told_how_long_to_wait(
    limiter: RateLimiter,
) -> None:
    mine = allowance(most=3, seconds=60)
    assert [await limiter.take(1, [mine]) for _ in range(3)] == [0.0] * 3
    assert await limiter.take(1, [mine]) == pytest.approx(20, abs=2)
    assert await limiter.take(2, [mine]) == pytest.approx(40, abs=2)


async def test_who_waits_as_long_as_told_is_given_it(limiter: RateLimiter) -> None:
    mine = allowance(most=2, seconds=2)
    await limiter.take(2, [mine])
    wait = await limiter.take(1, [mine])
    assert 0 < wait <= 1
    await asyncio.sleep(wait)
    assert await limiter.take(1, [mine]) == 0.0


async def test_who_goes_on_asking_is_put_off_up_to_the_penalty_and_nobody_else_is(limiter: RateLimiter) -> None:
    mine, shared = replace(allowance(most=2, seconds=2), penalty=3.0), allowance(most=2, seconds=2)
    await limiter.take(2, [mine, shared])
    waits = [await limiter.take(1, [mine, shared]) for _ in range(9)]
    assert waits == pytest.approx([2] + [3] * 8, abs=0.3)
    assert await limiter.take(1, [shared]) <= 1
    await asyncio.sleep(1)
    assert await limiter.take(1, [shared]) == 0.0
    await asyncio.sleep(2)
    assert await limiter.take(1, [mine]) == 0.0  # who waits as long as told is given it


async def test_each_key_has_its_own(limiter: RateLimiter) -> None:
    mine, yours = allowance(most=1), allowance(most=1)
    assert await limiter.take(1, [mine]) == 0.0
    assert await limiter.take(1, [yours]) == 0.0


async def test_of_several_all_are_taken_or_none(limiter: RateLimiter) -> None:
    mine, shared = allowance(most=5), allowance(most=1)
    assert await limiter.take(1, [mine, shared]) == 0.0
    assert [await limiter.take(1, [mine, shared]) > 0 for _ in range(9)] == [True] * 9
    assert [await limiter.take(1, [mine]) for _ in range(4)] == [0.0] * 4
    assert await limiter.take(1, [mine]) > 0


async def test_more_than_there_ever_is_takes_all_there_is(limiter: RateLimiter) -> None:
    mine = allowance(most=100)
    assert await limiter.take(1000, [mine]) == 0.0
    assert await limiter.take(1, [mine]) > 0


@pytest.mark.parametrize("most", [7, 49, 600])
async def test_rounding_loses_none(limiter: RateLimiter, most: int) -> None:
    mine = allowance(most=most, seconds=3600)
    assert [await limiter.take(1, [mine]) for _ in range(most)] == [0.0] * most


async def test_where_nothing_is_limited_everything_is_given(limiter: RateLimiter) -> None:
    assert await limiter.take(1, []) == 0.0
    assert await limiter.enter("a", []) == 0.0
    await limiter.leave("a", [])


async def test_a_room_is_full_until_somebody_leaves(limiter: RateLimiter) -> None:
    mine = room(most=2)
    assert [await limiter.enter(visit, [mine]) for visit in "abc"] == [0.0, 0.0, FULL_SECONDS]
    await limiter.leave("a", [mine])
    assert await limiter.enter("c", [mine]) == 0.0


async def test_who_is_there_may_enter_again(limiter: RateLimiter) -> None:
    mine = room(most=1)
    assert [await limiter.enter("a", [mine]) for _ in range(3)] == [0.0] * 3
    await limiter.leave("a", [mine])
    await limiter.leave("a", [mine])
    assert await limiter.enter("b", [mine]) == 0.0


async def test_who_is_refused_by_one_room_is_in_none(limiter: RateLimiter) -> None:
    full, other = room(most=1), room(most=1)
    assert await limiter.enter("a", [full]) == 0.0
    assert await limiter.enter("b", [other, full]) > 0
    assert await limiter.enter("c", [other]) == 0.0


async def test_who_finds_no_room_takes_nothing_and_who_may_take_nothing_fills_none(limiter: RateLimiter) -> None:
    mine, used_up, hall = allowance(most=1), allowance(most=1), room(most=1)
    await limiter.take(1, [used_up])
    assert await limiter.enter("a", [hall], [used_up]) > FULL_SECONDS
    assert await limiter.enter("b", [hall]) == 0.0
    assert await limiter.enter("c", [hall], [mine]) == FULL_SECONDS
    assert await limiter.take(1, [mine]) == 0.0


async def test_many_at_once_are_counted_one_by_one(limiter: RateLimiter) -> None:
    mine, hall = allowance(most=10), room(most=4)
    waits = await asyncio.gather(*(limiter.take(1, [mine]) for _ in range(40)))
    assert sum(wait == 0 for wait in waits) == 10
    entered = await asyncio.gather(*(limiter.enter(f"v{n}", [hall]) for n in range(40)))
    assert entered.count(0.0) == 4


async def test_a_visit_whose_server_died_ends_by_itself() -> None:
    at = 0.0
    limiter, mine = MemoryRateLimiter(lambda: at), room(most=1)
    await limiter.enter("a", [mine])
    at = VISIT_SECONDS - 1
    assert await limiter.enter("b", [mine]) > 0
    at = VISIT_SECONDS
    assert await limiter.enter("b", [mine]) == 0.0


async def test_in_redis_it_ends_by_itself_too_and_nothing_is_kept_for_ever() -> None:
    limiter, mine, took = RedisRateLimiter(redis_url(), MemoryRateLimiter()), room(), allowance(seconds=30)
    await limiter.enter("a", [mine])
    await limiter.take(1, [took])
    left = [await limiter._redis.pttl(f"{{kotae}}:{key}") for key in (f"in:{mine.key}", f"took:{took.key}")]
    assert 0 < left[0] <= VISIT_SECONDS * 1000
    assert 0 < left[1] <= 10_002
    await limiter.close()


async def test_two_servers_share_what_is_counted_in_redis() -> None:
    one, other = (RedisRateLimiter(redis_url(), MemoryRateLimiter()) for _ in range(2))
    mine = allowance(most=1)
    assert await one.take(1, [mine]) == 0.0
    assert await other.take(1, [mine]) > 0
    await one.close()
    await other.close()


async def test_without_redis_the_process_counts_for_itself_and_says_so_once(caplog: pytest.LogCaptureFixture) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"redis://:hunter22@127.0.0.1:{nobody.getsockname()[1]}/0"
        limiter, mine, hall = RedisRateLimiter(url, MemoryRateLimiter()), allowance(most=2), room(most=1)
        with caplog.at_level(logging.WARNING):
            assert [await limiter.take(1, [mine]) > 0 for _ in range(3)] == [False, False, True]
            assert [await limiter.enter(visit, [hall]) for visit in "ab"] == [0.0, FULL_SECONDS]
            await limiter.leave("a", [hall])
            assert await limiter.enter("b", [hall]) == 0.0
        await limiter.close()
    assert [record.getMessage() for record in caplog.records] == [
        "Redis does not answer (ConnectionError): this process counts for itself until it does."
    ]


async def test_a_redis_that_hangs_is_not_waited_for_long() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        limiter = RedisRateLimiter(f"redis://127.0.0.1:{silent.getsockname()[1]}/0", MemoryRateLimiter())
        async with asyncio.timeout(3):
            assert [await limiter.take(1, [allowance()]) for _ in range(20)] == [0.0] * 20
        await limiter.close()


async def test_redis_is_asked_again_once_it_is_back(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("app.adapters.limiter_redis._PAUSE", 0.0)
    limiter, mine = RedisRateLimiter(redis_url(), MemoryRateLimiter()), allowance(most=1)
    there, limiter._admit = limiter._admit, _away
    assert await limiter.take(1, [mine]) == 0.0
    limiter._admit = there
    caplog.clear()
    with caplog.at_level(logging.WARNING):
        assert [await limiter.take(1, [mine]) > 0 for _ in range(2)] == [False, True]
    assert caplog.messages == ["Redis answers again."]
    await limiter.close()


async def _away(keys: object, args: object) -> None:
    raise ConnectionError


def test_an_address_that_is_none_stops_the_start_with_a_sentence() -> None:
    with pytest.raises(SettingsError, match="KOTAE_REDIS_URL"):
        RedisRateLimiter("http://127.0.0.1", MemoryRateLimiter())
