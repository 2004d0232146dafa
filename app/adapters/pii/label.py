"""Words before a value that say what it is."""

import re
from collections.abc import Sequence

# Between a label and its value: a note in brackets, particles, colons, arrows, a line break; a few of them, no more.
_LINK = (
    r"(?:\s|[:=#>→・,、|*\-「『\"'(\[]|ID|no\b\.?|number\b|num\b|番号|No\.|[（(][^()\n]{1,12}\)"
    r"|は|が|を|の方?|も|で|です|となります|になります|以下|下記|の通り"
    r"|is\b|are\b|was\b|to\b|it's\b|as\b|of\b|for\b|on\b|file\b|my\b|the\b|has\b|been\b|currently\b)"
)


def labelled(label: str, value: str, links: int = 6) -> re.Pattern[str]:
    """`value` as the group of that name, after one of the words of `label` and at most `links` joining words."""
    return re.compile(rf"(?:{label}){_LINK}{{0,{links}}}?(?P<value>{value})", re.IGNORECASE)


def words(*choices: str) -> re.Pattern[str]:
    """Any of the expressions, in either case; a Latin one stands as a word of its own."""
    return re.compile("|".join(_bounded(choice) for choice in choices), re.IGNORECASE)


def _bounded(choice: str) -> str:
    return rf"(?<![A-Za-z]){choice}(?![A-Za-z])" if choice[0].isascii() and choice[0].isalpha() else choice


# What makes a bare number somebody's order, parcel or machine rather than a person's.
OF_A_THING = words(
    *"注文 受注 発注 伝票 追跡 送り状 配送番号 荷物 型番 型式 品番 製造番号 シリアル 製品番号 商品番号 商品コード 管理番号".split(),
    *"予約番号 受付番号 整理番号 請求 インボイス 法人番号 登録番号 JANコード チケット エラー 部品 ロット 見積 契約番号".split(),
    *"問い?合わ?せ番号 品名 価格 値段 金額 合計 保証書番号 領収書 納品書 案件 バーコード".split(),
    r"orders?",
    r"tracking",
    r"invoice",
    r"serial",
    r"model",
    r"parts?",
    r"ticket",
    r"case",
    r"reference",
    r"ref",
    r"booking",
    r"confirmation",
    r"sku",
    r"item",
    r"isbn",
    r"jan",
    r"ean",
    r"upc",
    r"parcel",
    r"shipment",
    r"version",
    r"error",
    r"po",
    r"receipt",
    r"transaction",
    r"rma",
    r"lot",
    r"batch",
    r"total",
    r"amount",
    r"s/n",
)


def says(
    text: str, start: int, positive: re.Pattern[str], negative: re.Pattern[str] = OF_A_THING, reach: int = 30
) -> int:
    """1 where the last telling word within `reach` before `start` is positive, -1 where it is negative, 0 without one."""
    before = text[max(0, start - reach) : start]
    good, bad = _last(positive, before), _last(negative, before)
    return 0 if good == bad else 1 if good > bad else -1


def _last(pattern: re.Pattern[str], text: str) -> int:
    return max((found.end() for found in pattern.finditer(text)), default=-1)


def mod_10(digits: str) -> bool:
    """Luhn's check (ISO/IEC 7812-1, annex B)."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def only_digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def weighted(digits: str, weights: Sequence[int]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))
