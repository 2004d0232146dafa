"""What limits a statement: conditions, exceptions, quantifiers, hedges."""

# ruff: noqa: E501 - a row of a table of patterns stays one line

import re
from dataclasses import dataclass
from functools import lru_cache

_CONDITION_JA = re.compile(
    r"(?:^|(?<=[。、]))(?P<ja>[^。、]*?(?:場合(?!が(?:あり|ござ))(?:に(?:限|かぎ)り|のみ|だけ|に|は|で|、|であれば|でしたら)|ときは|ときに|時(?:は|に)、|とき、|際は|際に、|に(?:限|かぎ)り|限り、|(?:であれ|すれ|なけれ|れ|け|え|め|べ|せ|て)ば(?![かこしち])(?:、|$)?|ならば|なら、|でしたら|でないと|ないと|(?<=[うくすつぬむぶる])と、|(?<!し)たら、|だら、|(?:た|の)(?:あと|後)は、))|(?<=[、。はを])(?P<span>[^。、はを]{2,16}(?:以内|まで)(?:なら|であれば|に限り)、?)"
)
_CONDITION_EN = re.compile(
    r"(?P<en>\b(?:only (?:if|when|where|after|for)|if|(?<!, )when|whenever|unless|provided(?: that)?|as long as|so long as|in case(?: of)?|in the event|on condition that|until|till|(?<!, )once) [^,.;]*)(?:,|\.|;|$)"
)
_RELATIVE = re.compile(
    r"\b(?:members?|customers?|people|persons?|those|guests|users|visitors|patients|students|learners|anyone|items|goods|products|orders|parcels) (?P<who>(?:who|that|which) [^,.;]*?)(?= (?:can|cannot|may|must|will|are|is|get|pay)\b|[,.;]|$)"
)
_CONDITION_END = re.compile(
    r"のは、?(?P<end>[^。]*?)(?:場合|とき|方)(?:です|のみ|だけ|に限)|^(?P<to>[^,.;]*?) to (?:get|receive|obtain|qualify)\b"
)
_EVEN_IF = re.compile(
    r"[^。、]{0,40}?(?<=[ぁ-ん])(?:ても|でも)(?=、)|[^。、]{0,40}?(?:なくても)(?!よ|い|構|かま|大丈夫|問題|差)|\beven (?:if|when|after|without|though)\b[^,.;]*"
)
_TOPIC = re.compile(r"^[^はがを]{1,14}(?:は|では|には)(?=[^、])")
_EXCEPTION_JA = re.compile(r"(?P<x>[^。、]*?(?:を)?(?:除き、?|除いて|除く|以外(?:は|の|に|で)|は別|を除))")
_EXCEPTION_EN = re.compile(
    r"(?P<x>\b(?:except|excluding|unless|apart from|other than|with the exception of|but not|save for)\b [^,.;]*)"
)
_SUBJECT = re.compile(r"は(?:、|(?=[^、]))|(?<=\w) (?:is|are|can|cannot|may|must|will|was|were|has|have) ")
_ALL = re.compile(
    r"すべて|全員|全(?:品|商品|製品|機種|国|額|店|ユ)|あらゆる|どの[^。、]{1,8}でも|ずっと|いつも|(?<!24時間)いつでも|制限なく|いくらでも|どんな|誰でも|どなたでも|どこでも|何でも|何[度枚個回台点本名冊人]でも|いくつでも|必ず|常に|つねに|無条件|無制限|一律|毎日|毎回|例外なく|年中"
    r"|\ball\b(?! (?:the )?(?:time|you|day you|kinds|sorts|types))|\bevery(?:one|body|thing|where)\b|\bevery\b(?! (?:\d+ |few |other |two |three )?(?:day|week|month|year|hour|minute|mon|tue|wed|thu|fri|sat|sun|time|visit|morning|evening|night))|\balways\b|\bany(?:one|body|where|time| (?:product|item|order|card|customer|member|store|device|reason|model|time)s?)\b|(?<!for )\beach\b(?= [a-z])(?! (?:other|and|per|day|week|month|year|night|time|visit|are|is|of)\b)|\bentire\b|\bunlimited\b|\bunconditional|\bwithout exception\b|\bno matter\b|\bat any time\b|\bas (?:long|often|much|many)(?: \w+)? as you (?:like|want)|\bwhenever\b|\bguarantee"
)
_INCLUDES = re.compile(
    r"(?:場合|とき|時)(?:に|で)?も(?!あ|ござ)|であっても|でも(?=、)|含め|\\beven (?:if|when)\\b|\\bincluding\\b"
)
_SOME = re.compile(
    r"一部|いくつか|限られ|(?<!に)限定|対象(?:の|と|商品|製品|地域|店|機種)(?!外)|特定|指定(?:の|商品|地域|店)|多く|ほとんど|大半|平日|(?:場合|こと)が(?:あり|ござ)|可能性|通常|原則|目安|おおむね|基本的|時期により|"
    r"\bsome\b|\bcertain\b|\bselected\b|\bmost\b|\bmany\b|\bseveral\b|\bparticipating\b|\beligible\b|\bspecific\b|\ba few\b|\bmay\b(?! \d)|\bmight\b|\busually\b|\bnormally\b|\btypically\b|\bgenerally\b|\bin principle\b|\bsometimes\b|\boften\b|\bweekdays?\b|\bas a rule\b|\blimited\b|\bup to\b"
)
_ONLY = re.compile(
    r"のみ|(?<=[\d一回度名]回)限り|(?<=[\d一])[回度]限り|(?<!いた)(?<!ただ)(?<![回度個枚台冊本点分])だけ(?!で(?:は)?なく)|に限(?:り|る|ら(?:れ|せ))|限定|専用|しか(?=[^。、]{0,14}(?:ません|ない|なく))|(?<!not )\bonly\b(?! if you| slightly| just| a few| recently)|\bsolely\b|\bexclusively\b|\bjust\b|\blimited to\b|\brestricted to\b"
)
# Words before a noun that say which ones are meant; the claim must say it too.
_RESTRICTORS = {
    "unopened": r"未開封(?!は)|\bunopened\b|\bsealed\b",
    "unused": r"未使用|\bunused\b",
    "part": r"一部の?|\bcertain\b|\bselected\b|\bparticipating\b",
    "first": r"初回|\bfirst[- ]time (?:customer|member|order|user|visitor|buyer)s?\b|\bfirst (?:order|purchase|visit)\b",
    "new": r"新規|\bnew (?:members?|customers?|users?)\b",
    "weekdays": r"平日|営業日|\bweekdays?\b|\b(?:business|working) days?\b|月曜.{0,4}金曜|mon\w*\.? ?(?:-|to|through) ?fri",
}
_RESTRICTOR_RES = {name: re.compile(pattern) for name, pattern in _RESTRICTORS.items()}
_HEDGE = re.compile(
    r"(?:場合|こと|おそれ|恐れ|可能性)が(?:あり|ござ|ある)|かもしれ|\bmay\b(?! (?:not|\d))|\bmight\b|\bcan take\b|\bcould\b|\bmay not\b|\bpossibly\b|\bin some cases\b"
)
_HEDGED = re.compile(
    _HEDGE.pattern
    + r"|こともあ|場合もあ|可能性|状況により|によって(?:は)?|により異な|\bpossible\b|\bcan\b|\bdepend|\bup to\b|\bsome\b|\boften\b|\busually\b|うる|得る|一部|まれに|ときに"
)


@dataclass(frozen=True, slots=True)
class Condition:
    """A limiting phrase of a clause: its own words, and whether it takes something out (an exception)."""

    text: str
    exception: bool


@lru_cache(maxsize=4096)
def conditions(text: str) -> tuple[Condition, ...]:
    """The limiting phrases of `text` (plain)."""
    found = [
        Condition(_TOPIC.sub("", match["ja"] or match["span"]).strip(" ,、。"), False)
        for match in _CONDITION_JA.finditer(text)
    ]
    found += [Condition(match["en"].strip(" ,."), False) for match in _CONDITION_EN.finditer(text)]
    found += [Condition(match["who"], False) for match in _RELATIVE.finditer(text)]
    found += [Condition(match["end"] or match["to"], False) for match in _CONDITION_END.finditer(text)]
    for pattern in (_EXCEPTION_JA, _EXCEPTION_EN):
        found += [Condition(match["x"].strip(" ,、。."), True) for match in pattern.finditer(text)]
    return tuple(condition for condition in found if condition.text)


@lru_cache(maxsize=4096)
def without_conditions(text: str) -> str:
    """The statement itself, without "if" and "even if"."""
    text = _EVEN_IF.sub("◇", text)
    for condition in sorted(conditions(text), key=lambda found: -len(found.text)):
        text = text.replace(condition.text, "◇", 1)
    return text


def subject(text: str) -> str:
    """What `text` (plain) speaks of, before it says something of it: up to は or the English verb."""
    return _SUBJECT.split(text, maxsplit=1)[0] if _SUBJECT.search(text) else ""


@lru_cache(maxsize=4096)
def claims_all(text: str) -> tuple[str, ...]:
    """Words that say "always, everything, everybody" in `text` (plain)."""
    return tuple(match[0].strip() for match in _ALL.finditer(text))


def says_some(text: str) -> bool:
    """`text` (plain) speaks of a part, a likelihood or a rule with exceptions."""
    return bool(_SOME.search(text))


def includes(text: str) -> bool:
    """`text` (plain) takes in what one might leave out: even if, 場合も."""
    return bool(_INCLUDES.search(text))


def says_only(text: str) -> bool:
    return bool(_ONLY.search(text))


@lru_cache(maxsize=4096)
def restrictors(text: str) -> frozenset[str]:
    """Which of the narrowing words `text` (plain) uses."""
    return frozenset(name for name, pattern in _RESTRICTOR_RES.items() if pattern.search(text))


def hedges(text: str) -> bool:
    """It may be so, not: it is so."""
    return bool(_HEDGE.search(text))


def allows_doubt(text: str) -> bool:
    """`text` keeps a hedge, in whatever words."""
    return bool(_HEDGED.search(text))
