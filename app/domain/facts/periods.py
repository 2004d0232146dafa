"""Days and months said by their distance (前日, the next month), and what a rate is counted by (月2回, per night)."""

# ruff: noqa: E501 - a row of a table stays one line

import re
from functools import lru_cache

_NEAR: dict[tuple[str, int], str] = {
    ("day", -2): r"前々日|\btwo days before\b",
    ("day", -1): r"前日|前の日|前夜|\b(?:the )?(?:day|evening|night|afternoon) before\b|\bprevious (?:day|evening)\b",
    ("day", 0): r"当日(?!中)|即日|その日|同じ日|同日|\bsame[ -]day\b|\bday of (?:departure|arrival|travel|the)\b",
    ("day", 1): r"翌日|翌朝|次の日|\b(?:next|following) day\b|\bday after\b(?! day)",
    ("day", 2): r"翌々日|\btwo days after\b",
    ("workday", 1): r"翌営業日|次の営業日|\b(?:next|following) (?:business|working) day\b",
    ("weekday", 1): r"翌平日|次の平日",
    ("month", -1): r"前月|先月|\b(?:previous|last) month\b|\bmonth before\b",
    ("month", 0): r"当月|今月|同じ月|同月|その月|\b(?:same|this|current) month\b",
    ("month", 1): r"翌月|来月|次の月|\b(?:next|following) month\b|\bmonth after\b",
    ("month", 2): r"翌々月",
    ("year", 0): r"当年|今年|同じ年|\b(?:same|this|current) year\b",
    ("year", -1): r"前年|昨年|\b(?:previous|last) year\b",
    ("year", 1): r"翌年|来年|次の年|\b(?:next|following) year\b",
}
_UNITS_JA = {
    "minute": "分", "hour": "時間", "day": "日", "week": "週間?", "month": "か月|月", "year": "年",
    "person": "名様?|人|お?一人様?", "night": "泊", "item": "点|個|台|枚|着|件|本|足", "time": "回", "order": "(?:回の)?(?:ご?注文|お届け|配送)",
}  # fmt: skip
_UNITS_EN = {
    "minute": "minute", "hour": "hour", "day": "day", "week": "week", "month": "month", "year": "year",
    "person": "person|head|guest|adult|passenger", "night": "night", "item": "item|piece|unit|bag|parcel",
    "time": "time|visit|use", "order": "order|delivery|purchase|trip",
}  # fmt: skip
_FREQUENT = {
    "person": r"お?一人様|(?<!\d)1人|1名",
    "day": r"毎日|(?<![\d年])1日(?:\([^)]{0,12}\))?(?=約?\d)|日ごと|日額|\bdaily\b|(?<!年)1日[^、。\d]{0,3}\d+回",
    "week": r"毎週|週[にあ]?た?り?\d+[回日]|\bweekly\b",
    "month": r"毎月|月額|月[に]?\d+[回枚件本名]|月会費|\bmonthly\b",
    "year": r"毎年|年額|年[に]?\d+[回枚件本度]|年会費|年率|年利|年\d+(?:\.\d+)?%|\b(?:annual(?:ly)?|yearly)\b",
}
_NEAR_RES = {fact: re.compile(pattern) for fact, pattern in _NEAR.items()}
_RATE_RES = {
    name: re.compile(
        rf"(?:^|[^\d.])(?:1|一|お?1)?(?:{japanese})(?:あたり|当たり|につき|ごと|毎に|に(?:1|一)[回度])"
        rf"|(?:\b(?:per|each|every)|/|(?:[\d%p]|\b(?:once|twice|times?|yen|dollars?|euros?|pounds?|days?|weeks?|months?)) an?)"
        rf" ?(?:{_UNITS_EN[name]})\b"
        + (f"|{_FREQUENT[name]}" if name in _FREQUENT else "")
    )
    for name, japanese in _UNITS_JA.items()
}  # fmt: skip


@lru_cache(maxsize=4096)
def near_days(text: str) -> frozenset[tuple[str, int]]:
    """(unit, distance) of every day, month or year `text` (plain) names from another one."""
    return frozenset(fact for fact, pattern in _NEAR_RES.items() if pattern.search(text))


@lru_cache(maxsize=4096)
def rates(text: str) -> frozenset[str]:
    """What amounts of `text` (plain) are counted by: a night, an item, a month."""
    return frozenset(name for name, pattern in _RATE_RES.items() if pattern.search(text))
