"""Words before a value that say what it is."""

import re
from collections.abc import Sequence

# Between a label and its value: a note in brackets, particles, colons, arrows, a line break, words that fill; a few of
# them, no more.
_LINK = (
    r"(?:\s|[:=#>→⇒←・,、|*\-_「『【〔《\"'`(\[]|ID|no\b\.?|number\b|num\b|番号|ナンバー|第|[（(][^()\n]{1,20}\)"
    r"|は|が|を|に|の方?|も|で|です|ですが|ですけど|なんですが|なのですが|だけど|については|につきまして|となります|になります|となっており|になっており"
    r"|以下|下記|次|の通り|のとおり|こちら|これ|たしか|確か|多分|たぶん|えっと|えーと|現在|今|設定した|設定して|登録した|登録して|使って|使用して|いる|います|おります"
    r"|。(?=\n)|(?:書き|申し上げ|お伝えし|お知らせし|お送りし|送り|記載し|入力し|言い)ます|ある|あります|書いて|記載|私|わたし|僕|俺|当方|本人|自分|母|父|妻|夫|西暦|和暦"
    r"|(?:is|are|was|to|it's|that's|as|of|for|on|file|my|the|has|been|currently|it|i|we|set|follows|below|here|which|should|be|would"
    r"|under|with|think|changed|registered|shows|says|reads|listed|printed|written|sure|still|just|now|using|use|a)\b)"
)
# A word's edge beside Latin letters only: in "私のpassportは" the kana are no letters of the word.
_EDGE = r"(?:(?<![A-Za-z\d_])(?=[A-Za-z\d_])|(?<=[A-Za-z\d_])(?![A-Za-z\d_]))"
# What a value after a longer filler would belong to instead of the label.
_OTHER = r"番号|電話|携帯|注文|伝票|型番|商品|製品|予約|価格|料金|期限|[?？]|phone|call|order|tracking|model|expir|price|cost|ticket"


def labelled(label: str, value: str, links: int = 8, filler: int = 0) -> re.Pattern[str]:
    """`value` as the group of that name, after one of the words of `label` and at most `links` joining words, or after
    `filler` characters of the same sentence that name nothing else."""
    between = rf"{_LINK}{{0,{links}}}?"
    if filler:
        between = rf"(?:{between}|(?:(?!{_OTHER})[^\d\n。!]){{0,{filler}}}?)"
    return re.compile(rf"(?:{latin_edges(label)}){between}(?P<value>{value})", re.IGNORECASE)


def named_after(value: str, label: str) -> re.Pattern[str]:
    """`value` as the group of that name, before words that say what it is: "… が私の会員番号です", "… is my user name"."""
    whose = r"(?:(?:私|わたし|僕|俺|当方|本人|自分|母|父|妻|夫|うち|現在)の?|新しい|新|今の|(?:my|our|the|his|her|new|current)\b)"
    joint = rf"(?:(?:が|は|という|って(?:いう)?|,? ?(?:that'?s|which is)|is|was|as|=|→|[(（])\s?(?:{whose}\s?){{0,2}})"
    return re.compile(rf"(?P<value>{value})[」』】\"'`]?\s?{joint}(?:{latin_edges(label)})", re.IGNORECASE)


def latin_edges(expression: str) -> str:
    return expression.replace(r"\b", _EDGE)


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
    r"po(?! ?box)",
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
