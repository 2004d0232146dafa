"""Amounts with their unit and bound: 5千円, ¥5,000, within two weeks, 3〜5営業日, 半額, 24 h."""

# ruff: noqa: E501 - a row of a table of patterns stays one line

import re
from dataclasses import dataclass
from functools import lru_cache

from app.domain.facts.bounds import Bound, bound_at, opposed
from app.domain.facts.numerals import ENGLISH, JAPANESE, KANJI, ORDINAL, SCALED, rank_of, value_of

# kind -> ((pattern in Japanese, pattern in English, factor to the kind's base unit), …)
_UNITS: dict[str, tuple[tuple[str, str, float], ...]] = {
    "money": (("円(?!形|滑|筒)", r"yen(?![a-z])|jpy(?![a-z])", 1),),
    "dollar": (("ドル", r"(?:us )?dollars?(?![a-z])|usd(?![a-z])", 1),),
    "percent": (("%|パーセント|ポイント還元率", r"% ?|per ?cent(?![a-z])|pct(?![a-z])", 1), ("割(?!り|当)引?", "", 10)),
    "workday": (("営業日", r"(?:business|working|work|week)[ -]?days?(?![a-z])", 1),),
    "minutes": (
        ("秒間?", r"seconds?(?![a-z])|secs?(?![a-z])", 1 / 60),
        ("分間|分(?!の|類|割|解|離|類|別|担|配|析|野)", r"minutes?(?![a-z])|mins?(?![a-z])", 1),
        ("時間", r"hours?(?![a-z])|hrs?(?![a-z])|h(?![a-z])", 60),
        (
            "日間|日(?!本|付|時|常|程(?!度)|中|光|曜|記|用|当)",
            r"(?:calendar |consecutive )?days?(?![a-z])|nights?(?![a-z])",
            1440,
        ),
        ("週間?", r"weeks?(?![a-z])|wks?(?![a-z])", 10080),
    ),
    "months": (
        (r"か月間?|か月分", r"months?(?![a-z])", 1),
        ("年間|年(?!齢|末|始|収|度|会|金|生|代|月)", r"years?(?![a-z])|yrs?(?![a-z])", 12),
    ),
    "grams": (
        ("ミリグラム", r"mg(?![a-z])", 0.001),
        ("グラム", r"g(?![a-z])|grams?(?![a-z])", 1),
        ("キログラム|キロ(?!メ|ワ)", r"kg(?![a-z])|kilograms?(?![a-z])|kilos?(?![a-z])", 1000),
    ),
    "millimetres": (
        ("ミリ(?:メートル)?", r"mm(?![a-z])|millimet(?:re|er)s?(?![a-z])", 1),
        ("センチ(?:メートル)?", r"cm(?![a-z])|centimet(?:re|er)s?(?![a-z])", 10),
        ("メートル", r"m(?![a-z])|met(?:re|er)s?(?![a-z])", 1000),
        ("キロメートル", r"km(?![a-z])|kilomet(?:re|er)s?(?![a-z])", 10**6),
        ("インチ", r"inch(?:es)?(?![a-z])", 25.4),
    ),
    "litres": (("リットル", r"l(?![a-z])|lit(?:re|er)s?(?![a-z])", 1), ("ミリリットル", r"ml(?![a-z])", 0.001)),
    "watts": (("ワット", r"w(?![a-z])|watts?(?![a-z])", 1), ("キロワット", r"kw(?![a-z])|kilowatts?(?![a-z])", 1000)),
    "watt hours": (("ワット時", r"wh(?![a-z])", 1), ("キロワット時", r"kwh(?![a-z])", 1000)),
    "volts": (("ボルト", r"v(?![a-z])|volts?(?![a-z])", 1),),
    "amperes": (("アンペア", r"a(?![a-z])(?! )|amps?(?![a-z])|amperes?(?![a-z])", 1), ("", r"mah(?![a-z])", 1)),
    "hertz": (
        ("ヘルツ", r"hz(?![a-z])|hertz(?![a-z])", 1),
        ("", r"khz(?![a-z])", 1000),
        ("", r"mhz(?![a-z])", 10**6),
        ("", r"ghz(?![a-z])", 10**9),
    ),
    "bytes": (
        ("", r"kb(?![a-z])", 0.001),
        ("メガ(?:バイト)?", r"mb(?![a-z])|megabytes?(?![a-z])", 1),
        ("ギガ(?:バイト)?", r"gb(?![a-z])|gigabytes?(?![a-z])", 1000),
    ),
    "degrees": (("度c|℃|°c|度(?!目|数|合|と)", r"°c|° c|degrees?(?![a-z])", 1),),
    "decibels": (("デシベル", r"db(?![a-z])", 1),),
    "decade": (("年代", r"'?s(?![a-z])", 1),),
    "points": (("ポイント(?!還元)", r"points?(?![a-z])|pts?(?![a-z])", 1),),
    "characters": (("文字|桁", r"characters?(?![a-z])|digits?(?![a-z])|letters?(?![a-z])", 1),),
    "times": (("回(?!線|答|収|転|復)", r"times?(?![a-z])(?! zone)|attempts?(?![a-z])|tries(?![a-z])", 1),),
    "years old": (("歳|才", r"years? old(?![a-z])|years of age(?![a-z])", 1),),
    "people": (("名様|名(?!前|称|義|刺)|人(?!気|力)", r"people(?![a-z])|persons?(?![a-z])", 1),),
    "count": (
        (
            "個(?!人|別)|つ(?!い|ま|き|け|な|ぶ)|点(?!検|滅|灯|数)|台|枚|本(?!体|人|日|社|当|製)|箱|冊|通(?!常|知|信|話|販|り)|件(?!名)|口|着|足|セット|種類?|か所|か国|部屋|畳|階|色|巻|番目",
            r"items?(?![a-z])|units?(?![a-z])|pieces?(?![a-z])|boxes(?![a-z])|bags?(?![a-z])|copies(?![a-z])|sets?(?![a-z])|places(?![a-z])",
            1,
        ),
    ),
}
_JA = {ja: (kind, factor) for kind, units in _UNITS.items() for ja, _, factor in units if ja}
_EN = {en: (kind, factor) for kind, units in _UNITS.items() for _, en, factor in units if en}
_ANY_JA = "|".join(f"(?:{pattern})" for pattern in sorted(_JA, key=lambda p: -len(p.split("|")[0])))
_ANY_EN = "|".join(f"(?:{pattern})" for pattern in sorted(_EN, key=lambda p: -len(p.split("|")[0])))
_ANY_EN = f"(?:{_ANY_EN})"
_UNIT = rf"(?:{_ANY_JA}|{_ANY_EN})"
_KANJI_UNIT = (
    r"(?:円|営業日|日間|日(?=以|ま|後|前|を|が|で|、|。|$)|週間|時間|分間|秒|か月|年間|年(?=以|ま|後|前|を|が|で|の保|、|。|$)|回|個|台|枚|名様|人(?=ま|以|で|の)|割(?!り|当)引?"
    r"|つ(?!い|ま|き|け|な|ぶ)|パーセント|ポイント|点|文字|桁)"
)
_NUMBER = rf"(?:{SCALED}|{JAPANESE})"
_QUANTITY = re.compile(
    rf"(?<![\d.a-z])(?P<rank>{ORDINAL})(?! (?:time|order|purchase|class|aid|step|of all))"
    rf"|(?P<sign>¥|jpy ?|usd ?|\$)? ?(?<![\d.a-z\-])(?P<low>{_NUMBER})(?P<low_unit> ?{_UNIT})?"
    rf" ?(?:(?:~|-|to|から|and|ないし|または|or)) ?(?:¥|\$)?(?P<high>{_NUMBER})(?P<unit>[ -]?{_UNIT})"
    rf"|(?P<sign1>¥|jpy ?|usd ?|\$)? ?(?<![\d.a-z])(?<![a-z]-)(?P<one>{SCALED}|{JAPANESE})(?P<unit1>[ -]?{_UNIT})?"
    rf"|(?<![一-鿿])(?P<kanji>{KANJI})(?P<unit2>{_KANJI_UNIT})"
    rf"|\b(?P<word_low>{ENGLISH}) to (?P<word_high>{ENGLISH})(?P<unit4>[ -]{_ANY_EN})"
    rf"|\b(?P<word>{ENGLISH})(?P<unit3>[ -](?:full |whole |more |separate )?(?:{_ANY_EN}))?(?![a-z])"
    rf"|(?P<fixed>全額|半額|半分|半年|半日|半月|\bhalf(?: the)? (?:price|off)\b|\bhalf an hour\b|\b(?:an|per|one) hour and a half\b|\bin full\b|\bfull (?:refund|amount|fare|price)\b|\ba quarter of\b|\bonce\b(?= (?:a|per|every|only|in|each|at)\b|\.|$)|\btwice\b"
    r"|(?:(?<=within )|(?<=in )|(?<=for )|(?<=about )|(?<=least )|(?<=after )|(?<=takes )|(?<=to )|(?<=than ))an? (?:full )?(?:second|minute|hour|day|week|month|year)\b(?! or so))"
)
_FIXED: dict[str, tuple[float, str]] = {
    "全額": (100, "percent"), "in full": (100, "percent"), "full refund": (100, "percent"), "full amount": (100, "percent"),
    "full fare": (100, "percent"), "full price": (100, "percent"), "a quarter of": (25, "percent"),
    "半額": (50, "percent"), "半分": (50, "percent"), "半年": (6, "months"), "半日": (720, "minutes"),
    "半月": (0.5, "months"), "half an hour": (30, "minutes"), "once": (1, "times"), "twice": (2, "times"),
}  # fmt: skip
_SPANS = {"second": (1 / 60, "minutes"), "minute": (1, "minutes"), "hour": (60, "minutes"), "day": (1440, "minutes"),
          "week": (10080, "minutes"), "month": (1, "months"), "year": (12, "months")}  # fmt: skip
_VAGUE_RANKS = frozenset({"first", "second"})  # "first, press", "a second"
_SAME_KIND = (
    {"rank", None},
    {"count", "people", None},
    {"times", "count", None},
    {"characters", "count", None},
    {"points", "count", None},
)
_TIMELIKE = frozenset({"minutes", "months", "workday"})


@dataclass(frozen=True, slots=True)
class Quantity:
    """`low..high` in the base unit of `kind` (money: yen, minutes, months, grams …); kind None when no unit is said."""

    low: float
    high: float
    kind: str | None
    bound: Bound
    start: int
    end: int
    text: str

    def measures_like(self, other: "Quantity") -> bool:
        """Of one kind, or of kinds that are the same where a unit is unsaid."""
        if self.kind == other.kind or None in {self.kind, other.kind}:
            return True
        return any({self.kind, other.kind} <= kinds for kinds in _SAME_KIND)

    def equals(self, other: "Quantity") -> bool:
        """Same amount, whatever the bound; one end of a range equals it when the bound picks that end."""
        if not self.measures_like(other):
            return False
        if _near(self.low, other.low) and _near(self.high, other.high):
            return True
        if self.low != self.high or other.low == other.high:
            return False
        picks_high = self.bound is Bound.MAX and _near(self.low, other.high)
        return picks_high or (self.bound is Bound.MIN and _near(self.low, other.low))

    def agrees(self, other: "Quantity") -> bool:
        """The claim's quantity (self) is stated by the source's (other), bound and all."""
        return self.equals(other) and _bound_follows(self, other)


def _near(one: float, other: float) -> bool:
    return abs(one - other) <= 1e-6 * max(abs(one), abs(other), 1.0)


def _bound_follows(claim: Quantity, source: Quantity) -> bool:
    said, meant = claim.bound, source.bound
    if said == meant or source.low != source.high:
        return True
    if opposed(said, meant):
        return False
    if {said, meant} <= {Bound.AFTER, Bound.OVER, Bound.MIN}:
        return claim.kind in _TIMELIKE and Bound.AFTER in {said, meant}
    if {said, meant} == {Bound.BEFORE, Bound.MAX}:
        return claim.kind in _TIMELIKE
    if Bound.EXACT not in {said, meant}:
        return False
    loose = {said, meant} - {Bound.EXACT}
    if loose <= {Bound.AFTER, Bound.BEFORE}:
        return True
    return (said is Bound.EXACT and meant in {Bound.MIN, Bound.MAX}) or (said is Bound.MAX and claim.kind in _TIMELIKE)


def quantities(text: str) -> list[Quantity]:
    """Quantities of `text` (plain, dates, times and codes blanked out)."""
    return [quantity for match in _QUANTITY.finditer(text) if (quantity := _quantity(match, text))]


def _quantity(match: re.Match[str], text: str) -> Quantity | None:
    said = match.groupdict()
    if said["fixed"]:
        return _made(match, text, *_fixed(said["fixed"]))
    if said["rank"]:
        return _made(match, text, rank_of(said["rank"]), "rank") if said["rank"] not in _VAGUE_RANKS else None
    raw_unit = (said["unit"] or said["unit1"] or said["unit2"] or said["unit3"] or said["unit4"] or "").strip(" -")
    kind, factor = _unit(re.sub(r"^(?:full|whole|more|separate) ", "", raw_unit))
    sign = (said["sign"] or said["sign1"] or "").strip()
    if sign:
        kind, factor = ("money" if sign in {"¥", "jpy"} else "dollar"), 1.0
    if said["low"] or said["word_low"]:
        low, high = value_of(said["low"] or said["word_low"]), value_of(said["high"] or said["word_high"])
        low_kind, low_factor = _unit(said["low_unit"].strip()) if said["low_unit"] else (kind, factor)
        return _made(match, text, low * (low_factor if low_kind == kind else factor), kind, high * factor)
    number = said["one"] or said["kanji"] or said["word"]
    if said["word"] in {"one", "zero"} and not raw_unit:
        return None
    if said["kanji"] and (number + raw_unit in {"十分", "一部", "一日"} or not _speaks_number(number)):
        return None
    return _made(match, text, value_of(number) * factor, kind)


def _speaks_number(kanji: str) -> bool:
    return bool(re.search("[〇一二三四五六七八九十]", kanji)) or kanji in {"百", "千"}


def _fixed(text: str) -> tuple[float, str]:
    if text in _FIXED:
        return _FIXED[text]
    if "half" in text:
        return (90, "minutes") if "hour" in text else (50, "percent")
    return _SPANS[text.split()[-1]]


@lru_cache(maxsize=512)
def _unit(text: str) -> tuple[str | None, float]:
    for table in (_JA, _EN):
        for pattern, meaning in table.items():
            if text and re.fullmatch(pattern, text):
                return meaning
    return None, 1.0


def _made(match: re.Match[str], text: str, low: float, kind: str | None, high: float | None = None) -> Quantity:
    bound = bound_at(text, match.start(), match.end())
    return Quantity(low, low if high is None else high, kind, bound, match.start(), match.end(), match[0].strip())
