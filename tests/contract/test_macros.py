"""What every store of macros does: the shipped fake and the one on a database."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine

from app.adapters.macros_memory import MemoryMacros
from app.adapters.sql_macros import SqlMacros
from app.domain.draft_ports import MacroStore
from app.domain.macro import Macro
from app.errors import NotFound


@pytest.fixture
def store(database: Engine | None) -> MacroStore:
    return SqlMacros(database) if database else MemoryMacros()


def test_macros_are_listed_by_name_team_and_language(store: MacroStore) -> None:
    made = [
        Macro("wait", "ja", "待つ", "少々お待ちください。"),
        Macro("hello", "ja", "挨拶", "{{customer_name}}様"),
        Macro("hello", "en", "Greeting", "Dear {{customer_name}},", team="repair"),
        Macro("hello", "en", "Greeting", "Dear {{customer_name}},"),
    ]
    for macro in made:
        store.put(macro)
    assert store.macros() == [made[3], made[1], made[2], made[0]]


def test_a_macro_that_is_replaced_keeps_its_count(store: MacroStore) -> None:
    store.put(Macro("wait", "ja", "待つ", "お待ちください。"))
    store.count_use("wait", "ja")
    store.put(Macro("wait", "ja", "待つ", "少々お待ちください。"))
    [macro] = store.macros()
    assert (macro.text, macro.uses) == ("少々お待ちください。", 1)


def test_uses_at_the_same_moment_are_all_counted(store: MacroStore) -> None:
    store.put(Macro("wait", "ja", "待つ", "お待ちください。"))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: store.count_use("wait", "ja"), range(12)))
    assert store.macros()[0].uses == 12


def test_a_macro_is_removed_in_all_languages_of_its_team(store: MacroStore) -> None:
    for macro in (
        Macro("a", "ja", "題", "文"),
        Macro("a", "en", "t", "x"),
        Macro("a", "ja", "題", "文", team="repair"),
    ):
        store.put(macro)
    store.remove("a")
    assert [macro.team for macro in store.macros()] == ["repair"]


def test_what_is_not_there_is_not_found(store: MacroStore) -> None:
    with pytest.raises(NotFound):
        store.remove("nobody")
    with pytest.raises(NotFound):
        store.count_use("nobody", "ja")
