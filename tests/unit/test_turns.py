"""A few answers at a time, and none of many questions of one customer before one of another."""

import asyncio

import pytest

from app.answering.turns import Turns


async def _hold(turns: Turns, customer: str, order: list[str], until: asyncio.Event) -> None:
    async with turns.of(tuple(customer.split())):
        order.append(customer)
        await until.wait()


async def _settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_no_more_than_that_are_answered_at_a_time() -> None:
    turns, order, end = Turns(2), list[str](), asyncio.Event()
    tasks = [asyncio.create_task(_hold(turns, name, order, end)) for name in "abc"]
    await _settle()
    assert order == ["a", "b"]
    end.set()
    await asyncio.gather(*tasks)
    assert order == ["a", "b", "c"]


@pytest.mark.parametrize(("name", "begun"), [("home a", 2), ("", 3)], ids=["a customer", "nobody in particular"])
async def test_a_customer_never_holds_the_last_turn(name: str, begun: int) -> None:
    turns, order, end = Turns(3), list[str](), asyncio.Event()
    tasks = [asyncio.create_task(_hold(turns, name, order, end)) for _ in range(5)]
    await _settle()
    assert order == [name] * begun
    end.set()
    await asyncio.gather(*tasks)
    assert order == [name] * 5


async def test_where_there_is_one_turn_it_is_everybodys() -> None:
    turns, order, end = Turns(1), list[str](), asyncio.Event()
    task = asyncio.create_task(_hold(turns, "home a", order, end))
    await _settle()
    assert order == ["home a"]
    end.set()
    await task


async def test_another_customer_is_answered_at_once_beside_somebodys_many_questions() -> None:
    turns, order, end = Turns(2), list[str](), asyncio.Event()
    flood = [asyncio.create_task(_hold(turns, "home flood", order, end)) for _ in range(30)]
    await _settle()
    other = asyncio.create_task(_hold(turns, "home other", order, end))
    await _settle()
    assert order == ["home flood", "home other"]
    end.set()
    await asyncio.gather(other, *flood)
    assert len(order) == 31


async def test_of_two_addresses_the_one_with_fewer_turns_comes_first() -> None:
    begun = ["office a", "office b", "office c", "office d", "home x"]
    turns, order, ends = Turns(3), list[str](), [asyncio.Event() for _ in begun]
    tasks = [asyncio.create_task(_hold(turns, name, order, end)) for name, end in zip(begun, ends, strict=True)]
    await _settle()
    for end in ends:
        end.set()
        await _settle()
    await asyncio.gather(*tasks)
    assert order == ["office a", "office b", "office c", "home x", "office d"]


async def test_of_one_address_another_token_comes_before_the_rest_of_somebodys_many_questions() -> None:
    begun = ["office flood"] * 2 + ["office x", "office flood", "office other"]
    turns, order, ends = Turns(3), list[str](), [asyncio.Event() for _ in begun]
    tasks = [asyncio.create_task(_hold(turns, name, order, end)) for name, end in zip(begun, ends, strict=True)]
    await _settle()
    ends[2].set()
    await _settle()
    for end in ends:
        end.set()
    await asyncio.gather(*tasks)
    assert order == ["office flood", "office flood", "office x", "office other", "office flood"]


async def test_nothing_is_kept_of_who_has_left() -> None:
    turns = Turns(1)
    for n in range(3):
        async with turns.of(("office", f"token {n}")):
            pass
    assert not turns._held


async def test_equals_are_answered_first_come_first_served() -> None:
    turns, order, end = Turns(1), list[str](), asyncio.Event()
    tasks = [asyncio.create_task(_hold(turns, name, order, end)) for name in "abcd"]
    await _settle()
    end.set()
    await asyncio.gather(*tasks)
    assert order == ["a", "b", "c", "d"]


@pytest.mark.parametrize("moment", ["while waiting", "when just called"])
async def test_who_leaves_the_queue_takes_no_turn_away(moment: str) -> None:
    turns, order, end = Turns(1), list[str](), asyncio.Event()
    first = asyncio.create_task(_hold(turns, "a", order, end))
    await _settle()
    leaving = asyncio.create_task(_hold(turns, "b", order, end))
    await _settle()
    if moment == "when just called":
        end.set()
        await asyncio.sleep(0)
    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)
    end.set()
    await first
    async with asyncio.timeout(1):
        await _hold(turns, "c", order, end)
    assert order[0] == "a"
    assert order[-1] == "c"
